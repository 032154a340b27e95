//! Live capture on loopback against a real redis-server: every command that the server ran is told,
//! nothing is dropped, and the story's leak is found while it happens.
//!
//! Skipped, with a word on stderr, where raw sockets are not permitted or redis-server is missing.
#![allow(
    clippy::indexing_slicing,
    reason = "a test that indexes wrongly fails, as it should"
)]
#![cfg(feature = "live")]

mod common;
mod openssl_support;

use std::collections::BTreeMap;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::Duration;

use common::{parse_events, program, summary_of};
use resp_sniff::event::{Event, Severity, SummaryEvent, Transport};
use tempfile::TempDir;

#[test]
fn every_command_that_the_server_ran_is_told_and_nothing_is_dropped() {
    let Some(redis) = Redis::start() else { return };
    let folder = TempDir::new().expect("a folder");
    let sniffer = Sniffer::start(&redis, folder.path());
    let port = redis.port.to_string();
    let sent = run(
        "redis-benchmark",
        &[
            "-p",
            &port,
            "-n",
            "4000",
            "-c",
            "20",
            "-t",
            "set,get,incr,lpush",
            "-q",
        ],
    );
    assert!(
        sent.status.success(),
        "{}",
        String::from_utf8_lossy(&sent.stderr)
    );
    let sent = run(
        "redis-benchmark",
        &[
            "-p", &port, "-n", "6000", "-c", "5", "-P", "16", "-t", "set,get", "-q",
        ],
    );
    assert!(sent.status.success());
    // The server's own count, read before the question about it is itself counted.
    let ran = redis.commandstats();
    let (events, summary) = sniffer.stop();

    let mut seen = BTreeMap::new();
    for event in &events {
        if let Event::Command(command) = event {
            let word = |word: &_| {
                serde_json::to_value(word)
                    .expect("JSON")
                    .as_str()
                    .map(str::to_lowercase)
            };
            let mut name = command.command.as_ref().and_then(word).unwrap_or_else(|| {
                panic!(
                    "its request was not seen: {command:?}, {:?}",
                    summary.blind_spots
                )
            });
            if let Some(sub) = command.subcommand.as_ref().and_then(word) {
                name = format!("{name}|{sub}");
            }
            assert!(command.reply.is_some(), "{name} has no reply");
            assert!(command.frame.is_none(), "live packets have no number");
            *seen.entry(name).or_insert(0_u64) += 1;
        }
    }
    // Our own question came after what the server counted.
    seen.remove("info");
    assert_eq!(seen, ran);
    assert_eq!(summary.commands, summary.replies);
    assert_eq!(summary.blind_spots.kernel_drops, Some(0));
    assert_eq!(summary.blind_spots.gap_bytes, 0);
    assert_eq!(summary.accounting.check(), Ok(()));
}

#[test]
fn the_story_is_found_while_it_happens() {
    let Some(redis) = Redis::start() else { return };
    let folder = TempDir::new().expect("a folder");
    let sniffer = Sniffer::start(&redis, folder.path());
    let port = redis.port.to_string();
    for line in [
        "hset user:1:secret gender m birthdate 19790101 ccn 5270426764505555 ccn_expire 1224",
        "hgetall user:1:secret",
        "config set protected-mode no",
    ] {
        let mut words = vec!["-p", &port];
        words.extend(line.split(' '));
        assert!(run("redis-cli", &words).status.success());
    }
    let early = sniffer.wait_for(|text| text.contains("\"pci."));
    assert!(early, "the finding is written before the end");
    let (events, summary) = sniffer.stop();
    assert_eq!(summary.commands, 3);
    let worst = events.iter().find_map(|event| match event {
        Event::Finding(finding) if finding.rule.starts_with("pci.pan") => Some(finding.severity),
        _ => None,
    });
    assert_eq!(worst, Some(Severity::Critical), "{events:?}");
    assert!(!format!("{events:?}").contains("5270426764505555"));
}

/// The keys of each connection are written while the capture runs, and a connection lasts some
/// milliseconds.
#[test]
fn a_key_log_that_grows_opens_what_is_captured_meanwhile() {
    if !raw_sockets_permitted() {
        eprintln!("skipped: raw sockets are not permitted");
        return;
    }
    if !openssl_support::has_openssl() {
        return;
    }
    let folder = openssl_support::Folder::new();
    let keys = folder.file("growing.keys");
    fs::write(&keys, b"").expect("written");
    let server = folder.server(&["-tls1_3"], 3);
    let port = server.port();
    let log = keys.display().to_string();
    let sniffer = Sniffer::start_on(port, folder.file("live.ndjson"), &["--keylog", &log]);
    for secret in ["first", "second", "third"] {
        let mut client = Command::new("openssl")
            .args(["s_client", "-quiet", "-no_ign_eof", "-keylogfile"])
            .arg(&keys)
            .args(["-connect", &format!("127.0.0.1:{port}")])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("openssl runs");
        let command = format!("SET {secret} value\r\n");
        let mut input = client.stdin.take().expect("piped");
        std::io::Write::write_all(&mut input, command.as_bytes()).expect("sent");
        drop(input);
        assert!(client.wait().expect("it ends").success());
    }
    let (events, _) = sniffer.stop();
    let opened: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Command(command) => {
                let name = command.command.as_ref().map(ToString::to_string);
                Some((command.transport, name))
            }
            _ => None,
        })
        .collect();
    let read = (Transport::TlsDecrypted, Some("SET".to_owned()));
    assert_eq!(opened, [read.clone(), read.clone(), read]);
    // With the keys the certificates of TLS 1.3 are told as well.
    let certificates = events.iter().filter_map(|event| match event {
        Event::Tls(tls) => Some(tls.certificates.len()),
        _ => None,
    });
    assert_eq!(certificates.collect::<Vec<_>>(), [1, 1, 1]);
}

