//! The ladder: what each step from bytes on disk to findings costs, on three shapes of traffic.
//!
//! ```text
//! cargo bench --bench ladder                    # synthetic captures, made here
//! cargo bench --bench ladder -- small.pcap ..   # captures of your own: plain pcap, of RESP
//! cargo test --bench ladder                     # small, once: are the answers right?
//! ```
//!
//! One thread, file in the page cache, best of three. Each rung's answer is asserted before its
//! time is told: a fast wrong answer fails.
//!
//! Beside the rungs stand others' programs that do less, where they are installed; `make bench`
//! installs them, and builds `benches/stream_follower.cpp`.

#![allow(
    missing_docs,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench reports and may fail"
)]
#![allow(clippy::disallowed_methods, reason = "measuring needs a clock")]
#![allow(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "input is made here"
)]

#[path = "support/wire.rs"]
mod wire;

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::Arc;
use std::time::Instant;

use resp_sniff::analyzer::AnalyzerConfig;
use resp_sniff::decode::{DecodeConfig, Decoded, Decoder};
use resp_sniff::detect::RulePack;
use resp_sniff::flow::{Chunk, FlowConfig, FlowEnd, FlowTable, FlowView, Follow, Gap, Handler};
use resp_sniff::packet::{Origin, Packet, Timestamp};
use resp_sniff::pipeline::{Pipeline, PipelineConfig};
use resp_sniff::resp::{
    Command, Exchange, Push, RdbPart, RespConfig, RespConnection, RespSink, Session, Start,
    ValuePart,
};
use resp_sniff::segment::Direction;
use resp_sniff::source::FileSource;

use wire::Wire;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // Cargo says `--bench` when it is asked to measure; else the answers are looked at, once.
    let once = !arguments.iter().any(|word| word == "--bench");
    let named: Vec<PathBuf> = arguments
        .iter()
        .filter(|word| !word.starts_with("--"))
        .map(PathBuf::from)
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let captures = if named.is_empty() {
        synthetic(folder.path(), once)
    } else {
        named
    };
    for path in captures {
        let (packets, delivered) = ladder(&path, if once { 1 } else { 3 });
        if !once {
            others(&path, packets, delivered);
        }
    }
}

/// What a capture holds, as the rungs find it; each must agree with the one below.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Found {
    packets: u64,
    segments: u64,
    payload: u64,
    delivered: u64,
    commands: u64,
    replies: u64,
}

/// Tells the rungs; the packets of the capture, and the bytes that its streams deliver.
fn ladder(path: &Path, rounds: u32) -> (u64, u64) {
    let bytes = std::fs::metadata(path).unwrap().len();
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let walked = walk(path);
    println!(
        "\n{name}: {} packets, {} MB",
        walked.packets,
        bytes / 1_000_000
    );
    println!(
        "{:<24} {:>9} {:>12} {:>9}",
        "rung", "seconds", "ns a packet", "GB/s"
    );
    let tell = |rung: &str, check: &dyn Fn(Found), run: &dyn Fn() -> Found| {
        let best = (0..rounds)
            .map(|_| {
                let started = Instant::now();
                let found = run();
                let took = started.elapsed();
                check(found);
                took
            })
            .min()
            .unwrap();
        let seconds = best.as_secs_f64();
        println!(
            "{rung:<24} {seconds:>9.3} {:>12.1} {:>9.2}",
            seconds * 1e9 / walked.packets as f64,
            bytes as f64 / seconds / 1e9
        );
    };
    let parsed = parse(path);
    let resp = with_resp(path);
    assert!(parsed.segments > 0 && resp.delivered <= parsed.payload);
    tell("read", &|found| assert_eq!(found.payload, bytes), &|| {
        cat(path)
    });
    tell(
        "+ walk",
        &|found| assert_eq!(found.packets, walked.packets),
        &|| walk(path),
    );
    tell("+ parse", &|found| assert_eq!(found, parsed), &|| {
        parse(path)
    });
    tell(
        "+ flow",
        &|found| assert_eq!(found.delivered, resp.delivered),
        &|| with_flow(path),
    );
    tell("+ RESP", &|found| assert_eq!(found, resp), &|| {
        with_resp(path)
    });
    let all = |pack: &Arc<RulePack>| {
        let found = whole(path, pack);
        assert_eq!(
            (found.commands, found.replies),
            (resp.commands, resp.replies)
        );
        found
    };
    let none = RulePack::load(&[], &[], true).unwrap();
    tell(
        "all, without rules",
        &|found| assert!(found.commands > 0),
        &|| all(&none),
    );
    let builtin = RulePack::builtin();
    tell(
        "all, default rules",
        &|found| assert!(found.commands > 0),
        &|| all(&builtin),
    );
    println!("{} commands, {} replies", resp.commands, resp.replies);
    (walked.packets, resp.delivered)
}

