use super::*;
use crate::tls::hello::MAX_IDENTITIES;

/// A hello up to its extensions, with what stands between the session id and them.
fn hello(id: &[u8], middle: &[u8], extensions: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let mut out = vec![3, 3];
    out.extend([7; 32]);
    out.push(u8::try_from(id.len()).expect("short"));
    out.extend(id);
    out.extend(middle);
    let block: Vec<u8> = extensions
        .iter()
        .flat_map(|(kind, data)| [kind.to_be_bytes().to_vec(), vec16(data)].concat())
        .collect();
    out.extend(vec16(&block));
    out
}

fn vec16(data: &[u8]) -> Vec<u8> {
    let len = u16::try_from(data.len()).expect("short");
    [&len.to_be_bytes(), data].concat()
}

fn client(id: &[u8], extensions: &[(u16, Vec<u8>)]) -> Vec<u8> {
    // Two suites, no compression.
    hello(id, &[0, 4, 0x13, 0x01, 0xc0, 0x2f, 1, 0], extensions)
}

fn server(id: &[u8], extensions: &[(u16, Vec<u8>)]) -> Vec<u8> {
    hello(id, &[0x13, 0x01, 0], extensions)
}

fn tls13() -> (u16, Vec<u8>) {
    (43, vec![3, 4])
}

/// pre_shared_key of a ClientHello, binders left out.
fn identities(tickets: &[&[u8]]) -> (u16, Vec<u8>) {
    let list: Vec<u8> = tickets
        .iter()
        .flat_map(|ticket| [vec16(ticket), vec![0; 4]].concat())
        .collect();
    (41, vec16(&list))
}

fn links(client: &[u8], server: &[u8]) -> SessionLinks {
    let mut negotiation = Negotiation::default();
    say(&mut negotiation, Role::Client, kind::CLIENT_HELLO, client);
    say(&mut negotiation, Role::Server, kind::SERVER_HELLO, server);
    for role in [Role::Client, Role::Server] {
        negotiation.change_cipher_spec(role);
    }
    negotiation.session_links()
}

fn say(negotiation: &mut Negotiation, role: Role, kind: u8, body: &[u8]) {
    negotiation
        .message(role, kind, body, Sight::Clear, &mut TlsContext::default())
        .expect("well formed");
}

#[test]
fn a_session_id_names_a_session_only_below_tls13_and_where_no_ticket_is_shown() {
    let by_id = links(&client(b"chosen", &[]), &server(b"chosen", &[]));
    assert_eq!(by_id.offered, [session::link("id", b"chosen")]);
    assert_eq!(by_id.issued, [session::link("id", b"chosen")]);
    // An empty session_ticket asks for one (RFC 5077 3.2).
    let asked = links(&client(b"chosen", &[(35, vec![])]), &server(b"chosen", &[]));
    assert_eq!(asked, by_id);
    // The server must not look at the id, and echoes it where it takes the ticket (RFC 5077 3.4).
    let ticket = (35, b"ticket".to_vec());
    let by_ticket = links(
        &client(b"chosen", std::slice::from_ref(&ticket)),
        &server(b"chosen", &[]),
    );
    assert_eq!(by_ticket.offered, [session::link("ticket", b"ticket")]);
    assert_eq!(by_ticket.issued, [[0; 16]; 0]);
    // An id of the server's own is one that it keeps.
    let renewed = links(&client(b"chosen", &[ticket]), &server(b"own", &[]));
    assert_eq!(renewed.issued, [session::link("id", b"own")]);
    let modern = links(
        &client(b"chosen", &[tls13(), identities(&[b"ticket"])]),
        &server(b"chosen", &[tls13(), (41, vec![0, 0])]),
    );
    assert_eq!(modern.offered, [session::link("ticket", b"ticket")]);
    assert_eq!(modern.issued, [[0; 16]; 0]);
}

#[test]
fn a_server_of_tls12_looks_at_no_pre_shared_key() {
    let old = links(
        &client(b"chosen", &[identities(&[b"ticket"])]),
        &server(b"chosen", &[]),
    );
    assert_eq!(old.offered, [session::link("id", b"chosen")]);
}

#[test]
fn the_ticket_of_tls13_is_the_one_that_the_server_selected() {
    let offer = client(&[], &[tls13(), identities(&[b"first", b"second"])]);
    let offered = |selected: Vec<u8>| {
        let answer = server(&[], &[tls13(), (41, selected)]);
        links(&offer, &answer).offered
    };
    assert_eq!(offered(vec![0, 0]), [session::link("ticket", b"first")]);
    assert_eq!(offered(vec![0, 1]), [session::link("ticket", b"second")]);
    assert_eq!(offered(vec![0, 2]), [[0; 16]; 0]);
    assert_eq!(offered(vec![0]), [[0; 16]; 0]);
    assert_eq!(
        links(&offer, &server(&[], &[tls13()])).offered,
        [[0; 16]; 0]
    );
}

#[test]
fn identities_are_kept_up_to_a_number() {
    let tickets = vec![b"same".as_slice(); MAX_IDENTITIES + 1];
    let offer = client(&[], &[tls13(), identities(&tickets)]);
    for (selected, known) in [(MAX_IDENTITIES - 1, 1), (MAX_IDENTITIES, 0)] {
        let selected = u16::try_from(selected).expect("few").to_be_bytes();
        let answer = server(&[], &[tls13(), (41, selected.to_vec())]);
        assert_eq!(links(&offer, &answer).offered.len(), known);
    }
}

#[test]
fn after_a_retry_the_selected_ticket_is_one_of_the_second_hello() {
    let mut negotiation = Negotiation::default();
    let first = client(&[], &[tls13(), identities(&[b"dropped", b"kept"])]);
    let second = client(&[], &[tls13(), identities(&[b"kept"])]);
    let mut retry = server(&[], &[tls13()]);
    retry[2..34].copy_from_slice(&crate::tls::hello::HELLO_RETRY_RANDOM);
    let answer = server(&[], &[tls13(), (41, vec![0, 0])]);
    for (role, kind, body) in [
        (Role::Client, kind::CLIENT_HELLO, &first),
        (Role::Server, kind::SERVER_HELLO, &retry),
        (Role::Client, kind::CLIENT_HELLO, &second),
        (Role::Server, kind::SERVER_HELLO, &answer),
    ] {
        say(&mut negotiation, role, kind, body);
    }
    assert!(negotiation.retry);
    assert_eq!(
        negotiation.session_links().offered,
        [session::link("ticket", b"kept")]
    );
}
