//! The sender's last byte, and streams that nobody follows any more.

use super::super::queue::Queue;
use super::super::{Discard, StreamSink};
use super::{Status, Stream};

impl Stream {
    /// Throws away what is queued.
    pub fn abandon(&mut self, sink: &mut impl StreamSink) {
        if let Some(disorder) = self.disorder.as_deref_mut() {
            let len = disorder.queue.payload_len();
            if len > 0 {
                sink.discard(len, Discard::Abandoned);
            }
            disorder.queue = Queue::default();
            disorder.fin = None;
            disorder.urgent = Vec::new();
        }
    }

    /// Throws away what is queued and every figure: only the place in sequence space is kept.
    pub fn forget(&mut self, sink: &mut impl StreamSink) {
        self.abandon(sink);
        self.disorder = None;
    }

    /// Moves on by `len` bytes that nobody follows: offsets stand still, sequence numbers go on.
    pub fn skip(&mut self, len: u32) {
        self.base = self.base.plus(len);
    }

    /// The sender's last byte has passed, without anybody following.
    pub fn skip_to_end(&mut self) {
        self.status.set(Status::FINISHED);
    }

    pub(super) fn finish(&mut self, sink: &mut impl StreamSink) {
        self.status.set(Status::FINISHED);
        if let Some(disorder) = self.disorder.as_deref_mut() {
            let len = disorder.queue.payload_len();
            if len > 0 {
                sink.discard(len, Discard::AfterEnd);
            }
            disorder.queue = Queue::default();
            disorder.fin = None;
            disorder.urgent = Vec::new();
            disorder.acked = None;
        }
        sink.finished();
    }
}
