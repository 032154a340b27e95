//! Any bytes as one direction of a cluster bus: no panic, the same messages at any cut, every byte in
//! exactly one count, gaps too. The first two bytes say how to cut and where bytes are lost.
#![no_main]

use libfuzzer_sys::fuzz_target;
use resp_sniff::bus::{BusConnection, BusCounters, BusMessage, BusSink};
use resp_sniff::packet::{Origin, Timestamp};
use resp_sniff::segment::Direction;

#[derive(Default)]
struct Heard(Vec<(u16, u32, Option<(Vec<u8>, u32)>)>);

impl BusSink for Heard {
    fn message(&mut self, message: &BusMessage<'_>) {
        let publish = message.publish.map(|publish| {
            assert!(publish.payload.len() as u64 <= u64::from(publish.payload_len));
            (publish.channel.to_vec(), publish.payload_len)
        });
        self.0.push((message.kind.0, message.len, publish));
    }
}

fn run(bytes: &[u8], cut: usize, lost: Option<usize>) -> (Heard, BusCounters) {
    let mut bus = BusConnection::new();
    let mut heard = Heard::default();
    let mut taken = 0;
    for (at, chunk) in bytes.chunks(cut).enumerate() {
        if lost == Some(at) {
            bus.gap(Direction::ClientToServer, chunk.len() as u64);
        } else {
            bus.data(
                Direction::ClientToServer,
                chunk,
                Timestamp(0),
                Origin::default(),
                &mut heard,
            );
            taken += chunk.len() as u64;
        }
    }
    let counters = bus.counters();
    assert_eq!(
        counters.cluster_bus_bytes + counters.skipped_bytes + counters.unfinished_bytes,
        taken
    );
    (heard, counters)
}

fuzz_target!(|input: &[u8]| {
    let [cut, lost, bytes @ ..] = input else {
        return;
    };
    let cut = usize::from(*cut).max(1);
    let (whole, counters) = run(bytes, bytes.len().max(1), None);
    let (pieces, again) = run(bytes, cut, None);
    assert_eq!(whole.0, pieces.0);
    assert_eq!(counters, again);
    run(bytes, cut, Some(usize::from(*lost)));
});
