//! What the tests of the program share: running it, reading what it wrote, and captures made on the spot.
//!
//! Not every test file uses all of it.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file is a crate of its own and uses its part"
)]
#![allow(
    clippy::indexing_slicing,
    reason = "a test that indexes wrongly fails, as it should"
)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use resp_sniff::event::{Event, SummaryEvent};

/// What a run of the program left.
pub struct Run {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// Every line as an event; panics on a line that is none.
    pub fn events(&self) -> Vec<Event> {
        parse_events(&self.stdout)
    }

    /// The last line, which must be the only summary.
    pub fn summary(&self) -> SummaryEvent {
        summary_of(&self.events(), &self.stderr)
    }
}

pub fn parse_events(text: &str) -> Vec<Event> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}")))
        .collect()
}

pub fn summary_of(events: &[Event], stderr: &str) -> SummaryEvent {
    let summaries = events
        .iter()
        .filter(|event| matches!(event, Event::Summary(_)))
        .count();
    assert_eq!(summaries, 1, "one summary; stderr: {stderr}");
    match events.last() {
        Some(Event::Summary(summary)) => (**summary).clone(),
        other => panic!("the summary comes last, not {other:?}"),
    }
}

/// The program, with an environment that does not depend on who runs the tests.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_resp-sniff"));
    command
        .env_remove("NO_COLOR")
        .env_remove("RUST_LOG")
        .env_remove("RUST_BACKTRACE")
        .env("LC_ALL", "C.UTF-8")
        .env("COLUMNS", "98")
        .current_dir(root())
        .stdin(Stdio::null());
    command
}

/// Runs to the end; a death by signal is a failure of the test.
pub fn finish(command: &mut Command) -> Run {
    let output = command.output().expect("the program starts");
    let run = Run {
        status: output
            .status
            .code()
            .unwrap_or_else(|| panic!("killed: {:?}", output.status)),
        stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
    };
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    run
}

/// The same, with bytes on stdin; a program that does not read them all is fine.
pub fn finish_with_input(command: &mut Command, input: &[u8]) -> Run {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("stdin");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("the program ends");
    writer.join().expect("the writer ends");
    Run {
        status: output
            .status
            .code()
            .unwrap_or_else(|| panic!("killed: {:?}", output.status)),
        stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
    }
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Key for tokens in tests; a file, because the program takes no key on its command line.
pub fn token_key() -> PathBuf {
    root().join("tests/token.key")
}

/// Every capture below a folder, in the order of their names; empty where the folder is not there.
pub fn captures_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return found;
    };
    for entry in entries {
        let path = entry.expect("a folder entry").path();
        if path.is_dir() {
            found.extend(captures_below(&path));
        } else if is_capture(&path) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The project's own captures; never none.
pub fn own_captures() -> Vec<PathBuf> {
    let captures = captures_below(&root().join("captures"));
    assert!(captures.len() > 20, "captures/ is there");
    captures
}

/// Captures that others made, beside the checkout; `None`, with a word on stderr, where there are none.
pub fn shared_captures(folder: &str) -> Option<Vec<PathBuf>> {
    let captures = captures_below(&root().join("../shared/captures").join(folder));
    if captures.is_empty() {
        eprintln!("skipped: no ../shared/captures/{folder} beside this checkout");
        return None;
    }
    Some(captures)
}

/// A file of the captures of TLS beside the checkout; `None`, with a word on stderr, where it is not
/// there.
pub fn shared_tls(name: &str) -> Option<PathBuf> {
    let path = root().join("../shared/captures/tls-redis").join(name);
    if !path.exists() {
        eprintln!("skipped: {name} is not at hand");
        return None;
    }
    Some(path)
}

fn is_capture(path: &Path) -> bool {
    let unpacked = path.file_stem().map_or(path, Path::new);
    let packed = path.extension().is_some_and(|e| e == "gz" || e == "zst");
    let extension = if packed {
        unpacked.extension()
    } else {
        path.extension()
    };
    extension.is_some_and(|e| e == "pcap" || e == "pcapng" || e == "cap")
}

/// A capture made on the spot: Ethernet, IPv4, good checksums, a packet each millisecond.
pub struct Capture {
    bytes: Vec<u8>,
    packets: u64,
    connections: u16,
}

/// One connection of a [`Capture`].
pub struct Connection<'a> {
    capture: &'a mut Capture,
    client: ([u8; 4], u16),
    server: ([u8; 4], u16),
    sequence: [u32; 2],
}

impl Capture {
    pub fn new() -> Self {
        let mut bytes = Vec::new();
        for word in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 262_144, 1] {
            bytes.extend(word.to_le_bytes());
        }
        Self {
            bytes,
            packets: 0,
            connections: 0,
        }
    }

    /// A new connection from 10.1.0.1 to 10.1.0.2, handshake included.
    pub fn connect(&mut self, port: u16) -> Connection<'_> {
        self.connections += 1;
        let client = ([10, 1, 0, 1], 40_000 + self.connections);
        let mut connection = Connection {
            capture: self,
            client,
            server: ([10, 1, 0, 2], port),
            sequence: [1000, 5000],
        };
        connection.segment(0, SYN, &[]);
        connection.segment(1, SYN | ACK, &[]);
        connection.segment(0, ACK, &[]);
        connection
    }

    /// Any frame at all.
    pub fn frame(&mut self, frame: &[u8]) {
        self.packets += 1;
        let micros = self.packets * 1000;
        let length = u32::try_from(frame.len()).expect("a frame of sane length");
        for word in [
            1_767_225_600 + u32::try_from(micros / 1_000_000).expect("a short capture"),
            u32::try_from(micros % 1_000_000).expect("below a million"),
            length,
            length,
        ] {
            self.bytes.extend(word.to_le_bytes());
        }
        self.bytes.extend(frame);
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub fn packets(&self) -> u64 {
        self.packets
    }

    pub fn write_to(&self, path: &Path) {
        fs::write(path, &self.bytes).expect("a writable folder");
    }
}

