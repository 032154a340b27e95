//! Cases 17 to 20: who is the client, which SYN counts, what data on a SYN is worth.

use super::*;

fn syn(s: &mut Segment<'_>) {
    s.flags = TcpFlags(SYN);
}

fn syn_ack(s: &mut Segment<'_>) {
    s.flags = TcpFlags(SYN | ACK);
}

#[test]
fn case_17_a_syn_ack_first_tells_the_sides() {
    // Ports that would tell the contrary.
    let done = tap()
        .ports(6379, 40_000)
        .s_with(-1, "", syn_ack)
        .c(0, "")
        .c(0, "ping")
        .s(0, "pong")
        .client_sent("ping")
        .server_sent("pong");
    assert_eq!(done.told[0].client_port, 6379);
    assert!(!done.told[0].midstream);
    // The client's stream is known to begin where the server said.
    tap()
        .s_with(-1, "", syn_ack)
        .c(4, "b")
        .c(0, "aaaa")
        .client_sent("aaaab");
}

#[test]
fn case_17_a_lost_syn_ack() {
    let done = tap()
        .c_with(-1, "", syn)
        .c(0, "")
        .c(0, "ping")
        .s(0, "pong")
        .client_sent("ping")
        .server_sent("pong");
    assert_eq!(done.counters.flows, 1);
    // The client's first acknowledgment tells where the server's stream begins.
    tap()
        .c_with(-1, "", syn)
        .c(0, "")
        .s(4, "b")
        .s(0, "aaaa")
        .finish()
        .server_sent("aaaab");
}

#[test]
fn case_17_a_split_handshake_of_four() {
    // The server answers with a SYN of its own; the client takes it as simultaneous open.
    tap()
        .ports(6379, 40_000)
        .c_with(-1, "", syn)
        .s_with(-1, "", syn)
        .c_with(-1, "", syn_ack)
        .s(0, "")
        .c(0, "ping")
        .s(0, "pong")
        .client_sent("ping")
        .server_sent("pong")
        .counted(|c| c.flows, 1);
}

#[test]
fn case_17_a_split_handshake_of_five() {
    let done = tap()
        .ports(6379, 40_000)
        .c_with(-1, "", syn)
        .s_with(-1, "", |s| {
            s.flags = TcpFlags(ACK);
            s.seq = SeqNum(7777);
        })
        .s_with(-1, "", syn)
        .c_with(-1, "", syn_ack)
        .s(0, "")
        .c(0, "ping")
        .s(0, "pong")
        .client_sent("ping")
        .server_sent("pong")
        .counted(|c| c.flows, 1);
    assert_eq!(done.told[0].client_port, 6379);
}

#[test]
fn case_17_a_simultaneous_open() {
    tap()
        .c_with(-1, "", syn)
        .s_with(-1, "", syn)
        .c_with(-1, "", syn_ack)
        .s_with(-1, "", syn_ack)
        .c(0, "ping")
        .s(0, "pong")
        .client_sent("ping")
        .server_sent("pong")
        .counted(|c| c.flows, 1);
}

#[test]
fn case_17_ports_tell_the_sides_where_no_syn_does() {
    let done = tap().ports(40_000, 6379).s(0, "pong").finish();
    assert_eq!(
        (done.told[0].client_port, done.told[0].server.as_str()),
        (40_000, "pong")
    );
    // A Redis port is the server's even where it is the higher one.
    let done = tap().ports(2000, 26379).s(0, "pong").finish();
    assert_eq!(
        (done.told[0].client_port, done.told[0].server.as_str()),
        (2000, "pong")
    );
    let done = tap().ports(51_000, 7000).s(0, "pong").finish();
    assert_eq!(
        (done.told[0].client_port, done.told[0].server.as_str()),
        (51_000, "pong")
    );
}

