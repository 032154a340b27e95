//! Checks that tell a card from a number and a token from a word: pure functions over bytes.
//!
//! None of them allocates or looks further than its input; all are linear in it.

pub(super) mod card;
pub(super) mod connection;
pub(super) mod dates;
pub(super) mod identity;
pub(super) mod network;
pub(super) mod phone;
pub(super) mod random;
pub(super) mod tokens;

/// Copies the digits of `bytes` into `out`; `None` where there are more than fit.
pub(super) fn digits_of<'a>(bytes: &[u8], out: &'a mut [u8; 32]) -> Option<&'a [u8]> {
    let mut count = 0;
    for &byte in bytes {
        if byte.is_ascii_digit() {
            *out.get_mut(count)? = byte;
            count += 1;
        }
    }
    out.get(..count)
}

/// True where everything is a digit and there is at least one.
pub(super) fn all_digits(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit)
}
