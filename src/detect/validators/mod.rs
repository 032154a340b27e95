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

/// A set of bytes, asked by one look-up.
pub(super) struct Bytes([bool; 256]);

impl Bytes {
    #[expect(clippy::indexing_slicing, reason = "when compiled")]
    const fn and(mut self, more: &[u8]) -> Self {
        let mut rest = more;
        while let [byte, behind @ ..] = rest {
            self.0[*byte as usize] = true;
            rest = behind;
        }
        self
    }

    /// These bytes.
    pub(super) const fn new(bytes: &[u8]) -> Self {
        Self([false; 256]).and(bytes)
    }

    /// Digits, and these bytes.
    pub(super) const fn with_digits(more: &[u8]) -> Self {
        Self::new(b"0123456789").and(more)
    }

    /// Letters and digits of ASCII, and these bytes.
    pub(super) const fn with_letters_and_digits(more: &[u8]) -> Self {
        Self::with_digits(more)
            .and(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
            .and(b"abcdefghijklmnopqrstuvwxyz")
    }

    #[inline]
    pub(super) fn has(&self, byte: u8) -> bool {
        self.0.get(usize::from(byte)).copied().unwrap_or(false)
    }

    /// How many of a text's first bytes are in it.
    #[inline]
    pub(super) fn leading(&self, text: &[u8]) -> usize {
        text.iter().take_while(|&&byte| self.has(byte)).count()
    }

    /// All bytes of a text are in it.
    #[inline]
    pub(super) fn hold(&self, text: &[u8]) -> bool {
        text.iter().all(|&byte| self.has(byte))
    }
}

/// How many digits a text begins with.
#[inline]
pub(super) fn leading_digits(text: &[u8]) -> usize {
    let (words, rest) = text.as_chunks::<8>();
    let mut count = 0;
    for word in words {
        // The highest bit of each byte that is no digit: above 9 without its `0`, or not ASCII.
        let value = u64::from_le_bytes(*word) ^ (LOW * 0x30);
        let other = (((value & (LOW * 0x7f)) + LOW * 0x76) | value) & (LOW << 7);
        if other != 0 {
            return count + other.trailing_zeros() as usize / 8;
        }
        count += 8;
    }
    count + rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// One in each byte.
const LOW: u64 = u64::MAX / 255;

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
