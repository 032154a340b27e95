//! The policy file (TOML): what a team has decided about its own traffic.
//!
//! Severities, names of servers, tolerated paths, allowed values, test cards and domains. Allowing
//! works on whole values, never on parts of them: a substring that is allowed disarms a rule.

use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use toml::Spanned;

use super::rule::RuleIndex;
use super::{RuleError, RulePack};
use crate::event::{Path, Severity};
use crate::network::Network;
use crate::packet::Timestamp;
use crate::segment::{Address, Endpoint};

/// What a team has decided.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    severity: BTreeMap<String, Severity>,
    servers: Vec<ServerEntry>,
    tolerated: Vec<Tolerated>,
    allowed: Vec<Allowed>,
    test_cards: Vec<String>,
    test_domains: Vec<String>,
    tls: Option<toml::Table>,
    digest: Option<[u8; 32]>,
}

/// One `[[server]]`.
#[derive(Debug, Clone)]
struct ServerEntry {
    name: String,
    addresses: Vec<(Network, Option<u16>)>,
    clients: Vec<Network>,
}

/// One `[[tolerate]]`: findings there are told as facts, not as leaks.
#[derive(Debug, Clone)]
struct Tolerated {
    path: Option<Path>,
    networks: Vec<Network>,
    rules: Vec<String>,
    until: Option<Timestamp>,
    reason: String,
}

/// One `[[allow]]`: all of its conditions must hold.
#[derive(Debug, Clone)]
struct Allowed {
    rules: Vec<String>,
    values: Vec<Vec<u8>>,
    value_sha256: Vec<[u8; 32]>,
    tokens: Vec<String>,
    key: Option<String>,
    fields: Vec<String>,
    commands: Vec<String>,
    clients: Vec<Network>,
    expires: Option<Timestamp>,
    reason: String,
}

/// What an entry of the policy is asked about.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub rule: &'a str,
    pub value: &'a [u8],
    pub value_is_whole: bool,
    pub key: Option<&'a [u8]>,
    pub field: Option<&'a [u8]>,
    pub command: Option<&'a [u8]>,
    pub client: Address,
    pub server: Address,
    pub path: Path,
    pub at: Timestamp,
}

/// What the policy says of one hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// Nothing.
    Report,
    /// Allowed by this entry: not reported.
    Allowed(usize),
    /// Tolerated by this entry: reported as a fact.
    Tolerated(usize),
}

