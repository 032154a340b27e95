//! What was seen in the conversations themselves: commands, logins, settings, links.

use super::super::marks::{At, Mark};
use super::peer::{MAX_RULES, MAX_USERS, earliest, peer};
use super::{Latest, MAX_OFFERS, MAX_PASSWORDS, Server, user_name};
use crate::event::{Role, Transport};
use crate::observation::{
    Fact, Login, LoginForm, LoginOutcome, Observation, Password, Refusal, RefusalKind,
    SentinelSide, Setting, User,
};
use crate::packet::Timestamp;
use crate::redact::Printable;
use crate::segment::Address;

impl Server {
    /// Takes a fact.
    pub(in crate::posture) fn observe(&mut self, observation: &Observation) -> u64 {
        let seen = &observation.seen;
        let at = At::from(seen);
        let client = seen.client.address;
        let marks = &mut self.marks;
        match &observation.fact {
            Fact::Served(served) => {
                let names = || {
                    let names: Vec<_> = served.names.iter().map(Printable::to_string).collect();
                    names.join(", ")
                };
                if served.user == User::NoLogin && served.role != Role::Sentinel {
                    marks.note_times(
                        Mark::ServedWithoutLogin,
                        served.commands,
                        Some(at.clone()),
                        format!("{client} ran {} without a login", names()),
                    );
                }
                if matches!(served.user, User::NoLogin | User::Default) {
                    marks.note_times(
                        Mark::DefaultServed,
                        served.commands,
                        Some(at),
                        format!("{client} ran {} as default", names()),
                    );
                }
                let Some(peer) = peer(&mut self.clients, client) else {
                    return 1;
                };
                peer.role = peer.role.max(served.role);
                if seen.transport != Transport::TlsDecrypted
                    && (peer.users.len() < MAX_USERS || peer.users.contains_key(&served.user))
                {
                    *peer.users.entry(served.user.clone()).or_default() += served.commands;
                }
            }
            Fact::Login(login) => return self.login(observation, login),
            Fact::Refused(refusal) => self.refused(at, client, refusal),
            // Replicas, Sentinels and monitoring cannot do without these, and they change nothing.
            Fact::Dangerous { command, .. }
                if command
                    .as_text()
                    .is_some_and(|command| NEEDED.contains(&command)) => {}
            Fact::Dangerous { user, command } => {
                marks.note(
                    Mark::DangerousServed,
                    Some(at),
                    format!("{command} by {client} as {}", user_name(user)),
                );
                let Some(peer) = peer(&mut self.clients, client) else {
                    return 1;
                };
                if peer.dangerous.len() < MAX_RULES {
                    peer.dangerous.insert(command.to_string());
                }
            }
            Fact::Client(known) => {
                let Some(peer) = peer(&mut self.clients, client) else {
                    return 1;
                };
                let newer = Latest {
                    time: seen.time,
                    at,
                    value: known.clone(),
                };
                Latest::update(&mut peer.client, &newer);
            }
            Fact::Setting(setting) => self.setting(at, seen.time, setting),
            Fact::Software(software) => {
                let newer = Latest {
                    time: seen.time,
                    at,
                    value: software.clone(),
                };
                Latest::update(&mut self.software, &newer);
            }
            Fact::AclUser(acl) => {
                let name = user_name(&acl.user);
                let is_default = matches!(acl.user, User::Default | User::NoLogin);
                if is_default && acl.rules.enabled == Some(false) {
                    marks.note(Mark::DefaultOff, Some(at.clone()), "default is off");
                }
                if acl.rules.hashes > 0 {
                    marks.note(
                        Mark::HashedAcl,
                        Some(at.clone()),
                        format!("{name} has hashed passwords"),
                    );
                }
                if acl.rules.enabled != Some(false)
                    && !is_default
                    && acl.rules.all_commands
                    && acl.rules.all_keys
                {
                    marks.note(
                        Mark::WideAcl,
                        Some(at),
                        format!("{name} may run every command on every key"),
                    );
                }
            }
            Fact::PlainAclPassword => marks.note(
                Mark::PlainAclPassword,
                Some(at),
                format!("{client} set an ACL password in the clear"),
            ),
            Fact::Cluster(cluster) => {
                if cluster.both_ports > 0 {
                    marks.note_times(
                        Mark::BothPortsAnnounced,
                        u64::from(cluster.both_ports),
                        Some(at.clone()),
                        format!("{} cluster nodes announce both ports", cluster.both_ports),
                    );
                }
                let newer = Latest {
                    time: seen.time,
                    at,
                    value: (cluster.primaries, cluster.replicas),
                };
                Latest::update(&mut self.cluster, &newer);
            }
            Fact::Replication { user, full_copy } => {
                if seen.transport == Transport::TlsDecrypted {
                    marks.note(
                        Mark::ReplicationTls,
                        Some(at.clone()),
                        format!("a replication link of {client} under TLS, read with its keys"),
                    );
                } else {
                    let what = if *full_copy {
                        "the whole data set was sent to"
                    } else {
                        "a replication link of"
                    };
                    marks.note(
                        Mark::ReplicationPlain,
                        Some(at.clone()),
                        format!("{what} {client}"),
                    );
                }
                let (mark, fact) = own_user(
                    user,
                    (Mark::ReplicaOwnUser, Mark::ReplicaDefaultUser),
                    client,
                );
                if let Some(mark) = mark {
                    marks.note(mark, Some(at), fact);
                }
                let Some(peer) = peer(&mut self.clients, client) else {
                    return 1;
                };
                peer.role = Role::Replica;
                peer.acts_as(user);
            }
            Fact::Sentinel { user, side } => {
                if *side == SentinelSide::Serving && seen.transport != Transport::TlsDecrypted {
                    marks.note(
                        Mark::SentinelPlain,
                        Some(at.clone()),
                        format!("{client} asks this Sentinel in the clear"),
                    );
                }
                if *side == SentinelSide::Watching {
                    let (mark, fact) = own_user(
                        user,
                        (Mark::SentinelOwnUser, Mark::SentinelDefaultUser),
                        client,
                    );
                    if let Some(mark) = mark {
                        marks.note(mark, Some(at), fact);
                    }
                }
                let Some(peer) = peer(&mut self.clients, client) else {
                    return 1;
                };
                peer.role = peer.role.max(Role::Sentinel);
                peer.acts_as(user);
            }
            Fact::Bus(bus) => {
                if bus.other_port != 0 {
                    marks.note(
                        Mark::BothPortsAnnounced,
                        Some(at),
                        format!(
                            "{client} announces ports {} and {}",
                            bus.port, bus.other_port
                        ),
                    );
                }
                if self.bus.len() < MAX_OFFERS {
                    self.bus.insert(*bus);
                }
            }
            Fact::GaveAway { rule } => {
                let Some(peer) = peer(&mut self.clients, client) else {
                    return 1;
                };
                if peer.gave_away.len() < MAX_RULES {
                    peer.gave_away.insert(rule.clone());
                }
            }
            Fact::RespReset { password } => {
                let Some(peer) = peer(&mut self.clients, client) else {
                    return 1;
                };
                peer.reset_password |= password;
                if *password {
                    peer.gave_away.insert("cmd.auth".to_owned());
                }
                earliest(&mut peer.first_reset, &at, seen.time);
            }
            // Its connection is counted when it ends.
            Fact::HelloUnanswered => {
                let Some(peer) = peer(&mut self.clients, client) else {
                    return 1;
                };
                earliest(&mut peer.first_unanswered, &at, seen.time);
            }
            // Of a port, not of a server.
            Fact::PortClosed => {}
            Fact::Values {
                readable_bytes,
                opaque_bytes,
            } => {
                self.values.0 = self.values.0.saturating_add(*readable_bytes);
                self.values.1 = self.values.1.saturating_add(*opaque_bytes);
            }
        }
        0
    }

