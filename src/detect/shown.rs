//! How the name of a field is shown, and findings are grouped by it.
//!
//! Refuses to know what is sensitive in it: it is told.

use super::validators::random;
use crate::redact::{Sensitive, replace_into};

/// Writes a field as it is shown, where these stretches of it are sensitive.
pub(super) fn field_into(field: &[u8], spans: &[Sensitive], out: &mut Vec<u8>) {
    let field = field.get(..field.len().min(MAX_FIELD_LEN));
    replace_into(field.unwrap_or_default(), spans, out, push_field);
}

/// True where a name is not searched before it is shown: no number, address, login or token of a
/// provider is without one of these bytes.
pub(super) fn is_wordy(name: &[u8]) -> bool {
    let telling = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'@' | b'+' | b':');
    !name.iter().any(telling)
}

/// Steps that are numbers, and long runs of digits or hex, are replaced.
fn push_field(field: &[u8], out: &mut Vec<u8>) {
    let field = field
        .get(..field.len().min(MAX_FIELD_LEN))
        .unwrap_or_default();
    let mut at = 0;
    while let Some(&byte) = field.get(at) {
        let rest = field.get(at..).unwrap_or_default();
        let word_start = at == 0 || !field.get(at - 1).is_some_and(u8::is_ascii_alphanumeric);
        let hex = rest
            .iter()
            .take_while(|byte| byte.is_ascii_hexdigit() || **byte == b'-')
            .count();
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let word = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .count();
        if word_start && hex == 36 && random::is_uuid(rest.get(..36).unwrap_or_default()) {
            out.extend_from_slice(b"{uuid}");
            at += 36;
        } else if word_start
            && word >= 16
            && random::is_random(rest.get(..word).unwrap_or_default())
        {
            out.extend_from_slice(b"{id}");
            at += word;
        } else if digits > 0 && ((word_start && digits == word) || digits >= 4) {
            out.extend_from_slice(b"{n}");
            at += digits;
        } else if word_start && byte.is_ascii_alphanumeric() {
            out.extend_from_slice(rest.get(..1).unwrap_or_default());
            at += 1;
        } else {
            out.push(byte);
            at += 1;
        }
    }
}

/// Longest field kept with a finding.
const MAX_FIELD_LEN: usize = 192;
