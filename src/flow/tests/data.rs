//! Cases 1 to 8, 23, 24, 27: data in and out of order, overlaps, wraps, urgent bytes.

use super::*;
use crate::reassembly::{OverlapPolicy, UrgentPolicy};

#[test]
fn case_01_every_order_of_segments_gives_the_same_bytes() {
    let parts = [
        (0, "aaaa"),
        (4, "bb"),
        (6, "cccccc"),
        (12, "d"),
        (13, "eee"),
    ];
    // All 120 orders, by Heap's algorithm.
    let mut order = [0usize, 1, 2, 3, 4];
    let mut counts = [0usize; 5];
    let mut orders = vec![order];
    let mut index = 1;
    while index < 5 {
        if counts[index] < index {
            order.swap(if index % 2 == 0 { 0 } else { counts[index] }, index);
            orders.push(order);
            counts[index] += 1;
            index = 1;
        } else {
            counts[index] = 0;
            index += 1;
        }
    }
    assert_eq!(orders.len(), 120);
    for order in orders {
        let mut tap = tap().open();
        for part in order {
            tap = tap.c(parts[part].0, parts[part].1);
        }
        tap.client_sent("aaaabbccccccdeee")
            .counted(|c| c.gap_bytes, 0)
            .conflicts(0);
    }
}

#[test]
fn case_02_an_exact_retransmission_counts_once_and_is_recognised() {
    tap()
        .open()
        .c(0, "hello")
        .c(0, "hello")
        .c(5, "world")
        .client_sent("helloworld")
        .counted(|c| c.duplicate_bytes, 5)
        .counted(|c| c.duplicate_segments, 1)
        .counted(|c| c.overlaps_unverified, 0)
        .conflicts(0);
}

#[test]
fn case_02_what_another_stream_carried_at_the_same_place_is_no_conflict() {
    let other = |s: &mut Segment<'_>| s.source.port = 40_001;
    let done = tap()
        .open()
        .c(0, "aaaaa")
        .s(0, "bbbbb")
        .c_with(0, "ccccc", other)
        .c(0, "aaaaa")
        .s(0, "bbbbb")
        .c_with(0, "ccccc", other)
        .finish();
    assert_eq!(done.counters.conflicts, 0);
    assert_eq!(done.counters.duplicate_segments, 3);
}

#[test]
fn case_02_a_capture_that_shows_each_packet_twice_gives_everything_once() {
    let mut tap = tap();
    for _ in 0..2 {
        tap = tap.c_with(-1, "", |s| s.flags = TcpFlags(SYN));
    }
    for _ in 0..2 {
        tap = tap.s_with(-1, "", |s| s.flags = TcpFlags(SYN | ACK));
    }
    tap = tap
        .c(0, "")
        .c(0, "")
        .c(0, "ping")
        .c(0, "ping")
        .s_acks(4)
        .s_acks(4);
    tap = tap.s(0, "pong").s(0, "pong").c_acks(4).c_acks(4);
    for _ in 0..2 {
        tap = tap.c_with(4, "", |s| s.flags = TcpFlags(FIN | ACK));
    }
    for _ in 0..2 {
        tap = tap.s_with(4, "", |s| {
            s.flags = TcpFlags(FIN | ACK);
            s.ack = SeqNum(105);
        });
    }
    tap.client_sent("ping$")
        .server_sent("pong$")
        .ended(EndReason::Fin)
        .counted(|c| c.duplicate_segments, 2)
        .counted(|c| c.duplicate_bytes, 8)
        .counted(|c| c.flows, 1)
        .conflicts(0);
}

#[test]
fn case_03_a_retransmission_with_a_new_tail_adds_the_tail() {
    // Measured on Linux: "aaaaaccccc" for a prefix that disagrees.
    tap()
        .open()
        .c(0, "aaaaa")
        .c(0, "bbbbbccccc")
        .client_sent("aaaaaccccc")
        .counted(|c| c.duplicate_bytes, 5);
}

