//! What was seen of a server, by kind, with the first few pieces of evidence of each.

use std::collections::{BTreeMap, BTreeSet};

use crate::event::Evidence;
use crate::observation::Seen;

/// One kind of thing that was seen of a server endpoint and bears on a line of the checklist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Mark {
    PlainConnection,
    PlainReset,
    TlsConnection,
    HelloUnanswered,
    PortClosedOnHost,
    PlainPortConfigured,
    PlainPortOff,
    BothPortsAnnounced,

    ServedWithoutLogin,
    NoPasswordConfigured,
    DefaultServed,
    DefaultOff,
    DefaultRefused,
    LoginAccepted,
    OneArgumentLogin,
    OneArgumentRefused,
    TwoArgumentLogin,
    PasswordInClear,
    PasswordUnderTls,
    WeakPassword,
    ReusedPassword,
    FairPassword,

    NoAuth,
    Denied,
    NoPerm,
    NoPermDangerous,
    UnknownCommand,

    DangerousServed,
    WideAcl,
    HashedAcl,
    PlainAclPassword,

    ProtectedOff,
    ProtectedOn,
    LogFileSet,
    LogFileUnset,
    AclFileSet,
    AclFileUnset,
    SyslogOn,
    SyslogOff,
    PersistenceOn,
    PersistenceOff,

    ReplicationPlain,
    ReplicationTls,
    ReplicaDefaultUser,
    ReplicaOwnUser,
    SentinelPlain,
    SentinelDefaultUser,
    SentinelOwnUser,
    SentinelTls,
    BusPlain,
    BusTls,
    PrimariesOdd,
    PrimariesNotOdd,

    VersionOld,
    VersionModern,
    VersionRefused,
    CipherWeak,
    CipherStrong,
    CipherRefused,
    CertificateBad,
    CertificateFine,
    ClientCertNotRequested,
    ClientCertInferredNotRequested,
    ClientCertOptional,
    ClientCertInferredOptional,
    ClientCertPresented,
    ClientCertRefused,
    ServerOrder,
    ClientOrder,

    PublicAddress,
    UnexpectedClient,
    ExpectedClients,
    SoftwareOld,
    SoftwareCurrent,
    LibraryOld,
    LibraryCurrent,
    DefaultPort,
    OtherPort,
    ReadableValues,
    OpaqueValues,
    TlsShareFull,
    TlsSharePartial,
}

/// Where a piece of evidence stands in the input.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct At {
    pub(super) capture: u32,
    pub(super) frame: Option<u64>,
    pub(super) connection: String,
}

impl From<&Seen> for At {
    fn from(seen: &Seen) -> Self {
        Self {
            capture: seen.capture,
            frame: seen.frame,
            connection: seen.connection.clone(),
        }
    }
}

/// How often a thing was seen, and the first pieces of evidence for it in input order.
///
/// "The first in input order" is a minimum, so it does not depend on the order in which shards are
/// merged.
#[derive(Debug, Clone, Default)]
pub(super) struct Sightings {
    pub(super) count: u64,
    /// At most [`MAX_EVIDENCE`]; `None` where it belongs to no connection.
    first: BTreeSet<(Option<At>, String)>,
}

impl Sightings {
    fn add(&mut self, times: u64, at: Option<At>, fact: String) {
        self.count = self.count.saturating_add(times);
        self.keep(at, fact);
    }

    fn keep(&mut self, at: Option<At>, fact: String) {
        self.first.insert((at, fact));
        if self.first.len() > MAX_EVIDENCE {
            self.first.pop_last();
        }
    }

    fn merge(&mut self, other: &Self) {
        self.count = self.count.saturating_add(other.count);
        for (at, fact) in &other.first {
            self.keep(at.clone(), fact.clone());
        }
    }

    /// The evidence as events print it.
    pub(super) fn evidence(&self) -> impl Iterator<Item = Evidence> + '_ {
        self.first.iter().map(|(at, fact)| Evidence {
            fact: fact.clone(),
            connection: at.as_ref().map(|at| at.connection.clone()),
            frame: at.as_ref().and_then(|at| at.frame),
        })
    }
}

/// Everything seen of one server, by kind.
#[derive(Debug, Clone, Default)]
pub(super) struct Marks(BTreeMap<Mark, Sightings>);

impl Marks {
    /// Notes one sighting.
    pub(super) fn note(&mut self, mark: Mark, at: Option<At>, fact: impl Into<String>) {
        self.note_times(mark, 1, at, fact);
    }

    /// Notes several sightings that share their evidence.
    pub(super) fn note_times(
        &mut self,
        mark: Mark,
        times: u64,
        at: Option<At>,
        fact: impl Into<String>,
    ) {
        self.0.entry(mark).or_default().add(times, at, fact.into());
    }

    /// Takes over what was seen of another server.
    pub(super) fn adopt(&mut self, mark: Mark, sightings: &Sightings) {
        self.0.entry(mark).or_default().merge(sightings);
    }

    /// What was seen of a kind.
    pub(super) fn of(&self, mark: Mark) -> Option<&Sightings> {
        self.0.get(&mark)
    }

    /// How often.
    pub(super) fn count(&self, mark: Mark) -> u64 {
        self.of(mark).map_or(0, |sightings| sightings.count)
    }

    /// Whether at all.
    pub(super) fn has(&self, mark: Mark) -> bool {
        self.0.contains_key(&mark)
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (mark, sightings) in &other.0 {
            self.0.entry(*mark).or_default().merge(sightings);
        }
    }
}

/// Pieces of evidence kept of a kind: what a person follows up, not an inventory.
const MAX_EVIDENCE: usize = 8;
