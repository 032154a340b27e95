//! The records of one direction: what is done with each body, and what its end means.

use super::{Current, Moment, Phase, TlsConnection, TlsContext, TlsSink, Want, direction_index};
use crate::event::Outcome;
use crate::segment::Direction;
use crate::tls::Reason;
use crate::tls::record::{ContentType, Header, Step};
use crate::tls::role::Role;
use crate::tls::suites::Cipher;

impl TlsConnection {
    pub(super) fn step(
        &mut self,
        context: &mut TlsContext,
        direction: Direction,
        step: Step<'_>,
        rest: &mut &[u8],
        moment: Moment,
        sink: &mut impl TlsSink,
    ) {
        match step {
            Step::Header(header) => {
                let want = self.want(context, direction, header);
                self.side(direction).current = Some(Current {
                    header,
                    want,
                    damaged: false,
                });
            }
            Step::Body { bytes, last } => self.body(context, direction, bytes, last, moment, sink),
            Step::Empty => self.record_end(context, direction, Some(&[]), moment, sink),
            Step::Skipped(len) => self.skip(len),
            Step::Lost => self.lost(context, direction, rest, moment, sink),
        }
    }

    /// What follows is no record. While the handshake is unsettled that ends our sight of it.
    pub(super) fn lost(
        &mut self,
        context: &mut TlsContext,
        direction: Direction,
        rest: &mut &[u8],
        moment: Moment,
        sink: &mut impl TlsSink,
    ) {
        self.counters.resyncs += 1;
        let role = self.role(direction);
        self.midstream.break_step(direction_index(direction));
        if self.phase == Phase::Handshaking && !self.negotiation.gap && !self.start.midstream {
            let held = self.side(direction).reader.held().len();
            self.skip(held.saturating_add(rest.len()));
            *rest = &[];
            let reason = match role {
                Role::Client => Reason::ClientNotTls,
                Role::Server => Reason::ServerNotTls,
            };
            self.settle(context, Outcome::Incomplete, Some(reason), moment, sink);
        } else if let Some(decryption) = &mut self.decryption {
            decryption.lose(role);
            sink.plaintext_lost(direction);
        }
    }

    /// The body of this record is encrypted.
    pub(super) fn is_protected(&self, role: Role, header: Header) -> bool {
        header.content == ContentType::ApplicationData || self.negotiation.keys_changed(role)
    }

    /// The suite in force hides nothing.
    pub(super) fn is_null(&self, role: Role) -> bool {
        self.negotiation.keys_changed(role)
            && self
                .negotiation
                .parts()
                .is_some_and(|parts| parts.cipher == Cipher::Null)
    }

    /// Records of this end can be read, or might be once keys have come.
    pub(super) fn is_readable(&self, context: &TlsContext, role: Role) -> bool {
        context.keys.is_some()
            || self.is_null(role)
            || self.decryption.as_ref().is_some_and(|d| d.is_null(role))
    }

    pub(super) fn want(&self, context: &TlsContext, direction: Direction, header: Header) -> Want {
        let role = self.role(direction);
        if self.is_protected(role, header) {
            let blind = self.decryption.as_ref().is_some_and(|d| d.is_blind());
            return if self.is_readable(context, role) && !blind {
                Want::Whole
            } else if self.negotiation.server_hello.is_none() {
                Want::Prefix
            } else {
                Want::Length
            };
        }
        match header.content {
            ContentType::Handshake => Want::Messages,
            ContentType::Alert => Want::Whole,
            ContentType::ChangeCipherSpec
            | ContentType::ApplicationData
            | ContentType::Heartbeat => Want::Length,
        }
    }

    pub(super) fn body(
        &mut self,
        context: &mut TlsContext,
        direction: Direction,
        bytes: &[u8],
        last: bool,
        moment: Moment,
        sink: &mut impl TlsSink,
    ) {
        let side = self.side(direction);
        let Some(current) = side.current else {
            return;
        };
        match current.want {
            Want::Length => {}
            Want::Messages => {
                self.messages(context, direction, bytes, moment, sink);
                if self.phase == Phase::Done {
                    return;
                }
            }
            Want::Prefix => {
                let missing = 8_usize.saturating_sub(side.body.len());
                side.body
                    .extend_from_slice(bytes.get(..missing).unwrap_or(bytes));
            }
            Want::Whole => {
                if last && side.body.is_empty() && !current.damaged {
                    // The usual case: the record lies whole in the frame.
                    self.record_end(context, direction, Some(bytes), moment, sink);
                    return;
                }
                if !current.damaged {
                    side.body.extend_from_slice(bytes);
                }
            }
        }
        if last {
            let body = std::mem::take(&mut self.side(direction).body);
            self.record_end(context, direction, Some(&body), moment, sink);
            let side = self.side(direction);
            if side.body.is_empty() {
                side.body = body;
                side.body.clear();
            }
        }
    }

    /// A record has ended. `body`: what was wanted of it.
    pub(super) fn record_end(
        &mut self,
        context: &mut TlsContext,
        direction: Direction,
        body: Option<&[u8]>,
        moment: Moment,
        sink: &mut impl TlsSink,
    ) {
        let Some(current) = self.side(direction).current.take() else {
            return;
        };
        let body = body.filter(|_| !current.damaged);
        let role = self.role(direction);
        let header = current.header;
        if self.is_protected(role, header) {
            if self.negotiation.server_hello.is_none() {
                let prefix = body.and_then(|body| body.first_chunk::<8>()).copied();
                self.midstream
                    .record(direction_index(direction), header.version, prefix);
            }
            self.negotiation.protected(role, header.content, header.len);
            if current.want == Want::Whole {
                self.protected(context, role, header, body, moment, sink);
            }
        } else {
            match (header.content, body) {
                (ContentType::ChangeCipherSpec, _) => self.negotiation.change_cipher_spec(role),
                (ContentType::Alert, Some(&[level, description, ..])) => {
                    self.negotiation.alert(role, level, description);
                }
                _ => {}
            }
        }
        self.review(context, moment, sink);
    }
}
