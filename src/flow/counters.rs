//! What a flow table counts: every payload byte in exactly one place, every oddity by its name.

use std::collections::BTreeMap;

use crate::event::Accounting;

macro_rules! counters {
    ($(#[$struct_doc:meta])* pub struct $name:ident { $($(#[$doc:meta])* $field:ident,)* }) => {
        $(#[$struct_doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub struct $name { $($(#[$doc])* pub $field: u64,)* }

        impl $name {
            /// Adds the counters of another table.
            pub fn add(&mut self, other: &Self) {
                $(self.$field += other.$field;)*
            }

            /// Every counter with its name, in declaration order.
            pub fn each(&self) -> impl Iterator<Item = (&'static str, u64)> {
                [$((stringify!($field), self.$field),)*].into_iter()
            }
        }
    };
}

counters! {
    /// Figures of one table since its birth. Bytes are captured payload bytes unless said otherwise.
    pub struct FlowCounters {
        /// Segments pushed.
        segments,
        /// Their payload; the sum of all `*_bytes` down to `pending_bytes`, after [`super::FlowTable::finish`].
        payload_bytes,
        /// Handed to the handler.
        delivered_bytes,
        /// Seen before, or the losing side of an overlap.
        duplicate_bytes,
        /// Too far from the next byte, or before a mid-stream start.
        out_of_window_bytes,
        /// Wrong checksum.
        invalid_checksum_bytes,
        /// No ACK flag, SYN inside a flow, an acknowledgment of what was never sent or far behind.
        invalid_flags_bytes,
        /// Timestamp older than the last good one (RFC 7323 5).
        invalid_paws_bytes,
        /// On a SYN, and the peer did not take it.
        invalid_syn_data_bytes,
        /// On a RST.
        invalid_on_rst_bytes,
        /// After FIN or RST.
        invalid_after_close_bytes,
        /// Taken out of the stream by an urgent pointer.
        urgent_bytes,
        /// No room under a limit.
        dropped_limit_bytes,
        /// Held by a flow that was evicted before it could be confirmed.
        dropped_eviction_bytes,
        /// After the handler said `Done`.
        unfollowed_bytes,
        /// On a SYN that nobody answered.
        pending_bytes,

        /// Stream bytes that never came.
        gap_bytes,
        /// Gaps by cause: the peer acknowledged what was not seen.
        gaps_acknowledged,
        /// One direction only, waited long enough.
        gaps_waited,
        /// A limit on held bytes or intervals.
        gaps_limit,
        /// The snap length.
        gaps_snap_length,
        /// The end of the flow.
        gaps_end,

        /// Flows opened.
        flows,
        /// Of these, without a SYN.
        flows_midstream,
        /// Flows that ended by FIN.
        ended_fin,
        /// By RST.
        ended_rst,
        /// Idle.
        ended_idle,
        /// Evicted to make room.
        ended_evicted,
        /// Replaced by a new connection of the same five-tuple.
        ended_reused,
        /// Cut by the end of the input.
        ended_capture_end,
        /// Times that held bytes were given up because the table's budget was full.
        budget_flushes,

        /// Segments whose payload was seen before, whole and equal: SPAN or `any` captures each twice.
        duplicate_segments,
        /// Overlaps whose bytes disagree.
        conflicts,
        /// Overlaps with delivered bytes that could not be compared.
        overlaps_unverified,
        /// Keep-alive probes.
        keep_alives,
        /// Segments with an urgent pointer that names a byte still to come.
        urgent_segments,
        /// Segments accepted although their checksum was left to the network card.
        checksums_offloaded,
        /// Segments accepted although their checksum was wrong.
        checksums_wrong_accepted,
        /// RST segments that did not stand at the next byte.
        resets_ignored,
        /// SYN segments inside a flow that nobody confirmed.
        syns_ignored,
        /// Segments dropped whole: checksum.
        segments_bad_checksum,
        /// Segments dropped whole: flags or acknowledgment.
        segments_bad_flags,
        /// Segments dropped whole: old timestamp.
        segments_bad_paws,
        /// Segments too far ahead or behind.
        segments_out_of_window,
        /// Times a direction was found far from where it should be and followed there.
        stream_resyncs,
    }
}

impl FlowCounters {
    /// Adds the byte counters to the run's accounting.
    pub fn add_to(&self, accounting: &mut Accounting) {
        accounting.payload_bytes += self.payload_bytes;
        accounting.delivered_bytes += self.delivered_bytes;
        accounting.duplicate_bytes += self.duplicate_bytes;
        accounting.out_of_window_bytes += self.out_of_window_bytes;
        accounting.invalid_checksum_bytes += self.invalid_checksum_bytes;
        accounting.invalid_flags_bytes += self.invalid_flags_bytes;
        accounting.invalid_paws_bytes += self.invalid_paws_bytes;
        accounting.invalid_syn_data_bytes += self.invalid_syn_data_bytes;
        accounting.invalid_on_rst_bytes += self.invalid_on_rst_bytes;
        accounting.invalid_after_close_bytes += self.invalid_after_close_bytes;
        accounting.urgent_bytes += self.urgent_bytes;
        accounting.dropped_limit_bytes += self.dropped_limit_bytes;
        accounting.dropped_eviction_bytes += self.dropped_eviction_bytes;
        accounting.unfollowed_bytes += self.unfollowed_bytes;
        accounting.pending_bytes += self.pending_bytes;
    }

    /// Breaches of a bound, for `blind_spots.limits`; names only where the count is not 0.
    pub fn add_limits_to(&self, limits: &mut BTreeMap<String, u64>) {
        for (name, count) in [
            ("reassembly_limit", self.gaps_limit),
            ("reassembly_budget", self.budget_flushes),
            ("stream_resyncs", self.stream_resyncs),
        ] {
            if count > 0 {
                *limits.entry(name.to_owned()).or_default() += count;
            }
        }
    }

    /// Payload bytes that have found their place; equals `payload_bytes` once nothing is held.
    #[must_use]
    pub fn accounted_bytes(&self) -> u64 {
        self.delivered_bytes
            + self.duplicate_bytes
            + self.out_of_window_bytes
            + self.invalid_checksum_bytes
            + self.invalid_flags_bytes
            + self.invalid_paws_bytes
            + self.invalid_syn_data_bytes
            + self.invalid_on_rst_bytes
            + self.invalid_after_close_bytes
            + self.urgent_bytes
            + self.dropped_limit_bytes
            + self.dropped_eviction_bytes
            + self.unfollowed_bytes
            + self.pending_bytes
    }
}

/// What a table holds now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gauges {
    /// Flows, lingering ones included.
    pub flows: u32,
    /// Of these, half open.
    pub half_open: u32,
    /// Of these, closed and lingering.
    pub lingering: u32,
    /// Of these, with bytes behind a hole.
    pub holding: u32,
    /// Bytes held out of order, overhead included.
    pub held_bytes: u64,
    /// Of these, captured payload.
    pub held_payload_bytes: u64,
    /// Memory of the table in bytes: flows, index, held bytes. The handler's boxes not included.
    pub memory_bytes: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every counter another power of two, so that no sum can be made of others.
    fn distinct() -> FlowCounters {
        let mut bit = 0;
        let mut next = || {
            bit += 1;
            1u64 << bit
        };
        FlowCounters {
            payload_bytes: next(),
            delivered_bytes: next(),
            duplicate_bytes: next(),
            out_of_window_bytes: next(),
            invalid_checksum_bytes: next(),
            invalid_flags_bytes: next(),
            invalid_paws_bytes: next(),
            invalid_syn_data_bytes: next(),
            invalid_on_rst_bytes: next(),
            invalid_after_close_bytes: next(),
            urgent_bytes: next(),
            dropped_limit_bytes: next(),
            dropped_eviction_bytes: next(),
            unfollowed_bytes: next(),
            pending_bytes: next(),
            gaps_limit: next(),
            budget_flushes: next(),
            stream_resyncs: next(),
            ..FlowCounters::default()
        }
    }

    #[test]
    fn every_byte_counter_reaches_the_accounting_of_the_run() {
        let (counters, mut accounting) = (distinct(), Accounting::default());
        for _ in 0..3 {
            counters.add_to(&mut accounting);
        }
        let told = serde_json::to_value(accounting).expect("JSON");
        let mut bytes = 0;
        for (name, value) in counters.each().filter(|(name, _)| name.ends_with("_bytes")) {
            if name != "gap_bytes" {
                assert_eq!(told[name].as_u64(), Some(3 * value), "{name}");
                bytes += value;
            }
        }
        // What came in is one of them; the others are where it went.
        assert_eq!(counters.accounted_bytes(), bytes - counters.payload_bytes);
    }

    #[test]
    fn a_bound_that_was_broken_is_told_and_one_that_held_is_not() {
        let (counters, mut limits) = (distinct(), BTreeMap::new());
        FlowCounters::default().add_limits_to(&mut limits);
        assert_eq!(limits, BTreeMap::new());
        for _ in 0..3 {
            counters.add_limits_to(&mut limits);
        }
        let expected = [
            ("reassembly_limit", counters.gaps_limit),
            ("reassembly_budget", counters.budget_flushes),
            ("stream_resyncs", counters.stream_resyncs),
        ];
        assert_eq!(
            limits,
            expected
                .into_iter()
                .map(|(name, count)| (name.to_owned(), 3 * count))
                .collect()
        );
    }
}
