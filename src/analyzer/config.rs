//! What the analyzer is told at birth: what to look for, and what to tell.

use std::collections::hash_map::RandomState;
use std::sync::Arc;

use crate::detect::{Options, Policy, RulePack};
use crate::network::Network;
use crate::posture;
use crate::redact::{Keys, Redactor, TokenKey, Values};
use crate::resp::RespConfig;
use crate::segment::Endpoint;
use crate::tls::{Authorities, KeyLog, Profile, TlsContext};

/// Rules, limits and wishes of a run; shared by all workers.
pub struct AnalyzerConfig {
    /// A live capture: no frame numbers, findings at first sight.
    pub live: bool,
    /// Secrets may come right behind the handshakes they are of: live, and from a pipe, which may be
    /// a live capture elsewhere.
    pub key_log_grows: bool,
    /// Which events are made.
    pub wanted: Wanted,
    /// Which connections count.
    pub scope: Scope,
    /// Rules.
    pub pack: Arc<RulePack>,
    /// What a team has decided.
    pub policy: Arc<Policy>,
    /// The same, as posture takes it.
    pub posture: posture::Policy,
    /// How wire bytes are printed.
    pub redactor: Redactor,
    /// `--min-confidence`.
    pub min_confidence: f32,
    /// How far detectors look.
    pub detection: Options,
    /// What the RESP decoder keeps.
    pub resp: RespConfig,
    /// `--tls-profile`.
    pub tls_profile: Profile,
    /// `--ca-file`.
    pub authorities: Option<Authorities>,
    /// `--keylog`, as it was at the start.
    pub key_log: Option<Vec<u8>>,
    /// Seconds of capture time a statistics bucket spans; `None` without `--stats`.
    pub statistics: Option<u32>,
    /// Keyed hash by which equal passwords are found, one for the run.
    pub password_hasher: RandomState,
}

impl AnalyzerConfig {
    /// What a run without any flag has: built-in rules, masked values, findings grouped at the end
    /// and no other event.
    ///
    /// # Errors
    ///
    /// Where the operating system has no randomness for the token key.
    pub fn new() -> Result<Self, crate::redact::NoRandomness> {
        let redactor = Redactor::new(Values::Masked, Keys::Masked, TokenKey::random()?);
        Ok(Self {
            live: false,
            key_log_grows: false,
            wanted: Wanted {
                commands: CommandEvents::None,
                pushes: false,
                findings: FindingEvents::Grouped,
                tls: false,
                connections: false,
                kept: false,
            },
            scope: Scope::default(),
            pack: RulePack::builtin(),
            policy: Arc::default(),
            posture: posture::Policy::default(),
            redactor,
            min_confidence: DEFAULT_MIN_CONFIDENCE,
            detection: Options::default(),
            resp: RespConfig::default(),
            tls_profile: Profile::default(),
            authorities: None,
            key_log: None,
            statistics: None,
            password_hasher: RandomState::new(),
        })
    }

    /// The TLS room's share.
    pub(super) fn tls_context(&self) -> TlsContext {
        let keys = self.key_log.as_ref().map(|lines| {
            let mut keys = KeyLog::default();
            keys.add(lines);
            if !self.live {
                // It was read whole; live it may have been cut in the middle of its last line.
                keys.end();
            }
            keys
        });
        let mut context = TlsContext::new(self.tls_profile.clone(), self.authorities.clone(), keys);
        context.log_grows = self.key_log_grows;
        context
    }
}

/// Which events are made; what nobody wants costs nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one switch for each type of the contract"
)]
pub struct Wanted {
    /// `command`.
    pub commands: CommandEvents,
    /// `push`.
    pub pushes: bool,
    /// `finding`.
    pub findings: FindingEvents,
    /// `tls`.
    pub tls: bool,
    /// `connection`.
    pub connections: bool,
    /// Which connections had findings, so that their packets can be kept.
    pub kept: bool,
}

/// Which `command` events are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommandEvents {
    /// None.
    None,
    /// The first of each shard, so that the first of the run are among them.
    First(u32),
    /// All.
    All,
}

/// When `finding` events are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingEvents {
    /// Grouped, at the end.
    Grouped,
    /// Grouped, the first time of each at once (live).
    FirstSight,
    /// One an occurrence, at once.
    All,
}

/// Which connections count.
#[derive(Clone, Default)]
pub struct Scope {
    /// `--server`.
    pub servers: Vec<Network>,
    /// `--client`.
    pub clients: Vec<Network>,
    /// Ports on which TLS is taken for Redis's without further evidence; `None`: on all.
    ///
    /// TLS elsewhere is told only of hosts that also spoke RESP or the cluster bus, or where
    /// nothing else was seen, or every HTTPS endpoint would become a server.
    pub tls_ports: Option<Vec<(u16, u16)>>,
}

impl Scope {
    /// True where the connection is wanted, now that its ends are known.
    pub(super) fn admits(&self, client: Endpoint, server: Endpoint) -> bool {
        let among = |networks: &[Network], end: Endpoint| {
            networks.is_empty() || networks.iter().any(|network| network.contains(end.address))
        };
        among(&self.servers, server) && among(&self.clients, client)
    }

    /// True where TLS on this port is Redis's as far as we are told.
    pub(super) fn expects_tls(&self, port: u16) -> bool {
        self.tls_ports.as_ref().is_none_or(|ranges| {
            ranges
                .iter()
                .any(|&(low, high)| (low..=high).contains(&port))
        })
    }
}

/// Below one in two a finding is a guess, and a guess wears out its reader.
pub const DEFAULT_MIN_CONFIDENCE: f32 = 0.5;
