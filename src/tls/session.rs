//! Resumed sessions: they show no certificate, and inherit what the handshake that they continue
//! proved.
//!
//! Works on handshakes in the order of the run, not of a connection or a worker: two connections of
//! one session may have been read by two workers, so this sits behind the place where their events
//! are put in order. Everything inherited is labelled inferred.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest as _, Sha256};

use crate::event::{
    ClientCertificate, Endpoint, IssuedTicket, Observed, Outcome, SessionLinks, TlsEvent,
    TlsVersion,
};

/// Sessions remembered, and pairs of client and server beside them. One costs about 200 bytes. The
/// server's own cache holds 20,480 by default (`tls-session-cache-size`) for 300 seconds, so this
/// serves a few servers whole; past it the oldest are forgotten and counted. A session whose handshake
/// is forgotten is told like one whose handshake was not seen.
pub const MAX_REMEMBERED: usize = 64 * 1024;

/// What names a session on the wire, without being of use to anyone who reads it: a session id
/// resumes a session, a ticket may hold its keys.
pub(crate) fn link(kind: &str, value: &[u8]) -> [u8; 16] {
    let mut hasher = Sha256::new();
    hasher.update(kind.as_bytes());
    hasher.update([0]);
    hasher.update(value);
    let mut link = [0; 16];
    for (to, from) in link.iter_mut().zip(hasher.finalize()) {
        *to = from;
    }
    link
}

/// The same at one server: a session is known to the server that has it, and what one server gives
/// says nothing of a handshake with another.
fn at_server(link: &[u8; 16], server: &Endpoint) -> [u8; 16] {
    let mut value = link.to_vec();
    value.extend(server.port.to_be_bytes());
    value.extend(server.address.as_bytes());
    self::link("server", &value)
}

/// What full handshakes proved, for those that resume them.
#[derive(Default)]
pub struct Sessions {
    by_link: Remembered<[u8; 16], Proof>,
    by_pair: Remembered<(String, String, u16), Pair>,
    forgotten: Forgotten,
}

/// Sessions, and pairs of client and server, that were forgotten for want of room; the count goes on
/// wherever the [`Sessions`] are handed.
#[derive(Debug, Clone, Default)]
pub struct Forgotten(Arc<AtomicU64>);

impl Forgotten {
    /// How many so far.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn add(&self, forgotten: bool) {
        self.0.fetch_add(u64::from(forgotten), Ordering::Relaxed);
    }
}

/// What one full handshake proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Proof {
    requested: Observed,
    presented: Observed,
    /// Its packet; `None` live.
    frame: Option<u64>,
}

impl Proof {
    fn is_known(self) -> bool {
        self.presented != Observed::NotObservable
    }
}

/// What the full handshakes of one client address with one server proved.
#[derive(Debug, Clone, Copy)]
struct Pair {
    /// Of the latest.
    proof: Proof,
    handshakes: u64,
    /// All proved something, and the same.
    unanimous: bool,
}

impl Sessions {
    /// The count of what was forgotten, for whoever wants it when the sessions are gone.
    #[must_use]
    pub fn forgotten(&self) -> Forgotten {
        self.forgotten.clone()
    }

    /// Takes the next handshake in the order of the run; a resumed one is given what it inherits,
    /// and then the answer is true.
    pub fn follow(&mut self, event: &mut TlsEvent) -> bool {
        if event.outcome != Outcome::Established {
            return false;
        }
        let pair = (
            event.client.address.clone(),
            event.server.address.clone(),
            event.server.port,
        );
        let links = std::mem::take(&mut event.session);
        let before = event.client_certificate.presented;
        let proof = if event.resumed == Some(true) {
            self.inherit(event, &links, &pair)
        } else {
            let proof = Proof {
                requested: event.client_certificate.requested,
                presented: event.client_certificate.presented,
                frame: event.frame,
            };
            self.meet(pair, proof);
            proof.is_known().then_some(proof)
        };
        // A resumed session may be given a new ticket, which continues the same handshake.
        if let Some(proof) = proof {
            for link in links.issued {
                let link = at_server(&link, &event.server);
                self.forgotten.add(self.by_link.insert(link, proof));
            }
        }
        event.client_certificate.presented != before
    }

