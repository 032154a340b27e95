//! In order is free: a segment in order of a known flow allocates nothing.
#![allow(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::similar_names,
    clippy::items_after_statements,
    clippy::type_complexity,
    reason = "a test may panic, and its inputs are its own"
)]
#![allow(unsafe_code)] // an allocator cannot be written without

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use resp_sniff::event::DirectionCounters;
use resp_sniff::flow::{Chunk, FlowConfig, FlowEnd, FlowTable, FlowView, Follow, Gap, Handler};
use resp_sniff::packet::{Origin, Timestamp};
use resp_sniff::segment::{Address, Checksum, Direction, Endpoint, Segment, SeqNum, TcpFlags};

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call is passed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's promises are those of `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_len: usize) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, new_len) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[derive(Default)]
struct Sum {
    bytes: u64,
    ended: Option<DirectionCounters>,
}

impl Handler for Sum {
    type Connection = u32;

    fn data(&mut self, chunks: &mut u32, _: &FlowView, chunk: Chunk<'_>) -> Follow {
        *chunks += 1;
        self.bytes += chunk.bytes.len() as u64;
        Follow::On
    }

    fn gap(&mut self, _: &mut u32, _: &FlowView, _: Gap) -> Follow {
        Follow::On
    }

    fn finished(&mut self, _: &mut u32, _: &FlowView, _: Direction) {}

    fn conflict(&mut self, _: &mut u32, _: &FlowView, _: Direction, _: u64, _: &[u8], _: &[u8]) {}

    fn reset(&mut self, _: &mut u32, _: &FlowView, _: Direction) {}

    fn end(&mut self, _: u32, _: &FlowView, end: &FlowEnd) {
        self.ended = Some(end.client_to_server);
    }
}

#[test]
fn ten_thousand_segments_in_order_allocate_nothing() {
    let client = Endpoint {
        address: Address::v4([10, 9, 0, 1]),
        port: 52_344,
    };
    let server = Endpoint {
        address: Address::v4([10, 9, 0, 2]),
        port: 6379,
    };
    let payload = b"*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n";
    let segment = |number: u32, reply: bool| {
        let len = u32::try_from(payload.len()).expect("short");
        let (source, destination) = if reply {
            (server, client)
        } else {
            (client, server)
        };
        Segment {
            at: Timestamp::from_parts(1_700_000_000, number * 1000),
            origin: Origin {
                capture: 0,
                frame: u64::from(number),
            },
            source,
            destination,
            tag: 0,
            seq: SeqNum(u32::MAX - 5000).plus(number * len),
            ack: SeqNum(u32::MAX - 5000).plus((number + u32::from(reply)) * len),
            flags: TcpFlags(TcpFlags::ACK | TcpFlags::PSH),
            window: 512,
            urgent: 0,
            options: &[],
            timestamps: Some((number, number)),
            payload,
            wire_payload_len: len,
            checksum: Checksum::Good,
        }
    };
    let mut table = FlowTable::new(&FlowConfig::default());
    let mut sum = Sum::default();
    // Warm: the flow and the memory of deliveries exist afterwards.
    for number in 0..10 {
        table.push(&segment(number, false), &mut sum);
        table.push(&segment(number, true), &mut sum);
    }
    let before = ALLOCATIONS.with(Cell::get);
    for number in 10..5010 {
        table.push(&segment(number, false), &mut sum);
        table.push(&segment(number, true), &mut sum);
        table.tick(
            Timestamp::from_parts(1_700_000_000, number * 1000),
            &mut sum,
        );
    }
    let allocations = ALLOCATIONS.with(Cell::get) - before;
    assert_eq!(allocations, 0);
    // And it did the work.
    assert_eq!(sum.bytes, 2 * 5010 * payload.len() as u64);
    table.finish(&mut sum);
    let counters = sum.ended.expect("an end");
    assert_eq!((counters.packets, counters.gap_bytes), (5010, 0));
}
