//! The first pass over a value: sixteen bytes at a time, it sees where a closer look may pay.
//!
//! It marks digits, and the bytes by which the rules' literals are caught: a few rare ones
//! (`_`, `-`, ..), chosen so that each literal holds one of them. Knows bytes and literals, no rule.

use wide::u8x16;

/// Bytes looked at together.
pub(super) const LANE: usize = 16;

/// Bytes looked at before anything is done about them.
pub(super) const BLOCK: usize = 4 * LANE;

/// Bytes that literals are caught by, at most; each costs two instructions a lane.
const MAX_GATES: usize = 6;

/// Where the gate stands in [`Sieve::around`].
const GATE_PLACE: usize = 2;

/// What the pass saw in one lane; bit `n` stands for its byte `n`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sight {
    pub digits: u32,
    pub gates: u32,
}

/// What a whole text holds at all.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    ats: u8x16,
    ends: u8x16,
    joints: u8x16,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            ats: u8x16::ZERO,
            ends: u8x16::ZERO,
            joints: u8x16::ZERO,
        }
    }
}

impl Seen {
    /// An `@`, and a `.` or `/` somewhere: no address and no login of a URL is without.
    pub(super) fn has_address(&self) -> bool {
        self.ats.to_bitmask() != 0 && self.ends.to_bitmask() != 0
    }

    /// `=` or `:`.
    pub(super) fn has_joint(&self) -> bool {
        self.joints.to_bitmask() != 0
    }
}

/// How a literal is caught.
struct Caught {
    literal: usize,
    /// Offset of the gate in it.
    offset: usize,
    /// What stands around the gate, and which of it is the literal's.
    around: u32,
    mask: u32,
}

/// Literals, and the bytes they are caught by.
pub(super) struct Sieve {
    gates: [u8x16; MAX_GATES],
    /// Bits by gate: bytes that stand two before, one before, at and behind it in some literal.
    around: [[u8; 256]; 4],
    /// By gate: literals caught by it.
    caught: [Vec<Caught>; MAX_GATES],
    literals: Vec<Vec<u8>>,
}

impl Default for Sieve {
    fn default() -> Self {
        Self {
            gates: [u8x16::splat(b'_'); MAX_GATES],
            around: [[0; 256]; 4],
            caught: std::array::from_fn(|_| Vec::new()),
            literals: Vec::new(),
        }
    }
}

impl Sieve {
    /// `None` where the literals have too little in common.
    pub(super) fn new(literals: &[&[u8]]) -> Option<Self> {
        let chosen = choose(literals)?;
        // Places that are not needed repeat the first gate.
        let any = chosen.first().copied().unwrap_or(b'_');
        let mut sieve = Self {
            gates: std::array::from_fn(|gate| {
                u8x16::splat(chosen.get(gate).copied().unwrap_or(any))
            }),
            literals: literals.iter().map(|literal| literal.to_vec()).collect(),
            ..Self::default()
        };
        for (index, literal) in literals.iter().enumerate() {
            let (gate, offset) = chosen.iter().enumerate().find_map(|(gate, byte)| {
                let offset = literal.iter().position(|other| other == byte)?;
                Some((gate, offset))
            })?;
            let (mut around, mut mask) = ([0; 4], [0; 4]);
            for (place, table) in sieve.around.iter_mut().enumerate() {
                let at = (offset + place).checked_sub(GATE_PLACE);
                let byte = at.and_then(|at| literal.get(at).copied());
                allow(table, byte, 1 << gate);
                if let (Some(byte), Some(known), Some(covered)) =
                    (byte, around.get_mut(place), mask.get_mut(place))
                {
                    (*known, *covered) = (byte, 0xff);
                }
            }
            if let Some(caught) = sieve.caught.get_mut(gate) {
                caught.push(Caught {
                    literal: index,
                    offset,
                    around: u32::from_le_bytes(around),
                    mask: u32::from_le_bytes(mask),
                });
            }
        }
        Some(sieve)
    }

