//! `resp`: bytes of a connection to commands with their replies, with all of the room on: grammar,
//! command table, pairing, session. Each result is asserted before it is timed.
//!
//! `cargo bench --bench resp`

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use resp_sniff::event::Pairing;
use resp_sniff::packet::{Origin, Timestamp};
use resp_sniff::resp::{
    Command, Exchange, Push, RdbPart, RespConfig, RespConnection, RespSink, Session, Start,
    ValuePart,
};
use resp_sniff::segment::Direction::{self, ClientToServer, ServerToClient};

/// Counts, so that nothing is optimised away and the result can be asserted.
#[derive(Default, Debug, PartialEq, Eq)]
struct Count {
    requests: u64,
    exact: u64,
    value_bytes: u64,
}

impl RespSink for Count {
    fn request(&mut self, _: &Session, command: &Command<'_>) -> u32 {
        self.requests += 1;
        u32::from(command.spec.is_some())
    }

    fn exchange(&mut self, _: &Session, exchange: &Exchange<'_>) {
        self.exact += u64::from(exchange.pairing == Pairing::Exact);
        if let Some(reply) = &exchange.reply {
            self.value_bytes += reply.value.text().len;
        }
    }

    fn push(&mut self, _: &Session, _: &Push<'_>) {}

    fn value_part(&mut self, _: &Session, part: &ValuePart<'_>) {
        self.value_bytes += part.bytes.len() as u64;
    }

    fn rdb(&mut self, _: &Session, _: &RdbPart<'_>, _: Timestamp, _: Origin) {}
}

fn multibulk(words: &[&[u8]]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        bytes.extend_from_slice(format!("${}\r\n", word.len()).as_bytes());
        bytes.extend_from_slice(word);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}

fn feed(connection: &mut RespConnection, count: &mut Count, chunks: &[(Direction, Vec<u8>)]) {
    for (direction, bytes) in chunks {
        connection.data(*direction, bytes, Timestamp(1), Origin::default(), count);
    }
}

fn case(
    criterion: &mut Criterion,
    name: &str,
    messages: u64,
    chunks: &[(Direction, Vec<u8>)],
    expected: &Count,
) {
    let config = RespConfig::default();
    let mut connection = RespConnection::new(&config, Start::FirstByte);
    let mut count = Count::default();
    feed(&mut connection, &mut count, chunks);
    assert_eq!(&count, expected, "{name}");
    let mut group = criterion.benchmark_group("resp");
    group.throughput(Throughput::Elements(messages));
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            let mut count = Count::default();
            feed(&mut connection, &mut count, black_box(chunks));
            black_box(count)
        });
    });
    group.finish();
}

fn resp(criterion: &mut Criterion) {
    let value = [b'v'; 100];
    let set = multibulk(&[b"SET", b"key:000000000042", &value]);
    let get = multibulk(&[b"GET", b"key:000000000042"]);
    let found = [&b"$100\r\n"[..], &value, b"\r\n"].concat();

    let single: Vec<_> = (0..512)
        .flat_map(|_| {
            [
                (ClientToServer, set.clone()),
                (ServerToClient, b"+OK\r\n".to_vec()),
            ]
        })
        .collect();
    let expected = Count {
        requests: 512,
        exact: 512,
        value_bytes: 1024,
    };
    case(criterion, "set_100", 1024, &single, &expected);

    let single: Vec<_> = (0..512)
        .flat_map(|_| {
            [
                (ClientToServer, get.clone()),
                (ServerToClient, found.clone()),
            ]
        })
        .collect();
    let expected = Count {
        requests: 512,
        exact: 512,
        value_bytes: 51_200,
    };
    case(criterion, "get_100", 1024, &single, &expected);

    let pipelined: Vec<_> = (0..16)
        .flat_map(|_| {
            [
                (ClientToServer, get.repeat(32)),
                (ServerToClient, b"$3\r\nbar\r\n".repeat(32)),
            ]
        })
        .collect();
    let expected = Count {
        requests: 512,
        exact: 512,
        value_bytes: 1536,
    };
    case(criterion, "pipelined_get", 1024, &pipelined, &expected);

    let pipelined: Vec<_> = (0..16)
        .flat_map(|_| {
            [
                (ClientToServer, set.repeat(32)),
                (ServerToClient, b"+OK\r\n".repeat(32)),
            ]
        })
        .collect();
    let expected = Count {
        requests: 512,
        exact: 512,
        value_bytes: 1024,
    };
    case(criterion, "pipelined_set", 1024, &pipelined, &expected);

    let mixed = [
        multibulk(&[b"INCR", b"counter"]),
        multibulk(&[b"HSET", b"user:1", b"name", b"alice"]),
        multibulk(&[b"LPUSH", b"list", b"x"]),
        multibulk(&[b"EXPIRE", b"user:1", b"3600"]),
    ]
    .concat();
    let pipelined: Vec<_> = (0..16)
        .flat_map(|_| {
            [
                (ClientToServer, mixed.repeat(8)),
                (ServerToClient, b":1\r\n".repeat(32)),
            ]
        })
        .collect();
    let expected = Count {
        requests: 512,
        exact: 512,
        value_bytes: 512,
    };
    case(criterion, "pipelined_mixed", 1024, &pipelined, &expected);

    // A value of 1 MB in segments of 1,400 bytes: it goes by in parts.
    let large = multibulk(&[b"SET", b"k", &vec![b'x'; 1_000_000]]);
    let mut chunks: Vec<_> = large
        .chunks(1400)
        .map(|chunk| (ClientToServer, chunk.to_vec()))
        .collect();
    chunks.push((ServerToClient, b"+OK\r\n".to_vec()));
    let expected = Count {
        requests: 1,
        exact: 1,
        value_bytes: 1_000_002,
    };
    case(
        criterion,
        "large_bulk",
        chunks.len() as u64,
        &chunks,
        &expected,
    );

    // A hash of 1,000 fields in segments of 1,400 bytes: it is gathered.
    let field = b"$8\r\nfield:42\r\n$10\r\n0123456789\r\n";
    let hash = [&b"*2000\r\n"[..], &field.repeat(1000)].concat();
    let mut chunks = vec![(ClientToServer, multibulk(&[b"HGETALL", b"k"]))];
    chunks.extend(
        hash.chunks(1400)
            .map(|chunk| (ServerToClient, chunk.to_vec())),
    );
    let expected = Count {
        requests: 1,
        exact: 1,
        value_bytes: 0,
    };
    case(criterion, "hgetall_1000", 2000, &chunks, &expected);
}

criterion_group!(benches, resp);
criterion_main!(benches);