#[test]
fn case_04_the_first_reading_stays_and_the_second_is_a_conflict() {
    let done = tap()
        .open()
        .c(0, "aaaaa")
        .c(0, "bbbbb")
        .c(5, "ccccc")
        .client_sent("aaaaaccccc")
        .conflicts(1);
    assert_eq!(
        done.told[0].conflicts[0],
        (0, String::new(), "bbbbb".to_owned())
    );
    assert_eq!(done.ends[0].client_to_server.overlap_conflicts, 1);
}

#[test]
fn case_04_the_first_bytes_seen_of_a_connection_that_began_before_are_remembered_too() {
    tap()
        .c(0, "aaaaa")
        .s(0, "AAAAA")
        .c(0, "bbbbb")
        .s(0, "AAAAA")
        .client_sent("aaaaa")
        .server_sent("AAAAA")
        .conflicts(1)
        .counted(|c| c.duplicate_segments, 1)
        .counted(|c| c.overlaps_unverified, 0);
}

/// Two segments behind a hole that is filled last: old bytes `a`, new bytes `b`.
fn pair(policy: OverlapPolicy, old: (u32, u32), new: (u32, u32)) -> (String, usize) {
    let config = FlowConfig {
        overlap: policy,
        ..FlowConfig::default()
    };
    let text = |range: (u32, u32), letter: &str| letter.repeat((range.1 - range.0) as usize);
    let lowest = old.0.min(new.0);
    let done = Tap::with(config)
        .open()
        .c(i64::from(old.0), &text(old, "a"))
        .c(i64::from(new.0), &text(new, "b"))
        .c(0, &".".repeat(lowest as usize))
        .finish();
    let told = &done.told[0];
    (
        told.client[lowest as usize..].to_owned(),
        told.conflicts.len(),
    )
}

#[test]
fn case_05_thirteen_allen_relations_under_linux() {
    // The ten that touch were measured; of the others (before, after, after and touching) a gap
    // or nothing is left to decide.
    let measured: serde_json::Value =
        serde_json::from_str(include_str!("../../../tests/data/linux-overlap.json")).expect("JSON");
    let pairs = measured["pairs"].as_array().expect("pairs");
    assert_eq!(pairs.len(), 10);
    for known in pairs {
        let range = |name: &str| {
            let bound = |index: usize| {
                u32::try_from(known[name][index].as_u64().expect("a bound")).expect("small")
            };
            (bound(0), bound(1))
        };
        let (old, new) = (range("old"), range("new"));
        let (bytes, conflicts) = pair(OverlapPolicy::Linux, old, new);
        assert_eq!(
            bytes,
            known["linux"].as_str().expect("bytes"),
            "{}",
            known["relation"]
        );
        let disjoint = old.1 <= new.0 || new.1 <= old.0;
        assert_eq!(conflicts, usize::from(!disjoint), "{}", known["relation"]);
    }
    assert_eq!(
        pair(OverlapPolicy::Linux, (18, 26), (10, 18)).0,
        "bbbbbbbbaaaaaaaa"
    );
    assert_eq!(
        pair(OverlapPolicy::Linux, (10, 14), (18, 20)).0,
        "aaaa<4>bb"
    );
    assert_eq!(
        pair(OverlapPolicy::Linux, (18, 20), (10, 14)).0,
        "bbbb<4>aa"
    );
}