impl Policy {
    /// Reads a policy file; `pack` is asked which rule ids exist.
    ///
    /// # Errors
    ///
    /// File, line and what is wrong: unknown keys, rules, networks, missing reasons.
    pub fn parse(file: &str, text: &str, pack: &RulePack) -> Result<Self, RuleError> {
        let raw: RawPolicy =
            toml::from_str(text).map_err(|error| RuleError::toml(file, text, &error))?;
        let at = |line: usize| {
            move |problem: String| RuleError {
                file: file.to_owned(),
                line,
                rule: None,
                problem,
            }
        };
        let known = |id: &String| {
            if pack.find(id).is_some() || id.ends_with('*') {
                Ok(())
            } else {
                Err(format!("there is no rule \"{id}\""))
            }
        };
        for id in raw.severity.keys() {
            known(id.get_ref()).map_err(at(super::pack::line_of(text, id.span().start)))?;
        }
        let mut policy = Self {
            severity: raw
                .severity
                .into_iter()
                .map(|(id, severity)| (id.into_inner(), severity))
                .collect(),
            tls: raw.tls,
            test_cards: raw.test.cards,
            test_domains: raw.test.domains,
            digest: Some(Sha256::digest(text.as_bytes()).into()),
            ..Self::default()
        };
        for server in raw.server {
            let wrong = at(super::pack::line_of(text, server.span().start));
            let server = server.into_inner();
            policy.servers.push(ServerEntry {
                addresses: server
                    .addresses
                    .iter()
                    .map(|text| address_and_port(text).map_err(&wrong))
                    .collect::<Result<_, _>>()?,
                clients: networks(&server.clients).map_err(&wrong)?,
                name: server.name,
            });
        }
        for entry in raw.tolerate {
            let wrong = at(super::pack::line_of(text, entry.span().start));
            let entry = entry.into_inner();
            if entry.reason.trim().is_empty() {
                return Err(wrong("a [[tolerate]] entry needs a reason".to_owned()));
            }
            entry.rules.iter().try_for_each(known).map_err(&wrong)?;
            policy.tolerated.push(Tolerated {
                path: entry.path,
                networks: networks(&entry.networks).map_err(&wrong)?,
                rules: entry.rules,
                until: entry
                    .until
                    .as_ref()
                    .map(end_of_day)
                    .transpose()
                    .map_err(&wrong)?,
                reason: entry.reason,
            });
        }
        for entry in raw.allow {
            let wrong = at(super::pack::line_of(text, entry.span().start));
            let entry = entry.into_inner();
            if entry.reason.trim().is_empty() {
                return Err(wrong("an [[allow]] entry needs a reason".to_owned()));
            }
            entry.rule.iter().try_for_each(known).map_err(&wrong)?;
            let allowed = Allowed {
                values: entry.value.into_iter().map(String::into_bytes).collect(),
                value_sha256: entry
                    .value_sha256
                    .iter()
                    .map(|hex| sha256_from_hex(hex).map_err(&wrong))
                    .collect::<Result<_, _>>()?,
                tokens: entry.token,
                key: entry.key,
                fields: entry.field,
                commands: entry
                    .command
                    .iter()
                    .map(|name| name.to_uppercase())
                    .collect(),
                clients: networks(&entry.client).map_err(&wrong)?,
                expires: entry
                    .expires
                    .as_ref()
                    .map(end_of_day)
                    .transpose()
                    .map_err(&wrong)?,
                reason: entry.reason,
                rules: entry.rule,
            };
            if allowed.says_nothing() {
                return Err(wrong(
                    "an [[allow]] entry without any condition would allow everything".to_owned(),
                ));
            }
            policy.allowed.push(allowed);
        }
        Ok(policy)
    }

    /// SHA-256 of the policy file.
    #[must_use]
    pub fn digest(&self) -> Option<[u8; 32]> {
        self.digest
    }

    /// The `[tls]` table, for the profile of the TLS room.
    #[must_use]
    pub fn tls(&self) -> Option<&toml::Table> {
        self.tls.as_ref()
    }

    #[expect(clippy::type_complexity, reason = "one row of the file, borrowed")]
    /// Every `[[server]]`: its name, addresses with ports, and who may connect (empty: no list).
    pub fn servers(&self) -> impl Iterator<Item = (&str, &[(Network, Option<u16>)], &[Network])> {
        self.servers.iter().map(|entry| {
            (
                entry.name.as_str(),
                entry.addresses.as_slice(),
                entry.clients.as_slice(),
            )
        })
    }

    /// Networks within which plaintext is tolerated, an entry at a time.
    pub fn tolerated_networks(&self) -> impl Iterator<Item = &[Network]> {
        let whole = |entry: &&Tolerated| entry.rules.is_empty() && !entry.networks.is_empty();
        self.tolerated
            .iter()
            .filter(whole)
            .map(|entry| entry.networks.as_slice())
    }

    /// The team's name for a server.
    #[must_use]
    pub fn server_name(&self, server: Endpoint) -> Option<&str> {
        self.server(server).map(|entry| entry.name.as_str())
    }

    /// Whether a client is expected at a server; `None` where the policy has no list for it.
    #[must_use]
    pub fn expects(&self, server: Endpoint, client: Address) -> Option<bool> {
        let entry = self
            .server(server)
            .filter(|entry| !entry.clients.is_empty())?;
        Some(entry.clients.iter().any(|network| network.contains(client)))
    }

    /// Severity of a rule where the policy sets one.
    #[must_use]
    pub fn severity(&self, rule: &str) -> Option<Severity> {
        if let Some(severity) = self.severity.get(rule) {
            return Some(*severity);
        }
        let family = |(pattern, severity): (&String, &Severity)| {
            let prefix = pattern.strip_suffix('*')?;
            rule.starts_with(prefix).then_some(*severity)
        };
        self.severity.iter().rev().find_map(family)
    }

