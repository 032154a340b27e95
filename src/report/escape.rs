//! Wire bytes for terminals: escaped first, then measured, then cut.
//!
//! Whoever writes to a Redis server writes, through us, to the terminal of the person who looks. So
//! no control character, nothing that turns the direction of text and nothing without width gets
//! through; each is shown by its code.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_width::UnicodeWidthChar;

use super::Charset;

/// `text` with everything invisible or dangerous shown by its code: `\n`, `\x1b`, `\u{202e}`.
///
/// With [`Charset::Ascii`] also everything beyond ASCII.
#[must_use]
pub fn escape(text: &str, charset: Charset) -> Cow<'_, str> {
    if text.chars().all(|character| passes(character, charset)) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if passes(character, charset) {
            escaped.push(character);
        } else {
            push_code(&mut escaped, character);
        }
    }
    Cow::Owned(escaped)
}

/// Columns that escaped text takes on a terminal.
#[must_use]
pub fn width(escaped: &str) -> usize {
    escaped
        .chars()
        .map(|character| character.width().unwrap_or(0))
        .sum()
}

/// Escaped text cut to at most `columns`, with `ellipsis` in place of what was cut off.
#[must_use]
pub fn cut<'a>(escaped: &'a str, columns: usize, ellipsis: &str) -> Cow<'a, str> {
    if width(escaped) <= columns {
        return Cow::Borrowed(escaped);
    }
    let room = columns.saturating_sub(width(ellipsis));
    let mut kept = String::new();
    let mut used = 0;
    for character in escaped.chars() {
        let wide = character.width().unwrap_or(0);
        if used + wide > room {
            break;
        }
        used += wide;
        kept.push(character);
    }
    kept.push_str(ellipsis);
    Cow::Owned(kept)
}

/// Escaped text cut in its middle, so that both ends still tell: addresses, file names.
#[must_use]
pub fn cut_middle<'a>(escaped: &'a str, columns: usize, ellipsis: &str) -> Cow<'a, str> {
    if width(escaped) <= columns {
        return Cow::Borrowed(escaped);
    }
    let room = columns.saturating_sub(width(ellipsis));
    let head = cut(escaped, room.div_ceil(2), "");
    let mut tail_start = escaped.len();
    let mut used = 0;
    for (at, character) in escaped.char_indices().rev() {
        let wide = character.width().unwrap_or(0);
        if used + wide > room / 2 {
            break;
        }
        used += wide;
        tail_start = at;
    }
    let tail = escaped.get(tail_start..).unwrap_or_default();
    Cow::Owned(format!("{head}{ellipsis}{tail}"))
}

/// Whether a character may be shown as itself: it has a width, and it moves nothing but itself.
fn passes(character: char, charset: Charset) -> bool {
    match charset {
        Charset::Ascii => matches!(character, ' '..='~'),
        // Characters without width are the controls, the marks that turn text around, joiners,
        // variation selectors, tags, and marks that pile up on their neighbours; a few of the
        // first two kinds are given a width by some tables, so they are named.
        Charset::Utf8 => {
            character.width().is_some_and(|width| width > 0)
                && !character.is_control()
                && !is_formatting(character)
        }
    }
}

/// Format characters (Unicode general category Cf), line and paragraph separators, fillers that look
/// like blanks, and private use, which a font may draw as anything.
fn is_formatting(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}'
        | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{180b}'..='\u{180f}' | '\u{2000}'..='\u{200f}'
        | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}' | '\u{2800}' | '\u{3000}' | '\u{3164}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}'
        | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{a0}' | '\u{1680}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}')
}

fn push_code(into: &mut String, character: char) {
    // Writing to a `String` cannot fail.
    let _ = match character {
        '\n' => write!(into, "\\n"),
        '\r' => write!(into, "\\r"),
        '\t' => write!(into, "\\t"),
        '\0'..='\x7f' => write!(into, "\\x{:02x}", u32::from(character)),
        _ => write!(into, "\\u{{{:x}}}", u32::from(character)),
    };
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_could_fool_a_reader_is_shown_by_its_code() {
        let shown = |text| escape(text, Charset::Utf8).into_owned();
        assert_eq!(shown("\x1b[2J\n"), "\\x1b[2J\\n");
        assert_eq!(shown("\u{9b}31m"), "\\u{9b}31m", "the 8-bit CSI");
        assert_eq!(shown("a\u{202e}b\u{2066}"), "a\\u{202e}b\\u{2066}");
        assert_eq!(
            shown("a\u{200b}b\u{feff}\u{ad}"),
            "a\\u{200b}b\\u{feff}\\u{ad}"
        );
        assert_eq!(shown("e\u{301}\u{301}"), "e\\u{301}\\u{301}");
        assert_eq!(
            shown("\u{e0041}\u{fe0f}"),
            "\\u{e0041}\\u{fe0f}",
            "tags and selectors"
        );
        assert_eq!(shown("a\u{2028}b\u{a0}c"), "a\\u{2028}b\\u{a0}c");
        assert_eq!(shown("größe 漢字 ✓"), "größe 漢字 ✓");
        assert_eq!(escape("größe", Charset::Ascii), "gr\\u{f6}\\u{df}e");
    }

    #[test]
    fn width_counts_columns_and_cutting_keeps_to_them() {
        assert_eq!(width("漢字"), 4);
        assert_eq!(cut("漢字漢字", 5, "…"), "漢字…");
        assert_eq!(cut("漢字漢字", 4, "…"), "漢…");
        assert_eq!(cut("abc", 3, "…"), "abc");
        assert_eq!(cut("abcd", 0, ""), "");
        assert_eq!(cut_middle("fd00:1234:5678::9abc", 11, "…"), "fd00:…:9abc");
    }

    proptest! {
        #[test]
        fn nothing_invisible_gets_through(text in any::<String>(), ascii in any::<bool>()) {
            let charset = if ascii { Charset::Ascii } else { Charset::Utf8 };
            let escaped = escape(&text, charset);
            for character in escaped.chars() {
                prop_assert!(!character.is_control());
                prop_assert!(character.width().unwrap_or(0) > 0, "{character:?}");
                let turns = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
                prop_assert!(!turns);
                prop_assert!(!ascii || character.is_ascii());
            }
        }

        #[test]
        fn cutting_never_exceeds_its_columns(text in any::<String>(), columns in 2..40_usize) {
            let escaped = escape(&text, Charset::Utf8);
            prop_assert!(width(&cut(&escaped, columns, "…")) <= columns);
            prop_assert!(width(&cut_middle(&escaped, columns, "…")) <= columns);
        }

        #[test]
        fn escaping_twice_changes_nothing(text in any::<String>()) {
            let once = escape(&text, Charset::Utf8).into_owned();
            prop_assert_eq!(escape(&once, Charset::Utf8), once.as_str());
        }
    }

    #[test]
    fn no_character_at_all_turns_text_or_hides() {
        for character in '\0'..=char::MAX {
            if passes(character, Charset::Utf8) {
                assert!(
                    character.width() > Some(0) && !character.is_control(),
                    "{character:?}"
                );
            }
        }
    }
}
