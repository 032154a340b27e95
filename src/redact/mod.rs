//! The one door through which wire bytes become something printable.
//!
//! [`crate::detect`] says which spans are sensitive; this module prints. A [`Secret`] has no
//! `Debug`, `Display` or `Serialize`; a [`Printable`] can only be made here. Refuses to know what a
//! key or a command is: it sees bytes, spans and what kind of thing a span holds.

mod mask;
mod shape;

#[cfg(test)]
mod tests;

use std::fmt::{self, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use getrandom::Error as NoRandomness;
pub use mask::Mask;

/// Bytes that must never be printed as they are.
#[derive(Clone, Copy)]
pub struct Secret<'a>(&'a [u8]);

impl<'a> Secret<'a> {
    /// Wraps wire bytes.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(self) -> usize {
        self.0.len()
    }

    /// True where there is nothing to hide.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
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

/// What a [`Printable`] holds, for reports that draw the kinds differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown<'a> {
    /// Exact text (or text with its sensitive spans already masked); still to be escaped.
    Text(&'a str),
    /// Bytes that are not UTF-8.
    Binary(Vec<u8>),
    /// The shape of a value and its length; without a length for a secret slot (`***`).
    Masked(&'a str, Option<u64>),
    /// The first bytes of something `bytes` long.
    Prefix(&'a Printable, u64),
    /// Only a length.
    Length(u64),
}

impl Printable {
    /// A word of our own vocabulary (command names of the table, kinds), never wire bytes.
    #[must_use]
    pub fn word(word: &'static str) -> Self {
        Self(Form::Text(word.to_owned()))
    }

    /// An address with its port: never hidden, since findings are about who talks to whom.
    #[must_use]
    pub fn endpoint(endpoint: crate::segment::Endpoint) -> Self {
        Self(Form::Text(endpoint.to_string()))
    }

    /// An address.
    #[must_use]
    pub fn address(address: crate::segment::Address) -> Self {
        Self(Form::Text(address.to_string()))
    }

    /// A capture time.
    #[must_use]
    pub fn time(time: crate::packet::Timestamp) -> Self {
        Self(Form::Text(time.to_string()))
    }

    /// Bytes of memory it takes.
    #[must_use]
    pub fn memory_len(&self) -> usize {
        let heap = match &self.0 {
            Form::Text(text)
            | Form::Base64 { base64: text }
            | Form::Masked { masked: text, .. } => text.capacity(),
            Form::Prefix { prefix, .. } => prefix.memory_len(),
            Form::Length { .. } => 0,
        };
        size_of::<Self>() + heap
    }

    /// What it holds.
    #[must_use]
    pub fn shown(&self) -> Shown<'_> {
        match &self.0 {
            Form::Text(text) => Shown::Text(text),
            Form::Base64 { base64 } => Shown::Binary(STANDARD.decode(base64).unwrap_or_default()),
            Form::Masked { masked, bytes } => Shown::Masked(masked, *bytes),
            Form::Prefix { prefix, bytes } => Shown::Prefix(prefix, *bytes),
            Form::Length { bytes } => Shown::Length(*bytes),
        }
    }

    /// The text, where it is text; what filters and sorting compare.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.0 {
            Form::Text(text) => Some(text),
            _ => None,
        }
    }

    fn exact(bytes: &[u8]) -> Self {
        Self(match str::from_utf8(bytes) {
            Ok(text) => Form::Text(text.to_owned()),
            Err(_) => Form::Base64 {
                base64: STANDARD.encode(bytes),
            },
        })
    }

    fn hidden() -> Self {
        Self(Form::Masked {
            masked: SECRET_SLOT.to_owned(),
            bytes: None,
        })
    }

    fn text(text: String) -> Self {
        Self(Form::Text(text))
    }
}

