//! Protected records of one connection: which keys open them, and those that wait for keys.
//!
//! NULL suites take the same way, with keys that everybody has.

use std::collections::VecDeque;

use crate::packet::{Origin, Timestamp};
use crate::tls::TlsContext;
use crate::tls::decrypt::{Protection, Randoms};
use crate::tls::handshake::HandshakeQueue;
use crate::tls::keylog::{Secret, Secrets};
use crate::tls::negotiation::Negotiation;
use crate::tls::record::{ContentType, HEADER_LEN, Header};
use crate::tls::role::{Both, Role};
use crate::tls::suites::Cipher;

/// Bytes of records that wait for their keys, a connection. A key log is written within
/// milliseconds of the handshake; this is what Redis sends in that time on a busy link.
pub const MAX_WAITING_LEN: usize = 256 * 1024;

/// The same over all connections of one shard, so that a million silent ones stay bounded: 64 MiB
/// over all 64. What is given up is counted as `limits.tls_waiting`.
pub const MAX_WAITING_TOTAL: usize = 1 << 20;

/// Records in a row that no key opens before a direction is given up. A partial key log leaves
/// the handshake's records closed, and rejected early data is 16 KiB by default.
const MAX_FAILURES: u8 = 32;

/// Records looked at after bytes were lost, each with many sequence numbers.
const MAX_LOST_FAILURES: u8 = 4;

/// One protected record.
pub(crate) struct Record<'a> {
    pub(crate) role: Role,
    pub(crate) header: Header,
    /// `None` where bytes of it are missing.
    pub(crate) body: Option<&'a [u8]>,
    pub(crate) at: Timestamp,
    pub(crate) origin: Origin,
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opened {
    /// Its content is in the buffer.
    Content(ContentType),
    /// No key at hand opens it.
    Closed,
    /// Its keys may still come.
    Wait,
}

/// A connection's keys.
#[derive(Default)]
pub(crate) struct Decryption {
    sides: Both<Side>,
    waiting: VecDeque<Waiting>,
    /// Bytes in `waiting`, headers included.
    waiting_len: usize,
    /// [`crate::tls::KeyLog::secrets`] when last looked at.
    seen_secrets: u64,
    /// The first record waits because the server has not answered yet.
    before_answer: bool,
    /// Nothing more can be read.
    blind: bool,
}

#[derive(Default)]
struct Side {
    protection: Option<Protection>,
    /// TLS 1.3: the first secret that may still be in force.
    stage: Stage,
    /// Records in a row that nothing opened.
    failures: u8,
    /// Bytes were lost since the last record that was opened.
    lost: bool,
    /// Handshake messages under protection.
    queue: HandshakeQueue,
}

/// Secrets of TLS 1.3 in the order of use (RFC 8446 7.1).
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    #[default]
    Early,
    Handshake,
    Application,
}

const STAGES: [Stage; 3] = [Stage::Early, Stage::Handshake, Stage::Application];

struct Waiting {
    role: Role,
    header: Header,
    body: Option<Box<[u8]>>,
    at: Timestamp,
    origin: Origin,
}

impl Waiting {
    fn cost(&self) -> usize {
        let body = self.body.as_ref().map_or(0, |body| body.len());
        body.saturating_add(HEADER_LEN)
            .saturating_add(size_of::<Self>())
    }

    fn record(&self) -> Record<'_> {
        Record {
            role: self.role,
            header: self.header,
            body: self.body.as_deref(),
            at: self.at,
            origin: self.origin,
        }
    }
}

impl Decryption {
    /// Opens a record into `out`. `Wait`: give it to [`Decryption::wait`].
    pub(crate) fn open(
        &mut self,
        record: &Record<'_>,
        negotiation: &Negotiation,
        context: &TlsContext,
        out: &mut Vec<u8>,
    ) -> Opened {
        out.clear();
        if self.blind {
            return Opened::Closed;
        }
        let opened = if negotiation.is_tls13() {
            self.open13(record, negotiation, context, out)
        } else {
            self.open12(record, negotiation, context, out)
        };
        let side = self.sides.of_mut(record.role);
        match opened {
            Opened::Content(_) => {
                side.failures = 0;
                side.lost = false;
            }
            Opened::Closed => {
                side.failures = side.failures.saturating_add(1);
                let limit = if side.lost {
                    MAX_LOST_FAILURES
                } else {
                    MAX_FAILURES
                };
                self.blind |= side.failures >= limit;
            }
            Opened::Wait => {}
        }
        opened
    }

