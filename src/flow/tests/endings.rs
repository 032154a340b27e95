//! Cases 21 and 22: RST and FIN in all their places, and what comes after the end.

use super::*;
use crate::flow::{IDLE_NS, LINGER_NS};

fn fin(s: &mut Segment<'_>) {
    s.flags = TcpFlags(FIN | ACK);
}

fn rst(s: &mut Segment<'_>) {
    s.flags = TcpFlags(RST);
    s.ack = SeqNum(0);
}

#[test]
fn case_21_a_reset_at_the_next_byte_ends_the_flow() {
    let done = tap()
        .open()
        .c(0, "aaaaa")
        .c_with(5, "", rst)
        .c(5, "bbbbb")
        .client_sent("aaaaa")
        .ended(EndReason::Rst);
    assert_eq!(done.told[0].reset, Some(Direction::ClientToServer));
    assert_eq!(done.counters.invalid_after_close_bytes, 5);
    let done = tap()
        .open()
        .c(0, "aaaaa")
        .s_with(0, "", rst)
        .finish()
        .ended(EndReason::Rst);
    assert_eq!(done.told[0].reset, Some(Direction::ServerToClient));
}

#[test]
fn case_21_a_reset_elsewhere_ends_nothing() {
    // Measured on Linux: in the window but not next, and old.
    for offset in [8, -1000, 4, 60_000, 2_000_000] {
        tap()
            .open()
            .c(0, "aaaaa")
            .c_with(offset, "", rst)
            .c(5, "bbbbb")
            .client_sent("aaaaabbbbb")
            .ended(EndReason::CaptureEnd)
            .counted(|c| c.resets_ignored, 1);
    }
}

#[test]
fn case_21_a_reset_with_a_bad_checksum_ends_nothing() {
    tap()
        .open()
        .c(0, "aaaaa")
        .c_with(5, "", |s| {
            rst(s);
            s.checksum = Checksum::Bad;
        })
        .c(5, "bbbbb")
        .client_sent("aaaaabbbbb")
        .counted(|c| c.segments_bad_checksum, 1);
}

#[test]
fn case_21_data_on_a_reset_is_not_delivered() {
    tap()
        .open()
        .c(0, "aaaaa")
        .c_with(5, "why", rst)
        .client_sent("aaaaa")
        .ended(EndReason::Rst)
        .counted(|c| c.invalid_on_rst_bytes, 3);
}

#[test]
fn case_21_a_reset_that_refuses_a_connection() {
    let refuse = |ack: u32| {
        move |s: &mut Segment<'_>| {
            s.flags = TcpFlags(RST | ACK);
            s.seq = SeqNum(0);
            s.ack = SeqNum(ack);
        }
    };
    let syn = |s: &mut Segment<'_>| s.flags = TcpFlags(SYN);
    tap()
        .c_with(-1, "", syn)
        .s_with(0, "", refuse(100))
        .finish()
        .ended(EndReason::Rst);
    tap()
        .c_with(-1, "hello", syn)
        .s_with(0, "", refuse(100))
        .client_sent("")
        .ended(EndReason::Rst)
        .counted(|c| c.invalid_syn_data_bytes, 5);
    tap()
        .c_with(-1, "", syn)
        .s_with(0, "", refuse(4711))
        .finish()
        .ended(EndReason::CaptureEnd);
}

#[test]
fn case_21_a_reset_behind_bytes_that_the_capture_lost() {
    // The receiver has said that it has them.
    tap()
        .open()
        .c(0, "aaa")
        .c(6, "ccc")
        .s_acks(9)
        .c_with(9, "", rst)
        .finish()
        .ended(EndReason::Rst);
    // Also where that is more than the capture shows, and nowhere else.
    for (offset, reason) in [(20, EndReason::Rst), (15, EndReason::CaptureEnd)] {
        tap()
            .open()
            .c(0, "aaa")
            .c(6, "ccc")
            .s_acks(20)
            .c_with(offset, "", rst)
            .finish()
            .ended(reason);
    }
    // Or the reset stands at the end of what was seen.
    tap()
        .open()
        .c(0, "aaa")
        .c(6, "ccc")
        .c_with(9, "", rst)
        .client_sent("aaa<3>ccc")
        .ended(EndReason::Rst);
}

