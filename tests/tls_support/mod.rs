//! Feeds captures to the TLS room alone: a small reader of classic pcap files and an in-order
//! extraction of their TCP streams, so that these tests depend on no other room.

#![allow(dead_code, reason = "each test uses its part")]
#![allow(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::similar_names,
    clippy::type_complexity,
    reason = "a test may panic, and its inputs are its own"
)]

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use resp_sniff::event::{TlsEvidence, TlsVersion, Transport};
use resp_sniff::packet::{Origin, Timestamp};
use resp_sniff::segment::Direction;
use resp_sniff::tls::{
    TlsConnection, TlsContext, TlsCounters, TlsFacts, TlsFollow, TlsSink, TlsStart,
};

/// What one connection gave.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub facts: Vec<TlsFacts>,
    /// Readable data, by direction, and how.
    pub plain: [Vec<u8>; 2],
    pub transport: Option<Transport>,
    pub lost: usize,
    /// Tickets that came after their handshake was told, with its name.
    pub tickets: Vec<([u8; 16], [u8; 16])>,
    pub version: Option<TlsVersion>,
    pub evidence: Option<TlsEvidence>,
    pub counters: TlsCounters,
    /// Bytes given.
    pub given: u64,
    /// Server's port.
    pub port: u16,
}

impl TlsSink for Seen {
    fn handshake(&mut self, facts: TlsFacts) {
        self.facts.push(facts);
    }

    fn ticket(&mut self, handshake: [u8; 16], ticket: [u8; 16]) {
        self.tickets.push((handshake, ticket));
    }

    fn plaintext(
        &mut self,
        direction: Direction,
        bytes: &[u8],
        transport: Transport,
        _: Timestamp,
        _: Origin,
    ) {
        self.plain[index(direction)].extend_from_slice(bytes);
        self.transport = Some(transport);
    }

    fn plaintext_lost(&mut self, _: Direction) {
        self.lost += 1;
    }
}

pub(crate) fn index(direction: Direction) -> usize {
    match direction {
        Direction::ClientToServer => 0,
        Direction::ServerToClient => 1,
    }
}

/// How bytes are cut before they are given.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cut {
    /// As TCP cut them.
    Segments,
    /// Into pieces of so many bytes.
    Every(usize),
}

struct Packet {
    at: Timestamp,
    frame: u64,
    source: (IpAddr, u16),
    destination: (IpAddr, u16),
    seq: u32,
    flags: u8,
    payload: Vec<u8>,
}

struct Stream {
    connection: TlsConnection,
    seen: Seen,
    client: (IpAddr, u16),
    next: [Option<u32>; 2],
    waiting: [BTreeMap<u32, Vec<u8>>; 2],
    done: bool,
    last: (Timestamp, Origin),
}

/// Every connection of a capture that begins with a SYN (or with anything, where `midstream`), in
/// the order of their first packets.
pub(crate) fn run(path: &Path, context: &mut TlsContext, cut: Cut, midstream: bool) -> Vec<Seen> {
    run_with(path, context, cut, midstream, |_, _| {})
}