    /// Looks at one lane.
    #[inline]
    pub(super) fn look(&self, lane: &[u8; LANE], seen: &mut Seen) -> Sight {
        let bytes = u8x16::new(*lane);
        let is = |byte: u8| bytes.simd_eq(u8x16::splat(byte));
        let from_zero = bytes - u8x16::splat(b'0');
        let digits = from_zero.min(u8x16::splat(9)).simd_eq(from_zero);
        let gates = self
            .gates
            .iter()
            .fold(u8x16::ZERO, |gates, &gate| gates | bytes.simd_eq(gate));
        seen.ats |= is(b'@');
        seen.ends |= is(b'.') | is(b'/');
        seen.joints |= is(b'=') | is(b':');
        Sight {
            digits: digits.to_bitmask(),
            gates: gates.to_bitmask(),
        }
    }

    /// Looks at four lanes; in the answer the first byte is the lowest bit.
    #[inline]
    pub(super) fn look_at_block(&self, block: &[u8; BLOCK], seen: &mut Seen) -> (u64, u64) {
        let (lanes, _) = block.as_chunks::<LANE>();
        let mut all = (0, 0);
        for (number, lane) in lanes.iter().enumerate() {
            let sight = self.look(lane, seen);
            all.0 |= u64::from(sight.gates) << (number * LANE);
            all.1 |= u64::from(sight.digits) << (number * LANE);
        }
        all
    }

    /// The literals that the gate at `at` belongs to: their numbers and where they begin.
    #[inline]
    pub(super) fn literals_at(
        &self,
        text: &[u8],
        at: usize,
    ) -> impl Iterator<Item = (usize, usize)> {
        let around = Self::around(text, at);
        let [second_before, before, gate, behind] = &self.around;
        let of = |table: &[u8; 256], byte: u8| table.get(usize::from(byte)).copied().unwrap_or(0);
        let gate = of(gate, around[2])
            & of(before, around[1])
            & of(behind, around[3])
            & of(second_before, around[0]);
        let caught = if gate == 0 {
            &[]
        } else {
            self.caught
                .get(gate.trailing_zeros() as usize)
                .map_or(&[][..], Vec::as_slice)
        };
        let around = u32::from_le_bytes(around);
        caught.iter().filter_map(move |caught| {
            if (around ^ caught.around) & caught.mask != 0 {
                return None;
            }
            let start = at.checked_sub(caught.offset)?;
            let bytes = self.literals.get(caught.literal)?;
            text.get(start..)?
                .starts_with(bytes)
                .then_some((caught.literal, start))
        })
    }

    /// The bytes two before to one behind `at`; zeros where there are none.
    #[inline]
    fn around(text: &[u8], at: usize) -> [u8; 4] {
        let inside = at.checked_sub(GATE_PLACE).and_then(|from| text.get(from..));
        if let Some(&around) = inside.and_then(<[u8]>::first_chunk) {
            return around;
        }
        let mut around = [0; 4];
        for (place, byte) in around.iter_mut().enumerate() {
            let at = (at + place).checked_sub(GATE_PLACE);
            *byte = at.and_then(|at| text.get(at).copied()).unwrap_or(0);
        }
        around
    }

    /// Length of a literal.
    pub(super) fn literal_len(&self, literal: usize) -> usize {
        self.literals.get(literal).map_or(0, Vec::len)
    }
}

/// `None`: the literal does not reach there, so any byte will do.
fn allow(table: &mut [u8; 256], byte: Option<u8>, bit: u8) {
    match byte {
        Some(byte) => {
            if let Some(bits) = table.get_mut(usize::from(byte)) {
                *bits |= bit;
            }
        }
        None => table.iter_mut().for_each(|bits| *bits |= bit),
    }
}

