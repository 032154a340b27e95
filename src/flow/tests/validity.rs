//! Cases 25 and 26: checksums, flags, acknowledgments and timestamps that a receiver refuses.

use super::*;
use crate::flow::ChecksumPolicy;

fn evil(change: impl FnOnce(&mut Segment<'_>)) -> Tap {
    tap().open().c_with(0, "EVIL!", change).c(0, "aaaaa")
}

fn with_checksums(policy: ChecksumPolicy) -> Tap {
    Tap::with(FlowConfig {
        checksum: policy,
        ..FlowConfig::default()
    })
}

#[test]
fn case_25_a_wrong_checksum_is_refused_once_the_sender_has_verified() {
    let bad = |s: &mut Segment<'_>| s.checksum = Checksum::Bad;
    // Measured on Linux: "aaaaa".
    evil(bad)
        .client_sent("aaaaa")
        .counted(|c| c.invalid_checksum_bytes, 5)
        .conflicts(0);
    let strict = with_checksums(ChecksumPolicy::Strict)
        .open()
        .c_with(0, "EVIL!", bad)
        .c(0, "aaaaa");
    strict
        .client_sent("aaaaa")
        .counted(|c| c.segments_bad_checksum, 1);
    let off = with_checksums(ChecksumPolicy::Off)
        .open()
        .c_with(0, "EVIL!", bad)
        .c(0, "aaaaa");
    off.client_sent("EVIL!").conflicts(1);
    // A capture in which no sum is right is read all the same.
    let mut tap = tap();
    for (offset, text) in [(0, "all "), (4, "wrong")] {
        tap = tap.c_with(offset, text, bad);
    }
    tap.client_sent("all wrong")
        .counted(|c| c.checksums_wrong_accepted, 2);
}

#[test]
fn case_25_a_checksum_left_to_the_card_is_accepted() {
    let left = |s: &mut Segment<'_>| s.checksum = Checksum::Offloaded;
    let unverified = |s: &mut Segment<'_>| s.checksum = Checksum::Unverified;
    tap()
        .open()
        .c_with(0, "aaaaa", left)
        .client_sent("aaaaa")
        .counted(|c| c.checksums_offloaded, 1);
    tap()
        .open()
        .c(0, "a")
        .c_with(1, "b", left)
        .c_with(2, "c", left)
        .client_sent("abc")
        .counted(|c| c.checksums_offloaded, 2);
    // Also on a handshake, behind a hole and on what fills it.
    tap()
        .c_with(-1, "", |s| {
            left(s);
            s.flags = TcpFlags(SYN);
        })
        .s_with(-1, "", |s| s.flags = TcpFlags(SYN | ACK))
        .c_with(0, "", left)
        .c_with(3, "bbb", left)
        .c_with(0, "aaa", left)
        .client_sent("aaabbb")
        .counted(|c| c.checksums_offloaded, 4);
    with_checksums(ChecksumPolicy::Strict)
        .open()
        .c_with(0, "EVIL!", left)
        .c_with(0, "aaaaa", unverified)
        .client_sent("aaaaa");
}

#[test]
fn case_26_segments_without_ack_are_refused() {
    evil(|s| s.flags = TcpFlags(TcpFlags::PSH))
        .client_sent("aaaaa")
        .counted(|c| c.invalid_flags_bytes, 5)
        .conflicts(0);
    evil(|s| s.flags = TcpFlags(0))
        .client_sent("aaaaa")
        .counted(|c| c.segments_bad_flags, 1);
    evil(|s| s.flags = TcpFlags(FIN)).client_sent("aaaaa");
    // They open no flow either.
    let done = tap().c_with(0, "EVIL!", |s| s.flags = TcpFlags(0)).finish();
    assert_eq!((done.told.len(), done.counters.invalid_flags_bytes), (0, 5));
    assert_eq!(done.counters.segments_bad_flags, 1);
}

#[test]
fn case_26_a_syn_with_data_inside_a_flow_is_refused() {
    // Measured on Linux for SYN|ACK|PSH in an established flow.
    evil(|s| s.flags = TcpFlags(SYN | ACK | TcpFlags::PSH))
        .client_sent("aaaaa")
        .conflicts(0);
    evil(|s| s.flags = TcpFlags(SYN))
        .client_sent("aaaaa")
        .conflicts(0);
}

#[test]
fn case_26_an_acknowledgment_of_what_was_never_sent_is_refused() {
    // Measured on Linux: 5,000 ahead, and 100,000 behind.
    evil(|s| s.ack = SeqNum(5300))
        .client_sent("aaaaa")
        .conflicts(0)
        .counted(|c| c.invalid_flags_bytes, 5);
    tap()
        .open()
        .c_with(0, "EVIL!", |s| s.ack = SeqNum(300u32.wrapping_sub(100_000)))
        .c(0, "aaaaa")
        .client_sent("aaaaa")
        .counted(|c| c.invalid_flags_bytes, 5);
    // As far as the window that was offered is not too far (RFC 5961 5.2).
    let long = "x".repeat(70_000);
    for (behind, taken) in [(64_240, "aaaaa"), (64_241, "")] {
        tap()
            .open()
            .s(0, &long)
            .c_acks(70_000)
            .c_with(0, "aaaaa", |s| s.ack = SeqNum(s.ack.0 - behind))
            .client_sent(taken);
    }
    // A little behind is usual.
    tap()
        .open()
        .s(0, "banner")
        .c_acks(6)
        .c_with(0, "aaaaa", |s| s.ack = SeqNum(300))
        .client_sent("aaaaa");
}

#[test]
fn case_26_where_the_capture_loses_bytes_an_acknowledgment_is_believed() {
    // The server's reply was lost on the way to the tap; the client acknowledges it with its next
    // request, and nothing contradicts.
    tap()
        .open()
        .c(0, "one ")
        .c_with(4, "two ", |s| s.ack = SeqNum(303))
        .s_with(3, "TWO", |s| s.ack = SeqNum(108))
        .c_with(8, "three", |s| s.ack = SeqNum(306))
        .client_sent("one two three")
        .counted(|c| c.invalid_flags_bytes, 0)
        .conflicts(0);
    // Nothing else comes at all: after 100 ms it is believed.
    let tap = tap()
        .open()
        .c_with(0, "one", |s| s.ack = SeqNum(303))
        .wait(90);
    assert_eq!(tap.counters().delivered_bytes, 0);
    let tap = tap.wait(100);
    assert_eq!(tap.counters().delivered_bytes, 3);
    // Or with the fourth of its kind.
    let mut tap = super::tap().open();
    for index in 0..4 {
        assert_eq!(tap.counters().delivered_bytes, 0);
        tap = tap.c_with(index, "x", |s| s.ack = SeqNum(303));
    }
    assert_eq!(tap.counters().delivered_bytes, 4);
    tap.client_sent("xxxx");
    // The reply is only captured late, and settles it at once.
    let tap = super::tap()
        .open()
        .c_with(0, "one", |s| s.ack = SeqNum(303))
        .s(0, "ONE");
    assert_eq!(tap.counters().delivered_bytes, 6);
    tap.client_sent("one").server_sent("ONE");
    // With the end it bears.
    super::tap()
        .open()
        .c_with(0, "one", |s| {
            s.ack = SeqNum(303);
            s.flags = TcpFlags(FIN | ACK);
        })
        .s(0, "ONE")
        .client_sent("one$");
    // An acknowledgment in between is no contradiction.
    super::tap()
        .open()
        .c_with(0, "one", |s| s.ack = SeqNum(303))
        .c(0, "")
        .s(0, "ONE")
        .client_sent("one")
        .counted(|c| c.invalid_flags_bytes, 0);
    // Nothing was lost then, so the next one is refused.
    super::tap()
        .open()
        .c_with(0, "one", |s| s.ack = SeqNum(303))
        .s(0, "ONE")
        .c_with(3, "EVIL!", |s| s.ack = SeqNum(9999))
        .c(3, "two")
        .client_sent("onetwo")
        .counted(|c| c.invalid_flags_bytes, 5);
    // A hole in what the other side sends settles it too.
    let tap = super::tap()
        .open()
        .c_with(0, "one", |s| s.ack = SeqNum(303))
        .s(3, "TWO");
    assert_eq!(tap.counters().delivered_bytes, 3);
    tap.client_sent("one").server_sent("<3>TWO");
}

#[test]
fn case_26_a_syn_captured_after_its_data_makes_the_stream_a_known_one() {
    let syn = |s: &mut Segment<'_>| s.flags = TcpFlags(SYN);
    tap()
        .c(0, "aaaaa")
        .c_with(-1, "", syn)
        .s_with(0, "EVIL", |s| s.ack = SeqNum(9999))
        .s(0, "good")
        .finish()
        .server_sent("good");
    // Its timestamps count where they were not known yet, and only there.
    tap()
        .timestamp(4000)
        .open()
        .timestamp(2_000_000_000)
        .c_with(-1, "", syn)
        .timestamp(5000)
        .c(0, "aaaaa")
        .client_sent("aaaaa")
        .counted(|c| c.segments_bad_paws, 0);
}

#[test]
fn case_26_a_paws_old_segment_is_refused() {
    // Measured on Linux: SYN 4000, data 5000, evil 100, data 5001.
    tap()
        .timestamp(4000)
        .open()
        .timestamp(5000)
        .c(0, "aaaaa")
        .s_acks(5)
        .timestamp(100)
        .c(5, "EVIL!")
        .timestamp(5001)
        .c(5, "bbbbb")
        .client_sent("aaaaabbbbb")
        .conflicts(0)
        .counted(|c| c.invalid_paws_bytes, 5)
        .counted(|c| c.segments_bad_paws, 1);
    // The same where what moved the timestamp on went the long way, with one between the two.
    tap()
        .timestamp(4000)
        .open()
        .timestamp(5000)
        .c_with(0, "aaaaabbbbb", |s| {
            s.flags = TcpFlags(ACK | URG);
            s.urgent = 1000;
        })
        .s_acks(10)
        .timestamp(4500)
        .c(10, "EVIL!")
        .timestamp(5001)
        .c(10, "ccccc")
        .client_sent("aaaaabbbbbccccc")
        .counted(|c| c.invalid_paws_bytes, 5);
    // A missing option is accepted, as Linux does.
    tap()
        .timestamp(4000)
        .open()
        .c(0, "aaaaa")
        .no_timestamp()
        .c(5, "EVIL!")
        .client_sent("aaaaaEVIL!");
    // Not negotiated by both: no meaning.
    tap()
        .c_with(-1, "", |s| {
            s.flags = TcpFlags(SYN);
            s.timestamps = Some((4000, 0));
        })
        .s_with(-1, "", |s| s.flags = TcpFlags(SYN | ACK))
        .c(0, "")
        .timestamp(100)
        .c(0, "aaaaa")
        .client_sent("aaaaa");
    tap()
        .open()
        .timestamp(5000)
        .c(0, "aaaaa")
        .s_acks(5)
        .timestamp(100)
        .c(5, "bbbbb")
        .client_sent("aaaaabbbbb");
}

#[test]
fn case_26_a_segment_captured_late_is_not_paws_old() {
    // The server has acknowledged it, so it was in time there.
    tap()
        .timestamp(4000)
        .open()
        .timestamp(6000)
        .c(5, "bbbbb")
        .s_acks(10)
        .timestamp(7000)
        .c(10, "ccccc")
        .timestamp(5000)
        .c(0, "aaaaa")
        .client_sent("aaaaabbbbbccccc");
}

#[test]
fn case_26_timestamps_advance_only_with_what_was_acknowledged() {
    // A forged future timestamp on a segment beyond the acknowledged ones must not lock out the
    // rest (RFC 7323 5.3 R3).
    tap()
        .timestamp(4000)
        .open()
        .timestamp(2_000_000_000)
        .c(500, "x")
        .timestamp(4001)
        .c(0, "aaaaa")
        .client_sent("aaaaa<495>x")
        .counted(|c| c.segments_bad_paws, 0);
}
