//! What to do, in an order in which nothing breaks.
//!
//! A step says what must be so before it and whom it cuts off. The order: what cuts nobody off first;
//! then logins before protected mode (which refuses whoever does not log in from another host);
//! replicas, bus and Sentinel before clients, since they are the operator's own; the plain port last
//! of all that moves; and new passwords only when nothing carries them in the clear any more.

use std::collections::BTreeSet;

use super::Posture;
use super::marks::Mark;
use super::seams::at_port;
use super::server::{KnownFinding, Peer, Server, user_name};
use crate::event::{Category, FindingDirection, MendStep, Role, Severity, TlsVersion, Transport};
use crate::observation::User;
use crate::segment::{Address, Endpoint};

/// Kinds of steps, in the order in which they are to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    ProtectedModeAlone,
    StraySender,
    Logins,
    ProtectedMode,
    Firewall,
    Certificate,
    Replication,
    Bus,
    Sentinel,
    Clients,
    Protocol,
    Ciphers,
    ClientCertificates,
    Dangerous,
    Passwords,
    Version,
}

/// All steps, by stage, then server.
pub(super) fn steps(posture: &Posture) -> Vec<MendStep> {
    let mut staged = Vec::new();
    let mut exposed = BTreeSet::new();
    for (endpoint, server) in posture.understood() {
        let context = Context {
            posture,
            endpoint,
            server,
        };
        context.stray_senders(&mut staged);
        context.access(&mut staged);
        context.strangers(&mut staged);
        context.links(&mut staged);
        context.clients(&mut staged);
        context.suites(&mut staged);
        context.client_certificates(&mut staged);
        context.dangerous(&mut staged);
        context.version(&mut staged);
        if server.marks.has(Mark::PasswordInClear) {
            let users = server
                .clients
                .values()
                .flat_map(|peer| peer.users.keys())
                .filter(|user| !matches!(user, User::Unknown | User::NoLogin))
                .map(user_name);
            exposed.extend(users);
        }
    }
    let in_clear = posture
        .understood()
        .any(|(_, server)| server.marks.has(Mark::PasswordInClear));
    let weak: Vec<String> = posture
        .understood()
        .flat_map(|(_, server)| &server.findings)
        .filter(|(_, finding)| {
            finding.rule == "hygiene.shared-password" || finding.rule == "hygiene.weak-password"
        })
        .map(|(id, _)| id.clone())
        .collect();
    if in_clear {
        let whose = if exposed.is_empty() {
            "for every user whose password was seen".to_owned()
        } else {
            let shown: Vec<_> = exposed.iter().take(MAX_NAMES).map(String::as_str).collect();
            let more = exposed.len().saturating_sub(shown.len());
            let more = if more == 0 {
                String::new()
            } else {
                format!(" and {more} more")
            };
            format!("for {}{more}", shown.join(", "))
        };
        staged.push((
            Stage::Passwords,
            MendStep {
                server: None,
                subject: "Passwords".to_owned(),
                action: format!("new ones {whose}"),
                first: Some("TLS, else they are out again".to_owned()),
                cuts_off: None,
                ends: weak,
            },
        ));
    }
    staged.sort_by_key(|(stage, step)| {
        let server = step.server.clone();
        (*stage, server)
    });
    staged.into_iter().map(|(_, step)| step).collect()
}

type Staged = Vec<(Stage, MendStep)>;

/// One server, and what it stands in.
struct Context<'a> {
    posture: &'a Posture,
    endpoint: Endpoint,
    server: &'a Server,
}

