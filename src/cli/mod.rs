//! Flags and what they parse to. Says what the user asked for; knows nothing of how it is done.
//!
//! Two stages: clap's types here, then [`crate::config`] turns them into what the core takes, with
//! one sentence for each thing that cannot be.

mod values;

pub use values::{Label, PortSet, ReportTarget, parse_duration};

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::analyzer::DEFAULT_MIN_CONFIDENCE;
use crate::event::Severity;
use crate::network::Network;

/// Who still speaks Redis in the clear, what leaked, which TLS was negotiated
#[derive(Debug, Parser)]
#[command(
    name = "resp-sniff",
    version,
    max_term_width = 98,
    arg_required_else_help = true
)]
pub struct Cli {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Analyse capture files, directories of them, or `-` for stdin
    Analyze(Box<AnalyzeArgs>),
    /// Watch one or more interfaces; Ctrl-C ends with the summary
    Live(Box<LiveArgs>),
    /// List what can be captured on, and whether permission is there
    Interfaces,
    /// The long form of a rule, or of a finding of a capture or report
    Explain(ExplainArgs),
    /// List, explain, check and try detection rules
    Rules(RulesArgs),
    /// The whole checklist: with evidence from FILE, or how to verify each line
    Checklist(ChecklistArgs),
    /// What changed between two NDJSON reports
    Diff(DiffArgs),
}

/// `analyze`
#[derive(Debug, Args)]
pub struct AnalyzeArgs {
    /// Capture files (.pcap, .pcapng, .gz, .zst), directories, or - for stdin
    #[arg(required = true, value_name = "FILE|DIR|-")]
    pub inputs: Vec<PathBuf>,
    /// Treat every input as a run of its own, one report after another
    #[arg(long)]
    pub separate: bool,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented on its type")]
    pub shared: SharedArgs,
}

/// `live`
#[derive(Debug, Args)]
pub struct LiveArgs {
    /// Interface to watch; may be given several times; `any` for all
    #[arg(short, long = "interface", value_name = "NAME")]
    pub interface: Vec<String>,
    /// Stop after this time: 30s, 10m, 1h [default: until Ctrl-C]
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub duration: Option<Duration>,
    /// Put the interfaces into promiscuous mode (mirror ports need it)
    #[arg(long)]
    pub promiscuous: bool,
    /// Let VXLAN, GENEVE, GRE and the like through the kernel filter
    #[arg(long)]
    pub tunnels: bool,
    /// Bytes kept of each packet [default: 262144, all of it]
    #[arg(long, value_name = "BYTES", default_value_t = DEFAULT_SNAPLEN, hide_default_value = true)]
    pub snaplen: u32,
    /// Kernel buffer in MiB [default: 64]
    #[arg(long, value_name = "MIB", default_value_t = DEFAULT_BUFFER_MIB, hide_default_value = true)]
    pub buffer: u32,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented on its type")]
    pub shared: SharedArgs,
}

/// Flags that `analyze` and `live` share.
#[derive(Debug, Args)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is one switch of the command line"
)]
pub struct SharedArgs {
    /// Ports to look at: 6379,7000-7005 or any [default: any; live: the Redis ports]
    #[arg(long, value_name = "LIST|any", help_heading = "What to look at")]
    pub ports: Option<PortSet>,
    /// Only connections to these servers
    #[arg(long, value_name = "CIDR", help_heading = "What to look at")]
    pub server: Vec<Network>,
    /// Only connections from these clients
    #[arg(long, value_name = "CIDR", help_heading = "What to look at")]
    pub client: Vec<Network>,
    /// Leave out connections with this address on either side
    #[arg(long, value_name = "CIDR", help_heading = "What to look at")]
    pub exclude: Vec<Network>,
    /// Capture filter in libpcap's language, for files too
    #[arg(long, value_name = "BPF", help_heading = "What to look at")]
    pub filter: Option<String>,
    /// SSLKEYLOGFILE of the clients, to read their TLS; may grow while live
    #[arg(long, value_name = "FILE", help_heading = "What to look at")]
    pub keylog: Option<PathBuf>,

