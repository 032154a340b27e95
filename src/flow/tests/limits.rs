//! Cases 9 to 13, 28: holes, when they are given up, and segments far from where they should be.

use super::*;
use crate::reassembly::{MAX_HELD_LEN, MAX_RUNS, ONE_SIDED_WAIT_LEN};

#[test]
fn case_09_a_hole_is_given_up_after_the_peer_acknowledged_it() {
    // Bytes beyond the hole are no evidence: the lost segment may come back.
    let tap = tap()
        .open()
        .c(0, "aaa")
        .c(6, "ccc")
        .c(9, "ddd")
        .c(12, "eee")
        .c(15, "fff")
        .wait(5000);
    assert_eq!(tap.counters().delivered_bytes, 3);
    // The peer's acknowledgment is, once three more segments came.
    let tap = tap.s_acks(18).c(18, "g").c(19, "h");
    assert_eq!(tap.counters().delivered_bytes, 3);
    let done = tap.c(20, "i").client_sent("aaa<3>cccdddeeefffghi");
    assert_eq!(done.told[0].gaps, [(3, 3, GapCause::Acknowledged)]);
    assert_eq!(done.ends[0].client_to_server.gaps, 1);
}

#[test]
fn case_09_time_or_bytes_after_the_acknowledgment_serve_as_well() {
    let tap = tap().open().c(3, "bbb").s_acks(6).wait(90);
    assert_eq!(tap.counters().gaps_acknowledged, 0);
    let tap = tap.wait(100);
    assert_eq!(tap.counters().gaps_acknowledged, 1);
    let done = tap.client_sent("<3>bbb");
    let waited = done.told[0].gap_at.since(done.told[0].start);
    assert!((100_000_000..=150_000_000).contains(&waited), "{waited}");
    let long = "x".repeat(40_000);
    let tap = super::tap().open().c(3, "bbb").s_acks(6).c(6, &long);
    assert_eq!(tap.counters().gaps_acknowledged, 0);
    let tap = tap.c(40_006, &long);
    assert_eq!(tap.counters().gaps_acknowledged, 1);
}

#[test]
fn case_09_the_first_acknowledgment_counts_wherever_its_number_lies() {
    // In the upper half of sequence space 0 lies ahead of every number.
    for base in [1, 0x7fff_ffff, 0x9000_0000, 0xffff_fff0] {
        let more = |tap: Tap| tap.c(9, "d").c(10, "e").c(11, "f");
        let begin = || tap().client_base(base).c(0, "aaa").c(6, "ccc");
        let waits = more(begin().s_acks(3));
        assert_eq!(waits.counters().gap_bytes, 0, "{base:#x}");
        let gives_up = more(begin().s_acks(9));
        assert_eq!(gives_up.counters().gaps_acknowledged, 1, "{base:#x}");
        gives_up.client_sent("aaa<3>cccdef");
    }
}

#[test]
fn case_09_an_acknowledgment_inside_the_hole_is_not_enough() {
    let tap = tap()
        .open()
        .c(6, "ccc")
        .s_acks(3)
        .c(9, "d")
        .c(10, "e")
        .c(11, "f")
        .wait(1000);
    assert_eq!(tap.counters().gap_bytes, 0);
    tap.c(0, "aaabbb").client_sent("aaabbbcccdef");
}

#[test]
fn case_09_an_acknowledgment_of_just_the_hole_is_enough() {
    let waits = tap()
        .open()
        .c(0, "aaa")
        .c(6, "ccc")
        .s_acks(6)
        .c(9, "d")
        .c(10, "e");
    assert_eq!(waits.counters().gap_bytes, 0);
    let gives_up = waits.c(11, "f");
    assert_eq!(gives_up.counters().gaps_acknowledged, 1);
    gives_up.client_sent("aaa<3>cccdef");
}

#[test]
fn case_09_acknowledgments_count_from_the_first_packet_of_a_side() {
    // Of a connection that began before, too.
    let tap = tap()
        .c(0, "aaa")
        .s_acks(9)
        .c(6, "ccc")
        .c(9, "d")
        .c(10, "e")
        .c(11, "f");
    assert_eq!(tap.counters().gaps_acknowledged, 1);
    tap.client_sent("aaa<3>cccdef");
}