/// Packets that tshark is given: it takes some microseconds for each.
const TSHARK_PACKETS: u64 = 200_000;

/// The same capture through programs of others, once each.
fn others(path: &Path, packets: u64, delivered: u64) {
    let tell = |name: &str, does: &str, packets: u64, command: &mut process::Command| {
        let started = Instant::now();
        let output = command.stderr(process::Stdio::null()).output();
        let seconds = started.elapsed().as_secs_f64();
        match output {
            Ok(output) if output.status.success() => {
                let each = seconds * 1e9 / packets as f64;
                println!("{name:<24} {seconds:>9.3} {each:>12.1}           ({does})");
                Some(output.stdout)
            }
            _ => {
                println!("{name:<24} left out: not installed, or it failed");
                None
            }
        }
    };
    let follower = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/stream_follower");
    let does = "reassembles; no checksums, no protocol";
    if let Some(said) = tell(
        "libtins",
        does,
        packets,
        process::Command::new(follower).arg(path),
    ) {
        let said = String::from_utf8(said).unwrap();
        if said.trim() != delivered.to_string() {
            println!(
                "{:<24} it delivers {} bytes of {delivered}",
                "",
                said.trim()
            );
        }
    }
    let mut tcpflow = process::Command::new("tcpflow");
    tcpflow
        .args(["-c", "-B", "-X", "/dev/null", "-r"])
        .arg(path);
    let does = "reassembles and prints; no protocol";
    tell(
        "tcpflow",
        does,
        packets,
        tcpflow.stdout(process::Stdio::null()),
    );
    let mut tshark = process::Command::new("tshark");
    let some = packets.min(TSHARK_PACKETS);
    tshark.args(["-q", "-z", "io,stat,0,resp", "-c", &some.to_string()]);
    let does = format!("dissects RESP; the first {some} packets");
    tell("tshark", &does, some, tshark.arg("-r").arg(path));
}

fn cat(path: &Path) -> Found {
    let mut file = File::open(path).unwrap();
    let mut buffer = vec![0; 1 << 20];
    let mut found = Found::default();
    loop {
        let read = file.read(&mut buffer).unwrap();
        if read == 0 {
            return found;
        }
        found.payload += read as u64;
    }
}

