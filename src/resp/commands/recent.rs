//! The command that a connection sent last, so that one which sends it again and again is looked up once.

use super::super::model::{Arguments, Store};
use super::{CommandSpec, resolve};

/// A short name, as it was on the wire, and its row.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::resp) struct Recent {
    /// [`short_name`] of a command that needs no second word; 0: none so far.
    name: u64,
    spec: Option<&'static CommandSpec>,
}

impl Recent {
    /// As [`resolve`].
    #[inline(always)]
    pub(in crate::resp) fn resolve(
        &mut self,
        arguments: &Arguments<'_>,
    ) -> Option<&'static CommandSpec> {
        let name = short_name(arguments);
        if name == Some(self.name) {
            return self.spec;
        }
        self.resolve_other(arguments, name)
    }

    #[inline(never)]
    fn resolve_other(
        &mut self,
        arguments: &Arguments<'_>,
        name: Option<u64>,
    ) -> Option<&'static CommandSpec> {
        let spec = resolve(arguments)?;
        // Where the second word decides, the name alone says too little.
        if let Some(name) = name
            && !spec.is_container()
            && spec.subcommand().is_none()
        {
            *self = Self {
                name,
                spec: Some(spec),
            };
        }
        Some(spec)
    }
}

/// A whole first word of one to seven bytes, with its length in the top byte: never 0. `None` for
/// others, and at the very end of a chunk.
#[inline(always)]
fn short_name(arguments: &Arguments<'_>) -> Option<u64> {
    let span = arguments.spans.first()?;
    let bits = 8 * u64::from(span.kept);
    if span.store != Store::Chunk
        || span.broken
        || span.len != u64::from(span.kept)
        || !(1..=7).contains(&span.kept)
    {
        return None;
    }
    let ahead = arguments.buffers.chunk.get(span.start as usize..)?;
    let word = u64::from_le_bytes(*ahead.first_chunk()?);
    Some(word & ((1 << bits) - 1) | bits << 53)
}

#[cfg(test)]
mod tests {
    use super::super::super::model::{Buffers, Span};
    use super::*;

    /// Of the first word alone, `kept` bytes of `len`, in `chunk`.
    fn with_word<T>(chunk: &[u8], kept: u32, len: u64, ask: impl FnOnce(&Arguments<'_>) -> T) -> T {
        let spans = [Span {
            store: Store::Chunk,
            start: 0,
            kept,
            len,
            broken: false,
        }];
        ask(&Arguments {
            spans: &spans,
            buffers: Buffers { chunk, held: &[] },
            count: 1,
        })
    }

    #[test]
    fn it_says_what_a_lookup_says_whatever_came_before() {
        let texts: [&[u8]; 14] = [
            b"GET",
            b"get",
            b"GETX",
            b"GET\0",
            b"GE",
            b"SET",
            b"HGETALL",
            b"PUBLISH",
            b"CONFIG",
            b"CLIENT",
            b"EXPIREAT",
            b"G",
            b"",
            b"NOSUCH",
        ];
        let mut recent = Recent::default();
        for first in texts {
            for second in texts {
                for text in [first, second] {
                    for behind in [&b"\r\n$1\r\nGET"[..], b""] {
                        let chunk = [text, behind].concat();
                        for (kept, len) in [(0, 0), (0, 1), (1, 0)] {
                            let kept = u32::try_from(text.len()).unwrap_or(0) + kept;
                            let len = text.len() as u64 + len;
                            with_word(&chunk, kept, len, |arguments| {
                                assert_eq!(
                                    recent.resolve(arguments),
                                    resolve(arguments),
                                    "{chunk:?}"
                                );
                            });
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn short_names_differ_where_the_words_do() {
        let name = |chunk: &[u8], len: u32| with_word(chunk, len, u64::from(len), short_name);
        assert_eq!(name(b"GET\0\0\0\0\0\0", 3), name(b"GET\r\n$1\r\n", 3));
        assert_ne!(name(b"GET\0\0\0\0\0\0", 3), name(b"GET\0\0\0\0\0\0", 4));
        assert_ne!(
            name(b"\0\0\0\0\0\0\0\0\0", 1),
            name(b"\0\0\0\0\0\0\0\0\0", 2)
        );
        assert_eq!(name(b"EXPIREAT\r\n", 8), None);
        assert_eq!(name(b"\r\n$1\r\nX\r\n", 0), None);
        assert_eq!(
            name(b"PING\r\n", 4),
            None,
            "too near the end to be read at once"
        );
    }
}
