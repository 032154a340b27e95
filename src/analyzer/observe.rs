//! Notes the facts by which a server is judged: logins, refusals, settings, who was served what.
//!
//! Facts only; what they mean for the checklist is [`crate::posture`]'s to say.

use super::Core;
use super::talk::About;
use super::totals::ShardState;
use crate::detect::{Fact as Raised, Occurrence};
use crate::event::{Category, FindingDirection, Path, ReplyKind, Role, Transport};
use crate::flow::FlowView;
use crate::observation::{
    AclUser, Client, Fact, Login, LoginForm, LoginOutcome, MAX_SERVED_NAMES, Observation, Password,
    Refusal, RefusalKind, Served, Setting, SettingSource, Software, User, parse,
};
use crate::packet::{Origin, Timestamp};
use crate::redact::Printable;
use crate::resp::commands::{CommandSpec, id};
use crate::resp::{Argument, Arguments, Exchange, Reply, RequestRecord, Session, Value};

/// Dangerous commands told of one connection, at most; a server has about a hundred of them.
const MAX_DANGEROUS: usize = 64;

/// Takes note of a command and what became of it.
pub(super) fn exchange(
    core: &mut Core,
    shard: &mut ShardState,
    about: &mut About,
    transport: Transport,
    session: &Session,
    exchange: &Exchange<'_>,
) {
    let mut note = Note {
        core,
        shard,
        about,
        transport,
        at: exchange.at,
        origin: exchange.origin,
    };
    let Some(reply) = &exchange.reply else {
        // Unanswered or not, the password was on the wire.
        if let Some(request) = &exchange.request
            && let Some(spec) = request.command.spec
            && (spec.id == id::AUTH || spec.id == id::HELLO)
        {
            note.login(request, None);
        }
        return;
    };
    let failed = matches!(reply.value.kind(), ReplyKind::Error | ReplyKind::BulkError);
    let Some(request) = &exchange.request else {
        if failed {
            note.refusal(session, None, reply);
        }
        return;
    };
    let Some(spec) = request.command.spec else {
        if failed {
            note.refusal(session, None, reply);
        } else {
            note.served(session, None);
        }
        return;
    };
    match spec.id {
        id::AUTH | id::HELLO => note.login(request, Some((reply, failed))),
        id::QUIT | id::RESET => {}
        _ if failed => {}
        _ => note.served(session, Some(spec)),
    }
    if failed {
        note.refusal(session, Some(spec), reply);
        return;
    }
    if spec.is_dangerous() {
        note.dangerous(session, spec);
    }
    match spec.id {
        id::CONFIG_GET => note.config_reply(&reply.value),
        id::CONFIG_SET => note.config_set(&request.command.arguments),
        id::INFO => note.info(reply.value.text().kept),
        id::HELLO => note.hello_reply(&reply.value),
        id::ACL_LIST => {
            for line in reply.value.children() {
                note.acl_line(line.text().kept);
            }
        }
        id::ACL_SETUSER => note.acl_set(&request.command.arguments),
        id::CLUSTER_NODES => {
            if let Some(cluster) = parse::cluster_nodes(reply.value.text().kept) {
                note.tell(Fact::Cluster(cluster));
            }
        }
        id::PSYNC | id::SYNC | id::REPLCONF if !note.about.link_told => {
            note.about.link_told = true;
            let user = note.user(session);
            note.tell(Fact::Replication {
                user,
                full_copy: false,
            });
        }
        _ => {}
    }
}

/// A full copy of the data set went by.
pub(super) fn full_copy(
    core: &mut Core,
    shard: &mut ShardState,
    about: &mut About,
    transport: Transport,
    at: Timestamp,
    origin: Origin,
) {
    let user = about.served.user.clone();
    about.link_told = true;
    about.copied = true;
    Note {
        core,
        shard,
        about,
        transport,
        at,
        origin,
    }
    .tell(Fact::Replication {
        user,
        full_copy: true,
    });
}

/// Something sensitive matched; the first of its rule on this connection is told.
pub(super) fn gave_away(
    core: &mut Core,
    shard: &mut ShardState,
    about: &mut About,
    transport: Transport,
    at: Timestamp,
    origin: Origin,
) {
    let mut fresh = Vec::new();
    for rule in core.hits.rules() {
        if !about.gave_away.insert(rule) {
            continue;
        }
        let info = core.config.pack.info(rule);
        if !matches!(info.category, Category::Tls | Category::Hygiene) {
            fresh.push(info.id.clone());
        }
    }
    let mut note = Note {
        core,
        shard,
        about,
        transport,
        at,
        origin,
    };
    for rule in fresh {
        note.tell(Fact::GaveAway { rule });
    }
}