    /// True where the digits are a card that the team uses in tests.
    #[must_use]
    pub fn is_test_card(&self, digits: &[u8]) -> bool {
        self.test_cards.iter().any(|card| {
            let mut card = card.bytes().filter(u8::is_ascii_digit);
            digits
                .iter()
                .copied()
                .filter(u8::is_ascii_digit)
                .all(|digit| card.next() == Some(digit))
                && card.next().is_none()
        })
    }

    /// True where the mail domain is one the team uses in tests, or below one.
    #[must_use]
    pub fn is_test_domain(&self, domain: &str) -> bool {
        self.test_domains.iter().any(|test| {
            domain.len() >= test.len()
                && domain
                    .get(domain.len() - test.len()..)
                    .is_some_and(|tail| tail.eq_ignore_ascii_case(test))
                && (domain.len() == test.len()
                    || domain.as_bytes().get(domain.len() - test.len() - 1) == Some(&b'.'))
        })
    }

    /// True without any test cards or domains.
    pub(super) fn is_default(&self) -> bool {
        self.test_cards.is_empty() && self.test_domains.is_empty()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.allowed.is_empty() && self.tolerated.is_empty()
    }

    /// What the policy says of a hit; `token` is made only where an entry asks for tokens.
    pub(super) fn ask(&self, question: &Question<'_>, token: impl Fn() -> String) -> Answer {
        let allowed = |entry: &Allowed| entry.covers(question, &token);
        if let Some(index) = self.allowed.iter().position(allowed) {
            return Answer::Allowed(index);
        }
        let tolerated = |entry: &Tolerated| entry.covers(question);
        self.tolerated
            .iter()
            .position(tolerated)
            .map_or(Answer::Report, Answer::Tolerated)
    }

    /// Name of an entry in the summary's count of what was suppressed.
    pub(super) fn entry_name(&self, answer: Answer) -> String {
        match answer {
            Answer::Report => String::new(),
            Answer::Allowed(index) => {
                let reason = self.allowed.get(index).map_or("", |entry| &entry.reason);
                format!("allow[{index}]: {reason}")
            }
            Answer::Tolerated(index) => {
                let reason = self.tolerated.get(index).map_or("", |entry| &entry.reason);
                format!("tolerate[{index}]: {reason}")
            }
        }
    }

    /// One sentence for each entry that has expired by `at`, or that suppressed nothing.
    #[must_use]
    pub fn notes(&self, at: Timestamp, suppressed: &BTreeMap<String, u64>) -> Vec<String> {
        let mut notes = Vec::new();
        let allowed = self.allowed.iter().map(|entry| entry.expires).enumerate();
        let tolerated = self.tolerated.iter().map(|entry| entry.until).enumerate();
        let entries = allowed
            .map(|(index, end)| (Answer::Allowed(index), end))
            .chain(tolerated.map(|(index, end)| (Answer::Tolerated(index), end)));
        for (entry, end) in entries {
            let name = self.entry_name(entry);
            if let Some(end) = end.filter(|&end| end < at) {
                let (year, month, day, ..) = end.civil();
                notes.push(format!(
                    "policy entry {name} ended on {year:04}-{month:02}-{day:02} and allows nothing any more"
                ));
            } else if !suppressed.contains_key(&name) {
                notes.push(format!("policy entry {name} matched nothing in this run"));
            }
        }
        notes
    }

    fn server(&self, server: Endpoint) -> Option<&ServerEntry> {
        self.servers.iter().find(|entry| {
            entry.addresses.iter().any(|(network, port)| {
                network.contains(server.address) && port.is_none_or(|port| port == server.port)
            })
        })
    }
}

impl Allowed {
    fn says_nothing(&self) -> bool {
        self.rules.is_empty()
            && self.values.is_empty()
            && self.value_sha256.is_empty()
            && self.tokens.is_empty()
            && self.key.is_none()
            && self.fields.is_empty()
            && self.commands.is_empty()
            && self.clients.is_empty()
    }