    /// What to print [default: text]
    #[arg(long, value_enum, default_value_t = Format::Text, hide_default_value = true, help_heading = "Output")]
    pub format: Format,
    /// Event types to write, by comma [default: all; live: all but command, push, connection]
    #[arg(
        long,
        value_name = "TYPES",
        value_delimiter = ',',
        help_heading = "Output"
    )]
    pub events: Option<Vec<EventType>>,
    /// Write the report here instead of stdout, with mode 0600
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// One more report beside it: text=FILE, ndjson=FILE, lines=FILE
    #[arg(long, value_name = "KIND=FILE", help_heading = "Output")]
    pub report: Vec<ReportTarget>,
    /// Keep the packets of connections with findings, as a capture file
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub write: Option<PathBuf>,
    /// Per server, client, user, command, key pattern, hot key: calls, bytes, latency
    #[arg(long, help_heading = "Output")]
    pub stats: bool,
    /// Seconds a row of the figures by time spans [default: 60]
    #[arg(long, value_name = "SECONDS", default_value_t = DEFAULT_STATS_INTERVAL, hide_default_value = true, value_parser = clap::value_parser!(u32).range(1..=86_400), requires = "stats", help_heading = "Output")]
    pub stats_interval: u32,
    /// Print every command in the text report, however many
    #[arg(long, value_enum, value_name = "WHAT", help_heading = "Output")]
    pub show: Option<Show>,
    /// Rows a block of the text report; 0 for all [default: 20]
    #[arg(long, value_name = "N", default_value_t = DEFAULT_TOP, hide_default_value = true, help_heading = "Output")]
    pub top: usize,
    /// Names for addresses: one "ADDRESS NAME" a line, as in /etc/hosts
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub names: Option<PathBuf>,
    /// Colour [default: on a terminal, unless NO_COLOR is set]
    #[arg(long, value_enum, default_value_t = ColorChoice::Auto, hide_default_value = true, help_heading = "Output")]
    pub color: ColorChoice,
    /// No progress and no notes on stderr
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,
    /// Do not take the SHA-256 of the inputs (saves time on large files)
    #[arg(long, help_heading = "Output")]
    pub no_digest: bool,
    /// Note kept with the result, KEY=VALUE; may be given several times
    #[arg(long, value_name = "K=V", help_heading = "Output")]
    pub label: Vec<Label>,

    /// How values are shown [default: masked]
    #[arg(long, value_enum, default_value_t = ValuesChoice::Masked, hide_default_value = true, help_heading = "Masking")]
    pub values: ValuesChoice,
    /// How keys are shown [default: pattern in text, masked in NDJSON]
    #[arg(long, value_enum, help_heading = "Masking")]
    pub keys: Option<KeysChoice>,
    /// Longest value that --values full prints, in bytes; 0 for whole [default: 65536]
    #[arg(long, value_name = "BYTES", default_value_t = DEFAULT_VALUE_LIMIT, hide_default_value = true, help_heading = "Masking")]
    pub value_limit: u64,
    /// Needed for --values full: prints what went over the wire, passwords too
    #[arg(long, help_heading = "Masking")]
    pub i_know_this_shows_secrets: bool,
    /// Key for tokens, so that equal values get equal tokens in every run
    #[arg(long, value_name = "FILE", help_heading = "Masking")]
    pub token_key_file: Option<PathBuf>,

    /// More rules from a TOML file; `none` switches the built-in ones off
    #[arg(long, value_name = "FILE|none", help_heading = "Judging")]
    pub rules: Vec<PathBuf>,
    /// Packs of national identity numbers to switch on, by comma: uk,us,de,fr,..
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        help_heading = "Judging"
    )]
    pub regions: Vec<String>,
    /// Severities, servers, tolerated paths and allowed values from a TOML file
    #[arg(long, value_name = "FILE", help_heading = "Judging")]
    pub policy: Option<PathBuf>,
    /// Findings that are known already, from --write-baseline
    #[arg(long, value_name = "FILE", help_heading = "Judging")]
    pub baseline: Option<PathBuf>,
    /// Write the findings of this run as a baseline
    #[arg(long, value_name = "FILE", help_heading = "Judging")]
    pub write_baseline: Option<PathBuf>,
    /// modern, intermediate, legacy or a TOML file [default: intermediate]
    #[arg(long, value_name = "PROFILE", help_heading = "Judging")]
    pub tls_profile: Option<String>,
    /// Certificate authorities (PEM) to check server certificates against
    #[arg(long, value_name = "FILE", help_heading = "Judging")]
    pub ca_file: Option<PathBuf>,
    /// Lowest severity that makes the exit status 1, or never [default: high]
    #[arg(long, value_enum, default_value_t = FailOn::High, hide_default_value = true, help_heading = "Judging")]
    pub fail_on: FailOn,
    /// Findings less sure than this are neither told nor counted [default: 0.5]
    #[arg(long, value_name = "0..1", default_value_t = DEFAULT_MIN_CONFIDENCE, hide_default_value = true, help_heading = "Judging")]
    pub min_confidence: f32,
    /// Findings below this are counted but not printed [default: info]
    #[arg(long, value_enum, default_value_t = SeverityChoice::Info, hide_default_value = true, help_heading = "Judging")]
    pub min_severity: SeverityChoice,
    /// Percent of bytes or packets that may be lost before "nothing found" is no answer [default: 0.1]
    #[arg(long, value_name = "PERCENT", default_value_t = DEFAULT_MAX_LOSS, hide_default_value = true, help_heading = "Judging")]
    pub max_loss: f64,
    /// Exit 0, not 3, where there was no Redis and no TLS at all
    #[arg(long, help_heading = "Judging")]
    pub allow_no_traffic: bool,
    /// One event a finding with its count, or one for each occurrence [default: grouped]
    #[arg(long, value_enum, default_value_t = FindingsChoice::Grouped, hide_default_value = true, help_heading = "Judging")]
    pub findings: FindingsChoice,

    /// Bytes of a value that detectors look at; the rest is counted [default: 1048576]
    #[arg(long, value_name = "BYTES", default_value_t = DEFAULT_SCAN_LIMIT, hide_default_value = true, help_heading = "Limits")]
    pub scan_limit: u64,
    /// Worker threads [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64), help_heading = "Limits")]
    pub workers: Option<u8>,
    /// Who wins where segments overlap [default: linux]
    #[arg(long, value_enum, default_value_t = OverlapChoice::Linux, hide_default_value = true, help_heading = "Limits")]
    pub overlap: OverlapChoice,
    /// What a wrong TCP checksum means: auto accepts offload [default: auto]
    #[arg(long, value_enum, default_value_t = ChecksumChoice::Auto, hide_default_value = true, help_heading = "Limits")]
    pub checksum: ChecksumChoice,
    /// Keep equal addresses in different VLANs and VNIs apart
    #[arg(long, help_heading = "Limits")]
    pub separate_networks: bool,
}

