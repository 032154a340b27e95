//! Who meets what was not meant for it: plaintext beside TLS, one to a port of the other.

use super::*;
use crate::event::EndReason;
use crate::observation::Client;

#[test]
fn seams_name_who_and_where() {
    let mut posture = Posture::default();
    posture.connection(&connection(1, CLIENT, SERVER));
    posture.observe(&Observation {
        seen: seen(2, CLIENT, SERVER),
        fact: Fact::Client(Client {
            name: Some(text("checkout")),
            library: Some(text("jedis")),
            version: None,
        }),
    });
    assert!(posture.seams().is_empty(), "no TLS anywhere, no seam");
    posture.connection(&tls_connection(
        3,
        "10.0.0.9:1000",
        "10.0.0.2:6380",
        "TLSv1.3",
    ));
    let seams = posture.seams();
    let kinds: Vec<_> = seams.iter().map(|seam| seam.kind).collect();
    assert_eq!(kinds, [SeamKind::StillPlaintext, SeamKind::BothPortsOpen]);
    assert!(
        seams[0].why.contains("10.0.0.1 (checkout, jedis)"),
        "{}",
        seams[0].why
    );
    assert!(seams[0].fix.contains("10.0.0.2:6380"), "{}", seams[0].fix);
    assert_eq!(posture.coverage().servers[0].plain_clients.len(), 1);
}

#[test]
fn resp_to_a_tls_port_is_out_although_it_was_reset() {
    let server = "10.0.0.2:6380";
    let mut posture = Posture::default();
    posture.connection(&tls_connection(1, "10.0.0.9:1", server, "TLSv1.3"));
    let mut stray = connection(2, CLIENT, server);
    stray.replies = 0;
    stray.end_reason = EndReason::Rst;
    if let Some(side) = &mut stray.server_to_client {
        side.stream_bytes = 0;
    }
    posture.connection(&stray);
    posture.observe(&Observation {
        seen: seen(2, CLIENT, server),
        fact: Fact::RespReset { password: true },
    });
    let seams = posture.seams();
    assert_eq!(seams.len(), 1, "{seams:#?}");
    assert_eq!(seams[0].kind, SeamKind::PasswordToTlsPort);
    assert!(seams[0].why.contains("A password"));
    assert_eq!(
        status_of(&posture, server, "plaintext-port"),
        Status::InferredPass,
        "the server itself refused"
    );
    let steps = posture.assess(at(9)).mend;
    assert_eq!(steps[0].subject, "Strays");
    assert!(
        !steps.iter().any(|step| step.subject == "TLS"),
        "{steps:#?}"
    );
}

#[test]
fn a_hello_to_a_port_without_tls_goes_unanswered() {
    let mut posture = Posture::default();
    posture.connection(&connection(1, "10.0.0.9:1", SERVER));
    let mut hello = tls_connection(2, CLIENT, SERVER, "TLSv1.3");
    hello.tls_version = None;
    hello.tls_evidence = Some(crate::event::TlsEvidence::NotSeen);
    hello.bytes = 100;
    if let Some(side) = &mut hello.server_to_client {
        side.stream_bytes = 0;
        side.delivered_bytes = 0;
    }
    posture.connection(&hello);
    let seams = posture.seams();
    assert_eq!(seams.len(), 1, "{seams:#?}");
    assert_eq!(seams[0].kind, SeamKind::TlsToPlaintextPort);
    let coverage = posture.coverage();
    assert_eq!(coverage.tls.connections, 0, "nothing was encrypted");
    assert_eq!(coverage.unknown.connections, 1);
    assert_eq!(status(&posture, "tls-coverage"), Status::Fail);
}

#[test]
fn every_seam_has_its_rule() {
    for kind in SeamKind::ALL {
        assert!(crate::detect::rule_info(kind.rule()).is_some(), "{kind:?}");
    }
}