#[test]
fn case_05_thirteen_allen_relations_under_the_other_policies() {
    // Relation of the new segment to the old one, then first, last, bsd.
    type Range = (u32, u32);
    #[rustfmt::skip]
    let table: [(Range, Range, &str, &str, &str); 13] = [
        ((10, 14), (18, 20), "aaaa<4>bb", "aaaa<4>bb", "aaaa<4>bb"),
        ((18, 20), (10, 14), "bbbb<4>aa", "bbbb<4>aa", "bbbb<4>aa"),
        ((10, 14), (14, 18), "aaaabbbb", "aaaabbbb", "aaaabbbb"),
        ((14, 18), (10, 14), "bbbbaaaa", "bbbbaaaa", "bbbbaaaa"),
        ((10, 14), (12, 16), "aaaabb", "aabbbb", "aaaabb"),
        ((12, 16), (10, 14), "bbaaaa", "bbbbaa", "bbbbaa"),
        ((10, 18), (12, 16), "aaaaaaaa", "aabbbbaa", "aaaaaaaa"),
        ((12, 16), (10, 18), "bbaaaabb", "bbbbbbbb", "bbbbbbbb"),
        ((10, 14), (10, 18), "aaaabbbb", "bbbbbbbb", "aaaabbbb"),
        ((10, 18), (10, 14), "aaaaaaaa", "bbbbaaaa", "aaaaaaaa"),
        ((10, 18), (14, 18), "aaaaaaaa", "aaaabbbb", "aaaaaaaa"),
        ((14, 18), (10, 18), "bbbbaaaa", "bbbbbbbb", "bbbbbbbb"),
        ((10, 14), (10, 14), "aaaa", "bbbb", "aaaa"),
    ];
    for (old, new, first, last, bsd) in table {
        assert_eq!(
            pair(OverlapPolicy::First, old, new).0,
            first,
            "first {old:?} {new:?}"
        );
        assert_eq!(
            pair(OverlapPolicy::Last, old, new).0,
            last,
            "last {old:?} {new:?}"
        );
        assert_eq!(
            pair(OverlapPolicy::Bsd, old, new).0,
            bsd,
            "bsd {old:?} {new:?}"
        );
        assert_eq!(
            pair(OverlapPolicy::Windows, old, new).0,
            bsd,
            "windows {old:?} {new:?}"
        );
    }
}

#[test]
fn case_06_a_segment_over_the_border_of_two() {
    let triple = |parts: [(i64, &str); 3]| {
        let mut tap = tap().open();
        for (offset, letter) in parts {
            tap = tap.c(offset, &letter.repeat(10));
        }
        tap.c(0, "..........").finish().told[0].client[10..].to_owned()
    };
    let measured: serde_json::Value =
        serde_json::from_str(include_str!("../../../tests/data/linux-overlap.json")).expect("JSON");
    let linux = |name: &str| {
        measured["triples"][name]
            .as_str()
            .expect("bytes")
            .to_owned()
    };
    assert_eq!(
        triple([(10, "A"), (20, "B"), (18, "C")]),
        linux("A[10-20] B[20-30] then C[18-28]")
    );
    assert_eq!(
        triple([(10, "A"), (22, "B"), (18, "C")]),
        linux("A[10-20] B[22-32] then C[18-28]")
    );
    assert_eq!(
        triple([(20, "B"), (10, "A"), (18, "C")]),
        linux("B[20-30] A[10-20] then C[18-28]")
    );
}

#[test]
fn case_07_data_in_order_beats_queued_data() {
    // Both measured on Linux.
    tap()
        .open()
        .c(5, "BBBBB")
        .c(0, "aaaaaaa")
        .client_sent("aaaaaaaBBB")
        .conflicts(1);
    let done = tap()
        .open()
        .c(5, "BBBBB")
        .c(0, "aaaaaaaaaaaa")
        .client_sent("aaaaaaaaaaaa")
        .conflicts(1);
    assert_eq!(
        done.told[0].conflicts[0],
        (5, "aaaaa".to_owned(), "BBBBB".to_owned())
    );
    // Under `first` what came first stays, also here.
    let first = FlowConfig {
        overlap: OverlapPolicy::First,
        ..FlowConfig::default()
    };
    Tap::with(first)
        .open()
        .c(5, "BBBBB")
        .c(0, "aaaaaaaaaaaa")
        .client_sent("aaaaaBBBBBaa");
}