/// `explain`
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A rule id (pci.pan) or a finding id (F-09aa)
    #[arg(value_name = "F-ID|RULE")]
    pub id: String,
    /// The capture or NDJSON report the finding is in
    #[arg(value_name = "FILE")]
    pub input: Option<PathBuf>,
}

/// `rules`
#[derive(Debug, Args)]
pub struct RulesArgs {
    /// What to do with rules
    #[command(subcommand)]
    pub command: RulesCommand,
    /// More rules from a TOML file; `none` switches the built-in ones off
    #[arg(long, value_name = "FILE|none", global = true)]
    pub rules: Vec<PathBuf>,
    /// Packs of national identity numbers to switch on, by comma: uk,us,de,fr,..
    #[arg(long, value_name = "LIST", value_delimiter = ',', global = true)]
    pub regions: Vec<String>,
}

/// The subcommands of `rules`.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Every rule with category and severity
    List,
    /// One rule, whole
    Explain {
        /// Rule id
        id: String,
    },
    /// Prove a rule file: examples match, counter-examples do not
    Check {
        /// A TOML file of rules
        file: PathBuf,
    },
    /// What the rules say of a string (`field=value` gives it a field)
    Test {
        /// The string
        string: String,
        /// The name of the field it stands in
        #[arg(long)]
        field: Option<String>,
    },
}