    fn covers(&self, question: &Question<'_>, token: &impl Fn() -> String) -> bool {
        let names_value =
            !(self.values.is_empty() && self.value_sha256.is_empty() && self.tokens.is_empty());
        let value = || {
            question.value_is_whole
                && (self.values.iter().any(|value| value == question.value)
                    || (!self.value_sha256.is_empty()
                        && self
                            .value_sha256
                            .contains(&Sha256::digest(question.value).into()))
                    || (!self.tokens.is_empty() && self.tokens.contains(&token())))
        };
        self.expires.is_none_or(|end| question.at <= end)
            && matches_rule(&self.rules, question.rule)
            && self.key.as_ref().is_none_or(|glob| {
                question
                    .key
                    .is_some_and(|key| matches_glob(glob.as_bytes(), key))
            })
            && (self.fields.is_empty()
                || question
                    .field
                    .is_some_and(|field| self.fields.iter().any(|name| name.as_bytes() == field)))
            && (self.commands.is_empty()
                || question.command.is_some_and(|command| {
                    self.commands.iter().any(|name| name.as_bytes() == command)
                }))
            && (self.clients.is_empty()
                || self
                    .clients
                    .iter()
                    .any(|network| network.contains(question.client)))
            && (!names_value || value())
    }
}

impl Tolerated {
    fn covers(&self, question: &Question<'_>) -> bool {
        self.until.is_none_or(|end| question.at <= end)
            && matches_rule(&self.rules, question.rule)
            && self.path.is_none_or(|path| path == question.path)
            && (self.networks.is_empty()
                || [question.client, question.server].iter().all(|&address| {
                    self.networks
                        .iter()
                        .any(|network| network.contains(address))
                }))
    }
}

/// Severity of a rule under a policy: the rule's own unless the policy sets another.
#[inline]
pub(super) fn severity_of(policy: &Policy, pack: &RulePack, rule: RuleIndex) -> Option<Severity> {
    if policy.severity.is_empty() {
        return None;
    }
    policy.severity(&pack.info(rule).id)
}

fn matches_rule(rules: &[String], id: &str) -> bool {
    rules.is_empty()
        || rules.iter().any(|rule| match rule.strip_suffix('*') {
            Some(prefix) => id.starts_with(prefix),
            None => rule == id,
        })
}

