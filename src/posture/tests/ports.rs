//! What a refused SYN proves of a plain port, and what it does not.

use super::*;
use crate::event::ConnectionEvent;

/// A SYN to a port is refused.
fn close(posture: &mut Posture, frame: u64, server: &str) {
    posture.observe(&Observation {
        seen: seen(frame, CLIENT, server),
        fact: Fact::PortClosed,
    });
}

#[test]
fn a_closed_port_that_is_not_the_plain_one_proves_nothing() {
    let tls_port = "10.0.0.2:6380";
    let mut posture = Posture::default();
    posture.connection(&tls_connection(1, CLIENT, tls_port, "TLSv1.3"));
    posture.connection(&tls_connection(2, CLIENT, "10.0.0.2:26380", "TLSv1.3"));
    for closed in ["10.0.0.2:26379", "10.0.0.2:16379", "10.0.0.2:6380"] {
        close(&mut posture, 3, closed);
    }
    close(&mut posture, 4, "10.0.0.3:6379");
    let line = |posture: &Posture, server| status_of(posture, server, "plaintext-port");
    assert_eq!(line(&posture, tls_port), Status::InferredPass);
    close(&mut posture, 2, SERVER);
    assert_eq!(line(&posture, tls_port), Status::Pass);
    assert_eq!(
        line(&posture, "10.0.0.2:26380"),
        Status::InferredPass,
        "a Sentinel's plain port is another"
    );
}

#[test]
fn a_refused_syn_proves_nothing_of_a_port_that_was_open_before_or_after() {
    let tls_port = "10.0.0.2:6380";
    let line = |posture: &Posture| status_of(posture, tls_port, "plaintext-port");
    let (refused, open) = ((2, false), (3, true));
    for order in [[refused, open], [open, refused]] {
        // In one shard, and each in its own.
        let mut one = Posture::default();
        let mut merged = Posture::default();
        for (frame, is_open) in order {
            let mut part = Posture::default();
            for posture in [&mut one, &mut part] {
                if is_open {
                    posture.port_open(endpoint(SERVER));
                } else {
                    close(posture, frame, SERVER);
                }
                posture.port_open(endpoint(tls_port));
                posture.port_open(endpoint("10.0.0.3:6379"));
            }
            merged.merge(&part);
        }
        for mut posture in [one, merged] {
            posture.connection(&tls_connection(1, CLIENT, tls_port, "TLSv1.3"));
            assert_eq!(line(&posture), Status::InferredPass);
        }
    }
    // TLS came to be served on the refused port itself.
    let mut same = Posture::default();
    close(&mut same, 1, SERVER);
    same.connection(&tls_connection(2, CLIENT, SERVER, "TLSv1.3"));
    assert_eq!(status(&same, "plaintext-port"), Status::InferredPass);
    same.connection(&tls_connection(3, CLIENT, tls_port, "TLSv1.3"));
    assert_eq!(line(&same), Status::InferredPass);
}

#[test]
fn more_open_ports_than_are_kept_leave_no_refusal_standing() {
    let tls_port = "10.0.0.2:6380";
    let mut posture = Posture::default();
    posture.connection(&tls_connection(1, CLIENT, tls_port, "TLSv1.3"));
    close(&mut posture, 2, SERVER);
    let line = |posture: &Posture| status_of(posture, tls_port, "plaintext-port");
    for host in 0..MAX_ANSWERING_HOSTS {
        let address = format!("10.1.{}.{}:6379", host / 250, host % 250);
        posture.port_open(endpoint(&address));
        posture.port_open(endpoint(&address));
    }
    assert_eq!(line(&posture), Status::Pass);
    posture.port_open(endpoint("10.2.0.0:6379"));
    let mut other = Posture::default();
    other.merge(&posture);
    for posture in [posture, other] {
        assert_eq!(line(&posture), Status::InferredPass);
        assert_eq!(posture.assess(at(9)).clipped_ports, 1);
    }
}