/// For people: the text, the mask, the kept prefix with `…`, or the length. Bytes that are no UTF-8
/// come as `\xff`. Control characters are left as they are: who writes to a terminal escapes them
/// (`report::escape`).
impl fmt::Display for Printable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.shown() {
            Shown::Text(text) | Shown::Masked(text, _) => f.write_str(text),
            Shown::Binary(bytes) => {
                for chunk in bytes.utf8_chunks() {
                    f.write_str(chunk.valid())?;
                    for byte in chunk.invalid() {
                        write!(f, "\\x{byte:02x}")?;
                    }
                }
                Ok(())
            }
            Shown::Prefix(prefix, _) => write!(f, "{prefix}…"),
            Shown::Length(1) => f.write_str("1 byte"),
            Shown::Length(bytes) => write!(f, "{bytes} bytes"),
        }
    }
}

/// `--values`: how arguments and values are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Values {
    /// Their shape: `{"masked": "9{16}", "bytes": 16}`.
    #[default]
    Masked,
    /// Their length.
    None,
    /// The wire bytes, up to this many each (0: all of them).
    Full(u64),
}

/// `--keys`: how keys are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keys {
    /// With variable parts replaced: `user:{n}:secret`.
    Pattern,
    /// As they are, sensitive spans masked.
    #[default]
    Masked,
    /// As they are.
    Full,
}

/// What kind of place a value stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Slot {
    /// An ordinary value: its shape may be told.
    #[default]
    Ordinary,
    /// A password, CVV or the like: not even its length may be told.
    Secret,
}

/// A sensitive stretch of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sensitive {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// What it holds.
    pub mask: Mask,
}

/// Key of the tokens (HMAC-SHA-256).
#[derive(Clone)]
pub struct TokenKey {
    /// The key, worked in: that is half of the work of a token, and the same for all of them.
    mac: Hmac<Sha256>,
    kept: bool,
}

impl TokenKey {
    /// A key for this run only, from the operating system.
    ///
    /// # Errors
    ///
    /// Where the operating system has no randomness to give.
    pub fn random() -> Result<Self, NoRandomness> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self {
            mac: keyed(&bytes),
            kept: false,
        })
    }

    /// The key of a `--token-key-file`: SHA-256 of its content, whatever its length; `None` below
    /// [`MIN_TOKEN_KEY_LEN`] bytes, because card numbers can be tried out against a guessable key.
    #[must_use]
    pub fn from_file_content(content: &[u8]) -> Option<Self> {
        (content.len() >= MIN_TOKEN_KEY_LEN).then(|| Self {
            mac: keyed(&Sha256::digest(content)),
            kept: true,
        })
    }
}

#[expect(
    clippy::expect_used,
    reason = "HMAC takes a key of any length (RFC 2104 2)"
)]
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("any key length")
}

/// Equality of two secrets within one run, without either: never printed, never serialised.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 16]);

/// What a finding may show of the value it is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shadow {
    /// The masked example.
    pub masked: Option<Printable>,
    /// Keyed HMAC, 8 bytes, hex.
    pub token: Option<String>,
    /// True length of the value in bytes.
    pub value_bytes: Option<u64>,
}

/// Prints wire bytes as the user's flags allow.
#[derive(Clone)]
pub struct Redactor {
    values: Values,
    keys: Keys,
    key: TokenKey,
}

impl Redactor {
    /// With `--values`, `--keys` and the token key.
    #[must_use]
    pub fn new(values: Values, keys: Keys, key: TokenKey) -> Self {
        Self { values, keys, key }
    }

    /// An argument or a value: `kept` are its first bytes, `len` its true length.
    #[must_use]
    pub fn value(&self, kept: &[u8], len: u64, slot: Slot) -> Printable {
        match (self.values, slot) {
            (Values::Full(limit), _) => {
                let limit = if limit == 0 { u64::MAX } else { limit };
                let shown = usize::try_from(limit).unwrap_or(usize::MAX).min(kept.len());
                let shown_bytes = kept.get(..shown).unwrap_or_default();
                cut(Printable::exact(shown_bytes), shown, len)
            }
            (_, Slot::Secret) => Printable::hidden(),
            (Values::None, Slot::Ordinary) => Printable(Form::Length { bytes: len }),
            (Values::Masked, Slot::Ordinary) => Printable(Form::Masked {
                masked: shape::shape(kept, len),
                bytes: Some(len),
            }),
        }
    }