fn packets(path: &Path, mut each: impl FnMut(&Packet<'_>)) {
    let mut source = FileSource::open(path, 0).unwrap();
    // A capture cut at its end (tcpdump was stopped) is as good as any for measuring.
    while let Ok(Some(batch)) = source.next_batch() {
        for packet in batch {
            each(&packet);
        }
    }
}

fn walk(path: &Path) -> Found {
    let mut found = Found::default();
    packets(path, |_| found.packets += 1);
    found
}

fn parse(path: &Path) -> Found {
    let mut found = Found::default();
    let mut decoder = Decoder::new(DecodeConfig::default());
    packets(path, |packet| {
        found.packets += 1;
        if let Decoded::Segment(segment) = decoder.decode(packet) {
            found.segments += 1;
            found.payload += segment.payload.len() as u64;
        }
    });
    found
}

fn with_flow(path: &Path) -> Found {
    let mut sink = Counter::default();
    let mut found = through_flow(path, &mut sink);
    found.delivered = sink.bytes;
    found
}

fn with_resp(path: &Path) -> Found {
    let mut sink = Listener::default();
    let mut found = through_flow(path, &mut sink);
    found.delivered = sink.bytes;
    found.commands = sink.said.commands;
    found.replies = sink.said.replies;
    found
}

fn through_flow<H: Handler>(path: &Path, handler: &mut H) -> Found {
    let mut found = Found::default();
    let mut decoder = Decoder::new(DecodeConfig::default());
    let mut table = FlowTable::new(&FlowConfig::default());
    packets(path, |packet| {
        found.packets += 1;
        if let Decoded::Segment(segment) = decoder.decode(packet) {
            found.segments += 1;
            found.payload += segment.payload.len() as u64;
            table.push(&segment, handler);
        }
    });
    table.finish(handler);
    found
}

fn whole(path: &Path, pack: &Arc<RulePack>) -> Found {
    let config = AnalyzerConfig {
        pack: Arc::clone(pack),
        ..AnalyzerConfig::new().unwrap()
    };
    let config = Arc::new(config);
    let mut pipeline = Pipeline::new(PipelineConfig::new(Arc::clone(&config)));
    let mut events = Vec::new();
    packets(path, |packet| pipeline.push(packet, &mut events));
    let (front, totals) = pipeline.finish(&mut events);
    let outcome = totals.conclude(&config);
    let mut accounting = front.accounting();
    accounting.add(&outcome.accounting);
    accounting.check().unwrap();
    Found {
        packets: front.packets(),
        segments: accounting.packets_segment,
        payload: accounting.payload_bytes,
        delivered: accounting.delivered_bytes,
        commands: outcome.commands,
        replies: outcome.replies,
    }
}

/// Adds up what is delivered.
#[derive(Default)]
struct Counter {
    bytes: u64,
}

impl Handler for Counter {
    type Connection = ();

    fn data(&mut self, (): &mut (), _: &FlowView, chunk: Chunk<'_>) -> Follow {
        self.bytes += chunk.bytes.len() as u64;
        Follow::On
    }
    fn gap(&mut self, (): &mut (), _: &FlowView, _: Gap) -> Follow {
        Follow::On
    }
    fn finished(&mut self, (): &mut (), _: &FlowView, _: Direction) {}
    fn conflict(&mut self, (): &mut (), _: &FlowView, _: Direction, _: u64, _: &[u8], _: &[u8]) {}
    fn reset(&mut self, (): &mut (), _: &FlowView, _: Direction) {}
    fn end(&mut self, (): (), _: &FlowView, _: &FlowEnd) {}
}

/// Gives every connection a RESP decoder.
#[derive(Default)]
struct Listener {
    bytes: u64,
    said: Said,
}

#[derive(Default)]
struct Said {
    commands: u64,
    replies: u64,
}

type Decoding = Option<Box<RespConnection>>;

impl Handler for Listener {
    type Connection = Decoding;

    fn data(&mut self, connection: &mut Decoding, _: &FlowView, chunk: Chunk<'_>) -> Follow {
        self.bytes += chunk.bytes.len() as u64;
        let resp = connection.get_or_insert_with(|| {
            Box::new(RespConnection::new(
                &RespConfig::default(),
                Start::FirstByte,
            ))
        });
        resp.data(
            chunk.direction,
            chunk.bytes,
            chunk.at,
            chunk.origin,
            &mut self.said,
        );
        Follow::On
    }
    fn gap(&mut self, connection: &mut Decoding, flow: &FlowView, gap: Gap) -> Follow {
        if let Some(resp) = connection {
            resp.gap(
                gap.direction,
                gap.len,
                flow.now,
                flow.origin,
                &mut self.said,
            );
        }
        Follow::On
    }
    fn finished(&mut self, _: &mut Decoding, _: &FlowView, _: Direction) {}
    fn conflict(
        &mut self,
        _: &mut Decoding,
        _: &FlowView,
        _: Direction,
        _: u64,
        _: &[u8],
        _: &[u8],
    ) {
    }
    fn reset(&mut self, _: &mut Decoding, _: &FlowView, _: Direction) {}
    fn end(&mut self, connection: Decoding, _: &FlowView, _: &FlowEnd) {
        if let Some(mut resp) = connection {
            resp.finish(&mut self.said);
        }
    }
}

impl RespSink for Said {
    fn request(&mut self, _: &Session, _: &Command<'_>) -> u32 {
        self.commands += 1;
        0
    }
    fn exchange(&mut self, _: &Session, exchange: &Exchange<'_>) {
        self.replies += u64::from(exchange.reply.is_some());
    }
    fn push(&mut self, _: &Session, _: &Push<'_>) {}
    fn value_part(&mut self, _: &Session, _: &ValuePart<'_>) {}
    fn rdb(&mut self, _: &Session, _: &RdbPart<'_>, _: Timestamp, _: Origin) {}
}

/// Captures like those of redis-benchmark: one command a packet, 32 a packet, and large values.
fn synthetic(folder: &Path, tiny: bool) -> Vec<PathBuf> {
    let scale = if tiny { 1 } else { 200 };
    let small = folder.join("small.pcap");
    capture(&small, 50, 4_000 * scale, |out, round| {
        command(out, &[b"SET", &key(round), &value(round, 100)]);
        1
    });
    let pipelined = folder.join("pipeline.pcap");
    capture(&pipelined, 50, 200 * scale, |out, round| {
        for turn in 0..32 {
            command(out, &[b"SET", &key(round * 32 + turn), &value(turn, 64)]);
        }
        32
    });
    let bulk = folder.join("bulk.pcap");
    capture(&bulk, 20, 15 * scale, |out, round| {
        command(out, &[b"SET", &key(round), &value(round, 100_000)]);
        1
    });
    vec![small, pipelined, bulk]
}

/// Writes `rounds` requests with their replies over `clients` connections, in segments of at most
/// 1,448 bytes, each reply acknowledged.
fn capture(
    path: &Path,
    clients: u16,
    rounds: u64,
    mut request: impl FnMut(&mut Vec<u8>, u64) -> u64,
) {
    let mut wire = Wire::create(path);
    let mut ends: Vec<(u32, u32)> = (0..u32::from(clients))
        .map(|n| (n * 7919, n * 104_729))
        .collect();
    for (client, (ours, theirs)) in (0..).zip(&mut ends) {
        wire.segment(client, Direction::ClientToServer, *ours, 0, 0x02, &[]);
        *ours = ours.wrapping_add(1);
        wire.segment(client, Direction::ServerToClient, *theirs, *ours, 0x12, &[]);
        *theirs = theirs.wrapping_add(1);
        wire.segment(client, Direction::ClientToServer, *ours, *theirs, 0x10, &[]);
    }
    let mut bytes = Vec::new();
    for round in 0..rounds {
        let client = (round % u64::from(clients)) as u32;
        let (ours, theirs) = &mut ends[client as usize];
        bytes.clear();
        let count = request(&mut bytes, round);
        for piece in bytes.chunks(1448) {
            wire.segment(
                client,
                Direction::ClientToServer,
                *ours,
                *theirs,
                0x18,
                piece,
            );
            *ours = ours.wrapping_add(piece.len() as u32);
        }
        let replies = b"+OK\r\n".repeat(count as usize);
        wire.segment(
            client,
            Direction::ServerToClient,
            *theirs,
            *ours,
            0x18,
            &replies,
        );
        *theirs = theirs.wrapping_add(replies.len() as u32);
        wire.segment(client, Direction::ClientToServer, *ours, *theirs, 0x10, &[]);
    }
    wire.finish();
}

fn command(out: &mut Vec<u8>, args: &[&[u8]]) {
    write!(out, "*{}\r\n", args.len()).unwrap();
    for word in args {
        write!(out, "${}\r\n", word.len()).unwrap();
        out.extend_from_slice(word);
        out.extend_from_slice(b"\r\n");
    }
}

fn key(round: u64) -> Vec<u8> {
    format!("key:{:012}", round * 7919 % 100_000).into_bytes()
}

/// As redis-benchmark makes them: bytes from `0` to `o`.
fn value(seed: u64, len: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    (0..len)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            b'0' + (state >> 40) as u8 % 64
        })
        .collect()
}