    /// Keeps a record until its keys are known (or, of early data, until the server has answered);
    /// past the limits the connection is given up.
    pub(crate) fn wait(
        &mut self,
        record: &Record<'_>,
        negotiation: &Negotiation,
        context: &mut TlsContext,
    ) {
        let hopeless = context.keys_complete && negotiation.server_hello.is_some();
        self.before_answer |= negotiation.server_hello.is_none();
        let kept = Waiting {
            role: record.role,
            header: record.header,
            body: record.body.map(Box::from),
            at: record.at,
            origin: record.origin,
        };
        let cost = kept.cost();
        let full = self.waiting_len.saturating_add(cost) > MAX_WAITING_LEN
            || context.waiting_len.saturating_add(cost) > MAX_WAITING_TOTAL;
        let pointless = self.blind || hopeless || context.keys.is_none();
        if full || pointless {
            context.waits_given_up += u64::from(full && !pointless);
            self.give_up(context);
            return;
        }
        self.waiting_len = self.waiting_len.saturating_add(cost);
        context.waiting_len = context.waiting_len.saturating_add(cost);
        self.waiting.push_back(kept);
    }

    /// Records wait, and so must whatever follows them.
    pub(crate) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Records wait, and secrets or the server's answer have come since: it is worth trying again.
    pub(crate) fn is_due(&mut self, negotiation: &Negotiation, context: &TlsContext) -> bool {
        let secrets = context.keys.as_ref().map_or(0, crate::tls::KeyLog::secrets);
        let answered = self.before_answer && negotiation.server_hello.is_some();
        let due = self.is_waiting() && (secrets > self.seen_secrets || answered);
        self.seen_secrets = secrets;
        self.before_answer &= !answered;
        due
    }