/// The connection is over: what was counted and not yet told.
pub(super) fn closing(
    core: &mut Core,
    shard: &mut ShardState,
    about: &mut About,
    transport: Transport,
    session: &Session,
    flow: &FlowView,
) {
    let (at, origin) = (flow.now, flow.origin);
    let mut note = Note {
        core,
        shard,
        about,
        transport,
        at,
        origin,
    };
    note.client(session);
    if session.role == Role::Sentinel {
        let side = note.sentinel_side();
        let user = note.user(session);
        note.tell(Fact::Sentinel { user, side });
    }
    if transport == Transport::Plaintext {
        note.closing_facts(session);
    }
    note.settle_served();
    let readable_bytes = note.about.scanned_bytes;
    let opaque_bytes = note.about.opaque_value_bytes;
    if readable_bytes + opaque_bytes > 0 {
        note.tell(Fact::Values {
            readable_bytes,
            opaque_bytes,
        });
    }
    let silent = note.about.server_bytes == 0 && note.about.client_bytes > 0;
    let reset = note.about.reset_by == Some(crate::segment::Direction::ServerToClient);
    if silent && reset && transport == Transport::Plaintext {
        let password = note.about.password_seen;
        note.tell(Fact::RespReset { password });
    }
}

/// Everything a fact needs to be told.
struct Note<'a> {
    core: &'a mut Core,
    shard: &'a mut ShardState,
    about: &'a mut About,
    transport: Transport,
    at: Timestamp,
    origin: Origin,
}

