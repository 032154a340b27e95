//! Connections that began before the capture: which version their records prove.
//!
//! No handshake, but record headers still tell: the version bytes are the negotiated version up to
//! TLS 1.2 (RFC 5246 6.2.1), and 0x0303 from then on. There the first eight bytes of a body decide:
//! AES-GCM of TLS 1.2 sends its nonce in the clear (RFC 5288 3) and every library counts it up by
//! one, while TLS 1.3 sends none.

use crate::event::{TlsEvidence, TlsVersion};

/// Records looked at in one direction before we stop asking.
const MAX_RECORDS: u8 = 8;

/// One connection's evidence.
#[derive(Debug, Default)]
pub(crate) struct Midstream {
    sides: [Side; 2],
    version: Option<u16>,
    /// Records whose version bytes disagreed.
    disagree: bool,
    records: u8,
}

#[derive(Debug, Default)]
struct Side {
    records: u8,
    last_prefix: Option<[u8; 8]>,
    /// Pairs of neighbours whose prefix went up by one.
    steps: u8,
}

impl Midstream {
    /// One complete protected record that followed another in step. `prefix`: its first eight
    /// bytes, where it has as many.
    pub(crate) fn record(&mut self, side: usize, version: u16, prefix: Option<[u8; 8]>) {
        self.disagree |= self.version.is_some_and(|known| known != version);
        self.version = Some(version);
        self.records = self.records.saturating_add(1);
        let Some(side) = self.sides.get_mut(side) else {
            return;
        };
        side.records = side.records.saturating_add(1);
        if let (Some(last), Some(now)) = (side.last_prefix, prefix) {
            let next = u64::from_be_bytes(last).wrapping_add(1);
            if next == u64::from_be_bytes(now) {
                side.steps = side.steps.saturating_add(1);
            }
        }
        side.last_prefix = prefix;
    }

    /// A record could not be followed: its neighbour proves nothing.
    pub(crate) fn break_step(&mut self, side: usize) {
        if let Some(side) = self.sides.get_mut(side) {
            side.last_prefix = None;
        }
    }

    /// Nothing more would be learned.
    pub(crate) fn is_settled(&self) -> bool {
        self.answer()
            .0
            .is_some_and(|version| version != TlsVersion::Tls12 || self.steps() > 0)
            || self.sides.iter().any(|side| side.records >= MAX_RECORDS)
    }

    /// What the records prove.
    pub(crate) fn answer(&self) -> (Option<TlsVersion>, TlsEvidence) {
        // One header may be chance; two in step are not.
        if self.disagree || self.records < 2 {
            return (None, TlsEvidence::NotSeen);
        }
        match self.version {
            Some(0x0300) => (Some(TlsVersion::Ssl3), TlsEvidence::RecordLayer),
            Some(0x0301) => (Some(TlsVersion::Tls10), TlsEvidence::RecordLayer),
            Some(0x0302) => (Some(TlsVersion::Tls11), TlsEvidence::RecordLayer),
            // One step by chance: one in 2^64.
            Some(0x0303) if self.steps() > 0 => (Some(TlsVersion::Tls12), TlsEvidence::Inferred),
            _ => (None, TlsEvidence::NotSeen),
        }
    }

    fn steps(&self) -> u8 {
        self.sides.iter().map(|side| side.steps).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_versions_are_in_the_header() {
        let mut seen = Midstream::default();
        seen.record(0, 0x0301, None);
        assert_eq!(seen.answer(), (None, TlsEvidence::NotSeen));
        seen.record(1, 0x0301, None);
        assert_eq!(
            seen.answer(),
            (Some(TlsVersion::Tls10), TlsEvidence::RecordLayer)
        );
        assert!(seen.is_settled());
    }

    #[test]
    fn a_nonce_that_counts_up_is_tls_1_2_and_anything_else_proves_nothing() {
        let mut seen = Midstream::default();
        seen.record(0, 0x0303, Some(41u64.to_be_bytes()));
        seen.record(0, 0x0303, Some(42u64.to_be_bytes()));
        assert_eq!(
            seen.answer(),
            (Some(TlsVersion::Tls12), TlsEvidence::Inferred)
        );
        let mut other = Midstream::default();
        for n in 0..8u64 {
            assert!(!other.is_settled());
            let noise = n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
            other.record(0, 0x0303, Some(noise));
        }
        assert_eq!(other.answer(), (None, TlsEvidence::NotSeen));
        assert!(other.is_settled());
    }

    #[test]
    fn a_lost_record_breaks_the_count() {
        let mut seen = Midstream::default();
        seen.record(0, 0x0303, Some(1u64.to_be_bytes()));
        seen.break_step(0);
        seen.record(0, 0x0303, Some(2u64.to_be_bytes()));
        assert_eq!(seen.answer().0, None);
    }
}
