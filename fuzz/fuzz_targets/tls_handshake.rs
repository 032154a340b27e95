//! Handshake messages of anything, well wrapped in records: never a panic, and the facts become an
//! event that can be written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use resp_sniff::event::{Endpoint, Transport};
use resp_sniff::packet::{Origin, Timestamp};
use resp_sniff::redact::Printable;
use resp_sniff::segment::Direction;
use resp_sniff::tls::{Addressing, TlsConnection, TlsContext, TlsFacts, TlsSink, TlsStart};

struct Write;

impl TlsSink for Write {
    fn handshake(&mut self, facts: TlsFacts) {
        let nobody = Endpoint {
            address: String::new(),
            port: 0,
        };
        let addressing = Addressing {
            connection: String::new(),
            community_id: String::new(),
            client: nobody.clone(),
            server: nobody,
            live: false,
        };
        let event = facts.into_event(addressing, |_| Printable::word("name"));
        serde_json::to_string(&event).expect("an event can be written");
    }

    fn plaintext(&mut self, _: Direction, _: &[u8], _: Transport, _: Timestamp, _: Origin) {}

    fn plaintext_lost(&mut self, _: Direction) {}
}

// Messages: a byte of direction and type, two of length, the body.
fuzz_target!(|data: &[u8]| {
    let mut context = TlsContext::default();
    let mut connection = TlsConnection::new(TlsStart::default());
    let (at, origin) = (Timestamp::default(), Origin::default());
    let mut rest = data;
    while let [head, high, low, after @ ..] = rest {
        let len = usize::from(u16::from_be_bytes([*high, *low])).min(after.len());
        let (body, after) = after.split_at(len);
        rest = after;
        let direction = if head & 0x80 == 0 {
            Direction::ClientToServer
        } else {
            Direction::ServerToClient
        };
        let mut message = vec![head & 0x1f, 0];
        message.extend(u16::try_from(len).unwrap_or(0).to_be_bytes());
        message.extend(body);
        for piece in message.chunks(16_384) {
            let mut record = vec![if head & 0x40 == 0 { 22 } else { 23 }, 3, 3];
            record.extend(u16::try_from(piece.len()).unwrap_or(0).to_be_bytes());
            record.extend(piece);
            connection.data(&mut context, direction, &record, at, origin, &mut Write);
        }
    }
    connection.finish(&mut context, at, origin, &mut Write);
});