#[test]
fn case_09_one_acknowledgment_speaks_for_all_holes_before_it() {
    let tap = tap()
        .open()
        .c(2, "b")
        .c(5, "d")
        .c(8, "f")
        .s_acks(9)
        .wait(200);
    tap.client_sent("<2>b<2>d<2>f")
        .counted(|c| c.gaps_acknowledged, 3);
}

#[test]
fn case_10_an_acknowledgment_captured_before_its_data_is_no_gap() {
    tap()
        .open()
        .s_acks(5)
        .c(0, "aaaaa")
        .s_acks(10)
        .c(5, "bbbbb")
        .s_acks(15)
        .wait(1000)
        .c(10, "ccccc")
        .client_sent("aaaaabbbbbccccc")
        .counted(|c| c.gap_bytes, 0);
    // Also where something behind it came first.
    tap()
        .open()
        .s_acks(10)
        .c(5, "bbbbb")
        .c(0, "aaaaa")
        .client_sent("aaaaabbbbb")
        .counted(|c| c.gap_bytes, 0);
}

#[test]
fn case_11_the_other_side_speaking_is_no_gap() {
    tap()
        .open()
        .c(0, "get 1 ")
        .s(0, "one ")
        .c(12, "get 3 ")
        .s(4, "two ")
        .s(8, "three ")
        .c(6, "get 2 ")
        .client_sent("get 1 get 2 get 3 ")
        .server_sent("one two three ")
        .counted(|c| c.gap_bytes, 0);
}

#[test]
fn case_12_a_hole_at_the_very_start() {
    tap()
        .open()
        .c(5, "bbbbb")
        .c(0, "aaaaa")
        .client_sent("aaaaabbbbb");
    tap()
        .open()
        .c(5, "bbbbb")
        .s_acks(10)
        .wait(200)
        .client_sent("<5>bbbbb");
}

#[test]
fn case_12_a_syn_captured_after_its_data() {
    let done = tap()
        .c(0, "aaaaa")
        .c_with(-1, "", |s| s.flags = TcpFlags(SYN))
        .c(5, "bbbbb")
        .client_sent("aaaaabbbbb");
    assert_eq!(done.counters.flows, 1);
    // Where the first byte seen is not the first sent, what comes late has no place any more.
    tap()
        .c(5, "bbbbb")
        .c_with(-1, "", |s| s.flags = TcpFlags(SYN))
        .c(0, "aaaaa")
        .client_sent("bbbbb")
        .counted(|c| c.out_of_window_bytes, 5);
}

#[test]
fn case_13_one_direction_only() {
    let syn = |s: &mut Segment<'_>| s.flags = TcpFlags(SYN);
    tap()
        .c_with(-1, "", syn)
        .c(0, "aaa")
        .c(3, "bbb")
        .client_sent("aaabbb");
    // A hole closes the wait of 500 ms.
    let tap = tap().c_with(-1, "", syn).c(0, "aaa").c(6, "ccc").wait(400);
    assert_eq!(tap.counters().gaps_waited, 0);
    let tap = tap.wait(200);
    assert_eq!(tap.counters().gaps_waited, 1);
    tap.c(9, "ddd").client_sent("aaa<3>cccddd");
    // Or 256 KiB.
    let part = "y".repeat(16 << 10);
    let mut tap = super::tap().c_with(-1, "", syn).c(0, "aaa");
    let mut offset = 6;
    while tap.counters().gaps_waited == 0 {
        assert!(offset <= 6 + (ONE_SIDED_WAIT_LEN.cast_signed()));
        tap = tap.c(offset, &part);
        offset += i64::try_from(part.len()).expect("small");
    }
    assert_eq!(offset, 6 + (ONE_SIDED_WAIT_LEN.cast_signed()));
}

#[test]
fn case_13_a_hole_that_has_to_wait_does_not_keep_others_from_being_given_up() {
    let other = |s: &mut Segment<'_>| s.source.port = 40_001;
    // The server is seen here and has not acknowledged it; there it is never seen.
    let tap = tap()
        .open()
        .c(3, "bbb")
        .c_with(0, "a", other)
        .c_with(4, "bbb", other)
        .wait(1000);
    assert_eq!(
        (tap.counters().gaps_waited, tap.counters().gap_bytes),
        (1, 3)
    );
    let done = tap.finish();
    assert_eq!(done.told[1].client, "a<3>bbb");
}

