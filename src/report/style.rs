//! What the output can show: colours, and characters beyond ASCII.

use std::fmt;

/// Look of the text reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Colours or none.
    pub colour: Colour,
    /// Which characters may be used.
    pub charset: Charset,
}

impl Style {
    /// For files and tests: no colours, ASCII only.
    pub const PLAIN: Self = Self {
        colour: Colour::Never,
        charset: Charset::Ascii,
    };

    /// Decides by what the user asked for, the output and the environment: `NO_COLOR` (any text,
    /// <https://no-color.org>), `TERM`, and the locale (the first of `LC_ALL`, `LC_CTYPE`, `LANG`
    /// that is set and not empty, as POSIX orders them).
    pub fn choose(
        choice: ColourChoice,
        is_terminal: bool,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let set = |name| variable(name).filter(|value| !value.is_empty());
        let colour = match choice {
            ColourChoice::Always => Colour::Always,
            ColourChoice::Auto
                if is_terminal
                    && set("NO_COLOR").is_none()
                    && set("TERM").is_none_or(|term| term != "dumb") =>
            {
                Colour::Always
            }
            ColourChoice::Never | ColourChoice::Auto => Colour::Never,
        };
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
            .into_iter()
            .find_map(set)
            .unwrap_or_default()
            .to_ascii_lowercase();
        let charset = if locale.contains("utf-8") || locale.contains("utf8") {
            Charset::Utf8
        } else {
            Charset::Ascii
        };
        Self { colour, charset }
    }

    /// `text` in `paint`, where colours are on.
    pub(crate) fn paint(self, paint: Paint, text: &str) -> Painted<'_> {
        Painted {
            code: match self.colour {
                Colour::Always => paint.code(),
                Colour::Never => "",
            },
            text,
        }
    }

    /// The character, or what stands for it in ASCII.
    pub(crate) fn glyph(self, glyph: Glyph) -> &'static str {
        let (utf8, ascii) = glyph.forms();
        match self.charset {
            Charset::Utf8 => utf8,
            Charset::Ascii => ascii,
        }
    }
}

/// `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColourChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Also into a pipe.
    Always,
    /// No.
    Never,
}

/// Colours or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// ANSI escape sequences.
    Always,
    /// Bare text.
    Never,
}

/// Which characters may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// Lines, arrows and dots.
    Utf8,
    /// `- > < => ! .`
    Ascii,
}

/// What a colour repeats; the words carry it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Paint {
    /// As it is.
    #[default]
    None,
    /// CRITICAL, HIGH, FAIL.
    Bad,
    /// MEDIUM.
    Warn,
    /// ok.
    Good,
    /// LOW, `~`, not seen.
    Dim,
    /// Headings.
    Strong,
}

impl Paint {
    fn code(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Bad => "\x1b[31m",
            Self::Warn => "\x1b[33m",
            Self::Good => "\x1b[32m",
            Self::Dim => "\x1b[2m",
            Self::Strong => "\x1b[1m",
        }
    }
}

/// Text that is printed with its colour around it.
pub(crate) struct Painted<'a> {
    code: &'static str,
    text: &'a str,
}

impl fmt::Display for Painted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.code.is_empty() || self.text.is_empty() {
            f.write_str(self.text)
        } else {
            write!(f, "{}{}\x1b[0m", self.code, self.text)
        }
    }
}

/// Characters that have an ASCII stand-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Glyph {
    /// Between facts.
    Dot,
    /// Horizontal line.
    Line,
    /// From one thing to another.
    Arrow,
    /// Sent.
    Sent,
    /// Returned.
    Returned,
    /// Replicated.
    Replicated,
    /// Pushed to subscribers and monitors.
    Pushed,
    /// Something was cut off.
    Ellipsis,
    /// There is nothing in this cell.
    Nothing,
}

impl Glyph {
    fn forms(self) -> (&'static str, &'static str) {
        match self {
            Self::Dot => ("·", "."),
            Self::Line => ("─", "-"),
            Self::Arrow => ("→", "->"),
            Self::Sent => ("›", ">"),
            Self::Returned => ("‹", "<"),
            Self::Replicated => ("»", "=>"),
            Self::Pushed => ("«", "!"),
            Self::Ellipsis => ("…", ".."),
            Self::Nothing => ("–", "-"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(choice: ColourChoice, is_terminal: bool, set: &[(&str, &str)]) -> Style {
        Style::choose(choice, is_terminal, |name| {
            set.iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn colours_only_on_a_terminal_that_wants_them() {
        let auto = ColourChoice::Auto;
        assert_eq!(choose(auto, true, &[]).colour, Colour::Always);
        assert_eq!(choose(auto, false, &[]).colour, Colour::Never);
        assert_eq!(
            choose(auto, true, &[("NO_COLOR", "1")]).colour,
            Colour::Never
        );
        assert_eq!(
            choose(auto, true, &[("NO_COLOR", "")]).colour,
            Colour::Always
        );
        assert_eq!(
            choose(auto, true, &[("TERM", "dumb")]).colour,
            Colour::Never
        );
        assert_eq!(
            choose(ColourChoice::Always, false, &[("NO_COLOR", "1")]).colour,
            Colour::Always,
            "asked for by a flag, which is closer than the environment"
        );
    }

    #[test]
    fn the_locale_decides_over_characters() {
        let charset = |set: &[(&str, &str)]| choose(ColourChoice::Auto, false, set).charset;
        assert_eq!(charset(&[("LANG", "de_DE.UTF-8")]), Charset::Utf8);
        assert_eq!(charset(&[("LANG", "en_US.utf8")]), Charset::Utf8);
        assert_eq!(
            charset(&[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")]),
            Charset::Ascii
        );
        assert_eq!(
            charset(&[("LC_ALL", ""), ("LC_CTYPE", "C.UTF-8")]),
            Charset::Utf8
        );
        assert_eq!(charset(&[]), Charset::Ascii);
    }
}
