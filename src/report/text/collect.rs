//! What the report keeps of the events until its end; bounded, because a live run has no end.

use std::collections::BTreeMap;

use super::super::style::Style;
use super::said::Said;
use crate::event::{
    CheckEvent, Endpoint, Event, FindingEvent, Observed, Outcome, Scope, StatisticsEvent,
    SummaryEvent, TlsEvent, TlsVersion,
};
use crate::redact::Printable;

/// What was seen so far.
#[derive(Debug, Default)]
pub(super) struct Collected {
    /// By id; at most [`MAX_FINDINGS`].
    pub(super) findings: BTreeMap<String, FindingEvent>,
    /// Findings that found no room.
    pub(super) findings_beyond: u64,
    /// Handshakes by server; at most [`MAX_SERVERS`].
    pub(super) tls: BTreeMap<Endpoint, TlsSeen>,
    /// The latest of each line and server, in the order of their first coming.
    pub(super) checks: Vec<CheckEvent>,
    check_index: BTreeMap<(Endpoint, String), usize>,
    /// The first commands, at most one more than [`MAX_CONVERSATION`].
    pub(super) said: Vec<Said>,
    /// The latest of each subject.
    pub(super) statistics: BTreeMap<(Scope, Printable), StatisticsEvent>,
    /// The last line.
    pub(super) summary: Option<SummaryEvent>,
}

/// Handshakes of one server.
#[derive(Debug, Default)]
pub(super) struct TlsSeen {
    /// Established, by version and suite; at most [`MAX_SUITES`].
    pub(super) established: BTreeMap<(Option<TlsVersion>, String), u64>,
    /// Refused.
    pub(super) refused: u64,
    /// A ClientHello that was met with silence: no TLS there.
    pub(super) unanswered: u64,
    /// Handshakes by what became of the client's certificate; resumed ones where they inherit it.
    pub(super) certificates: BTreeMap<ClientCert, u64>,
}

/// What became of the client's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ClientCert {
    pub(super) state: CertState,
    /// From record lengths.
    pub(super) inferred: bool,
    /// From the full handshake that a resumed one continues.
    pub(super) inherited: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum CertState {
    NotAsked,
    NotShown,
    Presented,
    Unknown,
}

impl Collected {
    /// Takes an event; true where it is a finding seen for the first time.
    pub(super) fn take(&mut self, event: &Event, style: Style) -> bool {
        match event {
            Event::Finding(finding) => return self.finding(finding),
            Event::Tls(tls) => self.tls(tls),
            Event::Check(check) => self.check(check),
            Event::Statistics(statistics) => {
                let key = (statistics.scope, statistics.name.clone());
                if self.statistics.len() < MAX_STATISTICS || self.statistics.contains_key(&key) {
                    self.statistics.insert(key, (**statistics).clone());
                }
            }
            Event::Command(command) => {
                if self.said.len() <= MAX_CONVERSATION {
                    self.said.push(Said::new(command, style));
                }
            }
            Event::Summary(summary) => self.summary = Some((**summary).clone()),
            Event::Push(_) | Event::Connection(_) | Event::Ticket(_) => {}
        }
        false
    }

    fn finding(&mut self, event: &FindingEvent) -> bool {
        if let Some(known) = self.findings.get_mut(&event.id) {
            // The same group again with its count so far, or (ungrouped) one more occurrence.
            if event.first_time <= known.first_time && event.count >= known.count {
                *known = event.clone();
            } else {
                known.count = known.count.saturating_add(event.count);
                known.last_time = known.last_time.max(event.last_time);
                known.severity = known.severity.min(event.severity);
            }
            return false;
        }
        if self.findings.len() >= MAX_FINDINGS {
            self.findings_beyond += 1;
            return false;
        }
        self.findings.insert(event.id.clone(), event.clone());
        true
    }

    fn server(&mut self, endpoint: &Endpoint) -> Option<&mut TlsSeen> {
        if self.tls.len() >= MAX_SERVERS && !self.tls.contains_key(endpoint) {
            return None;
        }
        Some(self.tls.entry(endpoint.clone()).or_default())
    }

    fn tls(&mut self, event: &TlsEvent) {
        let Some(seen) = self.server(&event.server) else {
            return;
        };
        match event.outcome {
            Outcome::Established => {
                let suite = event
                    .cipher_suite_openssl
                    .clone()
                    .or_else(|| event.cipher_suite.clone())
                    .unwrap_or_default();
                let key = (event.version, suite);
                if seen.established.len() < MAX_SUITES || seen.established.contains_key(&key) {
                    *seen.established.entry(key).or_default() += 1;
                }
                let certificate = &event.client_certificate;
                let inherited = event.resumed == Some(true);
                if !inherited || certificate.presented != Observed::NotObservable {
                    let inferred =
                        |observed| matches!(observed, Observed::InferredYes | Observed::InferredNo);
                    let state = match (certificate.requested, certificate.presented) {
                        (_, Observed::Yes | Observed::InferredYes) => CertState::Presented,
                        (Observed::No | Observed::InferredNo, _) => CertState::NotAsked,
                        (
                            Observed::Yes | Observed::InferredYes,
                            Observed::No | Observed::InferredNo,
                        ) => CertState::NotShown,
                        _ => CertState::Unknown,
                    };
                    let inferred = !inherited
                        && (inferred(certificate.requested) || inferred(certificate.presented));
                    *seen
                        .certificates
                        .entry(ClientCert {
                            state,
                            inferred,
                            inherited,
                        })
                        .or_default() += 1;
                }
            }
            // A HelloRetryRequest is an answer, though it settles no version.
            Outcome::Refused
                if event.version_id.is_none() && event.alert.is_none() && !event.hello_retry =>
            {
                seen.unanswered += 1;
            }
            Outcome::Refused => seen.refused += 1,
            // The coverage tells what its records prove.
            Outcome::Incomplete => {}
        }
    }

    fn check(&mut self, event: &CheckEvent) {
        let key = (event.server.clone(), event.id.clone());
        match self.check_index.get(&key) {
            Some(&index) => {
                if let Some(known) = self.checks.get_mut(index) {
                    *known = event.clone();
                }
            }
            None if self.checks.len() < MAX_CHECKS => {
                self.check_index.insert(key, self.checks.len());
                self.checks.push(event.clone());
            }
            None => {}
        }
    }
}

/// Longest conversation that is printed without being asked for, in commands.
pub const MAX_CONVERSATION: usize = 20;
/// Findings kept; past it only counted. The detector groups into fewer.
const MAX_FINDINGS: usize = 10_000;
/// Servers kept.
const MAX_SERVERS: usize = 10_000;
/// Pairs of version and suite kept a server.
const MAX_SUITES: usize = 64;
/// Lines of checklists kept: those of ten thousand servers.
const MAX_CHECKS: usize = 420_000;
/// Subjects of statistics kept.
const MAX_STATISTICS: usize = 100_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_asked_for_another_hello_has_answered() {
        for (hello_retry, unanswered) in [(false, 1), (true, 0)] {
            let mut event =
                crate::event::samples::tls(1, "10.0.0.1:5", "10.0.0.9:6380", "TLSv1.3", "x");
            event.outcome = Outcome::Refused;
            (event.version, event.version_id) = (None, None);
            event.hello_retry = hello_retry;
            let mut collected = Collected::default();
            collected.tls(&event);
            let seen = collected.tls.get(&event.server).expect("the server");
            assert_eq!(
                (seen.unanswered, seen.refused),
                (unanswered, 1 - unanswered)
            );
        }
    }
}