/// The same; `before` is called with each packet's number.
pub(crate) fn run_with(
    path: &Path,
    context: &mut TlsContext,
    cut: Cut,
    midstream: bool,
    mut before: impl FnMut(&mut TlsContext, u64),
) -> Vec<Seen> {
    let bytes = std::fs::read(path).expect("readable");
    let mut streams: Vec<Stream> = Vec::new();
    let mut by_tuple: HashMap<((IpAddr, u16), (IpAddr, u16)), usize> = HashMap::new();
    for packet in packets(&bytes) {
        before(context, packet.frame);
        let key = if packet.source < packet.destination {
            (packet.source, packet.destination)
        } else {
            (packet.destination, packet.source)
        };
        let syn = packet.flags & 0x12 == 0x02;
        if syn || (midstream && !by_tuple.contains_key(&key)) {
            let server_first = !syn && packet.source.1 < packet.destination.1;
            let (client, server) = if server_first {
                (packet.destination, packet.source)
            } else {
                (packet.source, packet.destination)
            };
            let start = TlsStart {
                midstream: !syn,
                server: Some(server.0),
            };
            by_tuple.insert(key, streams.len());
            streams.push(Stream {
                connection: TlsConnection::new(start),
                seen: Seen {
                    port: server.1,
                    ..Seen::default()
                },
                client,
                next: [None; 2],
                waiting: [BTreeMap::new(), BTreeMap::new()],
                done: false,
                last: (packet.at, Origin::default()),
            });
        }
        if let Some(at) = by_tuple.get(&key) {
            streams[*at].packet(&packet, context, cut);
        }
    }
    streams
        .into_iter()
        .map(|mut stream| {
            let (at, origin) = stream.last;
            stream
                .connection
                .finish(context, at, origin, &mut stream.seen);
            (stream.seen.version, stream.seen.evidence) = {
                let (version, evidence) = stream.connection.version();
                (version, Some(evidence))
            };
            stream.seen.counters = stream.connection.counters();
            stream.seen
        })
        .collect()
}

impl Stream {
    fn packet(&mut self, packet: &Packet, context: &mut TlsContext, cut: Cut) {
        let origin = Origin {
            capture: 0,
            frame: packet.frame,
        };
        self.last = (packet.at, origin);
        let direction = if packet.source == self.client {
            Direction::ClientToServer
        } else {
            Direction::ServerToClient
        };
        let side = index(direction);
        if packet.flags & 0x02 != 0 {
            self.next[side] = Some(packet.seq.wrapping_add(1));
            return;
        }
        let next = *self.next[side].get_or_insert(packet.seq);
        if packet.flags & 0x04 != 0 {
            self.connection
                .reset(context, direction, packet.at, origin, &mut self.seen);
            return;
        }
        if !packet.payload.is_empty() {
            let behind = next.wrapping_sub(packet.seq);
            if behind < 1 << 31 {
                let start = (behind as usize).min(packet.payload.len());
                self.deliver(
                    direction,
                    &packet.payload[start..],
                    packet.at,
                    origin,
                    context,
                    cut,
                );
                while let Some(at) = self.waiting[side].first_key_value().map(|(seq, _)| *seq) {
                    let next = self.next[side].expect("set");
                    if next.wrapping_sub(at) >= 1 << 31 {
                        break;
                    }
                    let bytes = self.waiting[side].remove(&at).expect("there");
                    let start = (next.wrapping_sub(at) as usize).min(bytes.len());
                    self.deliver(direction, &bytes[start..], packet.at, origin, context, cut);
                }
            } else {
                self.waiting[side].insert(packet.seq, packet.payload.clone());
            }
        }
        if packet.flags & 0x01 != 0 {
            self.connection
                .finished(context, direction, packet.at, origin, &mut self.seen);
        }
    }

    fn deliver(
        &mut self,
        direction: Direction,
        bytes: &[u8],
        at: Timestamp,
        origin: Origin,
        context: &mut TlsContext,
        cut: Cut,
    ) {
        let side = index(direction);
        self.next[side] = self.next[side].map(|next| next.wrapping_add(bytes.len() as u32));
        let size = match cut {
            Cut::Segments => bytes.len().max(1),
            Cut::Every(size) => size,
        };
        for piece in bytes.chunks(size) {
            if self.done {
                return;
            }
            self.seen.given += piece.len() as u64;
            let follow =
                self.connection
                    .data(context, direction, piece, at, origin, &mut self.seen);
            self.done = follow == TlsFollow::Done;
            let counters = self.connection.counters();
            assert_eq!(
                counters.tls_bytes + counters.skipped_bytes,
                self.seen.given,
                "every byte is counted once"
            );
        }
    }
}

