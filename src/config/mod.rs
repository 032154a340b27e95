//! Turns flags into what the core takes, with one sentence for each thing that cannot be.
//!
//! Reads the files that flags name (rules, policy, keys), so that everything below can be pure.

use std::collections::hash_map::RandomState;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::analyzer::{AnalyzerConfig, CommandEvents, FindingEvents, Scope, Wanted};
use crate::cli::{
    ChecksumChoice, EventType, FindingsChoice, Format, KeysChoice, OverlapChoice, PortSet,
    SharedArgs, ValuesChoice,
};
use crate::decode::{ChecksumMode, DecodeConfig, TagBy};
use crate::detect::{Options, Policy, RulePack};
use crate::flow::{ChecksumPolicy, FlowConfig};
use crate::pipeline::{Filter, Ports};
use crate::posture;
use crate::reassembly::OverlapPolicy;
use crate::redact::{Keys, MIN_TOKEN_KEY_LEN, Redactor, TokenKey, Values};
use crate::report::text::MAX_CONVERSATION;
use crate::resp::RespConfig;
use crate::tls::{Authorities, Profile};

/// Where packets come from, as far as the defaults depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Capture files.
    Files,
    /// Interfaces.
    Live,
}

/// What is wrong with the flags or with a file they name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// One sentence that names the thing.
    pub what: String,
    /// What to do.
    pub advice: Option<String>,
}

impl ConfigError {
    fn new(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            advice: Some(advice.into()),
        }
    }
}

/// Everything a run needs to know.
pub struct Settings {
    /// Decoding.
    pub decode: DecodeConfig,
    /// What is looked at.
    pub filter: Filter,
    /// Flow tables.
    pub flow: FlowConfig,
    /// Protocols, detection, events.
    pub analyzer: Arc<AnalyzerConfig>,
    /// Ports in force.
    pub ports: PortSet,
    /// Event types for NDJSON.
    pub events: Vec<EventType>,
    /// Worker threads.
    pub workers: u8,
    /// Notes for stderr.
    pub notes: Vec<String>,
}

impl Settings {
    /// Checks the flags and reads the files they name.
    ///
    /// # Errors
    ///
    /// The first thing that cannot be.
    pub fn new(args: &SharedArgs, mode: Mode) -> Result<Self, ConfigError> {
        let mut notes = Vec::new();
        let ports = args.ports.clone().unwrap_or(match mode {
            Mode::Files => PortSet::ANY,
            Mode::Live => PortSet::redis(),
        });
        let pack = rules(&args.rules, &args.regions)?;
        let policy = policy(args, &pack)?;
        let profile = tls_profile(args, &policy)?;
        if args.tls_profile.is_some() && policy.tls().is_some() {
            notes.push("--tls-profile stands in for [tls] of the policy".to_owned());
        }
        let redactor = redactor(args, &mut notes)?;
        if !(0.0..=1.0).contains(&args.min_confidence) {
            return Err(ConfigError::new(
                format!(
                    "--min-confidence {} is not between 0 and 1",
                    args.min_confidence
                ),
                "0.5 is the default; 0.95 reports only what is certain",
            ));
        }
        if !(0.0..=100.0).contains(&args.max_loss) {
            return Err(ConfigError::new(
                format!("--max-loss {} is not a percentage", args.max_loss),
                "write a number from 0 to 100; 0.1 is the default",
            ));
        }
        let events = events(args, mode);
        let analyzer = AnalyzerConfig {
            live: mode == Mode::Live,
            key_log_grows: mode == Mode::Live,
            wanted: wanted(args, mode, &events),
            scope: Scope {
                servers: args.server.clone(),
                clients: args.client.clone(),
                tls_ports: match (&args.ports, ports.ranges()) {
                    // Ports that were asked for by number are all meant.
                    (Some(_), Some(_)) => None,
                    (_, _) => PortSet::redis().ranges().map(<[_]>::to_vec),
                },
            },
            posture: posture_policy(&policy, &profile),
            pack,
            policy: Arc::new(policy),
            redactor,
            min_confidence: args.min_confidence,
            detection: Options {
                scan_limit: args.scan_limit,
            },
            resp: RespConfig::default(),
            tls_profile: profile,
            authorities: args.ca_file.as_deref().map(authorities).transpose()?,
            key_log: args
                .keylog
                .as_deref()
                .map(|path| read(path, "key log"))
                .transpose()?,
            statistics: args.stats.then_some(args.stats_interval),
            password_hasher: RandomState::new(),
        };
        Ok(Self {
            decode: DecodeConfig {
                checksum: match args.checksum {
                    ChecksumChoice::Auto => ChecksumMode::Auto,
                    ChecksumChoice::Strict => ChecksumMode::Strict,
                    ChecksumChoice::Off => ChecksumMode::Off,
                },
                tag: if args.separate_networks {
                    TagBy::VlanAndVni
                } else {
                    TagBy::Nothing
                },
                ..DecodeConfig::default()
            },
            filter: Filter {
                ports: ports.ranges().map_or_else(Ports::any, Ports::from_ranges),
                servers: args.server.clone(),
                clients: args.client.clone(),
                excluded: args.exclude.clone(),
            },
            flow: FlowConfig {
                overlap: match args.overlap {
                    OverlapChoice::Linux => OverlapPolicy::Linux,
                    OverlapChoice::First => OverlapPolicy::First,
                    OverlapChoice::Last => OverlapPolicy::Last,
                    OverlapChoice::Bsd => OverlapPolicy::Bsd,
                    OverlapChoice::Windows => OverlapPolicy::Windows,
                },
                checksum: match args.checksum {
                    ChecksumChoice::Auto => ChecksumPolicy::Auto,
                    ChecksumChoice::Strict => ChecksumPolicy::Strict,
                    ChecksumChoice::Off => ChecksumPolicy::Off,
                },
                ..FlowConfig::default()
            },
            analyzer: Arc::new(analyzer),
            ports,
            events,
            workers: args.workers.unwrap_or_else(default_workers),
            notes,
        })
    }
}

