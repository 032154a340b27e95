//! Reads the settings and users that servers tell of themselves out of the text of their replies.
//!
//! Each function takes one piece that the caller has already cut out (a pair, a line) and answers
//! `None` where it says nothing of interest. Lines may be cut short: a prefix reads as what it holds.

use super::{AclRules, Cluster, SettingValue, Software};

/// Settings that bear on the checklist. The second column: its value may be a secret (or a path
/// that tells about the host), so only whether it is empty is kept.
pub const SETTINGS: [(&str, Secrecy); 25] = [
    ("aclfile", Secrecy::Hidden),
    ("appendonly", Secrecy::Shown),
    ("bind", Secrecy::Hidden),
    ("enable-debug-command", Secrecy::Shown),
    ("enable-module-command", Secrecy::Shown),
    ("enable-protected-configs", Secrecy::Shown),
    ("logfile", Secrecy::Hidden),
    ("masterauth", Secrecy::Hidden),
    ("masteruser", Secrecy::Hidden),
    ("port", Secrecy::Shown),
    ("primaryauth", Secrecy::Hidden),
    ("primaryuser", Secrecy::Hidden),
    ("protected-mode", Secrecy::Shown),
    ("requirepass", Secrecy::Hidden),
    ("save", Secrecy::Shown),
    ("sentinel-pass", Secrecy::Hidden),
    ("sentinel-user", Secrecy::Hidden),
    ("syslog-enabled", Secrecy::Shown),
    ("tls-auth-clients", Secrecy::Shown),
    ("tls-cert-file", Secrecy::Hidden),
    ("tls-cluster", Secrecy::Shown),
    ("tls-port", Secrecy::Shown),
    ("tls-prefer-server-ciphers", Secrecy::Shown),
    ("tls-protocols", Secrecy::Shown),
    ("tls-replication", Secrecy::Shown),
];

/// Whether the value of a setting may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// A short word or number.
    Shown,
    /// Only whether it is empty.
    Hidden,
}

/// Longest word of a setting that is kept, in bytes; `save` schedules are the longest we ask for.
const MAX_WORD_LEN: usize = 64;

/// One pair of a reply to CONFIG GET, or of an accepted CONFIG SET.
#[must_use]
pub fn setting(name: &[u8], value: &[u8]) -> Option<(&'static str, SettingValue)> {
    let &(name, secrecy) = SETTINGS
        .iter()
        .find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes()))?;
    let value = match std::str::from_utf8(value) {
        Ok("") => SettingValue::Empty,
        Ok(text) if secrecy == Secrecy::Shown => {
            if text.eq_ignore_ascii_case("yes") {
                SettingValue::Yes
            } else if text.eq_ignore_ascii_case("no") {
                SettingValue::No
            } else if let Ok(number) = text.parse() {
                SettingValue::Number(number)
            } else {
                word(text).map_or(SettingValue::NotEmpty, SettingValue::Word)
            }
        }
        _ => SettingValue::NotEmpty,
    };
    Some((name, value))
}

/// One line of INFO (`name:value`) that tells of a setting: `tcp_port` is `port`.
#[must_use]
pub fn info_setting(line: &[u8]) -> Option<(&'static str, SettingValue)> {
    let (name, value) = split_once(trimmed(line), b':')?;
    match name {
        b"tcp_port" => setting(b"port", value),
        // Persistence is told by INFO as 0 and 1.
        b"aof_enabled" => setting(b"appendonly", if value == b"1" { b"yes" } else { b"no" }),
        _ => None,
    }
}

/// The software of a whole INFO reply, or of the part of it that was kept.
///
/// Valkey says `redis_version:7.2.4` for old clients' sake, and its own version under
/// `server_name:valkey` and `valkey_version`.
#[must_use]
pub fn info_software(text: &[u8]) -> Option<Software> {
    let find = |wanted: &[u8]| {
        text.split(|&byte| byte == b'\n').find_map(|line| {
            let (name, value) = split_once(trimmed(line), b':')?;
            (name == wanted).then(|| version(value)).flatten()
        })
    };
    if let Some(version) = find(b"valkey_version") {
        let name = "valkey".to_owned();
        return Some(Software { name, version });
    }
    find(b"redis_version").map(|version| Software {
        name: "redis".to_owned(),
        version,
    })
}