fn packets(bytes: &[u8]) -> Vec<Packet> {
    let word = |at: usize, little: bool| {
        let four: [u8; 4] = bytes[at..at + 4].try_into().expect("four");
        if little {
            u32::from_le_bytes(four)
        } else {
            u32::from_be_bytes(four)
        }
    };
    let (little, nano) = match bytes.get(..4) {
        Some([0xd4, 0xc3, 0xb2, 0xa1]) => (true, false),
        Some([0x4d, 0x3c, 0xb2, 0xa1]) => (true, true),
        Some([0xa1, 0xb2, 0xc3, 0xd4]) => (false, false),
        _ => return Vec::new(),
    };
    let link = word(20, little) & 0xffff;
    let mut found = Vec::new();
    let (mut at, mut frame) = (24, 0);
    while at + 16 <= bytes.len() {
        let len = word(at + 8, little) as usize;
        let fraction = word(at + 4, little);
        let nanos = if nano {
            fraction
        } else {
            fraction.saturating_mul(1000)
        };
        let time = Timestamp::from_parts(u64::from(word(at, little)), nanos);
        let Some(data) = bytes.get(at + 16..at + 16 + len) else {
            break;
        };
        at += 16 + len;
        frame += 1;
        let ip = match link {
            1 => ethernet(data),
            0 => data.get(4..),
            101 | 12 | 228 | 229 => Some(data),
            113 => data.get(16..),
            276 => data.get(20..),
            _ => None,
        };
        if let Some(packet) = ip.and_then(|ip| tcp(ip, time, frame)) {
            found.push(packet);
        }
    }
    found
}

fn ethernet(data: &[u8]) -> Option<&[u8]> {
    match data.get(12..14)? {
        [0x81, 0x00] => data.get(18..),
        _ => data.get(14..),
    }
}

fn tcp(ip: &[u8], at: Timestamp, frame: u64) -> Option<Packet> {
    let (source, destination, segment): (IpAddr, IpAddr, &[u8]) = match ip.first()? >> 4 {
        4 => {
            let header = usize::from(ip[0] & 0x0f) * 4;
            let total = usize::from(u16::from_be_bytes(ip.get(2..4)?.try_into().ok()?));
            (*ip.get(9)? == 6).then_some(())?;
            let source: [u8; 4] = ip.get(12..16)?.try_into().ok()?;
            let destination: [u8; 4] = ip.get(16..20)?.try_into().ok()?;
            let end = if total == 0 {
                ip.len()
            } else {
                total.min(ip.len())
            };
            (source.into(), destination.into(), ip.get(header..end)?)
        }
        6 => {
            (*ip.get(6)? == 6).then_some(())?;
            let len = usize::from(u16::from_be_bytes(ip.get(4..6)?.try_into().ok()?));
            let source: [u8; 16] = ip.get(8..24)?.try_into().ok()?;
            let destination: [u8; 16] = ip.get(24..40)?.try_into().ok()?;
            (
                source.into(),
                destination.into(),
                ip.get(40..(40 + len).min(ip.len()))?,
            )
        }
        _ => return None,
    };
    let port = |at: usize| {
        Some(u16::from_be_bytes(
            segment.get(at..at + 2)?.try_into().ok()?,
        ))
    };
    let header = usize::from(segment.get(12)? >> 4) * 4;
    Some(Packet {
        at,
        frame,
        source: (source, port(0)?),
        destination: (destination, port(2)?),
        seq: u32::from_be_bytes(segment.get(4..8)?.try_into().ok()?),
        flags: *segment.get(13)?,
        payload: segment.get(header..)?.to_vec(),
    })
}

/// A folder of captures beside the project, or a copy inside it.
pub(crate) fn folder(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    [
        root.join("captures").join(name),
        root.join("../shared/captures").join(name),
    ]
    .into_iter()
    .find(|path| path.is_dir())
}

