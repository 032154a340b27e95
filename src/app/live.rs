//! `live` and `interfaces`: packets as they cross the wire, findings at first sight.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};
use std::ops::RangeInclusive;
use std::time::Duration;

use super::progress::{Progress, now};
use super::run::{Inputs, Run};
use super::{Failure, Status, note, stop};
use crate::cli::LiveArgs;
use crate::config::{Mode, Settings};
use crate::event::InputSummary;
use crate::packet::Timestamp;
use crate::source::filter::{FilterSpec, Tunnels};
use crate::source::live::{
    Interface, LiveConfig, LiveError, LiveSource, Promiscuous, interfaces as list_interfaces,
};

/// Wait where no interface has anything: the kernel hands over what it gathered every 20 ms, and
/// its buffer holds far more than comes in between.
const PATIENCE: Duration = Duration::from_millis(5);
/// Silence after which the user is told what may be wrong.
const SILENCE: Duration = Duration::from_secs(10);

struct Watched {
    name: String,
    source: LiveSource,
    packets: u64,
    bytes: u64,
    span: Option<(Timestamp, Timestamp)>,
    problem: Option<String>,
}

/// Runs `live`.
pub(super) fn run(args: &LiveArgs) -> Result<Status, Failure> {
    if args.interface.is_empty() {
        return Err(which_interface());
    }
    let shared = &args.shared;
    if shared.write.is_some() {
        return Err(Failure::new("--write keeps packets of connections whose findings come later, which live capture has let go")
            .advise("capture with tcpdump -w FILE, then: resp-sniff analyze FILE --write KEPT"));
    }
    let settings = Settings::new(shared, Mode::Live)?;
    for text in &settings.notes {
        note(shared.quiet, text);
    }
    stop::install();
    let filter = FilterSpec {
        ports: settings.ports.ranges().map(ranges).unwrap_or_default(),
        tunnels: if args.tunnels {
            Tunnels::LetIn
        } else {
            Tunnels::LeftOut
        },
        expression: shared.filter.clone(),
    };
    let config = LiveConfig {
        filter,
        promiscuous: if args.promiscuous {
            Promiscuous::Yes
        } else {
            Promiscuous::No
        },
        snap_len: args.snaplen,
        buffer_len: args.buffer.saturating_mul(1 << 20),
    };
    let mut watched = Vec::new();
    for (capture, name) in (0..).zip(&args.interface) {
        let source =
            LiveSource::open(name, capture, &config).map_err(|error| refusal(name, &error))?;
        watched.push(Watched {
            name: name.clone(),
            source,
            packets: 0,
            bytes: 0,
            span: None,
            problem: None,
        });
    }
    let names = args.interface.join(", ");
    let mut run = Run::start(shared, &settings, Mode::Live)?;
    note(
        shared.quiet,
        &format!(
            "watching {names}, ports {}; Ctrl-C ends with the summary",
            settings.ports
        ),
    );
    let kernel_filter = watched
        .first()
        .map(|first| config.filter.expression(first.source.link()));
    watch(args, &settings, &mut watched, &mut run)?;
    let mut inputs = Inputs {
        filter: kernel_filter,
        host: host_name(),
        ..Inputs::default()
    };
    for mut one in watched {
        let drops = one.source.drops();
        let add = |sum: &mut Option<u64>, drops: Option<u64>| {
            if let Some(drops) = drops {
                *sum = Some(sum.unwrap_or_default() + drops);
            }
        };
        add(&mut inputs.drops.kernel, drops.kernel);
        add(&mut inputs.drops.interface, drops.interface);
        inputs.sha256.push(None);
        inputs.summaries.push(InputSummary {
            name: one.name,
            packets: one.packets,
            bytes: one.bytes,
            start: one.span.map(|(first, _)| first),
            end: one.span.map(|(_, last)| last),
            problem: one.problem,
        });
    }
    run.finish(inputs).map(|(status, _)| status)
}

fn watch(
    args: &LiveArgs,
    settings: &Settings,
    watched: &mut [Watched],
    run: &mut Run<'_>,
) -> Result<(), Failure> {
    let started = now();
    let mut progress = Progress::live(args.shared.quiet);
    let mut warned = false;
    let mut key_log = GrowingFile::new(args.shared.keylog.as_deref());
    loop {
        let elapsed = now().duration_since(started);
        if stop::asked() || run.is_idle() || args.duration.is_some_and(|limit| elapsed >= limit) {
            break;
        }
        let mut heard = 0;
        let mut failed = None;
        let mut alive = 0;
        for one in watched.iter_mut().filter(|one| one.problem.is_none()) {
            alive += 1;
            let Watched {
                source,
                packets,
                bytes,
                span,
                ..
            } = one;
            let mut looked = false;
            let answer = source.poll(|packet| {
                // In front of what was captured while it was written: a client logs its keys before it
                // sends what they protect, and may be gone a millisecond later.
                if !std::mem::replace(&mut looked, true)
                    && let Some(lines) = key_log.more()
                {
                    run.add_secrets(&lines);
                }
                *packets += 1;
                *bytes += packet.data.len() as u64;
                let (first, last) = span.unwrap_or((packet.at, packet.at));
                *span = Some((first.min(packet.at), last.max(packet.at)));
                if let Err(failure) = run.packet(packet) {
                    failed = Some(failure);
                }
            });
            match answer {
                Ok(count) => heard += count,
                Err(error) => {
                    note(args.shared.quiet, &format!("{}: {error}", one.name));
                    one.problem = Some(error.to_string());
                }
            }
        }
        if let Some(failure) = failed {
            return Err(failure);
        }
        if alive == 0 {
            break;
        }
        if heard == 0 {
            std::thread::sleep(PATIENCE);
        }
        run.idle()?;
        if heard == 0 && run.packets() == 0 && !warned && elapsed >= SILENCE {
            warned = true;
            progress.around(|| note(args.shared.quiet, &silence(args, settings)));
        }
        progress.watching(|| {
            format!(
                "{} packets  {} findings  {} s",
                run.packets(),
                run.findings_told(),
                elapsed.as_secs()
            )
        });
    }
    progress.finish();
    Ok(())
}