    /// A key, as `--keys` says; `pattern` is its pattern ([`Redactor::pattern`]).
    #[must_use]
    pub fn key(&self, kept: &[u8], len: u64, spans: &[Sensitive]) -> Printable {
        match self.keys {
            Keys::Pattern => self.pattern(kept, len, spans),
            Keys::Masked => cut(self.masked(kept, spans), kept.len(), len),
            Keys::Full => cut(Printable::exact(kept), kept.len(), len),
        }
    }

    /// A key's pattern, sensitive spans replaced by their kind: `user:{email}:{n}`.
    #[must_use]
    pub fn pattern(&self, kept: &[u8], len: u64, spans: &[Sensitive]) -> Printable {
        let mut pattern = Vec::with_capacity(kept.len());
        pattern_into(kept, spans, &mut pattern);
        cut(Printable::exact(&pattern), kept.len(), len)
    }

    /// A name, an error text, an SNI, a certificate name: exact but for its sensitive spans.
    #[must_use]
    pub fn text(&self, text: &[u8], spans: &[Sensitive]) -> Printable {
        if matches!(self.values, Values::Full(_)) {
            Printable::exact(text)
        } else {
            self.masked(text, spans)
        }
    }

    /// A word that is no data (an option, a subcommand, a known parameter's yes or no), exact where
    /// it is short printable ASCII, else a shape. The caller vouches that it is no data.
    #[must_use]
    pub fn word(&self, word: &[u8]) -> Printable {
        if word.len() <= MAX_WORD_LEN && word.iter().all(u8::is_ascii_graphic) {
            Printable::exact(word)
        } else {
            self.value(word, word.len() as u64, Slot::Ordinary)
        }
    }

    /// The masked form of a value; `None` where nothing of it may be shown.
    #[must_use]
    pub fn mask(&self, mask: Mask, secret: Secret<'_>) -> Option<Printable> {
        // A kept key makes tokens comparable over time: last four and token together would give
        // an attacker who has the key 10^6 times less to try.
        let with_tail = !self.key.kept;
        mask.apply(secret.0, with_tail).map(Printable::text)
    }

    /// The keyed token of a value: equal values, equal tokens.
    #[must_use]
    pub fn token(&self, secret: Secret<'_>) -> String {
        let digest = self.digest(b"token", secret);
        let mut token = String::with_capacity(2 * TOKEN_LEN);
        for byte in digest.iter().take(TOKEN_LEN) {
            let _ = write!(token, "{byte:02x}");
        }
        token
    }

    /// For comparing two secrets whose tokens are never printed.
    #[must_use]
    pub fn fingerprint(&self, secret: Secret<'_>) -> Fingerprint {
        let digest = self.digest(b"fingerprint", secret);
        let mut out = [0; 16];
        for (to, from) in out.iter_mut().zip(digest) {
            *to = from;
        }
        Fingerprint(out)
    }

    /// Everything a finding may show of a value `len` bytes long, of which `secret` was kept.
    #[must_use]
    pub fn shadow(&self, mask: Mask, secret: Secret<'_>, len: u64) -> Shadow {
        let tellable = mask.tells_length();
        // The token of a prefix would not be the token of the value.
        let whole = secret.0.len() as u64 == len;
        Shadow {
            masked: self.mask(mask, secret),
            token: (tellable && whole).then(|| self.token(secret)),
            value_bytes: tellable.then_some(len),
        }
    }

