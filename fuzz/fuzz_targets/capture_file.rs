//! Any bytes as a capture file: no panic, the same packets by packet, by batch and in small reads,
//! every packet within its bounds, and nothing after the end.
#![no_main]

use std::io::{Cursor, Read};

use libfuzzer_sys::fuzz_target;
use resp_sniff::source::{FileSource, SourceError};

/// Gives a few bytes a read.
struct Slow(Cursor<Vec<u8>>);

impl Read for Slow {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let len = into.len().min(13);
        self.0.read(&mut into[..len])
    }
}

type Told = (Vec<(u64, u32, Vec<u8>)>, Option<SourceError>);

fn by_packet(reader: impl Read + Send + 'static) -> Told {
    let mut source = match FileSource::from_reader(reader, 0) {
        Ok(source) => source,
        Err(error) => return (Vec::new(), Some(error)),
    };
    let mut packets = Vec::new();
    let end = loop {
        let _ = source.take_secrets();
        match source.next() {
            Ok(Some(packet)) => {
                assert_eq!(packet.origin.frame, packets.len() as u64 + 1);
                assert!(packet.data.len() <= FileSource::MAX_RECORD_LEN);
                packets.push((packet.at.0, packet.link.0, packet.data.to_vec()));
            }
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    assert!(matches!(source.next(), Ok(None)));
    (packets, end)
}

fn by_batch(reader: impl Read + Send + 'static) -> Told {
    let mut source = match FileSource::from_reader(reader, 0) {
        Ok(source) => source,
        Err(error) => return (Vec::new(), Some(error)),
    };
    let mut packets = Vec::new();
    let end = loop {
        match source.next_batch() {
            Ok(Some(batch)) => {
                let before = packets.len();
                packets
                    .extend(batch.map(|packet| (packet.at.0, packet.link.0, packet.data.to_vec())));
                assert!(packets.len() > before, "a batch holds at least one packet");
            }
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    (packets, end)
}

fuzz_target!(|data: &[u8]| {
    let whole = by_packet(Cursor::new(data.to_vec()));
    assert_eq!(by_batch(Cursor::new(data.to_vec())), whole);
    // A damaged compressed stream gives more or less before its damage is noticed, by how it is read.
    let compressed = data.starts_with(&[0x1f, 0x8b]) || data.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]);
    if !compressed {
        assert_eq!(by_packet(Slow(Cursor::new(data.to_vec()))), whole);
    }
});
