//! What connections alone show: who speaks to whom in which way, and whether the policy expects it.

use super::*;
use crate::observation::Bus;

#[test]
fn policy_names_expects_and_tolerates() {
    let net = |text: &str| text.parse::<Network>().unwrap();
    let mut posture = Posture::new(Policy {
        servers: vec![NamedServer {
            name: "cart".to_owned(),
            addresses: vec![(net("10.0.0.2"), Some(6379))],
            clients: vec![net("10.0.0.1")],
        }],
        tolerated: vec![Tolerated {
            clients: vec![net("10.0.0.1")],
            servers: Vec::new(),
        }],
        client_certificate_required: true,
        min_version: None,
    });
    posture.connection(&connection(1, CLIENT, SERVER));
    assert_eq!(status(&posture, "expected-clients"), Status::InferredPass);
    posture.connection(&connection(2, "10.0.0.7:1", SERVER));
    assert_eq!(status(&posture, "expected-clients"), Status::Fail);
    let coverage = posture.coverage();
    assert_eq!(coverage.servers[0].name.as_deref(), Some("cart"));
    let tolerated: Vec<_> = coverage.servers[0]
        .plain_clients
        .iter()
        .map(|client| client.tolerated)
        .collect();
    assert_eq!(tolerated, [true, false]);
    assert_eq!(posture.seams().len(), 1);
    let assessment = posture.assess(at(9));
    let severity = assessment
        .checks
        .iter()
        .find(|check| check.id == "client-auth")
        .unwrap()
        .severity;
    assert_eq!(severity, crate::event::Severity::High);
    let tls = assessment
        .mend
        .iter()
        .find(|step| step.subject == "TLS")
        .unwrap();
    assert!(
        tls.action.contains("10.0.0.7") && !tls.action.contains("10.0.0.1 "),
        "{}",
        tls.action
    );
}

#[test]
fn a_public_address_fails_the_trusted_network() {
    let mut posture = Posture::default();
    posture.connection(&connection(1, "8.8.8.8:40000", SERVER));
    assert_eq!(status(&posture, "trusted-network"), Status::Fail);
    assert!(
        posture
            .assess(at(9))
            .mend
            .iter()
            .any(|step| step.subject == "Firewall")
    );
}

#[test]
fn the_bus_is_judged_in_the_clear_and_under_tls() {
    let bus = "10.0.0.2:16379";
    let mut posture = told([]);
    let mut event = connection(5, "10.0.0.3:1", bus);
    event.protocol = crate::event::ConnectionProtocol::ClusterBus;
    posture.connection(&event);
    posture.observe(&Observation {
        seen: seen(5, "10.0.0.3:1", bus),
        fact: Fact::Bus(Bus {
            port: 6379,
            other_port: 6380,
            bus_port: 16379,
            primary: true,
        }),
    });
    assert_eq!(status_of(&posture, bus, "bus"), Status::Fail);
    let mut posture = told([]);
    posture.connection(&tls_connection(5, "10.0.0.3:1", bus, "TLSv1.3"));
    assert_eq!(status_of(&posture, bus, "bus"), Status::InferredPass);
}

#[test]
fn coverage_counts_clients_once() {
    let mut posture = Posture::default();
    posture.connection(&connection(1, CLIENT, SERVER));
    posture.connection(&connection(2, "10.0.0.1:40001", SERVER));
    posture.connection(&tls_connection(
        3,
        "10.0.0.1:40002",
        "10.0.0.2:6380",
        "TLSv1.3",
    ));
    posture.connection(&tls_connection(4, "10.0.0.8:1", "10.0.0.2:6380", "TLSv1.3"));
    let coverage = posture.coverage();
    assert_eq!(
        (coverage.plaintext.clients, coverage.plaintext.connections),
        (1, 2)
    );
    assert_eq!((coverage.tls.clients, coverage.tls.connections), (2, 2));
    assert_eq!(coverage.clients, 2, "one speaks both");
    assert_eq!(coverage.plaintext.bytes, 400);
    assert!(coverage.servers[0].plain_clients[0].also_tls);
}

#[test]
fn bounds_hold_and_are_counted() {
    let mut posture = Posture::default();
    for index in 0..server::MAX_CLIENTS + 5 {
        let client = format!(
            "10.{}.{}.{}:1",
            index >> 16 & 255,
            index >> 8 & 255,
            index & 255
        );
        posture.connection(&connection(1, &client, SERVER));
    }
    let assessment = posture.assess(at(9));
    assert_eq!(assessment.clipped, 5);
    assert_eq!(assessment.coverage.servers[0].plain_clients.len(), 1000);
    for check in assessment.checks {
        assert!(check.evidence.len() <= 8, "{}", check.id);
    }
}
