//! Cases 20, 28 to 31, 39: what an attacker can make the table hold.

use super::*;

fn small(max_flows: u32, max_held_bytes: u64) -> FlowTable<Recorder> {
    FlowTable::new(&FlowConfig {
        max_flows,
        max_held_bytes,
        ..FlowConfig::default()
    })
}

/// A segment of the `index`th connection.
fn of(index: u32, flags: u8, offset: u32, text: &'static str) -> Segment<'static> {
    let mut segment = segment("10.0.0.1:1", "10.0.0.2:6379");
    segment.source.address = Address::v4((0x0a01_0000 + index / 60_000).to_be_bytes());
    segment.source.port = u16::try_from(1024 + index % 60_000).expect("a port");
    segment.flags = TcpFlags(flags);
    segment.seq = SeqNum(1000 + offset);
    segment.ack = SeqNum(0);
    segment.payload = text.as_bytes();
    segment.wire_payload_len = u32::try_from(text.len()).expect("short");
    segment
}

/// Handshake of the `index`th connection; its first byte has sequence number 1000.
fn open(table: &mut FlowTable<Recorder>, recorder: &mut Recorder, index: u32) {
    let mut answer = of(index, SYN | ACK, 0, "");
    (answer.source, answer.destination) = (answer.destination, answer.source);
    answer.seq = SeqNum(u32::MAX);
    answer.ack = SeqNum(1000);
    table.push(
        &Segment {
            seq: SeqNum(999),
            ..of(index, SYN, 0, "")
        },
        recorder,
    );
    table.push(&answer, recorder);
    table.push(&of(index, ACK, 0, ""), recorder);
}

#[test]
fn case_30_a_syn_flood_does_not_push_out_established_flows() {
    let (mut table, mut recorder) = (small(1000, 1 << 20), Recorder::default());
    for index in 0..500 {
        open(&mut table, &mut recorder, index);
    }
    for index in 10_000..110_000 {
        table.push(&of(index, SYN, 0, ""), &mut recorder);
        assert!(table.gauges().flows <= 1000 || index % 100 != 0);
    }
    for index in 0..500 {
        table.push(&of(index, ACK, 0, "ping"), &mut recorder);
    }
    assert_eq!(table.counters().ended_evicted, 100_000 - 500);
    let memory = table.gauges().memory_bytes;
    assert!(memory < 512 * 1000, "places are used again: {memory}");
    assert_eq!((table.gauges().flows, table.flows()), (1000, 1000));
    table.finish(&mut recorder);
    let alive = recorder
        .ended
        .iter()
        .filter(|told| told.client == "ping")
        .count();
    assert_eq!(alive, 500);
}

#[test]
fn case_30_of_established_flows_the_ones_in_use_stay() {
    let (mut table, mut recorder) = (small(100, 1 << 20), Recorder::default());
    for index in 0..100 {
        open(&mut table, &mut recorder, index);
    }
    // Ten are used all the time, while others come and go.
    for round in 0..2000u32 {
        open(&mut table, &mut recorder, 1000 + round);
        let mut used = of(round % 10, ACK, round / 10, "x");
        used.at = Timestamp(used.at.0 + u64::from(round) * 1000);
        table.push(&used, &mut recorder);
    }
    table.finish(&mut recorder);
    let used = recorder
        .ended
        .iter()
        .filter(|told| told.client.len() == 200)
        .count();
    assert_eq!(used, 10);
}

#[test]
fn case_30_a_million_handshakes_take_200_bytes_each() {
    // A sample of 50,000; the benchmark has the million.
    let (mut table, mut recorder) = (FlowTable::<Slim>::new(&FlowConfig::default()), Slim);
    for index in 0..50_000 {
        table.push(
            &Segment {
                seq: SeqNum(999),
                ..of(index, SYN, 0, "")
            },
            &mut recorder,
        );
        let mut answer = of(index, SYN | ACK, 0, "");
        (answer.source, answer.destination) = (answer.destination, answer.source);
        answer.ack = SeqNum(1000);
        table.push(&answer, &mut recorder);
        table.push(&of(index, ACK, 0, ""), &mut recorder);
    }
    let gauges = table.gauges();
    assert_eq!(gauges.flows, 50_000);
    // Two cache lines of it are what every packet touches.
    assert!(
        (128 * 50_000..=200 * 50_000).contains(&gauges.memory_bytes),
        "{}",
        gauges.memory_bytes
    );
    // A fresh table is nothing.
    assert_eq!(
        FlowTable::<Slim>::new(&FlowConfig::default())
            .gauges()
            .memory_bytes,
        0
    );
}

/// A handler whose connections are one box.
struct Slim;

impl Handler for Slim {
    type Connection = Option<Box<u64>>;

    fn data(&mut self, _: &mut Option<Box<u64>>, _: &FlowView, _: Chunk<'_>) -> Follow {
        Follow::On
    }

    fn gap(&mut self, _: &mut Option<Box<u64>>, _: &FlowView, _: Gap) -> Follow {
        Follow::On
    }

    fn finished(&mut self, _: &mut Option<Box<u64>>, _: &FlowView, _: Direction) {}

    fn conflict(
        &mut self,
        _: &mut Option<Box<u64>>,
        _: &FlowView,
        _: Direction,
        _: u64,
        _: &[u8],
        _: &[u8],
    ) {
    }

    fn reset(&mut self, _: &mut Option<Box<u64>>, _: &FlowView, _: Direction) {}

    fn end(&mut self, _: Option<Box<u64>>, _: &FlowView, _: &FlowEnd) {}
}

#[test]
fn case_31_flows_with_a_hole_for_ever_share_one_budget() {
    let budget = 256 << 10;
    let (mut table, mut recorder) = (small(1 << 20, budget), Recorder::default());
    for index in 0..2000 {
        open(&mut table, &mut recorder, index);
    }
    let text: &'static str = "0123456789012345678901234567890123456789";
    for round in 0..10u32 {
        for index in 0..2000 {
            // Behind a hole of one byte each time.
            table.push(&of(index, ACK, 1 + round * 41, text), &mut recorder);
            if index % 100 == 0 {
                let gauges = table.gauges();
                assert!(gauges.held_bytes <= budget, "{gauges:?}");
            }
        }
    }
    assert!(table.counters().budget_flushes > 0);
    assert_eq!(
        table.counters().ended_evicted,
        0,
        "holes are given up, flows stay"
    );
    table.finish(&mut recorder);
    let counters = table.counters();
    assert_eq!(counters.delivered_bytes, 2000 * 10 * 40);
    assert_eq!(counters.accounted_bytes(), counters.payload_bytes);
}

#[test]
fn case_31_the_budget_may_be_used_to_its_last_byte() {
    let with_budget = |budget: u64| {
        let (mut table, mut recorder) = (small(10, budget), Recorder::default());
        open(&mut table, &mut recorder, 0);
        table.push(&of(0, ACK, 1, "0123456789"), &mut recorder);
        (table.gauges().held_bytes, table.counters().budget_flushes)
    };
    let (held, _) = with_budget(1 << 20);
    assert_eq!(with_budget(held), (held, 0));
    assert_eq!(with_budget(held - 1), (0, 1));
}

#[test]
fn case_29_one_byte_segments_with_holes_stay_under_the_caps() {
    let mut tap = tap().open();
    for index in 0..100_000i64 {
        tap = tap.c(1 + index * 2, "x");
        if index % 5000 == 0 {
            assert!(tap.table.gauges().held_bytes < 256 << 10);
        }
    }
    tap.finish()
        .counted(|c| c.delivered_bytes, 100_000)
        .counted(|c| c.gaps_limit, 100_000 - 256);
}

#[test]
fn case_29_one_byte_segments_in_a_row_behind_a_hole_stay_under_the_caps() {
    // They become one run, in which each is remembered with its packet.
    let mut tap = tap().open();
    let mut most = 0;
    for index in 0..60_000i64 {
        tap = tap.c(1 + index, "x");
        most = most.max(tap.table.gauges().held_bytes);
    }
    assert!(most <= 2 * (1 << 20), "{most}");
    tap.finish()
        .counted(|c| c.delivered_bytes, 60_000)
        .counted(|c| c.gaps_limit, 1);
}

#[test]
fn case_29_the_same_segment_50_000_times() {
    let mut tap = tap().open().c(0, "same bytes");
    for _ in 0..50_000 {
        tap = tap.c(0, "same bytes");
    }
    tap.client_sent("same bytes")
        .counted(|c| c.duplicate_segments, 50_000);
    let mut tap = super::tap().open();
    for _ in 0..50_000 {
        tap = tap.c(5, "same bytes");
    }
    assert!(tap.table.gauges().held_bytes < 4096);
    tap.client_sent("<5>same bytes")
        .counted(|c| c.duplicate_bytes, 49_999 * 10);
}

#[test]
fn case_29_alternating_overlaps_stay_under_the_caps() {
    let mut tap = tap().open();
    for index in 0..20_000i64 {
        let offset = 1 + (index * 7919) % 60_000;
        tap = tap.c(
            offset,
            if index % 2 == 0 {
                "aaaaaaaaaaaa"
            } else {
                "bbbbbbbbb"
            },
        );
        if index % 1000 == 0 {
            assert!(tap.table.gauges().held_bytes < 1 << 20);
        }
    }
    tap.finish();
}

#[test]
fn case_39_a_tag_sets_equal_five_tuples_apart() {
    let tagged = |tag: u32| move |s: &mut Segment<'_>| s.tag = tag;
    let done = tap()
        .c_with(0, "one ", tagged(7))
        .c_with(0, "ONE ", tagged(8))
        .c_with(4, "two", tagged(7))
        .c_with(4, "TWO", tagged(8))
        .finish();
    let told: Vec<_> = done.told.iter().map(|told| told.client.as_str()).collect();
    assert_eq!(told, ["one two", "ONE TWO"]);
}

#[test]
fn what_only_an_unusual_flow_has_is_in_the_figure_of_memory() {
    use crate::flow::record::{Candidate, Extra, Parked};
    let memory = |tap: &Tap| usize::try_from(tap.table.gauges().memory_bytes).expect("small");
    // Vectors grow by doubling, from 4 or so.
    let within = |grown: usize, least: usize, most: usize| {
        assert!((least..=most).contains(&grown), "{least} {grown} {most}");
    };
    let tap = tap().c_with(-1, "", |s| s.flags = TcpFlags(SYN));
    let quiet = memory(&tap);
    let tap = tap
        .c_with(999, "", |s| s.flags = TcpFlags(SYN))
        .c_with(1999, "", |s| s.flags = TcpFlags(SYN));
    within(
        memory(&tap) - quiet,
        size_of::<Extra>() + 2 * size_of::<Candidate>(),
        size_of::<Extra>() + 8 * size_of::<Candidate>(),
    );
    let tap = super::tap().open();
    let quiet = memory(&tap);
    let tap = tap
        .c_with(0, "0123", |s| s.ack = SeqNum(4000))
        .c_with(4, "4567", |s| s.ack = SeqNum(4000));
    within(
        memory(&tap) - quiet,
        size_of::<Extra>() + 2 * size_of::<Parked>() + 8,
        size_of::<Extra>() + 8 * size_of::<Parked>() + 8,
    );
    // Once it is settled, nothing is left of it.
    let tap = super::tap().open().s(0, "0");
    let settled = memory(&tap);
    let tap = tap.c_with(0, "0123", |s| s.ack = SeqNum(303)).s(1, "12");
    assert_eq!(tap.counters().delivered_bytes, 7);
    assert_eq!(memory(&tap), settled);
    // What streams keep beside what waits.
    let mut urgent = super::tap().open().c(1, "x");
    let waiting = memory(&urgent);
    for pointer in [100, 200, 300, 400] {
        urgent = urgent.c_with(0, "", |s| {
            s.flags = TcpFlags(ACK | URG);
            s.urgent = pointer;
        });
    }
    assert_eq!(memory(&urgent) - waiting, 4 * size_of::<u64>());
    for unusual in [super::tap().open().c(1, "x"), super::tap().open().s(1, "x")] {
        let held = usize::try_from(unusual.table.gauges().held_bytes).expect("small");
        within(memory(&unusual) - quiet - held, 128, 1024);
    }
}

#[test]
fn what_a_flow_held_is_free_again_when_it_ends() {
    let tap = tap().open().c(0, "0").s(0, "0");
    let quiet = tap.table.gauges().memory_bytes;
    let tap = tap
        .c(10, "aaaa")
        .s(10, "bbbb")
        .c_with(20, "", |s| s.flags = TcpFlags(FIN | ACK));
    assert!(tap.table.gauges().held_bytes > 0);
    let tap = tap.s_with(1, "", |s| s.flags = TcpFlags(RST));
    assert_eq!(tap.counters().ended_rst, 1);
    assert_eq!(tap.table.gauges().held_bytes, 0);
    assert_eq!(tap.table.gauges().lingering, 1);
    assert_eq!(tap.table.gauges().memory_bytes, quiet);
    tap.client_sent("0<9>aaaa<6>$");
}

#[test]
fn eviction_flushes_and_counts() {
    let (mut table, mut recorder) = (small(1, 1 << 20), Recorder::default());
    open(&mut table, &mut recorder, 0);
    table.push(&of(0, ACK, 3, "late"), &mut recorder);
    table.push(
        &Segment {
            ..of(1, SYN, 0, "hello")
        },
        &mut recorder,
    );
    table.push(
        &Segment {
            ..of(2, SYN, 0, "")
        },
        &mut recorder,
    );
    assert_eq!(recorder.ended[0].client, "<3>late");
    assert_eq!(recorder.ended[0].end, Some(EndReason::Evicted));
    assert_eq!(table.counters().ended_evicted, 2);
    assert_eq!(table.counters().dropped_eviction_bytes, 5);
}

#[test]
fn case_28_data_on_syns_leaves_half_of_the_budget_to_holes() {
    const BUDGET: u64 = 8 << 10;
    static DATA: [u8; 1000] = [b'x'; 1000];
    let data = std::str::from_utf8(&DATA).expect("text");
    let (mut table, mut recorder) = (small(1000, BUDGET), Recorder::default());
    for index in 0..100 {
        table.push(&of(index, SYN, 0, data), &mut recorder);
    }
    assert!(table.gauges().held_bytes <= BUDGET / 2);
    assert_eq!(table.counters().dropped_limit_bytes, 96 * 1000);
    open(&mut table, &mut recorder, 200);
    table.push(&of(200, ACK, 1, "late"), &mut recorder);
    assert_eq!(table.gauges().holding, 1, "the hole may wait");
    assert_eq!(table.flows(), 101);
    table.push(&of(200, ACK, 0, "g"), &mut recorder);
    table.finish(&mut recorder);
    let told = recorder.ended.last().expect("it ended");
    assert_eq!(told.client, "glate");
}

#[test]
fn case_28_data_on_syns_may_use_their_half_to_its_last_byte() {
    let (mut table, mut recorder) = (small(10, 8), Recorder::default());
    table.push(&of(0, SYN, 0, "four"), &mut recorder);
    assert_eq!(table.gauges().held_payload_bytes, 4);
    table.push(&of(1, SYN, 0, "5"), &mut recorder);
    assert_eq!(table.gauges().held_payload_bytes, 4);
    assert_eq!(table.counters().dropped_limit_bytes, 1);
}

#[test]
fn case_28_a_hole_before_a_fin_does_not_stop_the_search_for_room() {
    const BUDGET: u64 = 4 << 10;
    static DATA: [u8; 1000] = [b'x'; 1000];
    let data = std::str::from_utf8(&DATA).expect("text");
    let (mut table, mut recorder) = (small(1000, BUDGET), Recorder::default());
    for index in 0..10 {
        open(&mut table, &mut recorder, index);
        table.push(&of(index, ACK | FIN, 1, ""), &mut recorder);
    }
    for index in 10..30 {
        open(&mut table, &mut recorder, index);
        table.push(&of(index, ACK, 1, data), &mut recorder);
        assert!(table.gauges().held_bytes <= BUDGET, "{:?}", table.gauges());
    }
}