#[test]
fn case_13_one_direction_without_a_handshake() {
    let done = tap().c(0, "aaa").c(3, "bbb").client_sent("aaabbb");
    assert!(done.told[0].midstream);
    assert_eq!(done.counters.flows_midstream, 1);
    tap()
        .s(0, "aaa")
        .s(6, "ccc")
        .s(3, "bbb")
        .finish()
        .server_sent("aaabbbccc");
}

#[test]
fn case_16_what_lies_before_a_midstream_start_is_out_of_window() {
    tap()
        .c(50, "bbb")
        .c(40, "aaaaaaaaaa")
        .c(48, "xxBBBccc")
        .client_sent("bbbccc")
        .counted(|c| c.out_of_window_bytes, 12)
        .counted(|c| c.duplicate_bytes, 3);
}

#[test]
fn case_28_a_segment_far_outside_the_window_is_not_stored() {
    let mut tap = tap().open().c(0, "aaaaa");
    for round in 0..1000 {
        tap = tap
            .c(1_000_000_000 + round * 100, "x")
            .c(-1_500_000_000 + round * 100, "y");
        assert_eq!(tap.table.gauges().held_bytes, 0);
    }
    tap.c(5, "bbbbb")
        .client_sent("aaaaabbbbb")
        .counted(|c| c.out_of_window_bytes, 2000)
        .counted(|c| c.segments_out_of_window, 2000);
}

#[test]
fn case_28_a_window_that_was_scaled_by_both_sides_is_not_outside() {
    let scaled = |flags: u8| {
        move |s: &mut Segment<'_>| {
            s.flags = TcpFlags(flags);
            s.options = &[2, 4, 5, 0xb4, 1, 3, 3, 7];
        }
    };
    // 64,240 << 7 are 8,222,720.
    for (offset, taken) in [(8_222_720, 1), (8_222_721, 0)] {
        let tap = tap()
            .c_with(-1, "", scaled(SYN))
            .s_with(-1, "", scaled(SYN | ACK))
            .c(0, "")
            .c(offset, "x");
        assert_eq!(tap.table.gauges().held_payload_bytes, taken, "{offset}");
    }
}

#[test]
fn case_28_forged_segments_in_a_row_do_not_move_a_watched_stream() {
    let mut tap = tap().open().c(0, "aaaaa").s_acks(5);
    for round in 0..20 {
        tap = tap.c(1_000_000_000 + round, "x");
    }
    tap.c(5, "bbbbb").client_sent("aaaaabbbbb");
}

#[test]
fn case_28_a_stream_that_jumped_is_followed_there() {
    // The capture lost 100 MB; the peer has them.
    let far = 100_000_000;
    let mut tap = tap().open().c(0, "aaaaa").s_acks(5);
    for round in 0..6u32 {
        tap = tap
            .c(far + i64::from(round), "x")
            .s_acks(100_000_001 + round);
    }
    let done = tap.c(far + 6, "y").client_sent("aaaaa<99999998>xxxy");
    assert_eq!(done.told[0].gaps[0].2, GapCause::Limit);
    // One direction only: segments in a row suffice.
    let mut tap = super::tap().c(0, "aaaaa");
    for round in 0..6 {
        tap = tap.c(far + round, "x");
    }
    tap.client_sent("aaaaa<99999998>xxx");
    // Not so where others came between them that stood where they should.
    let mut tap = super::tap().c(0, "aaaaa");
    for round in 0..6 {
        tap = tap.c(far + round, "x").c(5 + round, "b");
    }
    tap.client_sent("aaaaabbbbbb");
    // Nor where they do not follow each other.
    let mut tap = super::tap().c(0, "aaaaa");
    for round in 0..6 {
        tap = tap.c(far + round * 1000, "x");
    }
    tap.client_sent("aaaaa")
        .counted(|c| c.out_of_window_bytes, 6);
}