#[test]
fn a_scan_takes_no_room_from_servers() {
    let tls_port = "10.0.0.2:6380";
    let hear = |posture: &mut Posture| {
        posture.connection(&tls_connection(20_000, CLIENT, tls_port, "TLSv1.3"));
        close(posture, 20_001, SERVER);
    };
    let scan = |posture: &mut Posture, hosts: std::ops::Range<u64>| {
        for host in hosts {
            let address = format!("10.1.{}.{}:6379", host / 250, host % 250);
            close(posture, host, &address);
        }
    };
    let mut alone = Posture::default();
    hear(&mut alone);
    // As many in each of some shards as it may keep, and all beyond that in another.
    let mut merged = Posture::default();
    let kept = MAX_REFUSING_HOSTS as u64;
    for shard in 0..4 {
        let mut part = Posture::default();
        scan(&mut part, shard * kept..(shard + 1) * kept);
        merged.merge(&part);
    }
    let mut last = Posture::default();
    hear(&mut last);
    scan(&mut last, 4 * kept..12_000);
    merged.merge(&last);
    let (with, without) = (merged.assess(at(9)), alone.assess(at(9)));
    assert_eq!(with.checks, without.checks);
    assert_eq!(with.clipped, 0);
    assert_eq!(with.clipped_ports, 12_000 - 5 * kept + 1);
    assert_eq!(status_of(&merged, tls_port, "plaintext-port"), Status::Pass);
}

#[test]
fn a_closed_plain_port_proves_something_of_the_tls_port_beside_it() {
    let tls_port = "10.0.0.2:6380";
    let mut posture = Posture::default();
    posture.connection(&tls_connection(1, CLIENT, tls_port, "TLSv1.3"));
    assert_eq!(
        status_of(&posture, tls_port, "plaintext-port"),
        Status::InferredPass
    );
    close(&mut posture, 2, SERVER);
    assert_eq!(
        status_of(&posture, tls_port, "plaintext-port"),
        Status::Pass
    );
    let servers = posture.coverage().servers;
    assert_eq!(servers.len(), 1, "a refused SYN makes no server");
    // What is readable beside it may be the same server's plain port.
    posture.connection(&connection(3, CLIENT, "10.0.0.2:6389"));
    assert_eq!(
        status_of(&posture, tls_port, "plaintext-port"),
        Status::InferredPass
    );
}

#[test]
fn a_refusal_says_nothing_of_a_server_that_was_down() {
    let tls_port = "10.0.0.2:6380";
    // Before and after it there was TLS: a restart.
    let connections = [1, 5].map(|frame| tls_connection(frame, CLIENT, tls_port, "TLSv1.3"));
    let mut across = tls_connection(1, CLIENT, tls_port, "TLSv1.3");
    across.end = connections[1].end;
    let line = |events: &[ConnectionEvent]| {
        // Each in its own shard, in either order.
        let mut answers = Vec::new();
        for backwards in [false, true] {
            let mut merged = Posture::default();
            close(&mut merged, 3, SERVER);
            let mut events = events.to_vec();
            if backwards {
                events.reverse();
            }
            for event in &events {
                let mut part = Posture::default();
                part.connection(event);
                merged.merge(&part);
            }
            answers.push(status_of(&merged, tls_port, "plaintext-port"));
        }
        answers
    };
    assert_eq!(line(&connections), [Status::InferredPass; 2]);
    let [first, last] = connections;
    assert_eq!(line(&[first, across, last]), [Status::Pass; 2]);
}

#[test]
fn a_refusal_says_nothing_of_a_server_that_was_not_up_yet_nor_of_a_bus() {
    let mut posture = Posture::default();
    close(&mut posture, 1, SERVER);
    for (frame, port) in [(2, 7000), (3, 17_000)] {
        let server = format!("10.0.0.2:{port}");
        posture.connection(&tls_connection(frame, CLIENT, &server, "TLSv1.3"));
    }
    let line = |posture: &Posture, server: &str| status_of(posture, server, "plaintext-port");
    assert_eq!(line(&posture, "10.0.0.2:7000"), Status::InferredPass);
    close(&mut posture, 3, SERVER);
    assert_eq!(line(&posture, "10.0.0.2:7000"), Status::Pass);
    assert_ne!(line(&posture, "10.0.0.2:17000"), Status::Pass);
}