/// Few and rare bytes of which every literal holds one: the best for its rarity, again and again.
fn choose(literals: &[&[u8]]) -> Option<Vec<u8>> {
    let mut left: Vec<&[u8]> = literals.to_vec();
    let mut chosen = Vec::new();
    while !left.is_empty() {
        let value = |byte: u8| {
            let holders = left
                .iter()
                .filter(|literal| literal.contains(&byte))
                .count();
            holders * 1000 / frequency(byte)
        };
        let best = (0..=255).max_by_key(|&byte| value(byte))?;
        if value(best) == 0 || chosen.len() == MAX_GATES {
            return None;
        }
        chosen.push(best);
        left.retain(|literal| !literal.contains(&best));
    }
    Some(chosen)
}

/// How often a byte stands in values, roughly: JSON, numbers, words, base64.
fn frequency(byte: u8) -> usize {
    match byte {
        b'0'..=b'9' => 12,
        b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' => 10,
        b'"' | b' ' | b',' | b':' => 9,
        b'x' | b'q' | b'z' | b'j' => 4,
        b'a'..=b'z' => 7,
        b'-' | b'.' | b'A'..=b'Z' => 3,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LITERALS: [&[u8]; 9] = [
        b"ghp_",
        b"github_pat_",
        b"xoxb-",
        b"AKIA",
        b"eyJh",
        b"dp.pt.",
        b":AAE",
        b"-----BEGIN ",
        b"T3BlbkFJ",
    ];

    fn lanes(sieve: &Sieve, text: &[u8]) -> (Vec<(usize, usize)>, Vec<usize>, Seen) {
        let (mut found, mut digits) = (Vec::new(), Vec::new());
        let mut seen = Seen::default();
        for (number, chunk) in text.chunks(LANE).enumerate() {
            let mut lane = [0; LANE];
            lane[..chunk.len()].copy_from_slice(chunk);
            let sight = sieve.look(&lane, &mut seen);
            for bit in 0..LANE {
                let at = number * LANE + bit;
                if sight.gates >> bit & 1 == 1 {
                    found.extend(sieve.literals_at(text, at));
                }
                if sight.digits >> bit & 1 == 1 {
                    digits.push(at);
                }
            }
        }
        found.sort_unstable();
        (found, digits, seen)
    }

    #[test]
    fn literals_with_nothing_in_common_are_refused() {
        let many: Vec<[u8; 4]> = (b'a'..=b'z').map(|byte| [byte; 4]).collect();
        let many: Vec<&[u8]> = many.iter().map(<[u8; 4]>::as_slice).collect();
        assert!(Sieve::new(&many).is_none());
        assert!(Sieve::new(&[b""]).is_none());
        assert!(Sieve::new(&[]).is_some());
    }

    proptest! {
        #[test]
        fn finds_what_a_plain_search_finds(
            pieces in prop::collection::vec(
                prop_oneof![
                    prop::sample::select(LITERALS.to_vec()).prop_map(<[u8]>::to_vec),
                    prop::collection::vec(any::<u8>(), 0..20),
                    "[0-9a-zA-Z_.:@/=-]{0,20}".prop_map(String::into_bytes),
                ],
                0..8,
            )
        ) {
            let text = pieces.concat();
            let sieve = Sieve::new(&LITERALS).expect("they have much in common");
            let (found, digits, seen) = lanes(&sieve, &text);
            let mut expected = Vec::new();
            for (number, literal) in LITERALS.iter().enumerate() {
                for start in 0..text.len() {
                    if text[start..].starts_with(literal) {
                        expected.push((number, start));
                    }
                }
            }
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
            let is_digit = |&at: &usize| text[at].is_ascii_digit();
            let expected: Vec<usize> = (0..text.len()).filter(is_digit).collect();
            prop_assert_eq!(digits, expected);
            let has = |bytes: &[u8]| text.iter().any(|byte| bytes.contains(byte));
            prop_assert_eq!(seen.has_address(), has(b"@") && has(b"./"));
            prop_assert_eq!(seen.has_joint(), has(b"=:"));
        }
    }
}