    /// Takes a ticket that came after its handshake: it continues what that one proved.
    pub fn renew(&mut self, issued: &IssuedTicket) {
        let handshake = at_server(&issued.handshake, &issued.server);
        if let Some(&proof) = self.by_link.get(&handshake) {
            let ticket = at_server(&issued.ticket, &issued.server);
            self.forgotten.add(self.by_link.insert(ticket, proof));
        }
    }

    fn meet(&mut self, pair: (String, String, u16), proof: Proof) {
        let (unanimous, handshakes) = match self.by_pair.get(&pair) {
            Some(known) => (
                known.unanimous
                    && proof.is_known()
                    && is_yes(known.proof.requested) == is_yes(proof.requested)
                    && is_yes(known.proof.presented) == is_yes(proof.presented),
                known.handshakes,
            ),
            // Once pairs were forgotten, one that looks new may have had handshakes before.
            None => (proof.is_known() && !self.by_pair.has_forgotten, 0),
        };
        let known = Pair {
            proof,
            handshakes: handshakes + 1,
            unanimous,
        };
        self.forgotten.add(self.by_pair.insert(pair, known));
    }

    fn inherit(
        &self,
        event: &mut TlsEvent,
        links: &SessionLinks,
        pair: &(String, String, u16),
    ) -> Option<Proof> {
        // Decrypted, its own messages tell more than its past.
        if event.client_certificate.presented != Observed::NotObservable {
            return None;
        }
        let linked = links
            .offered
            .iter()
            .find_map(|link| self.by_link.get(&at_server(link, &event.server)));
        let (proof, why) = match (linked, self.by_pair.get(pair)) {
            (Some(&proof), _) => (
                proof,
                format!(
                    "resumed; in the full handshake that it continues{} {}",
                    proof
                        .frame
                        .map_or_else(String::new, |frame| format!(" (frame {frame})")),
                    words(proof)
                ),
            ),
            (None, Some(pair)) if pair.unanimous => (
                pair.proof,
                format!(
                    "resumed; which handshake it continues {}, but in {} seen of this client address with this server before it {}",
                    // TLS 1.3 issues tickets under encryption.
                    if event.version == Some(TlsVersion::Tls13) {
                        "is encrypted"
                    } else {
                        "was not seen"
                    },
                    match pair.handshakes {
                        1 => "the one full handshake".to_owned(),
                        many => format!("all {many} full handshakes"),
                    },
                    words(pair.proof)
                ),
            ),
            _ => return None,
        };
        event.client_certificate = ClientCertificate {
            requested: inferred(proof.requested),
            presented: inferred(proof.presented),
            why,
        };
        // A guess by address is not passed on by ticket.
        linked.map(|_| proof)
    }
}

fn words(proof: Proof) -> &'static str {
    match (is_yes(proof.requested), is_yes(proof.presented)) {
        (_, true) => "a client certificate was shown",
        (true, false) => "a client certificate was asked for and none shown",
        (false, false) => "no client certificate was asked for",
    }
}

fn is_yes(observed: Observed) -> bool {
    matches!(observed, Observed::Yes | Observed::InferredYes)
}

fn inferred(observed: Observed) -> Observed {
    match observed {
        Observed::Yes => Observed::InferredYes,
        Observed::No => Observed::InferredNo,
        other => other,
    }
}

/// A map that forgets the oldest entries above [`MAX_REMEMBERED`].
struct Remembered<K, V> {
    map: HashMap<K, V>,
    order: VecDeque<K>,
    /// Something was.
    has_forgotten: bool,
}

impl<K, V> Default for Remembered<K, V> {
    fn default() -> Self {
        Self {
            map: HashMap::new(),
            order: VecDeque::new(),
            has_forgotten: false,
        }
    }
}

impl<K: std::hash::Hash + Eq + Clone, V> Remembered<K, V> {
    fn get(&self, key: &K) -> Option<&V> {
        self.map.get(key)
    }