    fn login(&mut self, observation: &Observation, login: &Login) -> u64 {
        let seen = &observation.seen;
        let at = At::from(seen);
        let client = seen.client.address;
        let name = user_name(&login.user);
        let marks = &mut self.marks;
        let (mark, under) = if seen.transport == Transport::TlsDecrypted {
            (Mark::PasswordUnderTls, " under TLS")
        } else {
            (Mark::PasswordInClear, "")
        };
        marks.note(
            mark,
            Some(at.clone()),
            format!("{client} sent the password of {name}{under}"),
        );
        match (login.outcome, login.form) {
            (LoginOutcome::Accepted, form) => {
                marks.note(
                    Mark::LoginAccepted,
                    Some(at.clone()),
                    format!("{client} logged in as {name}"),
                );
                let mark = match form {
                    LoginForm::OneArgument => Mark::OneArgumentLogin,
                    LoginForm::TwoArguments | LoginForm::Hello => Mark::TwoArgumentLogin,
                };
                marks.note(
                    mark,
                    Some(at.clone()),
                    format!("{client} logged in as {name}"),
                );
            }
            (LoginOutcome::NoPasswordConfigured, _) => marks.note(
                Mark::NoPasswordConfigured,
                Some(at.clone()),
                format!("{client} sent a password that the server does not ask for"),
            ),
            (LoginOutcome::WrongPassword, LoginForm::OneArgument) => {
                marks.note(
                    Mark::OneArgumentRefused,
                    Some(at.clone()),
                    format!("{client}: WRONGPASS"),
                );
                marks.note(
                    Mark::DefaultRefused,
                    Some(at.clone()),
                    format!("{client} as default: WRONGPASS"),
                );
            }
            (LoginOutcome::WrongPassword, _) if login.user == User::Default => marks.note(
                Mark::DefaultRefused,
                Some(at.clone()),
                format!("{client} as default: WRONGPASS"),
            ),
            _ => {}
        }
        match &login.password {
            Some(password) => self.password(&at, client, &login.user, *password),
            None => 0,
        }
    }

