//! The one door through which wire bytes become something printable.
//!
//! [`crate::detect`] says which spans are sensitive; this module prints. A [`Secret`] has no
//! `Debug`, `Display` or `Serialize`; a [`Printable`] can only be made here.

use std::fmt;

use base64::Engine;
use serde::{Deserialize, Serialize};

/// Bytes that must never be printed as they are.
#[derive(Clone, Copy)]
pub struct Secret<'a>(&'a [u8]);

impl<'a> Secret<'a> {
    /// Wraps wire bytes.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }
}

/// Text that is safe to print: masked where it had to be, exact where it is shown.
///
/// In JSON a string where the bytes are UTF-8, else `{"base64": ".."}`; `{"masked": "9{16}",
/// "bytes": 16}` for a shape, `{"masked": "***"}` for a secret slot, `{"bytes": n}` where nothing
/// is shown, `{"prefix": .., "bytes": n}` where only a part was kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Printable(Form);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
enum Form {
    Text(String),
    Base64 {
        base64: String,
    },
    Masked {
        masked: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        bytes: Option<u64>,
    },
    Prefix {
        prefix: Box<Printable>,
        bytes: u64,
    },
    Length {
        bytes: u64,
    },
}

impl Printable {
    /// A word of our own vocabulary (command names of the table, kinds), never wire bytes.
    #[must_use]
    pub fn word(word: &'static str) -> Self {
        Self(Form::Text(word.to_owned()))
    }
}

/// For people: the text, the mask, the kept prefix with `…`, or the length. Bytes that are no UTF-8
/// come as `\xff`. Control characters are left as they are: who writes to a terminal escapes them
/// (`report::escape`).
impl fmt::Display for Printable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Text(text) | Form::Masked { masked: text, .. } => f.write_str(text),
            Form::Base64 { base64 } => {
                let bytes = base64::engine::general_purpose::STANDARD
                    .decode(base64)
                    .unwrap_or_default();
                for chunk in bytes.utf8_chunks() {
                    f.write_str(chunk.valid())?;
                    for byte in chunk.invalid() {
                        write!(f, "\\x{byte:02x}")?;
                    }
                }
                Ok(())
            }
            Form::Prefix { prefix, .. } => write!(f, "{prefix}…"),
            Form::Length { bytes: 1 } => f.write_str("1 byte"),
            Form::Length { bytes } => write!(f, "{bytes} bytes"),
        }
    }
}