#[test]
fn case_21_a_reset_of_an_unknown_connection_opens_none() {
    let done = tap().c_with(0, "data", rst).finish();
    assert_eq!(done.told.len(), 0);
    assert_eq!(done.counters.invalid_on_rst_bytes, 4);
    assert_eq!(done.counters.resets_ignored, 1);
}

#[test]
fn case_22_fin_behind_a_hole_counts_once_the_hole_is_filled() {
    // Measured on Linux.
    tap()
        .open()
        .c(0, "aaaaa")
        .c_with(10, "", fin)
        .c(5, "bbbbb")
        .client_sent("aaaaabbbbb$");
    // Or given up.
    tap()
        .open()
        .c(0, "aaaaa")
        .c_with(10, "", fin)
        .s_acks(11)
        .wait(200)
        .client_sent("aaaaa<5>$");
    tap()
        .open()
        .c(0, "aaaaa")
        .c_with(10, "", fin)
        .client_sent("aaaaa<5>$");
    tap()
        .open()
        .c(0, "aaaaa")
        .c_with(7, "ccc", fin)
        .c(5, "bb")
        .client_sent("aaaaabbccc$");
}

#[test]
fn case_22_fin_again_and_with_data_and_data_behind_it() {
    tap()
        .open()
        .c(0, "aaaaa")
        .c_with(5, "", fin)
        .c_with(5, "", fin)
        .client_sent("aaaaa$");
    tap().open().c_with(0, "aaaaa", fin).client_sent("aaaaa$");
    // Measured on Linux: bytes behind the end do not exist.
    tap()
        .open()
        .c_with(0, "aaaaa", fin)
        .c(6, "bbbbb")
        .c(5, "ccccc")
        .c(2, "aaaXY")
        .client_sent("aaaaa$")
        .counted(|c| c.invalid_after_close_bytes, 12)
        .counted(|c| c.duplicate_bytes, 3);
    tap()
        .open()
        .c(8, "zzz")
        .c_with(0, "aaaaa", fin)
        .client_sent("aaaaa$")
        .counted(|c| c.invalid_after_close_bytes, 3);
}

#[test]
fn case_22_a_forged_fin_that_data_goes_over_is_forgotten() {
    // Measured on Linux: the data is delivered and the stream stays open.
    tap()
        .open()
        .c(0, "aaaaa")
        .c_with(10, "", fin)
        .c(5, "bbbbbcccccddddd")
        .c(20, "e")
        .client_sent("aaaaabbbbbcccccddddde")
        .ended(EndReason::CaptureEnd);
}

#[test]
fn both_ends_close_and_late_segments_open_no_ghost() {
    let closed = || {
        tap()
            .open()
            .c(0, "ping")
            .c_with(4, "", fin)
            .s_with(0, "", |s| {
                fin(s);
                s.ack = SeqNum(105);
            })
    };
    let tap = closed()
        .c(5, "")
        .c(0, "ping")
        .c_with(4, "", fin)
        .c_with(-1, "", |s| s.flags = TcpFlags(SYN));
    assert_eq!(tap.table.gauges().lingering, 1);
    tap.client_sent("ping$")
        .ended(EndReason::Fin)
        .counted(|c| c.duplicate_bytes, 4);
    // It lingers through all the ticks of 30 s.
    let tap = closed().wait(LINGER_NS / 1_000_000 - 10);
    assert_eq!(tap.table.gauges().lingering, 1);
    let done = tap.c(0, "ping").finish();
    assert_eq!(done.told.len(), 1);
    // After 30 s the five-tuple is free.
    let tap = closed().wait(LINGER_NS / 1_000_000 + 10);
    assert_eq!(tap.table.gauges().flows, 0);
    let other = |s: &mut Segment<'_>| s.source.port = 40_001;
    let done = tap
        .c(5, "new")
        .c_with(0, "other", other)
        .c(8, "er")
        .finish();
    let told: Vec<_> = done.told.iter().map(|told| told.client.as_str()).collect();
    assert_eq!(told, ["ping$", "newer", "other"]);
}