    /// Takes the first record that waits, lends it to `take`, and puts it back where `take`
    /// answers [`Opened::Wait`].
    pub(crate) fn retry(
        &mut self,
        context: &mut TlsContext,
        take: impl FnOnce(&mut Self, &mut TlsContext, &Record<'_>) -> Opened,
    ) -> Opened {
        let Some(first) = self.waiting.pop_front() else {
            return Opened::Wait;
        };
        let opened = take(self, context, &first.record());
        if opened == Opened::Wait && !self.blind {
            self.waiting.push_front(first);
        } else {
            self.release(first.cost(), context);
        }
        opened
    }

    /// Nothing more can be read of this connection.
    pub(crate) fn is_blind(&self) -> bool {
        self.blind
    }

    /// Forgets everything; the context has its bytes back.
    pub(crate) fn give_up(&mut self, context: &mut TlsContext) {
        self.blind = true;
        let waiting = std::mem::take(&mut self.waiting);
        for record in waiting {
            self.release(record.cost(), context);
        }
    }

    /// Bytes of one direction are missing.
    pub(crate) fn lose(&mut self, role: Role) {
        let side = self.sides.of_mut(role);
        side.lost = true;
        side.queue.clear();
        if let Some(protection) = &mut side.protection {
            protection.lose();
        }
    }

    /// TLS 1.3: this end's Finished, after which its application keys are in force.
    pub(crate) fn finished(&mut self, role: Role) {
        self.advance(role, Stage::Application);
    }

    /// TLS 1.3: EndOfEarlyData.
    pub(crate) fn end_of_early_data(&mut self) {
        self.advance(Role::Client, Stage::Handshake);
    }

    /// TLS 1.2 and older: this end changes keys once more.
    pub(crate) fn change_keys(&mut self, role: Role) {
        self.sides.of_mut(role).protection = None;
    }

    /// TLS 1.3: this end's next keys (RFC 8446 4.6.3).
    pub(crate) fn update_keys(&mut self, role: Role) {
        let side = self.sides.of_mut(role);
        side.protection = side.protection.as_ref().and_then(Protection::updated);
    }

    /// The queue of handshake messages under protection.
    pub(crate) fn queue(&mut self, role: Role) -> &mut HandshakeQueue {
        &mut self.sides.of_mut(role).queue
    }

    /// The suite hides nothing.
    pub(crate) fn is_null(&self, role: Role) -> bool {
        let protection = self.sides.of(role).protection.as_ref();
        protection.is_some_and(Protection::is_null)
    }

    fn release(&mut self, cost: usize, context: &mut TlsContext) {
        self.waiting_len = self.waiting_len.saturating_sub(cost);
        context.waiting_len = context.waiting_len.saturating_sub(cost);
    }

    fn advance(&mut self, role: Role, stage: Stage) {
        let side = self.sides.of_mut(role);
        if side.stage < stage {
            side.stage = stage;
            side.protection = None;
        }
    }

    fn open12(
        &mut self,
        record: &Record<'_>,
        negotiation: &Negotiation,
        context: &TlsContext,
        out: &mut Vec<u8>,
    ) -> Opened {
        let side = self.sides.of_mut(record.role);
        if side.protection.is_none() {
            match protection12(record.role, negotiation, context) {
                Ok(protection) => side.protection = Some(protection),
                Err(opened) => return opened,
            }
            if let (true, Some(protection)) = (side.lost, &mut side.protection) {
                protection.lose();
            }
        }
        let Some(protection) = &mut side.protection else {
            return Opened::Closed;
        };
        open_with(protection, record, out)
    }

    fn open13(
        &mut self,
        record: &Record<'_>,
        negotiation: &Negotiation,
        context: &TlsContext,
        out: &mut Vec<u8>,
    ) -> Opened {
        let (Some(client), Some(parts)) = (&negotiation.client_hello, negotiation.parts()) else {
            return Opened::Closed;
        };
        let Some(secrets) = context
            .keys
            .as_ref()
            .and_then(|keys| keys.of(&client.random))
        else {
            return Opened::Wait;
        };
        let side = self.sides.of_mut(record.role);
        // Without its secret a stage cannot be told from the next: later ones are tried at their
        // first record.
        let mut any = false;
        for stage in STAGES.into_iter().filter(|stage| *stage >= side.stage) {
            // RFC 8446 4.2.10: early data belong to the first pre-shared key; a server that took
            // none, or asked for another hello, passes them over.
            if stage == Stage::Early && negotiation.early_data_impossible() {
                continue;
            }
            let current = stage == side.stage && side.protection.is_some();
            if current {
                any = true;
                if let Some(protection) = &mut side.protection
                    && let content @ Opened::Content(_) = open_with(protection, record, out)
                {
                    return content;
                }
                continue;
            }
            let Some(secret) = secret_of(stage, record.role, secrets) else {
                continue;
            };
            any = true;
            let Some(mut protection) = Protection::from_traffic(parts, secret) else {
                continue;
            };
            if side.lost {
                protection.lose();
            }
            if let content @ Opened::Content(_) = open_with(&mut protection, record, out) {
                side.stage = stage;
                side.protection = Some(protection);
                return content;
            }
        }
        if any { Opened::Closed } else { Opened::Wait }
    }
}

fn open_with(protection: &mut Protection, record: &Record<'_>, out: &mut Vec<u8>) -> Opened {
    let Some(body) = record.body else {
        protection.pass();
        return Opened::Closed;
    };
    match protection.open(record.header, body, out) {
        Some(content) => Opened::Content(content),
        None => Opened::Closed,
    }
}

fn secret_of(stage: Stage, role: Role, secrets: &Secrets) -> Option<&Secret> {
    match stage {
        Stage::Early => secrets.early.as_ref().filter(|_| role == Role::Client),
        Stage::Handshake => secrets.handshake.of(role).as_ref(),
        Stage::Application => secrets.application.of(role).as_ref(),
    }
}

fn protection12(
    role: Role,
    negotiation: &Negotiation,
    context: &TlsContext,
) -> Result<Protection, Opened> {
    let (Some(server), Some(parts)) = (&negotiation.server_hello, negotiation.parts()) else {
        // The hello may still come: early data runs ahead of it.
        return Err(if negotiation.server_hello.is_none() {
            Opened::Wait
        } else {
            Opened::Closed
        });
    };
    if parts.cipher == Cipher::Null {
        return Protection::null(parts).ok_or(Opened::Closed);
    }
    let client = negotiation.client_hello.as_ref().ok_or(Opened::Closed)?;
    let master = context
        .keys
        .as_ref()
        .and_then(|keys| keys.of(&client.random))
        .and_then(|secrets| secrets.master.as_ref())
        .ok_or(Opened::Wait)?;
    let randoms = Randoms {
        client: client.random,
        server: server.random,
    };
    Protection::from_master(
        server.version(),
        parts,
        master,
        &randoms,
        role,
        server.encrypt_then_mac,
    )
    .ok_or(Opened::Closed)
}