/// `checklist`
#[derive(Debug, Args)]
pub struct ChecklistArgs {
    /// A capture or an NDJSON report
    #[arg(value_name = "FILE")]
    pub input: Option<PathBuf>,
}

/// `diff`
#[derive(Debug, Args)]
#[command(
    after_help = "Exits 1 where a client is newly readable, or a finding of medium or higher severity is new."
)]
pub struct DiffArgs {
    /// The earlier NDJSON report
    pub old: PathBuf,
    /// The later one
    pub new: PathBuf,
}

/// `--format`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// The report for people
    Text,
    /// One JSON object a line
    Ndjson,
    /// One line a command
    Lines,
}

/// `--events`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "the names are the contract's")]
pub enum EventType {
    Command,
    Push,
    Finding,
    Tls,
    Connection,
    Check,
    Statistics,
    Summary,
}

/// `--show`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Show {
    /// The whole conversation
    Commands,
}

/// `--color`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "self-explaining")]
pub enum ColorChoice {
    Auto,
    Always,
    Never,
}

/// `--values`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ValuesChoice {
    /// The shape of a value
    Masked,
    /// Only its length
    None,
    /// The wire bytes
    Full,
}

/// `--keys`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KeysChoice {
    /// user:{n}:secret
    Pattern,
    /// The key with its sensitive parts masked
    Masked,
    /// The key
    Full,
}

/// `--fail-on`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "severities")]
pub enum FailOn {
    Critical,
    High,
    Medium,
    Low,
    Info,
    Never,
}

impl FailOn {
    /// The lowest severity that fails; `None` for never.
    #[must_use]
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Critical => Some(Severity::Critical),
            Self::High => Some(Severity::High),
            Self::Medium => Some(Severity::Medium),
            Self::Low => Some(Severity::Low),
            Self::Info => Some(Severity::Info),
            Self::Never => None,
        }
    }
}

/// `--min-severity`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "severities")]
pub enum SeverityChoice {
    Critical,
    High,
    Medium,
    Low,
    Info,
}

impl From<SeverityChoice> for Severity {
    fn from(choice: SeverityChoice) -> Self {
        match choice {
            SeverityChoice::Critical => Self::Critical,
            SeverityChoice::High => Self::High,
            SeverityChoice::Medium => Self::Medium,
            SeverityChoice::Low => Self::Low,
            SeverityChoice::Info => Self::Info,
        }
    }
}

/// `--findings`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FindingsChoice {
    /// One event an id
    Grouped,
    /// One event an occurrence
    All,
}

/// `--overlap`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "names of the policies")]
pub enum OverlapChoice {
    Linux,
    First,
    Last,
    Bsd,
    Windows,
}

/// `--checksum`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ChecksumChoice {
    /// Offloaded checksums are fine, wrong ones are not
    Auto,
    /// Only good checksums
    Strict,
    /// Do not look
    Off,
}

/// Whole packets: the largest that Linux captures with offloads on.
pub const DEFAULT_SNAPLEN: u32 = 262_144;
/// The kernel's default of 2 MiB is eight blocks, which a burst overruns.
pub const DEFAULT_BUFFER_MIB: u32 = 64;
/// A screen of rows a block.
pub const DEFAULT_TOP: usize = 20;
/// A minute: a day is 1,440 rows.
pub const DEFAULT_STATS_INTERVAL: u32 = 60;
/// Longest value printed in full, in bytes; a screenful of screens.
pub const DEFAULT_VALUE_LIMIT: u64 = 64 * 1024;
/// One packet in a thousand: what a healthy mirror port loses at worst.
pub const DEFAULT_MAX_LOSS: f64 = 0.1;
/// Values above one MiB are blobs; what is sensitive in them stands near the front.
pub const DEFAULT_SCAN_LIMIT: u64 = 1024 * 1024;