impl Connection<'_> {
    /// Client to server, in segments of at most 1400 bytes.
    pub fn request(&mut self, bytes: &[u8]) -> &mut Self {
        self.data(0, bytes)
    }

    /// Server to client.
    pub fn reply(&mut self, bytes: &[u8]) -> &mut Self {
        self.data(1, bytes)
    }

    /// A command as a client library writes it, and its reply as it stands on the wire.
    pub fn command(&mut self, words: &[&str], reply: &str) -> &mut Self {
        let mut request = format!("*{}\r\n", words.len());
        for word in words {
            let length = word.len();
            request.extend(["$", &length.to_string(), "\r\n", word, "\r\n"]);
        }
        self.request(request.as_bytes()).reply(reply.as_bytes())
    }

    /// The server has sent so many bytes that the capture lacks.
    #[allow(dead_code, reason = "few tests lose anything")]
    pub fn lose(&mut self, len: u32) -> &mut Self {
        self.sequence[1] = self.sequence[1].wrapping_add(len);
        self
    }

    /// Both sides close.
    pub fn close(&mut self) {
        self.segment(0, FIN | ACK, &[]);
        self.segment(1, FIN | ACK, &[]);
        self.segment(0, ACK, &[]);
    }

    fn data(&mut self, from: usize, bytes: &[u8]) -> &mut Self {
        for chunk in bytes.chunks(1400) {
            self.segment(from, PSH | ACK, chunk);
        }
        self
    }

    fn segment(&mut self, from: usize, flags: u8, payload: &[u8]) {
        let (source, destination) = if from == 0 {
            (self.client, self.server)
        } else {
            (self.server, self.client)
        };
        let length = u16::try_from(20 + payload.len()).expect("a segment");
        let mut tcp = Vec::new();
        tcp.extend(source.1.to_be_bytes());
        tcp.extend(destination.1.to_be_bytes());
        tcp.extend(self.sequence[from].to_be_bytes());
        tcp.extend(
            if flags & ACK == 0 {
                0
            } else {
                self.sequence[1 - from]
            }
            .to_be_bytes(),
        );
        tcp.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
        tcp.extend(payload);
        let mut pseudo = Vec::new();
        pseudo.extend(source.0);
        pseudo.extend(destination.0);
        pseudo.extend([0, 6]);
        pseudo.extend(length.to_be_bytes());
        pseudo.extend(&tcp);
        tcp[16..18].copy_from_slice(&checksum(&pseudo).to_be_bytes());
        let mut ip = vec![0x45, 0];
        ip.extend((20 + length).to_be_bytes());
        ip.extend([0, 0, 0x40, 0, 64, 6, 0, 0]);
        ip.extend(source.0);
        ip.extend(destination.0);
        let sum = checksum(&ip);
        ip[10..12].copy_from_slice(&sum.to_be_bytes());
        let mut frame = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0];
        frame.extend(ip);
        frame.extend(tcp);
        self.capture.frame(&frame);
        let counted =
            u32::try_from(payload.len()).expect("a segment") + u32::from(flags & (SYN | FIN) != 0);
        self.sequence[from] = self.sequence[from].wrapping_add(counted);
    }
}

/// RFC 1071.
fn checksum(bytes: &[u8]) -> u16 {
    let mut sum: u32 = bytes
        .chunks(2)
        .map(|pair| {
            u32::from(u16::from_be_bytes([
                pair[0],
                pair.get(1).copied().unwrap_or(0),
            ]))
        })
        .sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !u16::try_from(sum).expect("folded")
}

const FIN: u8 = 0x01;
const SYN: u8 = 0x02;
const PSH: u8 = 0x08;
const ACK: u8 = 0x10;

/// The shard of a connection of [`Capture::connect`], by its ports.
pub fn shard(client: u16, server: u16) -> u8 {
    use resp_sniff::segment::{Address, Checksum, Endpoint, Segment, SeqNum, TcpFlags};
    let end = |last: u8, port: u16| Endpoint {
        address: Address::v4([10, 1, 0, last]),
        port,
    };
    resp_sniff::flow::shard_of(&Segment {
        at: resp_sniff::packet::Timestamp(0),
        origin: resp_sniff::packet::Origin::default(),
        source: end(1, client),
        destination: end(2, server),
        tag: 0,
        seq: SeqNum(0),
        ack: SeqNum(0),
        flags: TcpFlags(0),
        window: 0,
        urgent: 0,
        options: &[],
        timestamps: None,
        payload: &[],
        wire_payload_len: 0,
        checksum: Checksum::Good,
    })
}