#[test]
fn one_direction_alone_ends_with_its_fin() {
    tap()
        .c_with(-1, "", |s| s.flags = TcpFlags(SYN))
        .c_with(0, "aa", fin)
        .client_sent("aa$")
        .ended(EndReason::Fin);
}

#[test]
fn a_quiet_flow_ends_after_an_hour_and_its_five_tuple_begins_anew() {
    let hour = IDLE_NS / 1_000_000;
    let mut tap = tap().open().c(0, "one");
    tap.clock += hour - 1;
    let mut tap = tap.c(3, "two");
    tap.clock += hour;
    let done = tap.c(6, "three").finish();
    let told: Vec<_> = done
        .told
        .iter()
        .map(|told| (told.client.as_str(), told.end))
        .collect();
    assert_eq!(
        told,
        [
            ("onetwo", Some(EndReason::Idle)),
            ("three", Some(EndReason::CaptureEnd))
        ]
    );
    // The timers find it too, and the end bears their time.
    let mut tap = super::tap().open().c(0, "one");
    tap.clock += hour + 1;
    let tap = tap.wait(20);
    assert_eq!(
        (tap.counters().ended_idle, tap.table.gauges().flows),
        (1, 0)
    );
    let done = tap.finish();
    assert_eq!(
        done.told[0].ended_at.since(done.told[0].start),
        (hour + 11) * 1_000_000
    );
    assert_eq!(done.ends[0].last, done.told[0].start);
}

#[test]
fn a_quiet_flow_is_found_within_an_eighth_of_its_hour() {
    let minute = 60_000;
    let mut tap = tap().open().c(0, "one");
    let mut minutes = 0;
    while tap.counters().ended_idle == 0 {
        tap.clock += minute;
        minutes += 1;
        tap = tap.wait(10);
        assert!(minutes <= 60 + 60 / 8 + 1, "{minutes}");
    }
    assert!(minutes >= 60, "{minutes}");
}

#[test]
fn case_40_capture_time_may_jump_back_and_by_years() {
    let year = 365 * 24 * 3600 * 1000;
    let mut tap = tap().open().c(0, "a");
    tap.clock += 10 * year;
    let mut tap = tap.c(1, "b").c(2, "c");
    // Back again: time stands still until it is caught up with.
    tap.clock -= 10 * year;
    let mut tap = tap.c(3, "d").wait(50).c(4, "e");
    for round in 0..200 {
        tap.clock = if round % 2 == 0 { 0 } else { 20 * year };
        tap = tap.c(5 + round, "f");
    }
    let done = tap.finish();
    let bytes: usize = done.told.iter().map(|told| told.client.len()).sum();
    assert_eq!(bytes, 205);
    // The jump ends the flow as idle, once.
    assert!(done.told.len() <= 3, "{}", done.told.len());
}