#[test]
fn case_18_of_two_syns_the_one_that_is_answered_counts() {
    // CVE-2025-59147: a forged second SYN must not move the stream.
    let forged = |s: &mut Segment<'_>| {
        s.flags = TcpFlags(SYN);
        s.seq = SeqNum(5_000_000);
    };
    tap()
        .c_with(-1, "", syn)
        .c_with(-1, "", forged)
        .s_with(-1, "", syn_ack)
        .c(0, "")
        .c(0, "ping")
        .client_sent("ping")
        .counted(|c| c.syns_ignored, 1);
    // Nor a forged first one.
    tap()
        .c_with(-1, "", forged)
        .c_with(-1, "", syn)
        .s_with(-1, "", syn_ack)
        .c(0, "")
        .c(0, "ping")
        .client_sent("ping")
        .counted(|c| c.flows, 1);
    // Nor both together, however often.
    let mut tap = super::tap().c_with(-1, "", forged).c_with(-1, "", syn);
    for _ in 0..10 {
        tap = tap.c_with(-1, "", |s| {
            s.flags = TcpFlags(SYN);
            s.seq = SeqNum(9_000_000);
        });
    }
    tap.s_with(-1, "", syn_ack).c(0, "ping").client_sent("ping");
    // Nor many.
    let mut tap = super::tap();
    for isn in 0..50 {
        tap = tap.c_with(-1, "", |s| {
            s.flags = TcpFlags(SYN);
            s.seq = SeqNum(1_000_000 * isn + 7);
        });
    }
    tap.c_with(-1, "", syn)
        .s_with(-1, "", syn_ack)
        .c(0, "ping")
        .client_sent("ping");
}

#[test]
fn case_18_data_on_a_syn_that_is_not_answered_goes_with_it() {
    // Not as bytes before the true stream either.
    tap()
        .c_with(-1, "EVIL", |s| {
            s.flags = TcpFlags(SYN);
            s.seq = SeqNum(s.seq.0.wrapping_sub(50));
        })
        .c_with(-1, "", syn)
        .s_with(-1, "", syn_ack)
        .c(0, "ping")
        .client_sent("ping")
        .counted(|c| c.invalid_syn_data_bytes, 4);
}

#[test]
fn case_18_of_two_syns_the_one_that_data_follows_where_nobody_answers_in_sight() {
    tap()
        .c_with(-1, "", |s| {
            s.flags = TcpFlags(SYN);
            s.seq = SeqNum(5_000_000);
        })
        .c_with(-1, "", syn)
        .c(0, "ping")
        .client_sent("ping");
}

#[test]
fn case_18_of_two_syn_acks_the_one_that_is_acknowledged_counts() {
    let forged = |s: &mut Segment<'_>| {
        s.flags = TcpFlags(SYN | ACK);
        s.seq = SeqNum(9_000_000);
    };
    for forged_first in [true, false] {
        let tap = tap().c_with(-1, "", syn);
        let tap = if forged_first {
            tap.s_with(-1, "", forged).s_with(-1, "", syn_ack)
        } else {
            tap.s_with(-1, "", syn_ack).s_with(-1, "", forged)
        };
        tap.c(0, "")
            .c(0, "ping")
            .s(0, "pong")
            .client_sent("ping")
            .server_sent("pong");
    }
}

#[test]
fn case_18_what_came_behind_a_forged_answer_goes_with_it() {
    tap()
        .c_with(-1, "", syn)
        .s_with(-41, "", syn_ack)
        .s_with(-1, "", syn_ack)
        .s(5, "late")
        .c(0, "")
        .s(0, "pong")
        .finish()
        .server_sent("pong")
        .counted(|c| c.out_of_window_bytes, 4);
}

#[test]
fn case_18_an_answer_to_nothing_is_ignored() {
    let stray = |s: &mut Segment<'_>| {
        s.flags = TcpFlags(SYN | ACK);
        s.ack = SeqNum(4242);
    };
    tap()
        .c_with(-1, "", syn)
        .s_with(-1, "data", stray)
        .s_with(-1, "data", stray)
        .client_sent("")
        .server_sent("")
        .counted(|c| c.syns_ignored, 2)
        .counted(|c| c.invalid_flags_bytes, 8);
    // Data on the answering side's own SYN is nothing that it could acknowledge.
    tap()
        .c_with(-1, "", syn)
        .s_with(-1, "world!", syn)
        .s_with(-1, "", |s| {
            syn_ack(s);
            s.ack = SeqNum(103);
        })
        .finish()
        .counted(|c| c.syns_ignored, 1);

    tap()
        .c_with(-1, "", syn)
        .s_with(-1, "", |s| {
            s.flags = TcpFlags(SYN | ACK);
            s.ack = SeqNum(4242);
            s.seq = SeqNum(777);
        })
        .s_with(-1, "", syn_ack)
        .c(0, "ping")
        .s(0, "pong")
        .client_sent("ping")
        .server_sent("pong");
}