#[test]
fn case_08_sequence_numbers_wrap_in_and_out_of_order() {
    for base in [0xffff_fff8u32, 0xffff_fffa, 0xffff_ffff, 0] {
        tap()
            .client_base(base)
            .open()
            .c(0, "aaaaa")
            .c(5, "bbbbb")
            .c(10, "ccccc")
            .client_sent("aaaaabbbbbccccc");
        tap()
            .client_base(base)
            .open()
            .c(0, "aaaaa")
            .c(10, "ccccc")
            .c(5, "bbbbb")
            .client_sent("aaaaabbbbbccccc");
        tap()
            .client_base(base)
            .open()
            .c(10, "ccccc")
            .c(5, "bbbbb")
            .c(0, "aaaaa")
            .client_sent("aaaaabbbbbccccc");
    }
}

#[test]
fn case_07_the_figures_of_a_side_tell_what_came_early_again_and_twice() {
    let done = tap()
        .open()
        .c(5, "bbb")
        .c(6, "bbcc")
        .c(9, "cd")
        .c(0, "aaaaabb")
        .c(2, "aaabb")
        .c(0, "aaaaabbbccd")
        .client_sent("aaaaabbbccd")
        .conflicts(0);
    let side = done.ends[0].client_to_server;
    assert_eq!((side.packets, side.out_of_order), (8, 3));
    assert_eq!(side.overlap_bytes, 2 + 1 + 2);
    assert_eq!(side.retransmitted_bytes, 5 + 11);
    assert_eq!(done.ends[0].server_to_client.packets, 1);
}

#[test]
fn case_08_offsets_go_on_past_four_gibibytes() {
    // Each step is a gap of 1 MiB less a byte and one byte of data, so that little is copied.
    let mut tap = tap().open();
    let step = 1u32 << 20;
    let mut base = 100u32;
    for round in 0..4200u64 {
        tap.client_base = base;
        tap = tap.c(i64::from(step) - 1, "x");
        // The server has everything, and three more segments come behind.
        let ack = base.wrapping_add(step);
        tap = tap.s_with(0, "", |s| s.ack = SeqNum(ack));
        tap = tap.wait(160);
        base = base.wrapping_add(step);
        assert_eq!(tap.counters().delivered_bytes, round + 1);
    }
    let done = tap.finish();
    assert_eq!(
        done.ends[0].client_to_server.stream_bytes,
        4200 * u64::from(step)
    );
    assert_eq!(
        done.told[0].gaps.last().map(|gap| gap.0),
        Some(4199 * u64::from(step))
    );
}

#[test]
fn case_07_the_two_sides_of_a_segment_that_another_cuts_in_two_count_as_held() {
    let config = FlowConfig {
        overlap: OverlapPolicy::Last,
        ..FlowConfig::default()
    };
    let tap = Tap::with(config).open().c(10, &"a".repeat(100));
    let before = tap.table.gauges();
    let tap = tap.c(50, "bbbbbbbbbb");
    let after = tap.table.gauges();
    // The right side is a copy; what the left one had is still there.
    assert!(after.held_bytes >= before.held_bytes + 50, "{after:?}");
    assert_eq!(after.held_payload_bytes, 100);
    let expected = format!("<10>{}{}{}", "a".repeat(40), "b".repeat(10), "a".repeat(50));
    tap.client_sent(&expected)
        .counted(|c| c.duplicate_bytes, 10)
        .conflicts(1);
}

#[test]
fn case_23_a_keep_alive_is_no_data_and_no_conflict() {
    for garbage in ["", "Z"] {
        tap()
            .open()
            .c(0, "aaaaa")
            .c(4, garbage)
            .c(4, garbage)
            .c(4, garbage)
            .c(5, "bbbbb")
            .client_sent("aaaaabbbbb")
            .counted(|c| c.keep_alives, 3)
            .counted(|c| c.duplicate_bytes, 3 * garbage.len() as u64)
            .conflicts(0);
    }
}