/// Redis's own glob without brackets: `*` any run, `?` any byte. Linear: only the last star is
/// ever gone back to.
fn matches_glob(glob: &[u8], text: &[u8]) -> bool {
    let (mut g, mut t) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while t < text.len() {
        match glob.get(g) {
            Some(b'*') => {
                back = Some((g + 1, t));
                g += 1;
            }
            Some(&c) if c == b'?' || Some(&c) == text.get(t) => {
                g += 1;
                t += 1;
            }
            _ => match back {
                Some((star, from)) => {
                    back = Some((star, from + 1));
                    g = star;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    glob.get(g..).unwrap_or_default().iter().all(|&c| c == b'*')
}

fn networks(texts: &[String]) -> Result<Vec<Network>, String> {
    texts.iter().map(|text| text.parse()).collect()
}

/// `10.0.0.1`, `10.0.0.0/8`, `10.0.0.1:6379`, `[fd00::1]:6379`.
fn address_and_port(text: &str) -> Result<(Network, Option<u16>), String> {
    if let Ok(socket) = text.parse::<std::net::SocketAddr>() {
        return Ok((socket.ip().to_string().parse()?, Some(socket.port())));
    }
    Ok((text.parse()?, None))
}

fn sha256_from_hex(hex: &str) -> Result<[u8; 32], String> {
    let wrong = || format!("\"{hex}\" is no SHA-256: 64 hex digits");
    if hex.len() != 64 || !hex.is_ascii() {
        return Err(wrong());
    }
    let mut out = [0; 32];
    for (index, byte) in out.iter_mut().enumerate() {
        let digits = hex.get(2 * index..2 * index + 2).ok_or_else(wrong)?;
        *byte = u8::from_str_radix(digits, 16).map_err(|_| wrong())?;
    }
    Ok(out)
}

/// The last nanosecond of a TOML date, UTC.
fn end_of_day(date: &toml::value::Datetime) -> Result<Timestamp, String> {
    let wrong = || format!("\"{date}\" is no date; write 2027-01-31");
    let day = date.date.ok_or_else(wrong)?;
    let month = time::Month::try_from(day.month).map_err(|_| wrong())?;
    let date =
        time::Date::from_calendar_date(i32::from(day.year), month, day.day).map_err(|_| wrong())?;
    let seconds = date.midnight().assume_utc().unix_timestamp();
    Ok(Timestamp::from_parts(
        u64::try_from(seconds).unwrap_or(0) + 86_399,
        999_999_999,
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPolicy {
    #[serde(default)]
    severity: BTreeMap<Spanned<String>, Severity>,
    #[serde(default)]
    server: Vec<Spanned<RawServer>>,
    #[serde(default)]
    tolerate: Vec<Spanned<RawTolerate>>,
    #[serde(default)]
    allow: Vec<Spanned<RawAllow>>,
    #[serde(default)]
    test: RawTest,
    tls: Option<toml::Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawServer {
    name: String,
    addresses: Vec<String>,
    #[serde(default)]
    clients: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTolerate {
    path: Option<Path>,
    #[serde(default)]
    networks: Vec<String>,
    #[serde(default)]
    rules: Vec<String>,
    until: Option<toml::value::Datetime>,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAllow {
    #[serde(default)]
    rule: Vec<String>,
    #[serde(default)]
    value: Vec<String>,
    #[serde(default)]
    value_sha256: Vec<String>,
    #[serde(default)]
    token: Vec<String>,
    key: Option<String>,
    #[serde(default)]
    field: Vec<String>,
    #[serde(default)]
    command: Vec<String>,
    #[serde(default)]
    client: Vec<String>,
    expires: Option<toml::value::Datetime>,
    reason: String,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawTest {
    #[serde(default)]
    cards: Vec<String>,
    #[serde(default)]
    domains: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Policy, RuleError> {
        Policy::parse("policy.toml", text, &RulePack::builtin())
    }

    fn question() -> Question<'static> {
        Question {
            rule: "pci.pan",
            value: b"4111111111111111",
            value_is_whole: true,
            key: Some(b"cache:fx:1"),
            field: Some(b"ts"),
            command: Some(b"HSET"),
            client: Address::v4([10, 1, 2, 3]),
            server: Address::v4([10, 1, 2, 4]),
            path: Path::Private,
            at: Timestamp::from_parts(1_700_000_000, 0),
        }
    }

    fn ask(text: &str) -> Answer {
        parse(text)
            .expect("policy")
            .ask(&question(), || "00112233".to_owned())
    }

    #[test]
    fn an_allowed_value_must_be_the_whole_value() {
        let allow = |value: &str| {
            ask(&format!(
                "[[allow]]\nvalue = [\"{value}\"]\nreason = \"test\"\n"
            ))
        };
        assert_eq!(allow("4111111111111111"), Answer::Allowed(0));
        assert_eq!(allow("4111"), Answer::Report);
    }

    #[test]
    fn all_conditions_of_an_entry_must_hold() {
        let base = "[[allow]]\nreason = \"r\"\nrule = [\"pci.pan\"]\nkey = \"cache:*\"\nclient = [\"10.1.0.0/16\"]\n";
        assert_eq!(ask(base), Answer::Allowed(0));
        assert_eq!(ask(&format!("{base}field = [\"other\"]\n")), Answer::Report);
        assert_eq!(
            ask(&format!("{base}token = [\"00112233\"]\n")),
            Answer::Allowed(0)
        );
        assert_eq!(
            ask(&format!("{base}command = [\"hset\"]\n")),
            Answer::Allowed(0)
        );
    }

    #[test]
    fn an_entry_ends_with_its_day() {
        let entry = |date: &str| {
            ask(&format!(
                "[[allow]]\nkey = \"cache:*\"\nreason = \"r\"\nexpires = {date}\n"
            ))
        };
        assert_eq!(entry("2023-11-14"), Answer::Allowed(0));
        assert_eq!(entry("2023-11-13"), Answer::Report);
    }

    #[test]
    fn tolerated_needs_both_ends_in_the_networks() {
        assert_eq!(
            ask("[[tolerate]]\nnetworks = [\"10.1.0.0/16\"]\nreason = \"lab\"\n"),
            Answer::Tolerated(0)
        );
        assert_eq!(
            ask("[[tolerate]]\nnetworks = [\"10.1.2.3\"]\nreason = \"lab\"\n"),
            Answer::Report
        );
        assert_eq!(
            ask("[[tolerate]]\npath = \"same_host\"\nreason = \"lab\"\n"),
            Answer::Report
        );
    }

    #[test]
    fn mistakes_are_named() {
        for (text, word) in [
            ("[[allow]]\nreason = \"r\"\n", "everything"),
            ("[[allow]]\nkey = \"x\"\nreason = \" \"\n", "reason"),
            ("[severity]\n\"no.such\" = \"low\"\n", "no.such"),
            ("[[allow]]\nkee = \"x\"\nreason = \"r\"\n", "kee"),
            (
                "[[server]]\nname = \"a\"\naddresses = [\"10.0.0.0/99\"]\n",
                "10.0.0.0/99",
            ),
            (
                "[[allow]]\nvalue_sha256 = [\"ab\"]\nreason = \"r\"\n",
                "SHA-256",
            ),
        ] {
            let error = parse(text).expect_err(text).to_string();
            assert!(
                error.contains(word) && error.contains("policy.toml"),
                "{error}"
            );
        }
    }

    #[test]
    fn servers_clients_and_severities_are_found() {
        let policy = parse(
            "[severity]\n\"pii.*\" = \"low\"\n\"pii.email\" = \"high\"\n\
             [[server]]\nname = \"cart\"\naddresses = [\"10.0.0.1:6379\"]\nclients = [\"10.0.1.0/24\"]\n\
             [test]\ncards = [\"4000 0000 0000 0002\"]\ndomains = [\"corp.test\"]\n",
        )
        .expect("policy");
        let server = Endpoint {
            address: Address::v4([10, 0, 0, 1]),
            port: 6379,
        };
        assert_eq!(policy.server_name(server), Some("cart"));
        assert_eq!(
            policy.expects(server, Address::v4([10, 0, 1, 9])),
            Some(true)
        );
        assert_eq!(
            policy.expects(server, Address::v4([10, 0, 2, 9])),
            Some(false)
        );
        assert_eq!(policy.severity("pii.email"), Some(Severity::High));
        assert_eq!(policy.severity("pii.dob"), Some(Severity::Low));
        assert!(policy.is_test_card(b"4000000000000002"));
        assert!(!policy.is_test_card(b"400000000000000"));
        assert!(policy.is_test_domain("mail.corp.test") && !policy.is_test_domain("acorp.test"));
    }

    #[test]
    fn entries_that_ended_or_did_nothing_are_told() {
        let policy = parse(
            "[[allow]]\nkey = \"a\"\nreason = \"old\"\nexpires = 2020-01-01\n[[allow]]\nkey = \"b\"\nreason = \"new\"\n",
        )
        .expect("policy");
        let notes = policy.notes(Timestamp::from_parts(1_700_000_000, 0), &BTreeMap::new());
        assert!(notes[0].contains("ended on 2020-01-01") && notes[1].contains("matched nothing"));
    }

    #[test]
    fn globs_match_as_in_redis() {
        for (glob, text, expected) in [
            ("cache:*", "cache:1", true),
            ("*:fx:*", "a:fx:b", true),
            ("a?c", "abc", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b", "a-b-c", false),
            ("", "x", false),
            ("*", "", true),
        ] {
            assert_eq!(
                matches_glob(glob.as_bytes(), text.as_bytes()),
                expected,
                "{glob} {text}"
            );
        }
    }
}