#[test]
fn case_19_data_on_a_syn_counts_where_the_answer_covers_it() {
    // Accepted (RFC 7413): the stream goes on behind it.
    tap()
        .c_with(-1, "hello", syn)
        .s_with(-1, "", |s| {
            s.flags = TcpFlags(SYN | ACK);
            s.ack = SeqNum(105);
        })
        .c(5, "world")
        .client_sent("helloworld");
    // A FIN on a SYN ends nothing.
    tap()
        .c_with(-1, "hello", |s| s.flags = TcpFlags(SYN | FIN))
        .s_with(-1, "", |s| {
            s.flags = TcpFlags(SYN | ACK);
            s.ack = SeqNum(105);
        })
        .c(5, "world")
        .client_sent("helloworld");
    // Refused, or never offered (measured on Linux: "hello").
    tap()
        .c_with(-1, "EVILx", syn)
        .s_with(-1, "", syn_ack)
        .c(0, "hello")
        .client_sent("hello")
        .counted(|c| c.invalid_syn_data_bytes, 5);
    // Retransmitted SYN.
    tap()
        .c_with(-1, "hello", syn)
        .c_with(-1, "hello", syn)
        .s_with(-1, "", |s| {
            s.flags = TcpFlags(SYN | ACK);
            s.ack = SeqNum(105);
        })
        .client_sent("hello")
        .counted(|c| c.duplicate_bytes, 5);
    let again = tap().c_with(-1, "hello", syn).c_with(-1, "hello", syn);
    assert_eq!(again.table.gauges().held_payload_bytes, 5, "kept once");
    // Again, after it was delivered.
    tap()
        .c_with(-1, "hello", syn)
        .c(5, "world")
        .c_with(-1, "hello", syn)
        .client_sent("helloworld")
        .counted(|c| c.duplicate_bytes, 5);
    // Never answered.
    tap()
        .c_with(-1, "hello", syn)
        .client_sent("")
        .counted(|c| c.pending_bytes, 5);
}

#[test]
fn case_19_data_on_both_syns_of_a_simultaneous_open() {
    tap()
        .c_with(-1, "hello", syn)
        .s_with(-1, "world!", syn)
        .c_with(-1, "", |s| {
            syn_ack(s);
            s.ack = SeqNum(306);
        })
        .s_with(-1, "", |s| {
            syn_ack(s);
            s.ack = SeqNum(105);
        })
        .client_sent("hello")
        .server_sent("world!")
        .counted(|c| c.duplicate_bytes, 0);
}

#[test]
fn case_19_a_forged_syn_with_data_close_by_is_not_the_one_answered() {
    for close_by in 1..=6 {
        tap()
            .c_with(-1 - close_by, "EVILng", syn)
            .c_with(-1, "", syn)
            .s_with(-1, "", syn_ack)
            .c(0, "ping")
            .client_sent("ping")
            .counted(|c| c.invalid_syn_data_bytes, 6);
    }
}

#[test]
fn case_19_data_on_a_syn_where_nobody_answers_in_sight() {
    tap()
        .c_with(-1, "hello", syn)
        .c(5, "world")
        .client_sent("helloworld");
    tap()
        .c_with(-1, "EVILx", syn)
        .c(0, "hello")
        .client_sent("hello");
}

#[test]
fn case_19_data_on_a_syn_that_was_captured_behind_its_answer() {
    // What the server has said before stands.
    for (ack, expected) in [(105, "hello"), (100, "")] {
        let tap = tap()
            .s_with(0, "banner", |s| s.ack = SeqNum(ack))
            .c_with(-1, "hello", syn);
        let parked = if ack == 100 { 5 } else { 0 };
        tap.client_sent(expected)
            .server_sent("banner")
            .counted(|c| c.pending_bytes, parked);
    }
}