/// Lines that were added to the key log since the last look.
struct GrowingFile {
    file: Option<std::fs::File>,
    partial: Vec<u8>,
}

impl GrowingFile {
    /// Begins where [`Settings`] stopped reading: it read the whole file, so reading it again from
    /// the start only repeats keys that are known.
    fn new(path: Option<&std::path::Path>) -> Self {
        Self {
            file: path.and_then(|path| std::fs::File::open(path).ok()),
            partial: Vec::new(),
        }
    }

    fn more(&mut self) -> Option<Vec<u8>> {
        use std::io::Read as _;
        let file = self.file.as_mut()?;
        file.read_to_end(&mut self.partial).ok()?;
        // A line that is being written waits for its end.
        let end = self.partial.iter().rposition(|&byte| byte == b'\n')? + 1;
        let rest = self.partial.split_off(end);
        Some(std::mem::replace(&mut self.partial, rest))
    }
}

fn silence(args: &LiveArgs, settings: &Settings) -> String {
    let names = args.interface.join(", ");
    let mut text = format!(
        "0 packets on {names} in {} s with ports {}. What may help:",
        SILENCE.as_secs(),
        settings.ports
    );
    text.push_str(
        "\n  another interface: resp-sniff interfaces; -i lo for what this host says to itself",
    );
    if !args.promiscuous {
        text.push_str("\n  on a mirror port: --promiscuous");
    }
    if !args.tunnels {
        text.push_str("\n  cloud traffic mirroring comes in VXLAN or GENEVE: --tunnels");
    }
    text.push_str("\n  Redis on another port: --ports LIST, or --ports any");
    text
}

/// Runs `interfaces`.
pub(super) fn interfaces() -> Result<Status, Failure> {
    let list = list_interfaces().map_err(|error| refusal("this host", &error))?;
    let width = list
        .iter()
        .map(|one| one.name.len())
        .max()
        .unwrap_or_default()
        .max(9);
    let mut out = std::io::stdout().lock();
    let mut text = format!(
        "{:<width$}  {:<10}  {}\n",
        "INTERFACE", "CAPTURE", "ADDRESSES"
    );
    for one in &list {
        let _ = writeln!(
            text,
            "{:<width$}  {:<10}  {}",
            one.name,
            permission(one),
            addresses(one)
        );
    }
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    if let Err(error) = written
        && error.kind() != std::io::ErrorKind::BrokenPipe
    {
        return Err(Failure::new(format!(
            "cannot write to standard output: {error}"
        )));
    }
    if list.iter().all(|one| !one.permitted) {
        note(
            !std::io::stderr().is_terminal(),
            &format!("no permission to capture; {}", how_to_permit()),
        );
    }
    Ok(Status::Fine)
}

fn permission(interface: &Interface) -> &'static str {
    if !interface.permitted {
        "no right"
    } else if interface.up {
        "yes"
    } else {
        "down"
    }
}

fn addresses(interface: &Interface) -> String {
    let addresses: Vec<String> = interface
        .addresses
        .iter()
        .map(ToString::to_string)
        .collect();
    let mut text = addresses.join(", ");
    if let Some(description) = &interface.description {
        let gap = if text.is_empty() { "" } else { "  " };
        let _ = write!(text, "{gap}({description})");
    }
    text
}

fn ranges(ranges: &[(u16, u16)]) -> Vec<RangeInclusive<u16>> {
    ranges.iter().map(|&(low, high)| low..=high).collect()
}

/// Without `-i`: the command that was meant, with an interface that is there.
fn which_interface() -> Failure {
    let list = list_interfaces().unwrap_or_default();
    let best = list
        .iter()
        .find(|one| one.up && !one.loopback && !one.addresses.is_empty())
        .or_else(|| list.iter().find(|one| one.up))
        .map_or("eth0", |one| one.name.as_str());
    Failure::new("live needs an interface to watch").advise(format!(
        "resp-sniff live -i {best}   (resp-sniff interfaces lists them; -i any takes all)"
    ))
}

fn refusal(name: &str, error: &LiveError) -> Failure {
    match error {
        LiveError::NoSuchInterface => Failure::new(format!("there is no interface \"{name}\""))
            .advise("resp-sniff interfaces lists what there is"),
        LiveError::NoPermission => {
            Failure::new(format!("no permission to capture on {name}")).advise(how_to_permit())
        }
        LiveError::Down => Failure::new(format!("the interface {name} is down"))
            .advise(format!("ip link set {name} up")),
        LiveError::Filter(problem) => {
            Failure::new(format!("--filter does not compile for {name}: {problem}"))
                .advise("the language is that of pcap-filter(7)")
        }
        LiveError::Other(problem) => Failure::new(format!("cannot capture on {name}: {problem}")),
    }
}

/// The exact line that gives the right to capture, and the way for a service.
fn how_to_permit() -> String {
    let program = std::env::current_exe().ok().map_or_else(
        || "/usr/local/bin/resp-sniff".to_owned(),
        |path| path.display().to_string(),
    );
    format!(
        "sudo setcap cap_net_raw+ep {program}\n  or, for a service, in its systemd unit: AmbientCapabilities=CAP_NET_RAW"
    )
}

fn host_name() -> Option<String> {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .ok()
        .map(|name| name.trim().to_owned())
}