impl Note<'_> {
    fn tell(&mut self, fact: Fact) {
        self.tell_at(fact, self.at, self.origin);
    }

    fn tell_at(&mut self, fact: Fact, at: Timestamp, origin: Origin) {
        let seen = self
            .about
            .seen(&self.core.config, self.transport, at, origin);
        self.shard.observe(&Observation { seen, fact });
    }

    fn user(&mut self, session: &Session) -> User {
        match session.user.as_deref() {
            Some(b"default") => User::Default,
            Some(name) => User::Named(self.core.print_name(name)),
            None if session.from_first_byte && !session.authenticated => User::NoLogin,
            None => User::Unknown,
        }
    }

    /// Counts a command that was served.
    fn served(&mut self, session: &Session, spec: Option<&'static CommandSpec>) {
        if !self.about.is_served_as(session) {
            self.settle_served();
            let user = self.user(session);
            let served = &mut self.about.served;
            served.user = user;
            served.session_user.clone_from(&session.user);
            served.from_first_byte = session.from_first_byte;
            served.role = session.role;
        }
        let served = &mut self.about.served;
        if served.commands == 0 {
            served.first = self.origin;
            served.first_at = self.at;
        }
        served.commands += 1;
        served.role = session.role;
        let Some(spec) = spec else { return };
        if served.last == Some(spec.id.0) || served.names.len() >= MAX_SERVED_NAMES {
            return;
        }
        served.last = Some(spec.id.0);
        if !served
            .names
            .iter()
            .any(|name| name.as_text() == Some(spec.name))
        {
            served.names.push(Printable::word(spec.name));
        }
    }

    /// Tells what was served since the last time.
    fn settle_served(&mut self) {
        let served = &mut self.about.served;
        if served.commands == 0 {
            return;
        }
        let fact = Fact::Served(Served {
            user: served.user.clone(),
            role: served.role,
            commands: std::mem::take(&mut served.commands),
            names: std::mem::take(&mut served.names),
        });
        served.last = None;
        let (at, origin) = (served.first_at, served.first);
        self.tell_at(fact, at, origin);
    }

    /// What a readable connection shows by being one: exposures, told once a connection.
    fn closing_facts(&mut self, session: &Session) {
        let served = self.about.served.commands > 0;
        let first = (self.about.served.first_at, self.about.served.first);
        if served && self.about.served.user == User::NoLogin {
            self.raise("exposure.no-auth", b"", first);
            let seen = self.about.sighting(first);
            self.shard.totals.access.without_login(&seen);
        }
        if served && self.about.served.user == User::Default {
            self.raise("hygiene.default-user", b"", first);
        }
        if session.role == Role::Sentinel {
            self.raise("exposure.sentinel-plaintext", b"", first);
        }
        if let Some(link) = self.about.replication.take()
            && !self.about.copied
        {
            let replica = self.about.client.address.to_string();
            self.raise("exposure.replication-plaintext", replica.as_bytes(), link);
        }
        if self.about.path == Path::Public && (served || self.about.client_bytes > 0) {
            let client = self.about.client.address.to_string();
            let at = if served {
                first
            } else {
                (self.at, self.origin)
            };
            self.raise("exposure.public-address", client.as_bytes(), at);
        }
    }

    /// Makes a finding of a fact.
    fn raise(&mut self, rule: &str, subject: &[u8], seen: (Timestamp, Origin)) {
        let occurrence = Occurrence {
            at: seen.0,
            origin: seen.1,
            connection: &self.about.id,
            client: self.about.client,
            server: self.about.server,
            transport: self.transport,
            path: self.about.path,
            direction: FindingDirection::Request,
            command: None,
        };
        let fact = Raised {
            rule,
            subject,
            ..Raised::default()
        };
        if self.shard.fact_at(&self.core.config, &occurrence, &fact) {
            self.about.findings += 1;
        }
    }

    /// A login; with its reply and whether that is an error, where there is one.
    fn login(&mut self, request: &RequestRecord<'_>, reply: Option<(&Reply<'_>, bool)>) {
        let words = &request.command.arguments;
        let Some((form, user, password)) = login_words(words, request) else {
            return;
        };
        self.about.password_seen = true;
        let user = match user.map(|user| user.kept) {
            None | Some(b"default") => User::Default,
            Some(name) => User::Named(self.core.print_name(name)),
        };
        let outcome = if let Some((reply, true)) = reply {
            let text = reply.value.text().kept;
            if text.starts_with(b"WRONGPASS") {
                LoginOutcome::WrongPassword
            } else if memchr::memmem::find(text, b"without any password configured").is_some() {
                LoginOutcome::NoPasswordConfigured
            } else {
                LoginOutcome::Refused
            }
        } else if reply.is_some() {
            LoginOutcome::Accepted
        } else {
            LoginOutcome::Unanswered
        };
        let seen = self.about.sighting((self.at, self.origin));
        match outcome {
            LoginOutcome::Accepted => self.shard.totals.access.login(self.about.server),
            LoginOutcome::WrongPassword => self.shard.totals.access.failed_login(&seen),
            LoginOutcome::NoPasswordConfigured => {
                let client = self.about.client.address.to_string();
                self.raise(
                    "exposure.password-to-open-server",
                    client.as_bytes(),
                    (self.at, self.origin),
                );
            }
            LoginOutcome::Refused | LoginOutcome::Unanswered => {}
        }
        let password = password
            .is_whole()
            .then(|| Password::measure(password.kept, &self.core.config.password_hasher));
        self.tell(Fact::Login(Login {
            form,
            user,
            outcome,
            password,
        }));
    }

    fn refusal(
        &mut self,
        session: &Session,
        spec: Option<&'static CommandSpec>,
        reply: &Reply<'_>,
    ) {
        let text = reply.value.text().kept;
        let kind = match text {
            _ if text.starts_with(b"NOAUTH") => RefusalKind::NoAuth,
            _ if text.starts_with(b"NOPERM") => RefusalKind::NoPerm,
            _ if text.starts_with(b"DENIED") => RefusalKind::Denied,
            _ if text.starts_with(b"WRONGPASS") => RefusalKind::WrongPass,
            _ if text.starts_with(b"ERR unknown command") && spec.is_some() => {
                RefusalKind::UnknownCommand
            }
            _ => return,
        };
        let user = self.user(session);
        self.tell(Fact::Refused(Refusal {
            kind,
            user,
            command: spec.map(|spec| Printable::word(spec.name)),
            dangerous: spec.is_some_and(CommandSpec::is_dangerous),
        }));
    }

    fn dangerous(&mut self, session: &Session, spec: &'static CommandSpec) {
        if self.about.dangerous.len() >= MAX_DANGEROUS {
            return;
        }
        let user = self.user(session);
        let known = self
            .about
            .dangerous
            .iter()
            .any(|(command, as_whom)| *command == spec.id.0 && *as_whom == user);
        if known {
            return;
        }
        self.about.dangerous.push((spec.id.0, user.clone()));
        self.tell(Fact::Dangerous {
            user,
            command: Printable::word(spec.name),
        });
    }

    fn setting(&mut self, source: SettingSource, name: &[u8], value: &[u8]) {
        if let Some((name, value)) = parse::setting(name, value) {
            self.tell(Fact::Setting(Setting {
                source,
                name,
                value,
            }));
        }
    }

    /// Names and values in turn, in RESP2 and RESP3 alike.
    fn config_reply(&mut self, value: &Value<'_>) {
        let mut pairs = value.children();
        while let (Some(name), Some(value)) = (pairs.next(), pairs.next()) {
            self.setting(SettingSource::Reply, name.text().kept, value.text().kept);
        }
    }

    fn config_set(&mut self, words: &Arguments<'_>) {
        let mut pairs = words.iter().skip(2);
        while let (Some(name), Some(value)) = (pairs.next(), pairs.next()) {
            if value.is_whole() {
                self.setting(SettingSource::Set, name.kept, value.kept);
            }
        }
    }

    fn info(&mut self, text: &[u8]) {
        if let Some(software) = parse::info_software(text) {
            self.tell(Fact::Software(software));
        }
        for line in text.split(|&byte| byte == b'\n') {
            if let Some((name, value)) = parse::info_setting(line) {
                let source = SettingSource::Reply;
                self.tell(Fact::Setting(Setting {
                    source,
                    name,
                    value,
                }));
            }
        }
    }

    fn hello_reply(&mut self, value: &Value<'_>) {
        let (mut server, mut version) = (Argument::default(), Argument::default());
        let mut pairs = value.children();
        while let (Some(name), Some(value)) = (pairs.next(), pairs.next()) {
            match name.text().kept {
                b"server" => server = value.text(),
                b"version" => version = value.text(),
                _ => {}
            }
        }
        let software: Option<Software> = parse::hello_software(server.kept, version.kept);
        if let Some(software) = software {
            self.tell(Fact::Software(software));
        }
    }

    fn acl_line(&mut self, line: &[u8]) {
        if let Some((name, rules)) = parse::acl_line(line) {
            let user = self.named(name);
            self.tell(Fact::AclUser(AclUser { user, rules }));
        }
    }

    fn acl_set(&mut self, words: &Arguments<'_>) {
        let Some(name) = words.at(2) else { return };
        let rules = parse::acl_rules(words.iter().skip(3).map(|word| word.kept));
        if rules.plain_passwords > 0 {
            self.tell(Fact::PlainAclPassword);
        }
        let user = self.named(name.kept);
        self.tell(Fact::AclUser(AclUser { user, rules }));
    }

    fn named(&mut self, name: &[u8]) -> User {
        if name == b"default" {
            User::Default
        } else {
            User::Named(self.core.print_name(name))
        }
    }

    fn client(&mut self, session: &Session) {
        if self.about.client_told {
            return;
        }
        self.about.client_told = true;
        let mut print =
            |text: &Option<Box<[u8]>>| text.as_deref().map(|text| self.core.print_name(text));
        let client = Client {
            name: print(&session.client_name),
            library: print(&session.library_name),
            version: print(&session.library_version),
        };
        if client != Client::default() {
            self.tell(Fact::Client(client));
        }
    }

    fn sentinel_side(&self) -> crate::observation::SentinelSide {
        use crate::observation::SentinelSide::{Serving, Watching};
        if self.about.server.port == SENTINEL_PORT || self.about.sentinel_served {
            Serving
        } else {
            Watching
        }
    }
}

/// Where Sentinel listens by default.
const SENTINEL_PORT: u16 = 26379;

/// Form, user and password of AUTH and HELLO AUTH.
fn login_words<'a>(
    words: &Arguments<'a>,
    request: &RequestRecord<'_>,
) -> Option<(LoginForm, Option<Argument<'a>>, Argument<'a>)> {
    if request
        .command
        .spec
        .is_some_and(|spec| spec.id == id::HELLO)
    {
        let place = (2..words.spans.len()).find(|&index| {
            words
                .at(index)
                .is_some_and(|word| word.kept.eq_ignore_ascii_case(b"AUTH"))
        })?;
        return Some((LoginForm::Hello, words.at(place + 1), words.at(place + 2)?));
    }
    match words.count {
        2 => Some((LoginForm::OneArgument, None, words.at(1)?)),
        3 => Some((LoginForm::TwoArguments, words.at(1), words.at(2)?)),
        _ => None,
    }
}
