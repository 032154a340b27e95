//! RESP of any bytes in any cut, both directions, with gaps: no panic, every byte in exactly one
//! counter, memory within its bound.
#![no_main]

use libfuzzer_sys::fuzz_target;
use resp_sniff::packet::{Origin, Timestamp};
use resp_sniff::resp::{
    Command, Exchange, Push, RdbPart, RespConfig, RespConnection, RespSink, Session, Start,
    ValuePart,
};
use resp_sniff::segment::Direction;

/// Takes everything and keeps nothing.
struct Deaf;

impl RespSink for Deaf {
    fn request(&mut self, _: &Session, _: &Command<'_>) -> u32 {
        0
    }
    fn exchange(&mut self, _: &Session, _: &Exchange<'_>) {}
    fn push(&mut self, _: &Session, _: &Push<'_>) {}
    fn value_part(&mut self, _: &Session, _: &ValuePart<'_>) {}
    fn rdb(&mut self, _: &Session, _: &RdbPart<'_>, _: Timestamp, _: Origin) {}
}

/// What a connection may hold beside its struct, whatever is announced: kept messages and requests
/// that wait, both directions, with room to grow into.
const MAX_MEMORY_LEN: usize = 64 << 20;

// A piece: how many bytes, which way (or a gap), then the bytes.
fuzz_target!(|input: &[u8]| {
    let start = if input.len() % 2 == 0 {
        Start::FirstByte
    } else {
        Start::Midstream
    };
    let mut resp = RespConnection::new(&RespConfig::default(), start);
    let (mut rest, mut fed, mut at) = (input, 0_u64, 0_u64);
    while let [len, way, tail @ ..] = rest {
        at += 1;
        let direction = if way & 1 == 0 {
            Direction::ClientToServer
        } else {
            Direction::ServerToClient
        };
        let origin = Origin {
            capture: 0,
            frame: at,
        };
        if way & 0xf0 == 0xf0 {
            resp.gap(
                direction,
                u64::from(*len) + 1,
                Timestamp(at),
                origin,
                &mut Deaf,
            );
            rest = tail;
            continue;
        }
        let (bytes, after) = tail.split_at(usize::from(*len).min(tail.len()));
        if !bytes.is_empty() {
            resp.data(direction, bytes, Timestamp(at), origin, &mut Deaf);
            fed += bytes.len() as u64;
        }
        rest = after;
        assert!(
            resp.memory_len() <= MAX_MEMORY_LEN,
            "memory within its bound"
        );
    }
    resp.finish(&mut Deaf);
    let counters = resp.counters();
    let sum = counters.command_bytes
        + counters.reply_bytes
        + counters.push_bytes
        + counters.replication_bytes
        + counters.filler_bytes
        + counters.skipped_bytes
        + counters.unfinished_bytes;
    assert_eq!(sum, fed, "every byte in one counter: {counters:?}");
});