#[test]
fn case_23_only_a_byte_just_before_the_next_one_may_be_garbage() {
    tap()
        .open()
        .c(0, "aaaa")
        .c(4, "a")
        .c(4, "Z")
        .client_sent("aaaaa")
        .conflicts(0)
        .counted(|c| c.overlaps_unverified, 0);
    tap()
        .open()
        .c(0, "a")
        .c(1, "b")
        .c(0, "Z")
        .client_sent("ab")
        .conflicts(1);
}

#[test]
fn case_23_a_zero_window_probe_is_data() {
    // Measured on Linux: the probe's byte counts, its retransmission adds the rest.
    tap()
        .open()
        .c(0, "aaaaa")
        .c(5, "b")
        .c(5, "bbbbb")
        .client_sent("aaaaabbbbb");
}

#[test]
fn case_24_an_urgent_byte_is_taken_out() {
    let urgent = |pointer: u16| {
        move |s: &mut Segment<'_>| {
            s.flags = TcpFlags(ACK | URG);
            s.urgent = pointer;
        }
    };
    // Measured on Linux: "abdefghij".
    tap()
        .open()
        .c_with(0, "abcde", urgent(3))
        .c(5, "fghij")
        .client_sent("abdefghij")
        .counted(|c| c.urgent_bytes, 1)
        .counted(|c| c.urgent_segments, 1);
    // First, last, and one in a segment to come.
    tap()
        .open()
        .c_with(0, "abcde", urgent(1))
        .client_sent("bcde");
    tap()
        .open()
        .c_with(0, "abcde", urgent(0))
        .client_sent("bcde");
    tap()
        .open()
        .c_with(0, "abcde", urgent(5))
        .client_sent("abcd");
    tap()
        .open()
        .c_with(0, "abcde", urgent(7))
        .c(5, "fghij")
        .client_sent("abcdefhij");
    tap()
        .open()
        .c_with(0, "abcde", urgent(6))
        .c(5, "fghij")
        .client_sent("abcdeghij");
    // Two, and one behind a hole.
    tap()
        .open()
        .c_with(0, "abcde", urgent(2))
        .c_with(5, "fghij", urgent(5))
        .client_sent("acdefghi");
    tap()
        .open()
        .c_with(5, "fghij", urgent(2))
        .c(0, "abcde")
        .client_sent("abcdefhij");
    // Bytes that were handed on cannot be taken back.
    tap()
        .open()
        .c(0, "abcde")
        .c_with(0, "abcde", urgent(2))
        .client_sent("abcde");
    let inline = FlowConfig {
        urgent: UrgentPolicy::Inline,
        ..FlowConfig::default()
    };
    Tap::with(inline)
        .open()
        .c_with(0, "abcde", urgent(3))
        .c(5, "fghij")
        .client_sent("abcdefghij");
}

#[test]
fn case_24_urgent_bytes_without_end_stay_bounded() {
    let mut tap = tap().open();
    for pointer in 1..200u16 {
        tap = tap.c_with(0, "", |s| {
            s.flags = TcpFlags(ACK | URG);
            s.urgent = pointer * 3;
        });
    }
    tap.c(0, &"x".repeat(600))
        .finish()
        .counted(|c| c.urgent_bytes, 16);
}

#[test]
fn case_27_data_that_may_not_have_arrived_is_flagged_when_the_real_data_comes() {
    // An insertion with a low TTL looks like any segment; the second reading tells.
    tap()
        .open()
        .c(0, "get evil")
        .c(0, "get good")
        .client_sent("get evil")
        .conflicts(1);
}

#[test]
fn a_frame_is_named_for_bytes_that_waited() {
    let done = tap()
        .open()
        .c(5, "bbb")
        .c(8, "ccc")
        .c(11, "ddd")
        .c(0, "aaaaa")
        .client_sent("aaaaabbbcccddd");
    // Frames 1 to 3 are the handshake.
    assert_eq!(done.told[0].frames, [7, 4, 5, 6]);
}