impl Context<'_> {
    fn step(&self, subject: &str, action: String, ends: Vec<String>) -> MendStep {
        MendStep {
            server: Some(self.endpoint.into()),
            subject: subject.to_owned(),
            action,
            first: None,
            cuts_off: None,
            ends,
        }
    }

    /// Ids of the findings that `ended` picks, worst first.
    fn ends(&self, ended: impl Fn(&KnownFinding) -> bool) -> Vec<String> {
        let mut ids: Vec<(Severity, &String)> = self
            .server
            .findings
            .iter()
            .filter(|(_, finding)| ended(finding))
            .map(|(id, finding)| (finding.severity, id))
            .collect();
        ids.sort();
        ids.into_iter().map(|(_, id)| id.clone()).collect()
    }

    fn ends_rules(&self, prefixes: &[&str]) -> Vec<String> {
        self.ends(|finding| {
            prefixes
                .iter()
                .any(|prefix| finding.rule.starts_with(prefix))
        })
    }

    /// Port of the same host that speaks TLS.
    fn tls_port(&self) -> Option<u16> {
        self.posture
            .beside(self.endpoint)
            .find(|(_, beside)| beside.serves_tls())
            .map(|(other, _)| other.port)
    }

    fn stray_senders(&self, steps: &mut Staged) {
        let senders: Vec<Address> = self
            .server
            .clients
            .iter()
            .filter(|(_, peer)| peer.resets > 0)
            .map(|(&address, _)| address)
            .collect();
        self.unanswered(steps);
        if senders.is_empty() {
            return;
        }
        let ends = self.ends_rules(&["tls.plaintext-to-tls-port", "tls.password-to-tls-port"]);
        let verb = if senders.len() == 1 {
            "must speak"
        } else {
            "must all speak"
        };
        steps.push((
            Stage::StraySender,
            self.step(
                "Strays",
                format!(
                    "{} {verb} TLS to {}",
                    names(senders.iter().copied()),
                    self.endpoint
                ),
                ends,
            ),
        ));
    }

    /// Clients that began TLS where the server speaks none.
    fn unanswered(&self, steps: &mut Staged) {
        let waiting: Vec<Address> = self
            .server
            .clients
            .iter()
            .filter(|(_, peer)| peer.unanswered_hellos > 0)
            .map(|(&address, _)| address)
            .collect();
        if waiting.is_empty() {
            return;
        }
        let who = names(waiting.iter().copied());
        let ends = self.ends_rules(&["tls.tls-client-on-plaintext-port"]);
        let step = if let Some(port) = self.tls_port() {
            let to = at_port(self.endpoint, port);
            self.step("Strays", format!("{who} to rediss://{to}"), ends)
        } else {
            let action = format!(
                "tls-port beside port {}, then {who} to it",
                self.endpoint.port
            );
            let mut step = self.step("Strays", action, ends);
            step.first = Some("tls-cert-file, tls-key-file and tls-ca-cert-file set".to_owned());
            step
        };
        steps.push((Stage::StraySender, step));
    }

    fn access(&self, steps: &mut Staged) {
        let marks = &self.server.marks;
        let without_login: Vec<Address> = self
            .server
            .clients
            .iter()
            .filter(|(_, peer)| peer.users.contains_key(&User::NoLogin))
            .map(|(&address, _)| address)
            .collect();
        let elsewhere = without_login
            .iter()
            .any(|&address| address != self.endpoint.address && !is_loopback(address));
        if marks.has(Mark::ProtectedOff) || self.setting_is_off("protected-mode") {
            let mut step = self.step(
                "Protected mode",
                "CONFIG SET protected-mode yes, then CONFIG REWRITE".to_owned(),
                self.ends_rules(&["exposure.protected-mode"]),
            );
            if elsewhere {
                step.first = Some("the logins of the step before".to_owned());
                step.cuts_off = Some("clients on other hosts that do not log in".to_owned());
            }
            let stage = if elsewhere {
                Stage::ProtectedMode
            } else {
                Stage::ProtectedModeAlone
            };
            steps.push((stage, step));
        }
        if marks.has(Mark::ServedWithoutLogin) || marks.has(Mark::NoPasswordConfigured) {
            let mut step = self.step(
                "Logins",
                "an ACL user for each application; when all log in, ACL SETUSER default off"
                    .to_owned(),
                self.ends_rules(&[
                    "exposure.no-auth",
                    "exposure.password-to-open",
                    "hygiene.no-login",
                    "hygiene.default-user",
                ]),
            );
            step.first = Some("every client logs in".to_owned());
            if !without_login.is_empty() {
                step.cuts_off = Some(format!(
                    "whoever still does not log in, today {}",
                    names(without_login.iter().copied())
                ));
            }
            steps.push((Stage::Logins, step));
        }
    }

    fn strangers(&self, steps: &mut Staged) {
        let ends = self.ends_rules(&["exposure.public-address", "exposure.unexpected-client"]);
        if ends.is_empty() && !self.server.marks.has(Mark::PublicAddress) {
            return;
        }
        let mut step = self.step(
            "Firewall",
            "bind to private addresses, and let only known clients through".to_owned(),
            ends,
        );
        step.cuts_off = Some("whoever is not on the list".to_owned());
        steps.push((Stage::Firewall, step));
    }

    fn setting_is_off(&self, name: &str) -> bool {
        self.server
            .settings
            .get(name)
            .is_some_and(|latest| latest.value == crate::observation::SettingValue::No)
    }

    fn links(&self, steps: &mut Staged) {
        let marks = &self.server.marks;
        let by_role = |role: Role| {
            self.server
                .clients
                .iter()
                .filter(move |(_, peer)| peer.role == role && peer.plain.connections > 0)
                .map(|(&address, _)| address)
                .collect::<Vec<_>>()
        };
        if marks.has(Mark::ReplicationPlain) {
            let replicas = by_role(Role::Replica);
            let (host, port) = match self.tls_port() {
                Some(port) => (self.endpoint.address, port.to_string()),
                None => (self.endpoint.address, "<tls-port>".to_owned()),
            };
            let on = if replicas.is_empty() {
                "the replica".to_owned()
            } else {
                names(replicas.into_iter())
            };
            let mut step = self.step(
                "Replication",
                format!("on {on}: tls-replication yes, then replicaof {host} {port}"),
                self.ends(of_replication),
            );
            step.first = Some(if self.tls_port().is_some() {
                "certificate, key and CA files set on the replica".to_owned()
            } else {
                "certificate, key and CA files set on both, tls-port on the primary".to_owned()
            });
            steps.push((Stage::Replication, step));
        }
        if marks.has(Mark::BusPlain) {
            let mut step = self.step(
                "Cluster bus",
                "tls-cluster yes on every node, then restart them one by one".to_owned(),
                self.ends_rules(&["exposure.bus"]),
            );
            step.first = Some("certificate, key and CA files set on every node".to_owned());
            step.cuts_off = Some("nodes without it, until all have it".to_owned());
            steps.push((Stage::Bus, step));
        }
        if marks.has(Mark::SentinelPlain) {
            let mut step = self.step(
                "Sentinel",
                "in sentinel.conf: tls-port beside port, tls-replication yes; when no client is plain any more, port 0".to_owned(),
                self.ends(|finding| {
                    finding.rule.starts_with("exposure.sentinel") || readable(finding)
                }),
            );
            step.first = Some("certificate, key and CA files set".to_owned());
            steps.push((Stage::Sentinel, step));
        }
        if marks.has(Mark::CertificateBad) {
            steps.push((
                Stage::Certificate,
                self.step(
                    "Certificate",
                    "a new one, then CONFIG SET tls-cert-file and tls-key-file".to_owned(),
                    self.ends_rules(&["tls.cert-"]),
                ),
            ));
        }
    }

    fn clients(&self, steps: &mut Staged) {
        // Sentinel's own port has a step of its own.
        if self.server.marks.has(Mark::SentinelPlain) {
            return;
        }
        let movers: Vec<Address> = self
            .server
            .clients
            .iter()
            .filter(|(address, peer)| is_mover(self.posture, **address, self.endpoint, peer))
            .map(|(&address, _)| address)
            .collect();
        if movers.is_empty() {
            return;
        }
        let who = if movers.len() > MAX_NAMES {
            format!("{} clients", movers.len())
        } else {
            names(movers.iter().copied())
        };
        let ends = self.ends(readable);
        let mut step = if let Some(port) = self.tls_port() {
            self.step(
                "TLS",
                format!(
                    "{who} to rediss://{}, and only then port 0",
                    at_port(self.endpoint, port)
                ),
                ends,
            )
        } else {
            let mut step = self.step(
                "TLS",
                format!(
                    "tls-port beside port {}; {who} to it (rediss://), and only then port 0",
                    self.endpoint.port
                ),
                ends,
            );
            step.first = Some("tls-cert-file, tls-key-file and tls-ca-cert-file set".to_owned());
            step
        };
        step.cuts_off = Some("any client that is still plain when port is 0".to_owned());
        steps.push((Stage::Clients, step));
    }

    fn suites(&self, steps: &mut Staged) {
        let marks = &self.server.marks;
        if marks.has(Mark::VersionOld) {
            let only_newest = self.posture.policy.min_version == Some(TlsVersion::Tls13);
            let (oldest, protocols) = if only_newest {
                (TlsVersion::Tls13, "tls-protocols TLSv1.3")
            } else {
                (TlsVersion::Tls12, "tls-protocols \"TLSv1.2 TLSv1.3\"")
            };
            let cut: Vec<Address> = self
                .server
                .clients
                .iter()
                .filter(|(_, peer)| peer.old_version.is_some_and(|newest| newest < oldest))
                .map(|(&address, _)| address)
                .collect();
            let mut step = self.step(
                "TLS versions",
                protocols.to_owned(),
                self.ends_rules(&["tls.version-"]),
            );
            if !cut.is_empty() {
                step.cuts_off = Some(format!(
                    "{}, which offers nothing newer",
                    names(cut.into_iter())
                ));
            }
            steps.push((Stage::Protocol, step));
        }
        if marks.has(Mark::CipherWeak) {
            let action = if self.ends_rules(&["tls.cipher-denied"]).is_empty() {
                "tls-ciphers to ECDHE suites with GCM or ChaCha20"
            } else {
                "tls-ciphers and tls-ciphersuites without what the policy denies"
            };
            let mut step = self.step(
                "Cipher suites",
                action.to_owned(),
                self.ends_rules(&["tls.cipher-", "tls.kx-", "tls.null-cipher"]),
            );
            step.cuts_off = Some("clients that offer no such suite".to_owned());
            steps.push((Stage::Ciphers, step));
        }
    }

    fn client_certificates(&self, steps: &mut Staged) {
        let ends = self.ends_rules(&["tls.client-cert-not-requested", "tls.client-cert-optional"]);
        let required = self.posture.policy.client_certificate_required;
        if ends.is_empty() || !required {
            return;
        }
        let without: Vec<Address> = self
            .server
            .clients
            .iter()
            .filter(|(_, peer)| peer.without_certificate > 0)
            .map(|(&address, _)| address)
            .collect();
        let mut step = self.step("Client certs", "tls-auth-clients yes".to_owned(), ends);
        step.first = Some("every client has a certificate of its own".to_owned());
        if !without.is_empty() {
            step.cuts_off = Some(format!(
                "whoever shows none, today {}",
                names(without.into_iter())
            ));
        }
        steps.push((Stage::ClientCertificates, step));
    }

    fn dangerous(&self, steps: &mut Staged) {
        let marks = &self.server.marks;
        if !marks.has(Mark::DangerousServed) {
            return;
        }
        let users: BTreeSet<String> = self
            .server
            .clients
            .values()
            .filter(|peer| !peer.dangerous.is_empty())
            .flat_map(|peer| peer.users.keys())
            .map(user_name)
            .collect();
        let commands: BTreeSet<&str> = self
            .server
            .clients
            .values()
            .flat_map(|peer| peer.dangerous.iter().map(String::as_str))
            .collect();
        let users = match users.len() {
            0 => "<user>".to_owned(),
            1..=MAX_NAMES => users.into_iter().collect::<Vec<_>>().join(", "),
            many => format!("{many} users"),
        };
        let shown: Vec<_> = commands.iter().take(MAX_NAMES).copied().collect();
        let more = commands.len().saturating_sub(shown.len());
        let more = if more == 0 {
            String::new()
        } else {
            format!(" and {more} more")
        };
        let mut step = self.step(
            "Commands",
            format!("ACL SETUSER {users} -@dangerous, then give back what is needed"),
            self.ends_rules(&DANGEROUS),
        );
        step.cuts_off = Some(format!("{}{more}", shown.join(", ")));
        steps.push((Stage::Dangerous, step));
    }

    fn version(&self, steps: &mut Staged) {
        if let Some(software) = &self.server.software
            && let Some(standing) = super::versions::standing(&software.value)
            && standing != super::versions::Standing::Current
        {
            let action = match standing {
                super::versions::Standing::Behind((major, minor, patch)) => {
                    format!(
                        "{} {} to {major}.{minor}.{patch} or newer",
                        software.value.name, software.value.version
                    )
                }
                _ => format!(
                    "{} {} to a branch that still gets fixes",
                    software.value.name, software.value.version
                ),
            };
            steps.push((Stage::Version, self.step("Version", action, Vec::new())));
        }
    }
}

