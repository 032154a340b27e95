//! When the handshake is settled, and what is told of it then.

use super::{Moment, Phase, TlsConnection, TlsContext, TlsSink};
use crate::event::Outcome;
use crate::tls::fingerprint;
use crate::tls::hello::ClientHello;
use crate::tls::negotiation::{Negotiation, Progress};
use crate::tls::rating::Rated;
use crate::tls::role::Role;
use crate::tls::ssl2::Ssl2Reader;
use crate::tls::suites::{SuiteCode, is_grease};
use crate::tls::{Reason, TlsFacts};

impl TlsConnection {
    /// After each record: have the two come to an end?
    pub(super) fn review(
        &mut self,
        context: &mut TlsContext,
        moment: Moment,
        sink: &mut impl TlsSink,
    ) {
        match self.phase {
            Phase::Done => {}
            Phase::Reading => {
                if self.decryption.as_ref().is_some_and(|d| d.is_blind()) {
                    self.release(context, sink);
                    self.phase = Phase::Done;
                }
            }
            Phase::Handshaking => match self.negotiation.progress() {
                Progress::Established => {
                    self.settle(context, Outcome::Established, None, moment, sink);
                }
                Progress::Refused => {
                    self.settle(context, Outcome::Refused, None, moment, sink);
                }
                Progress::Pending => {
                    if !self.negotiation.has_begun() && self.midstream.is_settled() {
                        self.settle_unseen(context);
                    }
                }
            },
        }
    }

    /// The connection was closed.
    pub(super) fn close(
        &mut self,
        context: &mut TlsContext,
        moment: Moment,
        sink: &mut impl TlsSink,
    ) {
        if self.phase != Phase::Handshaking {
            return;
        }
        let (outcome, reason) = if self.negotiation.gap {
            (Outcome::Incomplete, Some(Reason::Gap))
        } else if self.negotiation.is_unproven() {
            (Outcome::Incomplete, Some(Reason::Unproven))
        } else {
            (Outcome::Refused, self.refusal())
        };
        self.settle(context, outcome, reason, moment, sink);
    }

    /// How a refusal is told where no alert could be read.
    pub(super) fn refusal(&self) -> Option<Reason> {
        if self.negotiation.alert.is_some() {
            return None;
        }
        Some(match self.negotiation.protected_alert() {
            Some(Role::Client) => Reason::ClientEncryptedAlert,
            Some(Role::Server) => Reason::ServerEncryptedAlert,
            None if !self.negotiation.is_answered() => Reason::NoAnswer,
            None => Reason::Closed,
        })
    }

    /// No handshake was seen, and its records have told what they can.
    pub(super) fn settle_unseen(&mut self, context: &TlsContext) {
        self.version = Some(self.midstream.answer());
        self.phase = if context.keys.is_some() && self.decryption.is_some() {
            Phase::Reading
        } else {
            Phase::Done
        };
    }

    /// The handshake is over, as far as we can see.
    pub(super) fn settle(
        &mut self,
        context: &mut TlsContext,
        outcome: Outcome,
        reason: Option<Reason>,
        moment: Moment,
        sink: &mut impl TlsSink,
    ) {
        if self.phase != Phase::Handshaking {
            return;
        }
        self.version = Some(self.version());
        let readable = self.is_readable(context, Role::Server);
        let blind = self.decryption.as_ref().is_some_and(|d| d.is_blind());
        let goes_on = outcome == Outcome::Established && readable && !blind;
        if !self.negotiation.has_begun() {
            // There is nothing to tell.
        } else if goes_on && self.negotiation.is_tls13() {
            self.held_back = Some(moment);
            let waits = self.decryption.as_ref().is_some_and(|d| d.is_waiting());
            if !waits || !context.may_have_keys() {
                self.release(context, sink);
            }
        } else {
            sink.handshake(self.facts(context, outcome, reason, moment));
        }
        self.phase = if goes_on { Phase::Reading } else { Phase::Done };
        if self.phase == Phase::Done {
            self.forget(context);
        }
    }

    /// Tells the handshake that was held back, with its name for tickets that may follow.
    pub(super) fn release(&mut self, context: &TlsContext, sink: &mut impl TlsSink) {
        let Some(moment) = self.held_back.take() else {
            return;
        };
        let mut facts = self.facts(context, Outcome::Established, None, moment);
        facts
            .session
            .issued
            .extend(self.negotiation.handshake_link());
        self.tickets_told = self.negotiation.issued.len();
        sink.handshake(facts);
    }

    /// Nothing more is wanted: give memory back.
    pub(super) fn forget(&mut self, context: &mut TlsContext) {
        if let Some(mut decryption) = self.decryption.take() {
            decryption.give_up(context);
        }
        for side in &mut self.sides {
            side.queue.clear();
            side.body = Vec::new();
            side.ssl2 = Ssl2Reader::default();
        }
        // What is asked for later: the version is kept beside it.
        let origin = self.negotiation.origin;
        *self.negotiation = Negotiation::default();
        self.negotiation.origin = origin;
    }

    pub(super) fn facts(
        &self,
        context: &TlsContext,
        outcome: Outcome,
        reason: Option<Reason>,
        moment: Moment,
    ) -> TlsFacts {
        let negotiation = &*self.negotiation;
        let client = negotiation.client_hello.as_deref();
        let server = negotiation.server_hello.as_deref();
        let client_certificate = negotiation.client_certificate();
        let early_data = negotiation.early_data();
        let rated = Rated {
            negotiation,
            outcome,
            client_certificate: &client_certificate,
            early_data,
            server: self.start.server,
            at: moment.at,
        };
        let (grade, weaknesses) = rated.rate(&context.profile);
        let known = |id: &SuiteCode| {
            !u16::try_from(id.0).is_ok_and(is_grease)
                && !id.suite().is_some_and(crate::tls::suites::Suite::is_signal)
        };
        TlsFacts {
            at: moment.at,
            origin: negotiation.origin.unwrap_or(moment.origin),
            swapped: self.swapped,
            server_name: client.and_then(|hello| hello.server_name.clone()),
            alpn_offered: client.map(|hello| hello.alpn.clone()).unwrap_or_default(),
            alpn: server
                .and_then(|hello| hello.alpn.clone())
                .or_else(|| negotiation.alpn.clone()),
            outcome,
            reason,
            version_id: negotiation.version_id(),
            version: negotiation.version(),
            cipher_suite: negotiation.suite(),
            group: negotiation
                .group
                .or_else(|| server.and_then(|hello| hello.group)),
            dh_bits: negotiation.dh_bits,
            hello_retry: negotiation.retry,
            resumed: negotiation.resumed(),
            alert: negotiation.alert.clone(),
            inferred_server_key: negotiation.inferred_server_key(),
            offered_versions: client
                .map(ClientHello::offered_versions)
                .unwrap_or_default(),
            offered_suites: client
                .map(|hello| hello.suites.iter().copied().filter(known).collect())
                .unwrap_or_default(),
            offered_groups: client
                .map(|hello| {
                    let groups = hello.groups.iter().copied();
                    groups.filter(|id| !is_grease(*id)).collect()
                })
                .unwrap_or_default(),
            ja3: client.and_then(fingerprint::ja3),
            ja3s: server.map(fingerprint::ja3s),
            ja4: client.and_then(fingerprint::ja4),
            certificates: negotiation.certificates.clone(),
            grade,
            weaknesses,
            encrypted_client_hello: client.is_some_and(|hello| hello.ech),
            early_data,
            client_certificate,
            session: negotiation.session_links(),
        }
    }
}
