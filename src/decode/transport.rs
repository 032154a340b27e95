//! The TCP header (RFC 9293 3.1) off the fast path, and its options.

use etherparse::TcpHeaderSlice;

use super::counters::Layer;
use super::walk::{Rest, Stop};
use crate::segment::TcpFlags;

/// A TCP header and where its parts are.
pub(super) struct Tcp<'x> {
    pub(super) header: TcpHeaderSlice<'x>,
    pub(super) flags: TcpFlags,
    /// Raw option bytes. Not from `header`, which lends them for too short a time.
    pub(super) options: &'x [u8],
    pub(super) payload: Rest<'x>,
}

/// Takes the header off an IP payload.
pub(super) fn tcp(rest: Rest<'_>) -> Result<Tcp<'_>, Stop> {
    let fixed = rest.peek::<FIXED_LEN>(Layer::Tcp)?;
    let header_len = usize::from(fixed[12] >> 4) * 4;
    if header_len < FIXED_LEN {
        return Err(Stop::Malformed(Layer::Tcp));
    }
    let (bytes, payload) = rest.split(header_len, Layer::Tcp)?;
    let header = TcpHeaderSlice::from_slice(bytes).map_err(|_| Stop::Malformed(Layer::Tcp))?;
    Ok(Tcp {
        header,
        flags: TcpFlags(fixed[13]),
        options: bytes.get(FIXED_LEN..).unwrap_or_default(),
        payload,
    })
}

/// What the options say, as far as we ask: the body of a timestamp option (RFC 7323 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Options<'x> {
    /// Well formed.
    Fine(Option<&'x [u8; 8]>),
    /// An option runs over the end or says it is shorter than itself. What came before counts:
    /// Linux stops there too (`tcp_parse_options`).
    Overrun(Option<&'x [u8; 8]>),
}

/// Value and echo reply of a timestamp option.
#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    reason = "the two halves of eight bytes"
)]
pub(super) fn stamps(body: Option<&[u8; 8]>) -> Option<(u32, u32)> {
    // One load of eight bytes, cut in two.
    let both = u64::from_be_bytes(*body?);
    let (value, echo) = ((both >> 32) as u32, both as u32);
    Some((value, echo))
}

/// Finds the timestamp option. Its body stays where it is until someone wants it: two words
/// that are stored and then loaded as one stall the processor for as long as all of the rest.
#[inline(always)]
pub(super) fn options(options: &[u8]) -> Options<'_> {
    // RFC 7323 appendix A: NOP NOP TS, what everyone sends on everything but a SYN.
    if options.len() == 12
        && let Some(([1, 1, 8, 10], body)) = options.split_first_chunk()
    {
        return Options::Fine(body.first_chunk());
    }
    if options.is_empty() {
        return Options::Fine(None);
    }
    scan_options(options)
}

/// One option after the other; at most 40 bytes.
fn scan_options(mut rest: &[u8]) -> Options<'_> {
    let mut found = None;
    loop {
        let len = match *rest {
            [] | [0, ..] => return Options::Fine(found), // end of options
            [1, ..] => 1,                                // no operation
            [_, len, ..] if len >= 2 => usize::from(len),
            _ => return Options::Overrun(found),
        };
        let Some((option, after)) = rest.split_at_checked(len) else {
            return Options::Overrun(found);
        };
        if let Some(([8, 10], body)) = option.split_first_chunk()
            && len == 10
        {
            found = body.first_chunk();
        }
        rest = after;
    }
}

/// The header without options, in bytes.
pub(super) const FIXED_LEN: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: [u8; 8] = [0, 0, 0, 1, 0, 0, 0, 2];

    #[test]
    fn timestamps_are_found_in_the_usual_place_and_elsewhere() {
        let stamp = [8, 10, 0, 0, 0, 1, 0, 0, 0, 2];
        let syn = [&[2, 4, 5, 180, 4, 2][..], &stamp, &[1, 3, 3, 7]].concat();
        for bytes in [
            [&[1, 1][..], &stamp].concat(),
            [&stamp[..], &[0, 0]].concat(),
            syn,
        ] {
            assert_eq!(options(&bytes), Options::Fine(Some(&BODY)), "{bytes:?}");
        }
        assert_eq!(options(&[1, 1, 1, 0]), Options::Fine(None));
    }

    #[test]
    fn the_two_stamps_are_value_and_echo_reply() {
        assert_eq!(stamps(Some(&BODY)), Some((1, 2)));
    }

    #[test]
    fn an_option_of_length_0_or_1_or_over_the_end_stops_the_scan() {
        let stamp = [8, 10, 0, 0, 0, 1, 0, 0, 0, 2];
        for bad in [&[3, 0][..], &[3, 1], &[3, 9], &[3]] {
            let bytes = [&stamp[..], bad].concat();
            assert_eq!(options(&bytes), Options::Overrun(Some(&BODY)), "{bytes:?}");
        }
    }

    #[test]
    fn what_follows_the_end_of_options_is_not_an_option() {
        let bytes = [&[0][..], &[8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 0]].concat();
        assert_eq!(options(&bytes), Options::Fine(None));
    }
}