#[test]
fn a_full_queue_gives_its_first_hole_up() {
    let mut tap = tap().open();
    let runs = i64::try_from(MAX_RUNS).expect("small");
    for run in 1..=runs {
        tap = tap.c(run * 2, "x");
    }
    assert_eq!(tap.counters().gaps_limit, 0);
    tap = tap.c(runs * 2 + 2, "x");
    assert_eq!(tap.counters().gaps_limit, 1);
    assert_eq!(tap.counters().delivered_bytes, 1);
    // By bytes: 1 MiB, overhead included.
    let mut tap = super::tap().open();
    let part = "z".repeat(64 << 10);
    for index in 0..40 {
        tap = tap.c_with(1 + index * (64 << 10), &part, |s| s.window = 65_535);
        assert!(tap.table.gauges().held_bytes <= MAX_HELD_LEN as u64 * 2);
        assert!(tap.table.gauges().held_payload_bytes <= MAX_HELD_LEN as u64);
    }
    assert_eq!(tap.counters().gaps_limit, 1);
    // The overhead of each of many counts too.
    let mut tap = super::tap().open();
    let part = "z".repeat(4080);
    for index in 0..255 {
        tap = tap.c(1 + index * 4081, &part);
    }
    const { assert!(255 * 4080 < MAX_HELD_LEN && MAX_RUNS > 255) };
    assert!(tap.counters().gaps_limit > 0);
}

#[test]
fn case_34_a_packet_cut_by_the_snap_length_leaves_a_gap_of_known_size() {
    let cut = |len: u32| move |s: &mut Segment<'_>| s.wire_payload_len = len;
    let done = tap()
        .open()
        .c_with(0, "abc", cut(10))
        .c(10, "def")
        .client_sent("abc<7>def");
    assert_eq!(done.told[0].gaps, [(3, 7, GapCause::SnapLength)]);
    // Nothing captured, and out of order.
    let done = tap()
        .open()
        .c_with(0, "", cut(10))
        .c(10, "def")
        .client_sent("<10>def");
    assert_eq!(done.told[0].gaps, [(0, 10, GapCause::SnapLength)]);
    tap()
        .open()
        .c_with(5, "abc", cut(10))
        .c(15, "def")
        .c(0, "01234")
        .client_sent("01234abc<7>def")
        .counted(|c| c.gaps_snap_length, 1);
    // What is missing of one packet may be in another.
    tap()
        .open()
        .c(5, "fgh")
        .c_with(0, "abc", cut(10))
        .client_sent("abc<2>fgh<2>")
        .counted(|c| c.gaps_snap_length, 2);
    tap()
        .open()
        .c_with(5, "fg", cut(5))
        .c(7, "hij")
        .c(0, "abcde")
        .client_sent("abcdefghij");
    // A cut packet is no reason to doubt the stream: what Linux refuses is still refused.
    tap()
        .open()
        .c_with(0, "abc", cut(4))
        .s_with(0, "evil", |s| s.ack = SeqNum(9999))
        .s(0, "good")
        .finish()
        .server_sent("good");
}

/// The key of a place that was never used must be none that can be sent, or a wrong guess would take
/// that place for a flow.
#[test]
fn a_guess_from_elsewhere_finds_no_flow_in_a_place_never_used() {
    let (mut many, mut few) = (
        FlowTable::<Recorder>::new(&FlowConfig::default()),
        FlowTable::<Recorder>::new(&FlowConfig::default()),
    );
    let (mut others, mut ours) = (Recorder::default(), Recorder::default());
    let from_port = |port: u16| {
        let mut syn = segment("10.0.0.1:1", "10.0.0.2:6379");
        syn.source.port = port;
        syn.flags = TcpFlags(SYN);
        syn
    };
    (1000..1010).for_each(|port| many.push(&from_port(port), &mut others));
    few.push(&from_port(1), &mut ours);
    let mut ahead = many.look_ahead(&from_port(1005));
    many.look_up(&mut ahead);
    few.expect(ahead);
    let mut zero = segment("[::]:0", "[::]:0");
    zero.flags = TcpFlags(SYN);
    few.push(&zero, &mut ours);
    (2..20).for_each(|port| few.push(&from_port(port), &mut ours));
    few.finish(&mut ours);
    assert_eq!(few.counters().flows, ours.ended.len() as u64);
    assert_eq!(few.gauges().flows, 0);
}