#[test]
fn case_19_data_on_a_syn_ack_waits_for_the_client() {
    let tap = tap().c_with(-1, "", syn).s_with(-1, "banner", syn_ack);
    assert_eq!(tap.counters().delivered_bytes, 0);
    tap.c_acks(6).client_sent("").server_sent("banner");
}

#[test]
fn case_20_a_new_connection_after_fin_and_after_rst() {
    let fin = |s: &mut Segment<'_>| s.flags = TcpFlags(FIN | ACK);
    let mut tap = tap()
        .open()
        .c(0, "one")
        .c_with(3, "", fin)
        .s_with(0, "", |s| {
            s.flags = TcpFlags(FIN | ACK);
            s.ack = SeqNum(104);
        });
    tap.client_base = 70_000;
    tap = tap
        .open()
        .c(0, "two")
        .c_with(3, "", |s| s.flags = TcpFlags(RST));
    tap.client_base = 900_000;
    let done = tap.open().c(0, "three").finish();
    let told: Vec<_> = done
        .told
        .iter()
        .map(|told| (told.client.as_str(), told.end))
        .collect();
    assert_eq!(
        told,
        [
            ("one$", Some(EndReason::Fin)),
            ("two", Some(EndReason::Rst)),
            ("three", Some(EndReason::CaptureEnd)),
        ]
    );
}

#[test]
fn case_20_a_new_connection_without_a_close() {
    let mut tap = tap().open().c(0, "one").c(8, "tail");
    tap = tap.wait(1000);
    (tap.client_base, tap.server_base) = (70_000, 80_000);
    let done = tap.open().c(0, "two").s(0, "TWO").finish();
    assert_eq!(done.told[0].client, "one<5>tail");
    assert_eq!(done.told[0].end, Some(EndReason::Reused));
    assert_eq!(
        (done.told[1].client.as_str(), done.told[1].server.as_str()),
        ("two", "TWO")
    );
    assert!(!done.told[1].midstream);
    assert_eq!(done.ends[1].client_to_server.packets, 3);
    assert_eq!(done.ends[1].server_to_client.packets, 2);
    // It began with its SYN.
    assert_eq!(done.told[1].start.since(done.told[0].start), 1_000_000_000);
}

#[test]
fn case_20_a_new_connection_where_of_the_old_one_one_side_was_seen() {
    let mut tap = tap().c(0, "one");
    (tap.client_base, tap.server_base) = (70_000, 80_000);
    let done = tap.open().c(0, "two").s(0, "TWO").finish();
    let told: Vec<_> = done
        .told
        .iter()
        .map(|told| (told.client.as_str(), told.server.as_str(), told.end))
        .collect();
    assert_eq!(
        told,
        [
            ("one", "", Some(EndReason::Reused)),
            ("two", "TWO", Some(EndReason::CaptureEnd))
        ]
    );
}

#[test]
fn case_20_a_lone_syn_of_a_side_that_only_acknowledged_begins_nothing() {
    tap()
        .c(0, "aaa")
        .s_acks(3)
        .c(3, "bbb")
        .s_acks(6)
        .s_with(-1, "", |s| {
            syn(s);
            s.seq = SeqNum(5_000_000);
        })
        .s(0, "pong")
        .client_sent("aaabbb")
        .server_sent("pong")
        .counted(|c| c.syns_ignored, 1);
}

#[test]
fn case_20_a_lone_syn_kills_nothing() {
    // Measured on Linux for the next sequence number.
    for seq in [105u32, 100, 99, 70_000, 3_000_000_000] {
        tap()
            .open()
            .c(0, "aaaaa")
            .c_with(0, "", |s| {
                s.flags = TcpFlags(SYN);
                s.seq = SeqNum(seq);
            })
            .s_acks(5)
            .c(5, "bbbbb")
            .s_acks(10)
            .client_sent("aaaaabbbbb")
            .counted(|c| c.flows, 1);
    }
}

#[test]
fn a_connection_whose_syn_was_seen_only_by_its_answer_has_the_servers_word() {
    // The window scale of a client whose SYN is missing is unknown; nothing may be refused for it.
    tap()
        .s_with(-1, "", syn_ack)
        .c(0, "ping")
        .s(0, "pong")
        .client_sent("ping")
        .server_sent("pong");
}