    fn password(&mut self, at: &At, client: Address, user: &User, password: Password) -> u64 {
        let name = user_name(user);
        if password.is_weak() {
            let why = if password.common {
                "is on every guesser's list"
            } else if password.kinds < 3 {
                "is short or of few kinds of characters"
            } else {
                "is short"
            };
            self.marks.note(
                Mark::WeakPassword,
                Some(at.clone()),
                format!("the password of {name} {why}"),
            );
        } else {
            self.marks.note(
                Mark::FairPassword,
                Some(at.clone()),
                format!("the password of {name} is long or varied enough"),
            );
        }
        if self.passwords.len() >= MAX_PASSWORDS
            && !self.passwords.contains_key(&password.sameness())
        {
            return 1;
        }
        let known = self.passwords.entry(password.sameness()).or_default();
        if known.len() < MAX_PASSWORDS {
            known.insert((user.clone(), client));
        }
        0
    }

    fn refused(&mut self, at: At, client: Address, refusal: &Refusal) {
        let what = refusal
            .command
            .as_ref()
            .map_or_else(|| "a command".to_owned(), Printable::to_string);
        let name = user_name(&refusal.user);
        let marks = &mut self.marks;
        match refusal.kind {
            RefusalKind::NoAuth => {
                let fact = format!("{client}: {what} refused with NOAUTH");
                marks.note(Mark::NoAuth, Some(at), fact);
            }
            RefusalKind::NoPerm => {
                let fact = format!("{what} refused to {name} with NOPERM");
                if refusal.dangerous {
                    marks.note(Mark::NoPermDangerous, Some(at.clone()), fact.clone());
                }
                marks.note(Mark::NoPerm, Some(at), fact);
            }
            RefusalKind::Denied => {
                let fact = format!("{client} refused with DENIED");
                marks.note(Mark::Denied, Some(at), fact);
            }
            RefusalKind::WrongPass => {
                if matches!(refusal.user, User::Default | User::NoLogin) {
                    let fact = format!("{client} as default: WRONGPASS");
                    marks.note(Mark::DefaultRefused, Some(at), fact);
                }
            }
            RefusalKind::UnknownCommand => {
                if refusal.dangerous {
                    let fact = format!("{what} is unknown to the server");
                    marks.note(Mark::UnknownCommand, Some(at), fact);
                }
            }
        }
    }

    fn setting(&mut self, at: At, time: Timestamp, setting: &Setting) {
        let newer = Latest {
            time,
            at,
            value: setting.value.clone(),
        };
        let mut slot = self.settings.remove(setting.name);
        Latest::update(&mut slot, &newer);
        if let Some(latest) = slot {
            self.settings.insert(setting.name, latest);
        }
    }
}

/// Which of two marks a link's user deserves, and why.
fn own_user(user: &User, marks: (Mark, Mark), client: Address) -> (Option<Mark>, String) {
    let (own, default) = marks;
    match user {
        User::Unknown => (None, String::new()),
        User::NoLogin => (Some(default), format!("{client} did not log in")),
        User::Default => (Some(default), format!("{client} is logged in as default")),
        User::Named(name) => (Some(own), format!("{client} is logged in as {name}")),
    }
}

/// Commands of category @dangerous that links and monitoring live on.
const NEEDED: [&str; 7] = [
    "INFO", "LASTSAVE", "PSYNC", "REPLCONF", "ROLE", "SENTINEL", "SYNC",
];
