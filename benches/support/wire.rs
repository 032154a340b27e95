//! Packets as bytes, for benches that begin at the capture file.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use resp_sniff::packet::{LinkType, Origin, Packet, Timestamp};
use resp_sniff::segment::Direction;
use resp_sniff::source::PcapWriter;

/// Writes a capture of IPv4 over Ethernet, a packet every 3 microseconds.
pub(crate) struct Wire {
    writer: PcapWriter<BufWriter<File>>,
    at: u64,
}

impl Wire {
    pub(crate) fn create(path: &Path) -> Self {
        let file = BufWriter::new(File::create(path).unwrap());
        Self {
            writer: PcapWriter::new(file, LinkType::ETHERNET).unwrap(),
            at: 1_700_000_000_000_000_000,
        }
    }

    pub(crate) fn finish(self) {
        self.writer.finish().unwrap();
    }

    /// A segment between a client and the Redis server, with right checksums.
    pub(crate) fn segment(
        &mut self,
        client: u32,
        way: Direction,
        seq: u32,
        ack: u32,
        flags: u8,
        payload: &[u8],
    ) {
        let [_, net, host, port] = client.to_be_bytes();
        let (ours, theirs) = (
            ([10, 9, net, host], 40_000 + u16::from(port)),
            ([10, 8, 0, 2], 6379),
        );
        let (from, to) = match way {
            Direction::ClientToServer => (ours, theirs),
            Direction::ServerToClient => (theirs, ours),
        };
        let mut frame = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0];
        let total = (40 + payload.len()) as u16;
        let mut ip = vec![0x45, 0, 0, 0, 0, 1, 0x40, 0, 64, 6, 0, 0];
        ip[2..4].copy_from_slice(&total.to_be_bytes());
        ip.extend_from_slice(&from.0);
        ip.extend_from_slice(&to.0);
        let sum = !fold(words(&ip));
        ip[10..12].copy_from_slice(&sum.to_be_bytes());
        let mut tcp = Vec::with_capacity(20 + payload.len());
        tcp.extend_from_slice(&from.1.to_be_bytes());
        tcp.extend_from_slice(&to.1.to_be_bytes());
        tcp.extend_from_slice(&seq.to_be_bytes());
        tcp.extend_from_slice(&ack.to_be_bytes());
        tcp.extend_from_slice(&[0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
        tcp.extend_from_slice(payload);
        let pseudo = words(&from.0) + words(&to.0) + 6 + tcp.len() as u64;
        let sum = !fold(pseudo + words(&tcp));
        tcp[16..18].copy_from_slice(&sum.to_be_bytes());
        frame.extend_from_slice(&ip);
        frame.extend_from_slice(&tcp);
        self.at += 3_000;
        let packet = Packet {
            at: Timestamp(self.at),
            link: LinkType::ETHERNET,
            data: &frame,
            wire_len: frame.len() as u32,
            origin: Origin::default(),
        };
        assert!(self.writer.write(&packet).unwrap());
    }
}

fn words(bytes: &[u8]) -> u64 {
    let pair = |pair: &[u8]| u64::from(pair[0]) << 8 | pair.get(1).map_or(0, |&low| u64::from(low));
    bytes.chunks(2).map(pair).sum()
}

fn fold(mut sum: u64) -> u16 {
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum as u16
}
