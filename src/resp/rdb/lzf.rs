//! LZF, as Redis compresses strings of more than 20 bytes: streaming, in 24 KiB of memory.
//!
//! A control byte below 32 announces that many literals and one; above, a run of 3 to 264 bytes that
//! began at most 8192 bytes ago (liblzf's `lzf_d.c` describes it in a page).

/// Decompressor of one string.
#[derive(Debug)]
pub(super) struct Lzf {
    /// Output: at most [`WINDOW_LEN`] bytes handed on before, then what is new.
    window: Vec<u8>,
    /// Output bytes still announced.
    left: u64,
    step: Step,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Control,
    Literals(u8),
    /// A long run: its second length byte, after the control byte.
    Long(u8),
    /// The low byte of how far back a run of so many bytes began, after the control byte.
    Back(u8, u16),
}

impl Lzf {
    /// For a string whose announced length is `len`.
    pub(super) fn new(len: u64) -> Self {
        Self {
            window: Vec::new(),
            left: len,
            step: Step::Control,
        }
    }

    /// Takes some of `input` (at least a byte, where there is one); gives how many and what they
    /// became. `None`: more output than announced, or a run from before the beginning.
    pub(super) fn push(&mut self, input: &[u8]) -> Option<(usize, &[u8])> {
        let kept = self.window.len().saturating_sub(WINDOW_LEN);
        self.window.drain(..kept);
        let old = self.window.len();
        let mut rest = input;
        while let [first, after @ ..] = rest {
            // A run may add 264 bytes, literals 32.
            if self.window.len() - old > OUTPUT_LEN {
                break;
            }
            match self.step {
                Step::Control => {
                    self.step = match first >> 5 {
                        0 => Step::Literals(first + 1),
                        7 => Step::Long(*first),
                        len => Step::Back(*first, u16::from(len) + 2),
                    };
                    rest = after;
                }
                Step::Literals(count) => {
                    let (literals, after) = rest.split_at(usize::from(count).min(rest.len()));
                    self.left = self.left.checked_sub(literals.len() as u64)?;
                    self.window.extend_from_slice(literals);
                    let missing = usize::from(count) - literals.len();
                    self.step = match u8::try_from(missing) {
                        Ok(missing @ 1..) => Step::Literals(missing),
                        _ => Step::Control,
                    };
                    rest = after;
                }
                Step::Long(control) => {
                    self.step = Step::Back(control, u16::from(*first) + 7 + 2);
                    rest = after;
                }
                Step::Back(control, len) => {
                    let distance = (usize::from(control & 0x1f) << 8 | usize::from(*first)) + 1;
                    self.repeat(distance, usize::from(len))?;
                    self.step = Step::Control;
                    rest = after;
                }
            }
        }
        let output = self.window.get(old..).unwrap_or_default();
        Some((input.len() - rest.len(), output))
    }

    /// True once all that was announced has come out.
    pub(super) fn is_complete(&self) -> bool {
        self.left == 0 && self.step == Step::Control
    }

    pub(super) fn memory_len(&self) -> usize {
        self.window.capacity()
    }

    /// Appends `len` bytes from `distance` back; they may overlap themselves.
    fn repeat(&mut self, distance: usize, len: usize) -> Option<()> {
        self.left = self.left.checked_sub(len as u64)?;
        let start = self.window.len().checked_sub(distance)?;
        let mut copied = 0;
        while copied < len {
            let count = (len - copied).min(distance);
            self.window
                .extend_from_within(start + copied..start + copied + count);
            copied += count;
        }
        Some(())
    }
}

/// How far back a run may begin.
const WINDOW_LEN: usize = 8192;
/// Output of one push, bytes; a little more may come.
const OUTPUT_LEN: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn decompress(compressed: &[u8], len: u64, cut: usize) -> Option<Vec<u8>> {
        let mut lzf = Lzf::new(len);
        let mut out = Vec::new();
        for chunk in compressed.chunks(cut) {
            let mut rest = chunk;
            while !rest.is_empty() {
                let (taken, output) = lzf.push(rest)?;
                out.extend_from_slice(output);
                rest = &rest[taken..];
            }
        }
        lzf.is_complete().then_some(out)
    }

    #[test]
    fn literals_and_runs_come_out_at_any_cut() {
        // "abc", then 3 + 6 bytes from 3 back, then a long run of 264 from 1 back.
        let compressed = [2, b'a', b'b', b'c', 0xe0, 0, 2, 0xe0, 255, 0];
        let mut expected = b"abcabcabcabc".to_vec();
        expected.extend([b'c'; 264]);
        for cut in 1..=compressed.len() {
            assert_eq!(
                decompress(&compressed, expected.len() as u64, cut),
                Some(expected.clone())
            );
        }
    }

    #[test]
    fn more_than_announced_or_from_before_the_beginning_is_refused() {
        assert_eq!(decompress(&[2, b'a', b'b', b'c'], 2, 9), None);
        assert_eq!(decompress(&[2, b'a', b'b', b'c'], 4, 9), None);
        assert_eq!(decompress(&[0, b'a', 0x20, 1], 4, 9), None);
        assert_eq!(
            decompress(&[0, b'a', 0x20, 0], 4, 9),
            Some(b"aaaa".to_vec())
        );
    }

    #[test]
    fn a_bomb_stays_in_its_memory() {
        // 100 KB that announce and make 26 MB.
        let mut compressed = vec![0, b'a'];
        compressed.extend([0xe0, 255, 0].repeat(100_000));
        let len = 1 + 264 * 100_000;
        let mut lzf = Lzf::new(len);
        let (mut rest, mut out) = (&compressed[..], 0);
        while !rest.is_empty() {
            let (taken, output) = lzf.push(rest).unwrap();
            out += output.len() as u64;
            rest = &rest[taken..];
            assert!(lzf.memory_len() <= 64 * 1024);
        }
        assert!(lzf.is_complete());
        assert_eq!(out, len);
    }
}