/// A client that has to move to TLS for the plain port to close: not one on a tolerated path, not a
/// replica (which has a step of its own), not one that only met a reset.
fn is_mover(posture: &Posture, address: Address, server: Endpoint, peer: &Peer) -> bool {
    peer.plain.connections > peer.resets
        && peer.role != Role::Replica
        && !peer.bus
        && !posture.policy.tolerates(address, server.address)
}

fn is_loopback(address: Address) -> bool {
    address.to_ip().to_canonical().is_loopback()
}

/// Whether TLS between clients and server ends a finding.
fn readable(finding: &KnownFinding) -> bool {
    finding.transport == Transport::Plaintext
        && !of_replication(finding)
        && (matches!(
            finding.category,
            Category::Secret | Category::Pci | Category::Pii | Category::Phi
        ) || STILL_PLAIN
            .iter()
            .any(|rule| finding.rule.starts_with(rule)))
}

/// Whether TLS on the replication link ends a finding.
fn of_replication(finding: &KnownFinding) -> bool {
    finding.direction == FindingDirection::Replication
        || [
            "exposure.fullsync",
            "exposure.replication",
            "cmd.auth-primary",
        ]
        .iter()
        .any(|rule| finding.rule.starts_with(rule))
}

/// `10.0.0.1, 10.0.0.2 and 3 more`.
fn names(addresses: impl Iterator<Item = Address>) -> String {
    let all: Vec<String> = addresses.map(|address| address.to_string()).collect();
    let shown = all.get(..MAX_NAMES).unwrap_or(&all);
    let more = all.len() - shown.len();
    if more == 0 {
        shown.join(", ")
    } else {
        format!("{} and {more} more", shown.join(", "))
    }
}

/// Rules that tell of readable clients without telling of their data.
const STILL_PLAIN: [&str; 4] = [
    "tls.client-still-plaintext",
    "tls.both-ports-open",
    "exposure.monitor",
    "exposure.rdb-dump",
];

/// Rules that end when dangerous commands are withheld.
const DANGEROUS: [&str; 11] = [
    "hygiene.acl-change",
    "hygiene.administration",
    "hygiene.config-set",
    "hygiene.debug",
    "hygiene.flush",
    "hygiene.keys",
    "hygiene.module-load",
    "hygiene.replicaof",
    "hygiene.script-escape",
    "hygiene.shutdown",
    "cmd.dangerous",
];

/// Names in a sentence, before it counts the rest.
const MAX_NAMES: usize = 3;
