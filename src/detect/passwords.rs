//! How good a password is, in words: the only thing that is ever told of one.

use super::hits::Notes;

/// What is weak about a password; empty where nothing is.
pub(super) fn weakness(password: &[u8]) -> Notes {
    let mut notes = Notes::default();
    if COMMON
        .iter()
        .any(|common| password.eq_ignore_ascii_case(common.as_bytes()))
    {
        notes.add(Notes::WEAK_COMMON);
    }
    if password.len() < MIN_GOOD_LEN {
        notes.add(Notes::WEAK_SHORT);
    }
    let kinds = [
        u8::is_ascii_digit,
        u8::is_ascii_lowercase,
        u8::is_ascii_uppercase,
    ]
    .iter()
    .filter(|kind| password.iter().any(kind))
    .count()
        + usize::from(password.iter().any(|byte| !byte.is_ascii_alphanumeric()));
    if kinds < 2 && password.len() < MIN_UNIFORM_LEN {
        notes.add(Notes::WEAK_UNIFORM);
    }
    notes
}

/// PCI DSS 4.0.1 8.3.6 asks for twelve characters.
const MIN_GOOD_LEN: usize = 12;

/// From here on one kind of character is enough (hex of 128 bits).
const MIN_UNIFORM_LEN: usize = 24;

/// Defaults of images and tutorials, and the head of every list of stolen passwords.
const COMMON: [&str; 56] = [
    "redis",
    "foobared",
    "password",
    "passw0rd",
    "p@ssw0rd",
    "123456",
    "1234567",
    "12345678",
    "123456789",
    "1234567890",
    "12345",
    "1234",
    "123123",
    "111111",
    "000000",
    "qwerty",
    "qwerty123",
    "qwertyuiop",
    "1q2w3e4r",
    "abc123",
    "admin",
    "admin123",
    "administrator",
    "root",
    "toor",
    "letmein",
    "welcome",
    "welcome1",
    "secret",
    "changeme",
    "changeit",
    "default",
    "test",
    "test123",
    "guest",
    "master",
    "iloveyou",
    "monkey",
    "dragon",
    "football",
    "baseball",
    "superman",
    "trustno1",
    "sunshine",
    "princess",
    "password1",
    "password123",
    "redis123",
    "redispass",
    "redispassword",
    "mypassword",
    "yourpassword",
    "supersecret",
    "s3cret",
    "pass",
    "valkey",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_told_by_kind() {
        assert!(weakness(b"Redis").has(Notes::WEAK_COMMON));
        assert!(weakness(b"kq3N!").has(Notes::WEAK_SHORT));
        assert!(weakness(b"abcdefghijklmnop").has(Notes::WEAK_UNIFORM));
        assert_eq!(weakness(b"kq3N5v8Y2b7D4f9H1j6LpW"), Notes::default());
        assert_eq!(
            weakness(b"5f4dcc3b5aa765d61d8327deb882cf99"),
            Notes::default()
        );
    }
}
