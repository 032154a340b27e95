//! Handshakes per second (`thrpt`, in elements; the target is 100 K on one core): whole handshakes of a
//! real redis-server, as they came in segments. And what a packet of an established connection costs,
//! beside one of a flow that nobody follows at all.

#![allow(clippy::indexing_slicing, reason = "input is made here")]

#[path = "../tests/tls_support/mod.rs"]
mod tls_support;

use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};

use resp_sniff::analyzer::{Analyzer, AnalyzerConfig};
use resp_sniff::event::{Outcome, TlsVersion};
use resp_sniff::flow::{Chunk, FlowConfig, FlowEnd, FlowTable, FlowView, Follow, Gap, Handler};
use resp_sniff::packet::{Origin, Timestamp};
use resp_sniff::segment::{Address, Checksum, Direction, Endpoint, Segment, SeqNum, TcpFlags};
use resp_sniff::tls::{TlsConnection, TlsContext, TlsFollow, TlsStart};
use tls_support::{Seen, folder, payloads};

/// One connection, until nothing more is wanted of it; as many segments as that took.
fn follow(context: &mut TlsContext, segments: &[(Direction, Vec<u8>)], seen: &mut Seen) -> usize {
    let mut connection = TlsConnection::new(TlsStart::default());
    // In the validity of the captures' certificates.
    let at = Timestamp::from_parts(1_795_500_000, 0);
    for (count, (direction, bytes)) in segments.iter().enumerate() {
        let follow = connection.data(context, *direction, bytes, at, Origin::default(), seen);
        if follow == TlsFollow::Done {
            return count + 1;
        }
    }
    segments.len()
}

fn handshakes(criterion: &mut Criterion) {
    let Some(folder) = folder("tls-redis") else {
        return;
    };
    let mut group = criterion.benchmark_group("tls");
    group.throughput(Throughput::Elements(1));
    for (name, version) in [
        ("tls13-noauth", TlsVersion::Tls13),
        ("tls13-mtls-rsa", TlsVersion::Tls13),
        ("tls12-noauth", TlsVersion::Tls12),
        ("tls12-mtls-rsa", TlsVersion::Tls12),
    ] {
        let segments = payloads(&folder.join(name).with_extension("pcap"));
        let mut context = TlsContext::default();
        let mut seen = Seen::default();
        let wanted = follow(&mut context, &segments, &mut seen);
        assert!(
            wanted < segments.len(),
            "{name}: it stops before the data end"
        );
        let facts = &seen.facts[0];
        assert_eq!(
            (facts.outcome, facts.version),
            (Outcome::Established, Some(version))
        );
        assert!(facts.ja4.is_some());
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut seen = Seen::default();
                follow(&mut context, &segments, &mut seen);
                seen.facts.pop().expect("a handshake")
            });
        });
    }
    group.finish();
}

/// Wants nothing of any flow: what a packet costs then is finding its flow, and counting.
struct Nobody;

impl Handler for Nobody {
    type Connection = ();
    fn data(&mut self, (): &mut (), _: &FlowView, _: Chunk<'_>) -> Follow {
        Follow::Done
    }
    fn gap(&mut self, (): &mut (), _: &FlowView, _: Gap) -> Follow {
        Follow::Done
    }
    fn finished(&mut self, (): &mut (), _: &FlowView, _: Direction) {}
    fn conflict(&mut self, (): &mut (), _: &FlowView, _: Direction, _: u64, _: &[u8], _: &[u8]) {}
    fn reset(&mut self, (): &mut (), _: &FlowView, _: Direction) {}
    fn end(&mut self, (): (), _: &FlowView, _: &FlowEnd) {}
}

/// Both sides of one connection, packet by packet.
struct Line {
    next: [u32; 2],
}

impl Line {
    fn segment<'a>(&mut self, direction: Direction, flags: u8, payload: &'a [u8]) -> Segment<'a> {
        let end = |last: u8, port: u16| Endpoint {
            address: Address::v4([10, 0, 0, last]),
            port,
        };
        let (own, peer) = match direction {
            Direction::ClientToServer => (0, 1),
            Direction::ServerToClient => (1, 0),
        };
        let ends = [end(1, 40_000), end(2, 6380)];
        let len = u32::try_from(payload.len()).expect("a packet");
        let segment = Segment {
            at: Timestamp::from_parts(1_795_500_000, 0),
            origin: Origin::default(),
            source: ends[own],
            destination: ends[peer],
            tag: 0,
            seq: SeqNum(self.next[own]),
            ack: SeqNum(self.next[peer]),
            flags: TcpFlags(flags),
            window: 64_240,
            urgent: 0,
            options: &[],
            timestamps: None,
            payload,
            wire_payload_len: len,
            checksum: Checksum::Good,
        };
        let syn = u32::from(flags & TcpFlags::SYN != 0);
        self.next[own] = self.next[own].wrapping_add(len + syn);
        segment
    }
}

/// A table with one connection, its handshakes over; packets from then on go by `line`.
fn established<H: Handler>(
    handler: &mut H,
    segments: &[(Direction, Vec<u8>)],
) -> (FlowTable<H>, Line) {
    use Direction::{ClientToServer, ServerToClient};
    let mut table = FlowTable::new(&FlowConfig::default());
    let mut line = Line { next: [1000, 2000] };
    table.push(&line.segment(ClientToServer, TcpFlags::SYN, &[]), handler);
    table.push(
        &line.segment(ServerToClient, TcpFlags::SYN | TcpFlags::ACK, &[]),
        handler,
    );
    for (direction, bytes) in segments {
        table.push(&line.segment(*direction, TcpFlags::ACK, bytes), handler);
    }
    (table, line)
}

fn packets_of_an_established_connection(criterion: &mut Criterion) {
    const PACKETS: usize = 1000;
    let Some(folder) = folder("tls-redis") else {
        return;
    };
    let segments = payloads(&folder.join("tls13-noauth.pcap"));
    // An application data record, as many as fill a packet.
    let record = [&[23, 3, 3, 1, 0][..], &[0xa5; 256]].concat().repeat(5);
    let mut group = criterion.benchmark_group("established");
    group.throughput(Throughput::Elements(PACKETS as u64));
    let mut run = |name: &str, push: &mut dyn FnMut(Direction) -> u64| {
        let before = push(Direction::ServerToClient);
        let after = push(Direction::ClientToServer);
        assert_eq!(
            after - before,
            record.len() as u64,
            "{name}: nobody reads it"
        );
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                for packet in 0..PACKETS {
                    push(if packet % 2 == 0 {
                        Direction::ClientToServer
                    } else {
                        Direction::ServerToClient
                    });
                }
            });
        });
    };
    let mut analyzer = Analyzer::new(Arc::new(AnalyzerConfig::new().expect("random numbers")), 1);
    let (mut table, mut line) = established(&mut analyzer, &segments);
    run("tls", &mut |direction| {
        table.push(
            &line.segment(direction, TcpFlags::ACK, &record),
            &mut analyzer,
        );
        table.counters().unfollowed_bytes
    });
    let (mut table, mut line) = established(&mut Nobody, &segments);
    run("unfollowed", &mut |direction| {
        table.push(
            &line.segment(direction, TcpFlags::ACK, &record),
            &mut Nobody,
        );
        table.counters().unfollowed_bytes
    });
    group.finish();
}

criterion_group!(benches, handshakes, packets_of_an_established_connection);
criterion_main!(benches);
