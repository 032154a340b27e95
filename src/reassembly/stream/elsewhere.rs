//! Segments far from where the stream should be: when it is followed there.

use std::ops::ControlFlow;

use super::super::{GapCause, StreamSink};
use super::{MIN_WINDOW_LEN, Piece, Stream, Witness};
use crate::segment::SeqNum;

/// Segments in a row, far from where the stream should be, after which it is followed there.
pub const RESYNC_SEGMENTS: u8 = 4;

#[derive(Debug, Clone, Copy)]
pub(super) struct Elsewhere {
    first: SeqNum,
    next: SeqNum,
    segments: u8,
}

impl Stream {
    /// Segments too far ahead to be taken were seen just before `ack`.
    #[must_use]
    pub fn is_seen_elsewhere(&self, ack: SeqNum) -> bool {
        self.disorder
            .as_ref()
            .and_then(|disorder| disorder.elsewhere)
            .is_some_and(|elsewhere| {
                (1..=i64::from(MIN_WINDOW_LEN))
                    .contains(&i64::from(ack.distance_from(elsewhere.first)))
            })
    }

    /// Whether enough segments stood far from where the stream is, one behind the other, to
    /// follow it there.
    pub(super) fn is_followed_elsewhere(&mut self, piece: &Piece<'_>) -> bool {
        if piece.wire_len == 0 {
            return false;
        }
        let next = piece.seq.plus(piece.wire_len);
        let disorder = self.disorder.get_or_insert_default();
        let elsewhere = match disorder.elsewhere {
            Some(known) if known.next == piece.seq => Elsewhere {
                next,
                segments: known.segments.saturating_add(1),
                ..known
            },
            _ => Elsewhere {
                first: piece.seq,
                next,
                segments: 1,
            },
        };
        disorder.elsewhere = Some(elsewhere);
        // Anybody can send four segments; only the receiver can acknowledge them.
        let confirmed = match piece.witness {
            Witness::Unseen => true,
            Witness::Silent => false,
            Witness::Acknowledged(ack) => {
                let covered = i64::from(ack.distance_from(elsewhere.first));
                (1..=i64::from(piece.window.max(MIN_WINDOW_LEN))).contains(&covered)
            }
        };
        confirmed && elsewhere.segments >= RESYNC_SEGMENTS
    }

    /// Goes to where `piece` stands. The way there is a gap of unknown size, told modulo 2^32.
    pub(super) fn jump(
        &mut self,
        piece: &Piece<'_>,
        sink: &mut impl StreamSink,
    ) -> ControlFlow<()> {
        self.forget_elsewhere();
        self.flush(GapCause::Limit, sink)?;
        if self.is_finished() {
            return ControlFlow::Continue(());
        }
        let way = piece.seq.0.wrapping_sub(self.next_seq().0);
        self.give_up(
            self.next.saturating_add(u64::from(way)),
            GapCause::Limit,
            sink,
        )
    }

    pub(super) fn forget_elsewhere(&mut self) {
        if let Some(disorder) = self.disorder.as_deref_mut() {
            disorder.elsewhere = None;
        }
    }
}