    /// True where another had to be forgotten.
    fn insert(&mut self, key: K, value: V) -> bool {
        if self.map.insert(key.clone(), value).is_none() {
            self.order.push_back(key);
        }
        if self.order.len() > MAX_REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.map.remove(&oldest);
            self.has_forgotten = true;
            return true;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(client: &str, resumed: bool, shown: Observed) -> TlsEvent {
        let client = format!("{client}:1");
        let mut event = crate::event::samples::tls(7, &client, "10.0.0.9:6380", "TLSv1.2", "x");
        event.outcome = Outcome::Established;
        event.resumed = Some(resumed);
        event.frame = Some(7);
        event.client_certificate = ClientCertificate {
            requested: shown,
            presented: shown,
            why: String::new(),
        };
        event.session = SessionLinks::default();
        event
    }

    #[test]
    fn a_resumed_session_inherits_by_its_ticket_and_by_the_one_it_was_given_then() {
        let mut sessions = Sessions::default();
        let mut full = event("10.0.0.1", false, Observed::Yes);
        full.session.issued = vec![link("ticket", b"first")];
        sessions.follow(&mut full);
        assert_eq!(full.client_certificate.presented, Observed::Yes);
        // The same client under another address, twice.
        for (offered, issued) in [("first", "second"), ("second", "third")] {
            let mut again = event("10.0.0.2", true, Observed::NotObservable);
            again.session.offered = vec![link("ticket", offered.as_bytes())];
            again.session.issued = vec![link("ticket", issued.as_bytes())];
            sessions.follow(&mut again);
            assert_eq!(again.client_certificate.presented, Observed::InferredYes);
            assert!(again.client_certificate.why.contains("frame 7"));
        }
    }

    #[test]
    fn a_ticket_that_comes_after_its_handshake_was_told_continues_it() {
        let mut sessions = Sessions::default();
        let mut full = event("10.0.0.1", false, Observed::Yes);
        full.session.issued = vec![link("handshake", b"first")];
        sessions.follow(&mut full);
        for (handshake, ticket) in [("first", "later"), ("unknown", "lost")] {
            sessions.renew(&IssuedTicket {
                server: full.server.clone(),
                handshake: link("handshake", handshake.as_bytes()),
                ticket: link("ticket", ticket.as_bytes()),
            });
        }
        for (ticket, inherits) in [("later", true), ("lost", false)] {
            let mut again = event("10.0.0.2", true, Observed::NotObservable);
            again.session.offered = vec![link("ticket", ticket.as_bytes())];
            assert_eq!(sessions.follow(&mut again), inherits, "{ticket}");
        }
    }

    #[test]
    fn without_a_ticket_an_address_inherits_only_what_all_its_handshakes_say() {
        let mut sessions = Sessions::default();
        let resumed = |sessions: &mut Sessions, client: &str| {
            let mut again = event(client, true, Observed::NotObservable);
            sessions.follow(&mut again);
            again.client_certificate.presented
        };
        assert_eq!(resumed(&mut sessions, "10.0.0.1"), Observed::NotObservable);
        sessions.follow(&mut event("10.0.0.1", false, Observed::InferredYes));
        assert_eq!(resumed(&mut sessions, "10.0.0.1"), Observed::InferredYes);
        assert_eq!(resumed(&mut sessions, "10.0.0.2"), Observed::NotObservable);
        // Another client behind the same address shows none.
        sessions.follow(&mut event("10.0.0.1", false, Observed::InferredNo));
        assert_eq!(resumed(&mut sessions, "10.0.0.1"), Observed::NotObservable);
    }

    #[test]
    fn a_full_handshake_that_proved_nothing_clears_what_all_of_an_address_say() {
        for unclear_first in [false, true] {
            let mut sessions = Sessions::default();
            let mut full = [Observed::Yes, Observed::NotObservable];
            if unclear_first {
                full.reverse();
            }
            for shown in full {
                sessions.follow(&mut event("10.0.0.1", false, shown));
            }
            let mut again = event("10.0.0.1", true, Observed::NotObservable);
            assert!(!sessions.follow(&mut again));
            assert_eq!(again.client_certificate.presented, Observed::NotObservable);
        }
    }

    #[test]
    fn every_full_handshake_that_an_address_inherits_from_is_counted() {
        let mut sessions = Sessions::default();
        for told in ["the one full handshake ", "all 2 full handshakes "] {
            sessions.follow(&mut event("10.0.0.1", false, Observed::Yes));
            let mut again = event("10.0.0.1", true, Observed::NotObservable);
            sessions.follow(&mut again);
            assert!(again.client_certificate.why.contains(told));
        }
    }

    #[test]
    fn only_of_tls13_it_is_said_that_the_handshake_it_continues_is_encrypted() {
        for (version, encrypted) in [(TlsVersion::Tls12, false), (TlsVersion::Tls13, true)] {
            let mut sessions = Sessions::default();
            sessions.follow(&mut event("10.0.0.1", false, Observed::Yes));
            let mut again = event("10.0.0.1", true, Observed::NotObservable);
            again.version = Some(version);
            again.session.offered = vec![link("ticket", b"from before the capture")];
            assert!(sessions.follow(&mut again));
            let why = again.client_certificate.why;
            assert_eq!(why.contains("is encrypted"), encrypted, "{why}");
            assert_eq!(why.contains("was not seen"), !encrypted, "{why}");
        }
    }

    #[test]
    fn what_is_forgotten_is_counted_and_no_address_new_since_then_is_guessed_by() {
        let mut sessions = Sessions::default();
        let forgotten = sessions.forgotten();
        for number in 0..MAX_REMEMBERED {
            let mut full = event("10.0.0.1", false, Observed::Yes);
            full.session.issued = vec![link("id", &number.to_be_bytes())];
            sessions.follow(&mut full);
        }
        assert_eq!(forgotten.count(), 0);
        // One link and no pair, then many pairs.
        let mut full = event("10.0.0.1", false, Observed::Yes);
        full.session.issued = vec![link("id", b"one more")];
        sessions.follow(&mut full);
        assert_eq!(forgotten.count(), 1);
        let client = |number: u32| std::net::Ipv4Addr::from_bits(0x0b00_0000 + number).to_string();
        for number in (0..).take(MAX_REMEMBERED) {
            sessions.follow(&mut event(&client(number), false, Observed::Yes));
        }
        assert_eq!(forgotten.count(), 2);
        // That one may have had another handshake, which is forgotten.
        sessions.follow(&mut event("10.0.0.1", false, Observed::Yes));
        for (client, presented) in [
            ("10.0.0.1".to_owned(), Observed::NotObservable),
            (client(7), Observed::InferredYes),
        ] {
            let mut again = event(&client, true, Observed::NotObservable);
            sessions.follow(&mut again);
            assert_eq!(again.client_certificate.presented, presented, "{client}");
        }
    }

    #[test]
    fn a_session_of_one_server_is_none_of_another() {
        let mut sessions = Sessions::default();
        let mut full = event("10.0.0.1", false, Observed::Yes);
        full.session.issued = vec![link("id", b"same")];
        sessions.follow(&mut full);
        for (address, port) in [("10.0.0.8", 6380), ("10.0.0.9", 6381)] {
            let mut again = event("10.0.0.1", true, Observed::NotObservable);
            again.server.address = address.to_owned();
            again.server.port = port;
            again.session.offered = vec![link("id", b"same")];
            assert!(!sessions.follow(&mut again));
            assert_eq!(again.client_certificate.presented, Observed::NotObservable);
        }
    }

    #[test]
    fn a_session_id_is_not_taken_for_a_ticket() {
        assert_ne!(link("id", b"same"), link("ticket", b"same"));
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let mut remembered = Remembered::default();
        for key in 0..=MAX_REMEMBERED {
            remembered.insert(key, ());
        }
        assert!(remembered.get(&0).is_none());
        assert!(remembered.get(&1).is_some());
        assert_eq!(remembered.map.len(), MAX_REMEMBERED);
        assert_eq!(remembered.order.len(), MAX_REMEMBERED);
    }
}
