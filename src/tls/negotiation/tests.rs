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

/// One protected record.
type Protected = (Role, ContentType, usize);

const CLIENT_FINISHED: Protected = (Role::Client, ContentType::Handshake, 40);
const SERVER_FINISHED: Protected = (Role::Server, ContentType::Handshake, 40);
const CLIENT_DATA: Protected = (Role::Client, ContentType::ApplicationData, 60);
const SERVER_DATA: Protected = (Role::Server, ContentType::ApplicationData, 60);
const CLIENT_ALERT: Protected = (Role::Client, ContentType::Alert, 26);
const SERVER_ALERT: Protected = (Role::Server, ContentType::Alert, 26);

/// How far `records` bring an abbreviated handshake of TLS 1.2, or a full one.
fn below_tls13(full: bool, records: &[Protected]) -> Negotiation {
    let mut negotiation = Negotiation::default();
    let offer = client(b"chosen", &[(35, b"ticket".to_vec())]);
    say(&mut negotiation, Role::Client, kind::CLIENT_HELLO, &offer);
    let answer = server(if full { b"" } else { b"chosen" }, &[]);
    say(&mut negotiation, Role::Server, kind::SERVER_HELLO, &answer);
    if full {
        let done = kind::SERVER_HELLO_DONE;
        say(&mut negotiation, Role::Server, done, &[]);
        let exchange = kind::CLIENT_KEY_EXCHANGE;
        say(&mut negotiation, Role::Client, exchange, &[]);
    }
    assert!(!negotiation.is_tls13());
    for &(role, content, len) in records {
        negotiation.change_cipher_spec(role);
        negotiation.protected(role, content, len);
    }
    negotiation
}

#[test]
fn who_replays_a_ticket_is_not_told_as_established() {
    let garbage = [SERVER_FINISHED, CLIENT_FINISHED];
    for (more, unproven) in [
        // The server's alert; the client's first; data that nobody answers, as many as it likes.
        (vec![SERVER_ALERT], false),
        (vec![CLIENT_ALERT, SERVER_ALERT], true),
        (vec![CLIENT_DATA, SERVER_ALERT], false),
        ([CLIENT_DATA; 20].to_vec(), true),
        (vec![], true),
    ] {
        let records = [&garbage[..], &more].concat();
        let negotiation = below_tls13(false, &records);
        assert_eq!(negotiation.progress(), Progress::Pending, "{more:?}");
        assert_eq!(negotiation.is_unproven(), unproven, "{more:?}");
    }
    let told = below_tls13(false, &[&garbage[..], &[SERVER_ALERT]].concat());
    assert_eq!(told.protected_alert(), Some(Role::Server));
    // A key exchange that the server did not ask for makes no full handshake of it.
    let mut pretends = below_tls13(false, &garbage);
    let exchange = kind::CLIENT_KEY_EXCHANGE;
    say(&mut pretends, Role::Client, exchange, &[]);
    assert_eq!(pretends.progress(), Progress::Pending);
}

#[test]
fn the_servers_own_finished_is_no_answer_to_a_replayed_ticket() {
    // A narrow window holds it back until the garbage was seen.
    let narrow = [CLIENT_FINISHED, SERVER_FINISHED];
    for more in [&[][..], &[SERVER_ALERT]] {
        let records = [&narrow[..], more].concat();
        let negotiation = below_tls13(false, &records);
        assert_eq!(negotiation.progress(), Progress::Pending, "{more:?}");
    }
    let records = [&narrow[..], &[SERVER_DATA]].concat();
    assert_eq!(
        below_tls13(false, &records).progress(),
        Progress::Established
    );
}

#[test]
fn what_follows_a_hello_that_nobody_answered_proves_nothing() {
    let mut negotiation = Negotiation::default();
    let data = |negotiation: &mut Negotiation| {
        for _ in 0..40 {
            negotiation.protected(Role::Client, ContentType::ApplicationData, 100);
        }
    };
    // Where the hello was not seen, the capture may hold one direction alone.
    data(&mut negotiation);
    assert_eq!(negotiation.progress(), Progress::Established);
    let mut negotiation = Negotiation::default();
    let offer = client(b"", &[tls13()]);
    say(&mut negotiation, Role::Client, kind::CLIENT_HELLO, &offer);
    data(&mut negotiation);
    assert_eq!(negotiation.progress(), Progress::Pending);
}

#[test]
fn a_flight_of_many_short_records_is_no_answer() {
    // max_fragment_length: the flight alone; and behind garbage, then refused.
    let long: Vec<(Role, usize)> = std::iter::once((Role::Server, 23))
        .chain(std::iter::repeat_n((Role::Server, 528), 10))
        .chain([(Role::Server, 281), (Role::Server, 53)])
        .collect();
    assert_eq!(with_tls13(&[], false, &long).progress(), Progress::Pending);
    let narrow = [
        (Role::Server, 23),
        (Role::Client, 53),
        (Role::Server, 528),
        (Role::Server, 528),
        (Role::Server, 528),
        (Role::Server, 281),
        (Role::Server, 53),
        (Role::Server, 19),
    ];
    assert_eq!(
        with_tls13(&[], false, &narrow).progress(),
        Progress::Pending
    );
}