/// The software of a HELLO reply, from its values for `server` and `version`.
#[must_use]
pub fn hello_software(server: &[u8], version_text: &[u8]) -> Option<Software> {
    let name = word(std::str::from_utf8(server).ok()?)?.to_ascii_lowercase();
    Some(Software {
        name,
        version: version(version_text)?,
    })
}

/// A line of ACL LIST: `user alice on #.. ~cache:* +@read`; name and rules.
#[must_use]
pub fn acl_line(line: &[u8]) -> Option<(&[u8], AclRules)> {
    let mut words = trimmed(line).split(|&byte| byte == b' ');
    if words.next()? != b"user" {
        return None;
    }
    let name = words.next().filter(|name| !name.is_empty())?;
    Some((name, acl_rules(words)))
}

/// Rules of a user, in order, as ACL SETUSER takes them and ACL LIST prints them.
pub fn acl_rules<'a>(words: impl IntoIterator<Item = &'a [u8]>) -> AclRules {
    let mut rules = AclRules::default();
    for word in words {
        match word {
            b"on" => rules.enabled = Some(true),
            b"off" => rules.enabled = Some(false),
            b"nopass" => rules.nopass = true,
            b"resetpass" => {
                rules.nopass = false;
                rules.hashes = 0;
                rules.plain_passwords = 0;
            }
            b"allkeys" | b"~*" => rules.all_keys = true,
            b"resetkeys" => rules.all_keys = false,
            b"reset" => {
                rules = AclRules {
                    enabled: Some(false),
                    ..AclRules::default()
                };
            }
            b"allcommands" | b"+@all" => {
                rules.all_commands = true;
                rules.dangerous = true;
            }
            b"nocommands" | b"-@all" => {
                rules.all_commands = false;
                rules.dangerous = false;
            }
            b"+@dangerous" | b"+@admin" => rules.dangerous = true,
            b"-@dangerous" => rules.dangerous = false,
            _ => match word.first() {
                Some(b'#') => rules.hashes = rules.hashes.saturating_add(1),
                Some(b'>') => rules.plain_passwords = rules.plain_passwords.saturating_add(1),
                _ => {}
            },
        }
    }
    rules
}

/// A whole reply to CLUSTER NODES: `<id> <ip:port@cport,..> <flags> <primary> .. <slots>`, a line a node.
#[must_use]
pub fn cluster_nodes(text: &[u8]) -> Option<Cluster> {
    let mut cluster = Cluster::default();
    for line in text.split(|&byte| byte == b'\n') {
        let mut words = trimmed(line).split(|&byte| byte == b' ');
        let (Some(id), Some(address), Some(flags)) = (words.next(), words.next(), words.next())
        else {
            continue;
        };
        if id.len() != 40 || !address.contains(&b':') {
            continue;
        }
        let flag = |wanted: &[u8]| flags.split(|&byte| byte == b',').any(|flag| flag == wanted);
        if flag(b"slave") || flag(b"replica") {
            cluster.replicas = cluster.replicas.saturating_add(1);
        // Primary id, ping, pong, epoch and link state come before the slots.
        } else if words.nth(5).is_some() {
            cluster.primaries = cluster.primaries.saturating_add(1);
        }
        // Since 7.2 a second port is told as an auxiliary field, `,tls-port=..` or `,tcp-port=..`.
        let auxiliary = address
            .split(|&byte| byte == b',')
            .any(|field| field.starts_with(b"tls-port=") || field.starts_with(b"tcp-port="));
        cluster.both_ports = cluster.both_ports.saturating_add(u32::from(auxiliary));
    }
    (cluster.primaries > 0 || cluster.replicas > 0).then_some(cluster)
}

/// A version: at most 24 letters, digits, dots and dashes, beginning with a digit.
fn version(text: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(trimmed(text)).ok()?;
    let fits = text.len() <= 24
        && text.starts_with(|first: char| first.is_ascii_digit())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-');
    fits.then(|| text.to_owned())
}

/// A short value that is safe to print as it is.
fn word(text: &str) -> Option<String> {
    let fits = !text.is_empty()
        && text.len() <= MAX_WORD_LEN
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b" .:-_".contains(&byte));
    fits.then(|| text.to_owned())
}