#[test]
fn an_interface_that_is_not_there_is_named() {
    let run = common::finish(program().args(["live", "-i", "no-such-nic", "--duration", "1s"]));
    assert_eq!(run.status, 2, "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains("no-such-nic"), "{}", run.stderr);
}

#[test]
fn live_without_an_interface_says_which_there_are() {
    let run = common::finish(program().arg("live"));
    assert_eq!(run.status, 2, "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains("resp-sniff live -i "), "{}", run.stderr);
}

/// A redis-server of our own on a port of its own; gone when dropped.
struct Redis {
    process: Child,
    port: u16,
    _data: TempDir,
}

impl Redis {
    /// `None`, with a word on stderr, where the test cannot be run.
    fn start() -> Option<Self> {
        if !raw_sockets_permitted() {
            eprintln!("skipped: raw sockets are not permitted (run as root, or with CAP_NET_RAW)");
            return None;
        }
        let data = TempDir::new().expect("a folder");
        let port = TcpListener::bind("127.0.0.1:0")
            .expect("a port")
            .local_addr()
            .expect("an address")
            .port();
        let process = Command::new("redis-server")
            .args([
                "--port",
                &port.to_string(),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
            ])
            .arg(data.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(process) = process else {
            eprintln!("skipped: no redis-server");
            return None;
        };
        let redis = Self {
            process,
            port,
            _data: data,
        };
        wait_until("redis-server listens", || {
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        Some(redis)
    }

    /// Calls of each command since the start, as `INFO commandstats` names them.
    fn commandstats(&self) -> BTreeMap<String, u64> {
        let output = run(
            "redis-cli",
            &["-p", &self.port.to_string(), "info", "commandstats"],
        );
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .filter_map(|line| {
                let (name, rest) = line.strip_prefix("cmdstat_")?.split_once(":calls=")?;
                Some((name.to_owned(), rest.split(',').next()?.parse().ok()?))
            })
            .collect()
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// `resp-sniff live` on loopback, writing events to a file.
/// One capture at a time: two cores do not run two benchmarks and keep pace with both, and what the
/// queue of a worker cannot take is dropped, and told.
static ALONE: Mutex<()> = Mutex::new(());

struct Sniffer {
    process: Child,
    output: std::path::PathBuf,
    _alone: MutexGuard<'static, ()>,
}

impl Sniffer {
    fn start(redis: &Redis, folder: &Path) -> Self {
        Self::start_on(redis.port, folder.join("live.ndjson"), &[])
    }

    fn start_on(port: u16, output: std::path::PathBuf, more: &[&str]) -> Self {
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let process = program()
            .args([
                "live",
                "-i",
                "lo",
                "--format",
                "ndjson",
                "--events",
                "command,finding,connection,tls,summary",
            ])
            .args(more)
            // A test must end, whatever happens.
            .args(["--duration", "60s", "--ports", &port.to_string(), "-o"])
            .arg(&output)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        // Ready once the kernel lists a packet socket of that process as running.
        let sockets = format!("/proc/{}/fd", process.id());
        wait_until("the capture runs", || {
            let listed = fs::read_to_string("/proc/net/packet").unwrap_or_default();
            let inodes: Vec<_> = listed
                .lines()
                .filter_map(|line| {
                    let columns: Vec<_> = line.split_whitespace().collect();
                    (columns.get(5) == Some(&"1")).then(|| format!("socket:[{}]", columns[8]))
                })
                .collect();
            fs::read_dir(&sockets).is_ok_and(|open| {
                open.flatten()
                    .filter_map(|fd| fs::read_link(fd.path()).ok())
                    .any(|target| {
                        inodes
                            .iter()
                            .any(|inode| target.as_os_str() == inode.as_str())
                    })
            })
        });
        // Between activation and the filter, and before the first read.
        sleep(Duration::from_millis(300));
        Self {
            process,
            output,
            _alone: alone,
        }
    }

    fn wait_for(&self, seen: impl Fn(&str) -> bool) -> bool {
        (0..100).any(|_| {
            sleep(Duration::from_millis(50));
            seen(&fs::read_to_string(&self.output).unwrap_or_default())
        })
    }

    /// Ctrl-C, and what it had written when it ended.
    fn stop(self) -> (Vec<Event>, SummaryEvent) {
        // What is still in the kernel's block comes out before its timeout.
        sleep(Duration::from_millis(1500));
        let pid = self.process.id().to_string();
        assert!(run("kill", &["-INT", &pid]).status.success());
        let ended = self.process.wait_with_output().expect("it ends");
        let stderr = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(
            matches!(ended.status.code(), Some(0 | 1)),
            "{:?}: {stderr}",
            ended.status
        );
        let events = parse_events(&fs::read_to_string(&self.output).expect("its output"));
        let summary = summary_of(&events, &stderr);
        (events, summary)
    }
}

fn run(program: &str, arguments: &[&str]) -> Output {
    Command::new(program)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"))
}

fn wait_until(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..400 {
        if condition() {
            return;
        }
        sleep(Duration::from_millis(25));
    }
    panic!("waited ten seconds until {what}");
}

/// CAP_NET_RAW is bit 13 of the effective capabilities (capabilities(7)).
fn raw_sockets_permitted() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("CapEff:"))
        .and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok())
        .is_some_and(|bits| bits & 1 << 13 != 0)
}