#[test]
fn a_server_that_goes_on_has_verified_the_clients_finished() {
    for answer in [SERVER_DATA, (Role::Server, ContentType::Handshake, 60)] {
        let records = [SERVER_FINISHED, CLIENT_FINISHED, CLIENT_DATA, answer];
        let negotiation = below_tls13(false, &records);
        assert_eq!(negotiation.progress(), Progress::Established);
        assert_eq!(negotiation.resumed(), Some(true));
    }
}

#[test]
fn in_a_full_handshake_the_servers_finished_is_the_proof() {
    for (records, progress) in [
        (
            &[CLIENT_FINISHED, SERVER_FINISHED][..],
            Progress::Established,
        ),
        // Captured in the other order.
        (&[SERVER_FINISHED, CLIENT_FINISHED], Progress::Established),
        (&[CLIENT_FINISHED], Progress::Pending),
        // False start (RFC 7918).
        (&[CLIENT_FINISHED, CLIENT_DATA], Progress::Pending),
        (
            &[CLIENT_FINISHED, CLIENT_DATA, SERVER_FINISHED],
            Progress::Established,
        ),
    ] {
        let negotiation = below_tls13(true, records);
        assert_eq!(negotiation.progress(), progress, "{records:?}");
    }
}

/// How far protected records of these lengths bring TLS 1.3 with a hash of 32 bytes.
fn with_tls13(hello: &[(u16, Vec<u8>)], resumed: bool, records: &[(Role, usize)]) -> Negotiation {
    let mut negotiation = Negotiation::default();
    let offer = [&[tls13()], hello].concat();
    let offer = client(b"", &offer);
    say(&mut negotiation, Role::Client, kind::CLIENT_HELLO, &offer);
    let chosen = if resumed {
        vec![tls13(), (41, vec![0, 0])]
    } else {
        vec![tls13()]
    };
    let answer = server(b"", &chosen);
    say(&mut negotiation, Role::Server, kind::SERVER_HELLO, &answer);
    for &(role, len) in records {
        negotiation.protected(role, ContentType::ApplicationData, len);
    }
    negotiation
}

/// A client may narrow its window, so that its own records are seen in the middle of the server's flight.
#[test]
fn the_rest_of_the_servers_flight_does_not_answer_the_clients() {
    use Role::{Client, Server};
    let ticket = (41, vec16(&vec16(b"ticket")));
    let resumed: &[(Role, usize)] = &[(Server, 23), (Client, 53), (Server, 53)];
    let full: &[(Role, usize)] = &[
        (Server, 23),
        (Client, 625),
        (Client, 96),
        (Client, 53),
        (Server, 845),
        (Server, 281),
        (Server, 53),
    ];
    let early: &[(Role, usize)] = &[(Server, 29), (Server, 53), (Client, 90), (Server, 60)];
    for (hello, is_resumed, records) in [
        (vec![ticket.clone()], true, resumed),
        (vec![], false, full),
        (vec![(42, vec![]), ticket], true, early),
    ] {
        let after = |more: &[(Role, usize)]| {
            with_tls13(
                &hello,
                is_resumed,
                &[records, &[(Client, 53)], more].concat(),
            )
        };
        let silent = after(&[]);
        assert_eq!(silent.progress(), Progress::Pending, "{records:?}");
        assert!(silent.is_unproven(), "{records:?}");
        // An alert under encryption, and then the end.
        let refused = after(&[(Server, 19)]);
        assert_eq!(refused.progress(), Progress::Pending, "{records:?}");
        assert!(!refused.is_unproven(), "{records:?}");
        assert_eq!(refused.protected_alert(), Some(Server), "{records:?}");
        for answer in [250, 60] {
            let taken = after(&[(Server, answer)]);
            assert_eq!(taken.progress(), Progress::Established, "{records:?}");
        }
    }
}

#[test]
fn a_flight_in_one_record_is_answered_by_the_next() {
    use Role::{Client, Server};
    for (is_resumed, flight) in [(false, 1200), (true, 59)] {
        let records = [(Server, flight), (Client, 53), (Server, 250)];
        let negotiation = with_tls13(&[], is_resumed, &records);
        assert_eq!(negotiation.progress(), Progress::Established);
    }
}

#[test]
fn tickets_are_kept_up_to_a_number_and_named_by_their_handshake() {
    let mut negotiation = with_tls13(&[], false, &[]);
    for ticket in 0..20_u8 {
        let body = [&[0; 8][..], &[1, ticket], &vec16(&[ticket]), &[0, 0]].concat();
        let kind = kind::NEW_SESSION_TICKET;
        say(&mut negotiation, Role::Server, kind, &body);
    }
    assert_eq!(negotiation.issued.len(), MAX_ISSUED);
    let other = with_tls13(&[(42, vec![])], false, &[]);
    assert_eq!(negotiation.handshake_link(), other.handshake_link());
    assert_eq!(Negotiation::default().handshake_link(), None);
}