fn trimmed(line: &[u8]) -> &[u8] {
    line.trim_ascii()
}

fn split_once(line: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let position = line.iter().position(|&byte| byte == at)?;
    let (name, rest) = line.split_at_checked(position)?;
    Some((name, rest.get(1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_setting_tells_only_that_it_is_set() {
        assert_eq!(
            setting(b"RequirePass", b"hunter2"),
            Some(("requirepass", SettingValue::NotEmpty))
        );
        assert_eq!(
            setting(b"requirepass", b""),
            Some(("requirepass", SettingValue::Empty))
        );
        assert_eq!(
            setting(b"masterauth", b"12345"),
            Some(("masterauth", SettingValue::NotEmpty)),
            "a password of digits is no number"
        );
        assert_eq!(setting(b"maxmemory", b"1"), None);
    }

    #[test]
    fn words_numbers_and_switches_are_read() {
        assert_eq!(
            setting(b"port", b"0"),
            Some(("port", SettingValue::Number(0)))
        );
        assert_eq!(
            setting(b"tls-protocols", b"TLSv1.2 TLSv1.3"),
            Some((
                "tls-protocols",
                SettingValue::Word("TLSv1.2 TLSv1.3".to_owned())
            ))
        );
        assert_eq!(
            setting(b"protected-mode", b"no"),
            Some(("protected-mode", SettingValue::No))
        );
        assert_eq!(
            setting(b"tls-protocols", b"\x1b[31m"),
            Some(("tls-protocols", SettingValue::NotEmpty))
        );
        assert_eq!(
            info_setting(b"tcp_port:6379\r"),
            Some(("port", SettingValue::Number(6379)))
        );
        assert_eq!(
            info_setting(b"aof_enabled:0\r"),
            Some(("appendonly", SettingValue::No))
        );
    }

    #[test]
    fn valkey_is_not_taken_for_the_redis_version_it_announces() {
        let redis = b"# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n";
        let found = info_software(redis).unwrap();
        assert_eq!(
            (found.name.as_str(), found.version.as_str()),
            ("redis", "7.0.15")
        );
        let valkey =
            b"# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.3\r\n";
        let found = info_software(valkey).unwrap();
        assert_eq!(
            (found.name.as_str(), found.version.as_str()),
            ("valkey", "8.1.3")
        );
        assert_eq!(info_software(b"redis_version:<script>\r\n"), None);
    }

    #[test]
    fn acl_lines_of_a_real_server_are_read() {
        let (name, rules) =
            acl_line(b"user default on nopass sanitize-payload ~* &* +@all").unwrap();
        assert_eq!(name, b"default");
        assert!(rules.nopass && rules.all_keys && rules.all_commands && rules.dangerous);
        assert_eq!(rules.enabled, Some(true));
        let (_, rules) =
            acl_line(b"user app on #0123 ~cache:* resetchannels -@all +@read -@dangerous").unwrap();
        assert_eq!(rules.hashes, 1);
        assert!(!rules.all_commands && !rules.dangerous && !rules.all_keys);
        assert_eq!(acl_line(b"# no user"), None);
        let rules = acl_rules([
            b"on".as_slice(),
            b">clear",
            b"allkeys",
            b"+@all",
            b"-@dangerous",
        ]);
        assert_eq!(rules.plain_passwords, 1);
        assert!(rules.all_commands && !rules.dangerous);
    }

    #[test]
    fn cluster_nodes_counts_primaries_that_serve_slots() {
        let id = "07c37dfeb235213a872192d90877d0cd55635b91";
        let text = format!(
            "{id} 127.0.0.1:30004@31004 slave e7d1eecce10fd6bb5eb35b9f99a514335d9ba9ca 0 1426238317239 4 connected\n\
             {id} 127.0.0.1:30002@31002,,tls-port=0 master - 0 1426238316232 2 connected 5461-10922\n\
             {id} 127.0.0.1:30003@31003 myself,master - 0 1426238318243 3 connected\n"
        );
        let cluster = cluster_nodes(text.as_bytes()).unwrap();
        assert_eq!(
            (cluster.primaries, cluster.replicas, cluster.both_ports),
            (1, 1, 1)
        );
        assert_eq!(cluster_nodes(b"nonsense"), None);
    }
}
