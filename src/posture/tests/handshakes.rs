//! What handshakes tell: protocol, suites and their order, client certificates.

use super::*;
use crate::event::samples::tls;
use crate::event::{Alert, Observed, Outcome};

#[test]
fn tls_lines_follow_the_handshakes() {
    let server = "10.0.0.2:6380";
    let with = |change: fn(&mut TlsEvent)| {
        let mut posture = Posture::default();
        let mut event = tls(1, CLIENT, server, "TLSv1.3", "TLS_AES_256_GCM_SHA384");
        change(&mut event);
        posture.connection(&tls_connection(1, CLIENT, server, "TLSv1.3"));
        posture.tls(&event);
        posture
    };
    let strong = with(|_| {});
    assert_eq!(status_of(&strong, server, "protocol"), Status::InferredPass);
    assert_eq!(status_of(&strong, server, "cipher"), Status::InferredPass);
    assert_eq!(
        status_of(&strong, server, "client-auth"),
        Status::InferredFail
    );
    assert_eq!(
        status_of(&strong, server, "plaintext-port"),
        Status::InferredPass
    );
    assert_eq!(
        status_of(&strong, server, "tls-coverage"),
        Status::InferredPass
    );
    assert_eq!(
        status_of(&strong, server, "certificate"),
        Status::NotObserved
    );
    assert_eq!(
        status_of(&strong, server, "cipher-preference"),
        Status::NotObserved
    );
    let old = with(|event| event.weaknesses = vec!["tls.version-old".to_owned()]);
    assert_eq!(status_of(&old, server, "protocol"), Status::Fail);
    let weak = with(|event| event.weaknesses = vec!["tls.kx-dh-short".to_owned()]);
    assert_eq!(status_of(&weak, server, "cipher"), Status::Fail);
    let mild = with(|event| event.weaknesses = vec!["tls.version-behind".to_owned()]);
    assert_eq!(status_of(&mild, server, "protocol"), Status::InferredPass);
    let alert = |event: &mut TlsEvent, description: &str| {
        event.outcome = Outcome::Refused;
        event.version = None;
        event.alert = Some(Alert {
            level: "fatal".to_owned(),
            description: description.to_owned(),
            from: "server".to_owned(),
        });
    };
    let mut refused = strong.clone();
    for (frame, description) in [
        (2, "protocol_version"),
        (3, "certificate_required"),
        (4, "handshake_failure"),
    ] {
        let mut event = tls(frame, CLIENT, server, "TLSv1.3", "x");
        alert(&mut event, description);
        refused.tls(&event);
    }
    assert_eq!(status_of(&refused, server, "protocol"), Status::Pass);
    assert_eq!(status_of(&refused, server, "cipher"), Status::Pass);
    let optional = with(|event| {
        event.client_certificate.requested = Observed::Yes;
        event.client_certificate.presented = Observed::No;
    });
    assert_eq!(status_of(&optional, server, "client-auth"), Status::Fail);
    let guessed = with(|event| {
        event.client_certificate.requested = Observed::InferredYes;
        event.client_certificate.presented = Observed::InferredNo;
    });
    assert_eq!(
        status_of(&guessed, server, "client-auth"),
        Status::InferredFail
    );
    let mut resumed = with(|event| event.resumed = Some(true));
    assert_eq!(
        status_of(&resumed, server, "client-auth"),
        Status::NotObserved
    );
    let mut event = tls(1, CLIENT, server, "TLSv1.3", "TLS_AES_256_GCM_SHA384");
    event.resumed = Some(true);
    event.client_certificate.requested = Observed::InferredYes;
    event.client_certificate.presented = Observed::InferredYes;
    resumed.inherited(&event);
    assert_eq!(
        status_of(&resumed, server, "client-auth"),
        Status::InferredPass
    );
}

#[test]
fn the_order_of_suites_needs_two_clients_that_disagree() {
    let server = "10.0.0.2:6380";
    let offer = |frame, suites: [&str; 2], picked: &str| {
        let mut event = tls(frame, CLIENT, server, "TLSv1.2", picked);
        event.offered.cipher_suites = suites.map(str::to_owned).to_vec();
        event
    };
    let judged = |events: &[TlsEvent]| {
        let mut posture = Posture::default();
        posture.connection(&tls_connection(1, CLIENT, server, "TLSv1.2"));
        for event in events {
            posture.tls(event);
        }
        status_of(&posture, server, "cipher-preference")
    };
    assert_eq!(judged(&[offer(1, ["A", "B"], "A")]), Status::NotObserved);
    let follows = [offer(1, ["A", "B"], "A"), offer(2, ["B", "A"], "B")];
    assert_eq!(judged(&follows), Status::InferredFail);
    // It took A from one that likes B better, and B is known to be taken.
    let decides = [
        offer(1, ["A", "B"], "A"),
        offer(2, ["B", "A"], "A"),
        offer(3, ["B", "C"], "B"),
    ];
    assert_eq!(judged(&decides), Status::InferredPass);
    let unclear = [offer(1, ["A", "B"], "A"), offer(2, ["B", "A"], "A")];
    assert_eq!(
        judged(&unclear),
        Status::NotObserved,
        "B may be no suite of the server's"
    );
}
