//! Two directions of anything, with gaps, closes and late keys: never a panic, every byte is counted
//! once, at most one handshake is told of what cannot be decrypted, and the context has its memory
//! back at the end.
#![no_main]

use libfuzzer_sys::fuzz_target;
use resp_sniff::event::Transport;
use resp_sniff::packet::{Origin, Timestamp};
use resp_sniff::segment::Direction;
use resp_sniff::tls::{KeyLog, TlsConnection, TlsContext, TlsFacts, TlsFollow, TlsSink, TlsStart};

#[derive(Default)]
struct Count {
    handshakes: usize,
}

impl TlsSink for Count {
    fn handshake(&mut self, _: TlsFacts) {
        self.handshakes += 1;
    }

    fn plaintext(&mut self, _: Direction, bytes: &[u8], _: Transport, _: Timestamp, _: Origin) {
        assert!(!bytes.is_empty());
    }

    fn plaintext_lost(&mut self, _: Direction) {}
}

// First byte: bit 0 mid-stream, bit 1 keys. Then steps: a byte of kind and length, and its bytes.
fuzz_target!(|data: &[u8]| {
    let Some((flags, mut rest)) = data.split_first() else {
        return;
    };
    let mut context = TlsContext::default();
    if flags & 2 != 0 {
        context.keys = Some(KeyLog::new());
    }
    let mut connection = TlsConnection::new(TlsStart {
        midstream: flags & 1 != 0,
        server: None,
    });
    let mut sink = Count::default();
    let (at, origin) = (Timestamp::default(), Origin::default());
    let mut given = 0;
    let mut done = false;
    while let Some((step, after)) = rest.split_first() {
        let direction = if step & 1 == 0 {
            Direction::ClientToServer
        } else {
            Direction::ServerToClient
        };
        let len = (usize::from(step >> 3) * 40).min(after.len());
        let (bytes, after) = after.split_at(len);
        rest = after;
        match step >> 1 & 3 {
            3 if len == 0 => connection.reset(&mut context, direction, at, origin, &mut sink),
            2 if len == 0 => connection.finished(&mut context, direction, at, origin, &mut sink),
            1 => {
                let len = u64::try_from(len).unwrap_or(0) + 1;
                connection.gap(&mut context, direction, len, at, origin, &mut sink);
            }
            _ if done => {}
            _ => {
                given += bytes.len() as u64;
                let follow = connection.data(&mut context, direction, bytes, at, origin, &mut sink);
                done = follow == TlsFollow::Done;
            }
        }
        let counters = connection.counters();
        assert_eq!(counters.tls_bytes + counters.skipped_bytes, given);
    }
    connection.finish(&mut context, at, origin, &mut sink);
    // Each NULL suite may renegotiate; each of those needs records of its own.
    assert!(sink.handshakes <= 1 + data.len() / 10);
});