/// One a core; the reader is one of them while it waits for nobody.
fn default_workers() -> u8 {
    std::thread::available_parallelism()
        .map_or(1, |cores| u8::try_from(cores.get()).unwrap_or(64).min(64))
}

fn events(args: &SharedArgs, mode: Mode) -> Vec<EventType> {
    use EventType::{Check, Command, Connection, Finding, Push, Statistics, Summary, Tls};
    args.events.clone().unwrap_or_else(|| match mode {
        Mode::Files => vec![
            Command, Push, Finding, Tls, Connection, Check, Statistics, Summary,
        ],
        // Writing every command would make a second copy of the data.
        Mode::Live => vec![Finding, Tls, Check, Statistics, Summary],
    })
}

/// What is made is what some report asks for.
fn wanted(args: &SharedArgs, mode: Mode, events: &[EventType]) -> Wanted {
    let formats: Vec<Format> = std::iter::once(args.format)
        .chain(args.report.iter().map(|report| report.format))
        .collect();
    let has = |format| formats.contains(&format);
    let in_ndjson = |event| has(Format::Ndjson) && events.contains(&event);
    let commands = if in_ndjson(EventType::Command) || has(Format::Lines) || args.show.is_some() {
        CommandEvents::All
    } else if has(Format::Text) && mode == Mode::Files {
        CommandEvents::First(u32::try_from(MAX_CONVERSATION + 1).unwrap_or(u32::MAX))
    } else {
        CommandEvents::None
    };
    Wanted {
        commands,
        pushes: in_ndjson(EventType::Push) || has(Format::Lines),
        findings: match (args.findings, mode) {
            (FindingsChoice::All, _) => FindingEvents::All,
            (FindingsChoice::Grouped, Mode::Live) => FindingEvents::FirstSight,
            (FindingsChoice::Grouped, Mode::Files) => FindingEvents::Grouped,
        },
        // Always: what a resumed session inherits shows only where all of them pass, in order.
        tls: true,
        connections: in_ndjson(EventType::Connection),
        kept: args.write.is_some(),
    }
}

/// The rules in force: the built-in ones unless `none` is among `paths`, those of `regions`, and those
/// of the files.
///
/// # Errors
///
/// A file that cannot be read, or whose rules do not hold.
pub fn rules(paths: &[PathBuf], regions: &[String]) -> Result<Arc<RulePack>, ConfigError> {
    let is_none = |path: &&PathBuf| path.as_os_str() == "none";
    let without_builtin = paths.iter().any(|path| is_none(&path));
    let mut files = Vec::new();
    for path in paths.iter().filter(|path| !is_none(path)) {
        files.push((path.display().to_string(), read_text(path, "rule file")?));
    }
    RulePack::load(&files, regions, without_builtin).map_err(|error| {
        ConfigError::new(
            error.to_string(),
            "mend it; `resp-sniff rules check FILE` proves a rule file",
        )
    })
}