/// Captures of a folder, by name.
pub(crate) fn captures(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "pcap"))
        .collect();
    paths.sort();
    paths
}

/// The packets of many captures, one temporary file for each link type, in the order of `paths`.
pub(crate) fn merge(paths: &[PathBuf]) -> Vec<tempfile::NamedTempFile> {
    let mut files: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
    for path in paths {
        let bytes = std::fs::read(path).expect("readable");
        // Magic and link type; files of another byte order go to another file.
        if bytes.len() < 24 || !matches!(bytes[0], 0xd4 | 0xa1 | 0x4d) {
            continue;
        }
        let key = [&bytes[..4], &bytes[20..24]].concat();
        let file = files.entry(key).or_insert_with(|| {
            let mut header = bytes[..24].to_vec();
            let snap = if bytes[0] == 0xa1 {
                0x4_0000_u32.to_be_bytes()
            } else {
                0x4_0000_u32.to_le_bytes()
            };
            header[16..20].copy_from_slice(&snap);
            header
        });
        file.extend_from_slice(&bytes[24..]);
    }
    files
        .into_values()
        .map(|bytes| {
            let file = tempfile::NamedTempFile::new().expect("a file");
            std::fs::write(file.path(), bytes).expect("written");
            file
        })
        .collect()
}

/// What one connection said, segment by segment.
pub(crate) type Payloads = Vec<(Direction, Vec<u8>)>;

/// Payloads of the first connection of a capture, in the order of its packets.
pub(crate) fn payloads(path: &Path) -> Payloads {
    conversations(path).swap_remove(0)
}

/// Payloads of each connection of a capture, by their first packets.
pub(crate) fn conversations(path: &Path) -> Vec<Payloads> {
    let bytes = std::fs::read(path).expect("readable");
    let mut found: Vec<((IpAddr, u16), Payloads)> = Vec::new();
    for packet in packets(&bytes) {
        if packet.flags & 0x12 == 0x02 {
            found.push((packet.source, Vec::new()));
        }
        if packet.payload.is_empty() {
            continue;
        }
        for (end, direction) in [
            (packet.source, Direction::ClientToServer),
            (packet.destination, Direction::ServerToClient),
        ] {
            if let Some((_, said)) = found.iter_mut().rfind(|(client, _)| *client == end) {
                said.push((direction, packet.payload));
                break;
            }
        }
    }
    found.into_iter().map(|(_, said)| said).collect()
}

/// Two bytes of length, and the data.
pub(crate) fn vec16(data: &[u8]) -> Vec<u8> {
    let len = u16::try_from(data.len()).expect("short");
    [&len.to_be_bytes(), data].concat()
}

/// A record of TLS 1.2's number.
pub(crate) fn record(content: u8, body: &[u8]) -> Vec<u8> {
    [&[content, 3, 3][..], &vec16(body)].concat()
}

/// A handshake message.
pub(crate) fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let len = u32::try_from(body.len())
        .expect("three bytes")
        .to_be_bytes();
    [&[kind], &len[1..], body].concat()
}

/// A ClientHello without a session.
pub(crate) fn client_hello(suites: &[u16], extensions: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let suites: Vec<u8> = suites
        .iter()
        .flat_map(|suite| suite.to_be_bytes())
        .collect();
    let middle = [&vec16(&suites)[..], &[1, 0]].concat();
    message(1, &hello(&middle, extensions))
}

/// The ServerHello that answers it.
pub(crate) fn server_hello(suite: u16, extensions: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let [high, low] = suite.to_be_bytes();
    message(2, &hello(&[high, low, 0], extensions))
}

fn hello(middle: &[u8], extensions: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let extensions: Vec<u8> = extensions
        .iter()
        .flat_map(|(kind, data)| [&kind.to_be_bytes()[..], &vec16(data)].concat())
        .collect();
    [&[3, 3][..], &[7; 32], &[0], middle, &vec16(&extensions)].concat()
}