#[test]
fn a_handler_that_is_done_costs_bytes_nothing_but_a_count() {
    let done = tap()
        .done_at(b'!')
        .open()
        .c(0, "hello!")
        .c(6, "more")
        .s(0, "reply")
        .c(20, "far")
        .c_with(23, "", fin)
        .s_with(5, "", |s| {
            fin(s);
            s.ack = SeqNum(124);
        })
        .client_sent("hello!")
        .ended(EndReason::Fin)
        .counted(|c| c.unfollowed_bytes, 12);
    assert!(done.ends[0].following_stopped);
    assert_eq!(done.ends[0].client_to_server.delivered_bytes, 6);
    // Up to where each side came, whether captured or not: 17 and 5.
    assert_eq!(done.ends[0].passed_by_bytes, 22);
    // Also while bytes wait behind it, and in the middle of them.
    tap()
        .done_at(b'!')
        .open()
        .c(3, "b!b")
        .c(9, "ddd")
        .c(0, "aaa")
        .c(6, "ccc")
        .client_sent("aaab!b")
        .counted(|c| c.unfollowed_bytes, 6);
    // Also where they became one with those it is in.
    tap()
        .done_at(b'!')
        .open()
        .c(3, "b!b")
        .c(6, "cccc")
        .c(0, "aaa")
        .client_sent("aaab!b")
        .counted(|c| c.unfollowed_bytes, 4);
    // And what waits for a word of the peer, which is the last one wanted.
    tap()
        .done_at(b'!')
        .open()
        .c_with(0, "one", |s| s.ack = SeqNum(302))
        .s(0, "1!")
        .client_sent("")
        .server_sent("1!")
        .counted(|c| c.unfollowed_bytes, 3);
    // And what makes it believed.
    let mut last = tap().done_at(b'!').open();
    for (offset, text) in [(0, "!"), (1, "aa"), (3, "bb"), (5, "ccc")] {
        last = last.c_with(offset, text, |s| s.ack = SeqNum(303));
    }
    last.client_sent("!").counted(|c| c.unfollowed_bytes, 7);
    // A reset is still known by its place.
    tap()
        .done_at(b'!')
        .open()
        .c(0, "!")
        .c(1, "more")
        .c_with(3, "", rst)
        .c(5, "x")
        .c_with(6, "", rst)
        .finish()
        .ended(EndReason::Rst)
        .counted(|c| c.resets_ignored, 1);
}

#[test]
fn case_21_the_end_tells_who_reset_it_and_how_far_it_had_come() {
    use crate::flow::Opening::{Answered, Asked, Unseen};
    const CLIENT: Option<Direction> = Some(Direction::ClientToServer);
    const SERVER: Option<Direction> = Some(Direction::ServerToClient);
    let syn = |s: &mut Segment<'_>| s.flags = TcpFlags(SYN);
    let syn_ack = |s: &mut Segment<'_>| s.flags = TcpFlags(SYN | ACK);
    let refuse = |s: &mut Segment<'_>| s.flags = TcpFlags(RST | ACK);
    // Another SYN's, or forged.
    let stray = |s: &mut Segment<'_>| {
        s.flags = TcpFlags(SYN | ACK);
        s.ack = SeqNum(77_777);
    };
    let asked = || tap().c_with(-1, "", syn);
    for (what, tap, reset_by, opening) in [
        ("refused", asked().s_with(-1, "", refuse), SERVER, Asked),
        (
            "refused after another try",
            asked().c_with(-1, "", syn).s_with(-1, "", refuse),
            SERVER,
            Asked,
        ),
        ("no answer", asked(), None, Asked),
        ("given up", asked().c_with(0, "", rst), CLIENT, Asked),
        (
            "a scan of open ports",
            asked().s_with(-1, "", syn_ack).c_with(0, "", rst),
            CLIENT,
            Answered,
        ),
        (
            "closed at once",
            asked().s_with(-1, "", syn_ack).s_with(0, "", rst),
            SERVER,
            Answered,
        ),
        (
            "a SYN/ACK that does not fit",
            asked().s_with(-1, "", stray).s_with(-1, "", refuse),
            SERVER,
            Answered,
        ),
        (
            "a SYN for a SYN",
            asked().s_with(-1, "", syn).s_with(0, "", rst),
            SERVER,
            Answered,
        ),
        (
            "a SYN/ACK that was not captured",
            asked().c(0, "").s_with(0, "", rst),
            SERVER,
            Answered,
        ),
        (
            "begun before",
            tap().c(0, "a").s_with(0, "", rst),
            SERVER,
            Unseen,
        ),
        ("in use", tap().open().c(0, "a"), None, Answered),
    ] {
        let end = tap.finish().ends[0];
        assert_eq!((end.reset_by, end.opening), (reset_by, opening), "{what}");
    }
}