fn policy(args: &SharedArgs, pack: &RulePack) -> Result<Policy, ConfigError> {
    let Some(path) = &args.policy else {
        return Ok(Policy::default());
    };
    let text = read_text(path, "policy")?;
    Policy::parse(&path.display().to_string(), &text, pack)
        .map_err(|error| ConfigError::new(error.to_string(), "mend the policy file and run again"))
}

fn tls_profile(args: &SharedArgs, policy: &Policy) -> Result<Profile, ConfigError> {
    // What was typed for this run counts more than what the team keeps.
    let Some(name) = &args.tls_profile else {
        let Some(table) = policy.tls() else {
            return Ok(Profile::default());
        };
        return table.clone().try_into().map_err(|error: toml::de::Error| {
            ConfigError::new(
                format!("[tls] of the policy: {}", error.message()),
                "mend the policy file and run again",
            )
        });
    };
    if let Some(profile) = Profile::named(name) {
        return Ok(profile);
    }
    let path = Path::new(name);
    if !path.exists() {
        return Err(ConfigError::new(
            format!("there is no TLS profile \"{name}\""),
            "write modern, intermediate, legacy, or the name of a TOML file",
        ));
    }
    let text = read_text(path, "TLS profile")?;
    toml::from_str(&text).map_err(|error| {
        ConfigError::new(
            format!("TLS profile {}: {}", path.display(), error.message()),
            "see `resp-sniff analyze --help` for what a profile may hold",
        )
    })
}

fn redactor(args: &SharedArgs, notes: &mut Vec<String>) -> Result<Redactor, ConfigError> {
    let values = match args.values {
        ValuesChoice::Masked => Values::Masked,
        ValuesChoice::None => Values::None,
        ValuesChoice::Full if !args.i_know_this_shows_secrets => {
            return Err(ConfigError::new(
                "--values full prints what went over the wire, passwords too",
                "add --i-know-this-shows-secrets if that is what you want",
            ));
        }
        ValuesChoice::Full => {
            notes.push("values are printed in full: this output holds secrets".to_owned());
            Values::Full(args.value_limit)
        }
    };
    let keys = match (args.keys, args.format) {
        (Some(KeysChoice::Pattern), _) | (None, Format::Text) => Keys::Pattern,
        (Some(KeysChoice::Masked) | None, _) => Keys::Masked,
        (Some(KeysChoice::Full), _) => Keys::Full,
    };
    let key = match &args.token_key_file {
        Some(path) => {
            TokenKey::from_file_content(&read(path, "token key file")?).ok_or_else(|| {
                ConfigError::new(
                    format!(
                        "{} holds fewer than {MIN_TOKEN_KEY_LEN} bytes",
                        path.display()
                    ),
                    format!(
                        "make a key with: head -c 32 /dev/urandom > {}",
                        path.display()
                    ),
                )
            })?
        }
        None => TokenKey::random().map_err(|error| {
            ConfigError::new(
                format!("the system gives no randomness for the token key: {error}"),
                "name a file with --token-key-file",
            )
        })?,
    };
    Ok(Redactor::new(values, keys, key))
}

fn authorities(path: &Path) -> Result<Authorities, ConfigError> {
    let pem = read(path, "CA file")?;
    Authorities::from_pem(&pem).ok_or_else(|| {
        ConfigError::new(
            format!("there is no certificate in the CA file {}", path.display()),
            "it must hold certificates in PEM form",
        )
    })
}

fn posture_policy(policy: &Policy, profile: &Profile) -> posture::Policy {
    let servers = policy
        .servers()
        .map(|(name, addresses, clients)| posture::NamedServer {
            name: name.to_owned(),
            addresses: addresses.to_vec(),
            clients: clients.to_vec(),
        })
        .collect();
    let tolerated = policy
        .tolerated_networks()
        .map(|networks| posture::Tolerated {
            clients: networks.to_vec(),
            servers: networks.to_vec(),
        })
        .collect();
    posture::Policy {
        servers,
        tolerated,
        client_certificate_required: profile.require_client_certificate,
        min_version: Some(profile.min_version),
    }
}

fn read(path: &Path, what: &str) -> Result<Vec<u8>, ConfigError> {
    fs::read(path).map_err(|error| {
        ConfigError::new(
            format!("cannot read the {what} {}: {error}", path.display()),
            "check the name and the permissions",
        )
    })
}

fn read_text(path: &Path, what: &str) -> Result<String, ConfigError> {
    String::from_utf8(read(path, what)?).map_err(|_| {
        ConfigError::new(
            format!("the {what} {} is not UTF-8 text", path.display()),
            "save it as UTF-8",
        )
    })
}
