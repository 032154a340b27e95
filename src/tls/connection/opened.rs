//! Protected records, where their keys are known.

use super::{Moment, Phase, TlsConnection, TlsContext, TlsSink};
use crate::event::Transport;
use crate::tls::decryption::{Decryption, Opened, Record};
use crate::tls::handshake::kind;
use crate::tls::negotiation::{Negotiation, Sight};
use crate::tls::record::{ContentType, Header};
use crate::tls::role::Role;

impl TlsConnection {
    /// An encrypted record that is wanted whole; `body` is `None` where bytes of it are missing.
    pub(super) fn protected(
        &mut self,
        context: &mut TlsContext,
        role: Role,
        header: Header,
        body: Option<&[u8]>,
        moment: Moment,
        sink: &mut impl TlsSink,
    ) {
        self.retry_waiting(context, sink);
        let mut decryption = self.decryption.take().unwrap_or_default();
        let record = Record {
            role,
            header,
            body,
            at: moment.at,
            origin: moment.origin,
        };
        let opened = if decryption.is_waiting() {
            Opened::Wait
        } else {
            self.open(&mut decryption, context, &record, sink)
        };
        if opened == Opened::Wait {
            decryption.wait(&record, &self.negotiation, context);
        }
        self.decryption = Some(decryption);
    }

    /// Records that waited, once secrets have come.
    pub(super) fn retry_waiting(&mut self, context: &mut TlsContext, sink: &mut impl TlsSink) {
        let Some(mut decryption) = self.decryption.take() else {
            return;
        };
        if decryption.is_due(&self.negotiation, context) {
            while decryption.is_waiting() {
                let opened = decryption.retry(context, |decryption, context, record| {
                    self.open(decryption, context, record, sink)
                });
                if opened == Opened::Wait {
                    break;
                }
            }
            if !decryption.is_waiting() {
                self.release(context, sink);
            }
        }
        self.decryption = Some(decryption);
    }

    pub(super) fn open(
        &mut self,
        decryption: &mut Decryption,
        context: &mut TlsContext,
        record: &Record<'_>,
        sink: &mut impl TlsSink,
    ) -> Opened {
        let mut plain = std::mem::take(&mut context.plain);
        let opened = decryption.open(record, &self.negotiation, context, &mut plain);
        let direction = self.direction(record.role);
        match opened {
            Opened::Wait | Opened::Content(ContentType::Heartbeat) => {}
            Opened::Closed => sink.plaintext_lost(direction),
            Opened::Content(ContentType::ApplicationData) => {
                self.release(context, sink);
                let transport = if decryption.is_null(record.role) {
                    Transport::TlsNull
                } else {
                    Transport::TlsDecrypted
                };
                if !plain.is_empty() {
                    sink.plaintext(direction, &plain, transport, record.at, record.origin);
                }
            }
            Opened::Content(ContentType::Handshake) => {
                self.inner_messages(decryption, context, record.role, &plain);
                self.tell_tickets(sink);
            }
            Opened::Content(ContentType::Alert) => {
                if let (Phase::Handshaking, &[level, description, ..]) =
                    (self.phase, plain.as_slice())
                {
                    self.negotiation.alert(record.role, level, description);
                }
            }
            Opened::Content(ContentType::ChangeCipherSpec) => {
                self.negotiation.change_cipher_spec(record.role);
                decryption.change_keys(record.role);
            }
        }
        context.plain = plain;
        opened
    }

    /// Those that came since the handshake was told.
    pub(super) fn tell_tickets(&mut self, sink: &mut impl TlsSink) {
        let told = self.phase == Phase::Reading && self.held_back.is_none();
        if !told || !self.negotiation.is_tls13() {
            return;
        }
        let issued = &self.negotiation.issued;
        let new = issued.get(self.tickets_told..).unwrap_or_default();
        if let (Some(handshake), false) = (self.negotiation.handshake_link(), new.is_empty()) {
            for ticket in new {
                sink.ticket(handshake, *ticket);
            }
        }
        self.tickets_told = issued.len();
    }

    /// Handshake messages under protection.
    pub(super) fn inner_messages(
        &mut self,
        decryption: &mut Decryption,
        context: &mut TlsContext,
        role: Role,
        bytes: &[u8],
    ) {
        let mut queue = std::mem::take(decryption.queue(role));
        let mut rest = bytes;
        loop {
            let found = queue.next(&mut rest, |kind, body| {
                match (kind, self.negotiation.is_tls13()) {
                    (kind::FINISHED, true) => decryption.finished(role),
                    (kind::END_OF_EARLY_DATA, true) => decryption.end_of_early_data(),
                    (kind::KEY_UPDATE, true) => decryption.update_keys(role),
                    (kind::CLIENT_HELLO, false) if role == Role::Client => self.renegotiate(),
                    _ => {}
                }
                // What cannot be parsed here was read with keys: nothing else depends on it.
                let _ = self
                    .negotiation
                    .message(role, kind, body, Sight::Decrypted, context);
            });
            match found {
                Ok(Some(())) => {}
                Ok(None) => break,
                Err(_) => {
                    queue.clear();
                    break;
                }
            }
        }
        *decryption.queue(role) = queue;
    }

    /// A second handshake inside the first (RFC 5246 7.4.1.1), readable: told by itself. Records
    /// stay under the old keys until each end changes them.
    pub(super) fn renegotiate(&mut self) {
        if self.phase == Phase::Reading {
            let mut next = Negotiation::renegotiated();
            next.origin = self.negotiation.origin;
            *self.negotiation = next;
            self.phase = Phase::Handshaking;
        }
    }
}