    fn masked(&self, text: &[u8], spans: &[Sensitive]) -> Printable {
        if spans.is_empty() {
            return Printable::exact(text);
        }
        let mut out = Vec::with_capacity(text.len());
        for_each_stretch(text, spans, |stretch| match stretch {
            Stretch::Clear(bytes) => out.extend_from_slice(bytes),
            Stretch::Sensitive(mask, bytes) => {
                let with_tail = !self.key.kept;
                let text = mask.apply(bytes, with_tail);
                out.extend_from_slice(text.as_deref().unwrap_or(SECRET_SLOT).as_bytes());
            }
        });
        Printable::exact(&out)
    }

    fn digest(&self, purpose: &[u8], secret: Secret<'_>) -> [u8; 32] {
        let mut mac = self.key.mac.clone();
        mac.update(purpose);
        mac.update(&[0]);
        mac.update(secret.0);
        mac.finalize().into_bytes().into()
    }
}

/// Writes the pattern of a key whose sensitive spans are known: each span becomes `{kind}`.
pub fn pattern_into(key: &[u8], spans: &[Sensitive], out: &mut Vec<u8>) {
    replace_into(key, spans, out, crate::key_pattern::write);
}

/// Writes a text with each of its sensitive spans as `{kind}`, and `clear` for what lies between.
pub fn replace_into(
    text: &[u8],
    spans: &[Sensitive],
    out: &mut Vec<u8>,
    mut clear: impl FnMut(&[u8], &mut Vec<u8>),
) {
    for_each_stretch(text, spans, |stretch| match stretch {
        Stretch::Clear(bytes) => clear(bytes, out),
        Stretch::Sensitive(mask, _) => out.extend_from_slice(mask.placeholder().as_bytes()),
    });
}

enum Stretch<'a> {
    Clear(&'a [u8]),
    Sensitive(Mask, &'a [u8]),
}

/// Cuts a text into clear and sensitive stretches, by the union of the spans: where two overlap,
/// the first names the kind and the stretch reaches to the end of the last. A partial mask that
/// leaves the rest readable is how other tools leaked.
fn for_each_stretch<'a>(text: &'a [u8], spans: &[Sensitive], mut each: impl FnMut(Stretch<'a>)) {
    if spans.is_empty() {
        if !text.is_empty() {
            each(Stretch::Clear(text));
        }
        return;
    }
    let mut sorted: Vec<Sensitive> = spans
        .iter()
        .copied()
        .filter(|span| span.start < span.end && span.start < text.len())
        .collect();
    sorted.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut at = 0;
    let mut spans = sorted.into_iter().peekable();
    while let Some(span) = spans.next() {
        let mut end = span.end.min(text.len());
        let mut mask = span.mask;
        while let Some(next) = spans.next_if(|next| next.start < end) {
            if next.end > end {
                // A mask that shows a tail would show the tail of another kind.
                mask = Mask::Hidden;
            }
            end = end.max(next.end.min(text.len()));
        }
        if let Some(clear) = text.get(at..span.start).filter(|clear| !clear.is_empty()) {
            each(Stretch::Clear(clear));
        }
        each(Stretch::Sensitive(
            mask,
            text.get(span.start..end).unwrap_or_default(),
        ));
        at = end;
    }
    if let Some(clear) = text.get(at..).filter(|clear| !clear.is_empty()) {
        each(Stretch::Clear(clear));
    }
}

/// Says that a part only was kept or shown.
fn cut(printable: Printable, shown: usize, len: u64) -> Printable {
    if (shown as u64) < len {
        Printable(Form::Prefix {
            prefix: Box::new(printable),
            bytes: len,
        })
    } else {
        printable
    }
}

/// What stands in a secret slot, and for a sensitive span of which nothing may be shown.
const SECRET_SLOT: &str = "***";

/// Bytes of a token: 64 bits keep accidental equality out of any capture.
const TOKEN_LEN: usize = 8;

/// Bytes a token key file must hold at least: 128 bits.
pub const MIN_TOKEN_KEY_LEN: usize = 16;

/// Longest word printed as it is, in bytes: Redis has no option or parameter name longer than this.
const MAX_WORD_LEN: usize = 48;
