//! Capture files of every kind, good and bad.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use resp_sniff::packet::{LinkType, Origin, Packet, Timestamp};
use resp_sniff::source::{
    BlockFault, Compression, FileSource, Format, Input, PcapWriter, SourceError, expand_inputs,
    first_timestamp, sha256,
};

/// What a test compares of a packet: time, link type, data, length on the wire, number.
type Seen = (u64, u32, Vec<u8>, u32, u64);

fn seen(packet: &Packet<'_>) -> Seen {
    (
        packet.at.0,
        packet.link.0,
        packet.data.to_vec(),
        packet.wire_len,
        packet.origin.frame,
    )
}

/// Every packet, and how it ended.
fn read(reader: impl Read + Send + 'static) -> (Vec<Seen>, Option<SourceError>) {
    let mut source = match FileSource::from_reader(reader, 0) {
        Ok(source) => source,
        Err(error) => return (Vec::new(), Some(error)),
    };
    let mut packets = Vec::new();
    let end = loop {
        match source.next() {
            Ok(Some(packet)) => packets.push(seen(&packet)),
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    assert!(
        matches!(source.next(), Ok(None)),
        "after the end there is nothing"
    );
    (packets, end)
}

fn bytes(bytes: &[u8]) -> io::Cursor<Vec<u8>> {
    io::Cursor::new(bytes.to_vec())
}

/// Gives one byte a read, and is interrupted now and then.
struct OneByte(io::Cursor<Vec<u8>>, u64);

impl Read for OneByte {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.1 += 1;
        if self.1.is_multiple_of(7) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let end = into.len().min(1);
        self.0.read(&mut into[..end])
    }
}

/// A small classic capture with nanoseconds, by our own writer.
fn small() -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = PcapWriter::new(&mut out, LinkType::ETHERNET).unwrap();
    for number in 0..5_u8 {
        let data = vec![number; usize::from(number) * 7 + 1];
        let packet = Packet {
            at: Timestamp(1_700_000_000_123_456_000 + u64::from(number) * 1_000),
            link: LinkType::ETHERNET,
            data: &data,
            wire_len: 100,
            origin: Origin::default(),
        };
        assert!(writer.write(&packet).unwrap());
        let other = Packet {
            link: LinkType::RAW,
            ..packet
        };
        assert!(!writer.write(&other).unwrap());
    }
    writer.finish().unwrap();
    out
}

/// The same in the other byte order, or with microseconds.
fn twin(little: &[u8], big: bool, micro: bool) -> Vec<u8> {
    let mut out = little.to_vec();
    if micro {
        out[0..4].copy_from_slice(&0xa1b2_c3d4_u32.to_le_bytes());
    }
    let mut swap = |at: usize, len: usize| {
        if big {
            out[at..at + len].reverse();
        }
    };
    swap(0, 4);
    swap(4, 2);
    swap(6, 2);
    for at in [8, 12, 16, 20] {
        swap(at, 4);
    }
    let mut at = 24;
    while at < little.len() {
        let field = |at: usize| u32::from_le_bytes(little[at..at + 4].try_into().unwrap());
        if micro {
            out[at + 4..at + 8].copy_from_slice(&(field(at + 4) / 1000).to_le_bytes());
        }
        for field in 0..4 {
            if big {
                out[at + field * 4..at + field * 4 + 4].reverse();
            }
        }
        at += 16 + field(at + 8) as usize;
    }
    out
}

#[test]
fn both_byte_orders_and_both_resolutions_give_the_same_packets() {
    let little = small();
    let expected = read(bytes(&little));
    assert_eq!((expected.0.len(), expected.1), (5, None));
    assert_eq!(expected.0[3].0, 1_700_000_000_123_459_000);
    assert_eq!(expected.0[3].2, vec![3; 22]);
    for (big, micro) in [(true, false), (false, true), (true, true)] {
        assert_eq!(read(bytes(&twin(&little, big, micro))), expected);
    }
}

#[test]
fn one_byte_a_read_gives_the_same_packets() {
    for capture in [small(), pcapng(Order::Little), pcapng(Order::Big)] {
        let expected = read(bytes(&capture));
        assert_eq!(read(OneByte(bytes(&capture), 0)), expected);
    }
}

#[test]
fn batches_hand_out_the_same_packets() {
    for capture in [small(), pcapng(Order::Little)] {
        let mut source = FileSource::from_reader(bytes(&capture), 0).unwrap();
        let mut packets = Vec::new();
        while let Some(batch) = source.next_batch().unwrap() {
            let all: Vec<_> = batch.collect();
            assert!(!all.is_empty());
            packets.extend(all.iter().map(seen));
        }
        assert_eq!(packets, read(bytes(&capture)).0);
        assert_eq!(source.packets(), packets.len() as u64);
    }
}

#[test]
fn case_41_cut_at_every_byte_gives_every_whole_packet_and_says_where() {
    for capture in [small(), pcapng(Order::Little), pcapng(Order::Big)] {
        let (all, end) = read(bytes(&capture));
        assert_eq!(end, None);
        for len in 0..capture.len() {
            let (packets, end) = read(bytes(&capture[..len]));
            assert_eq!(packets, all[..packets.len()], "{len}");
            match end {
                None => {} // between two records
                Some(SourceError::Empty) => assert_eq!(len, 0),
                Some(SourceError::NotACapture { .. }) => assert!(len < 4),
                Some(SourceError::CutInHeader { len: there }) => {
                    assert_eq!(there, len as u64);
                    assert!(len < 24);
                }
                Some(SourceError::CutInRecord {
                    record,
                    offset,
                    needed,
                    available,
                }) => {
                    assert_eq!(record, packets.len() as u64 + 1);
                    assert_eq!(offset + available, len as u64);
                    assert!(needed > available);
                }
                other => panic!("{len}: {other:?}"),
            }
        }
    }
}

#[test]
fn case_41_lengths_that_lie_are_told_and_cost_nothing() {
    let mut huge = small();
    huge[24 + 8..24 + 12].copy_from_slice(&u32::MAX.to_le_bytes());
    let (packets, end) = read(bytes(&huge));
    assert!(packets.is_empty());
    let claimed = u64::from(u32::MAX) + 16;
    assert_eq!(
        end,
        Some(SourceError::RecordTooLarge {
            record: 1,
            offset: 24,
            claimed
        })
    );
    assert!(
        end.unwrap()
            .to_string()
            .contains("record 1 at byte 24 claims 4294967311 bytes")
    );
    let mut empty = small();
    empty.truncate(24 + 16);
    empty[24 + 8..24 + 12].fill(0);
    assert_eq!(
        read(bytes(&empty)).0.len(),
        1,
        "a record of length 0 is a packet"
    );
    // Nothing but claims: each block too short to get past itself.
    for len in [0_u32, 4, 8, 13] {
        let mut capture = pcapng(Order::Little);
        let at = capture.len();
        capture.extend(6_u32.to_le_bytes());
        capture.extend(len.to_le_bytes());
        capture.extend([0; 64]);
        let (packets, end) = read(bytes(&capture));
        assert_eq!(packets.len(), 4);
        let why = BlockFault::Length;
        assert_eq!(
            end,
            Some(SourceError::BadBlock {
                record: 5,
                offset: at as u64,
                why
            })
        );
    }
}

#[test]
fn what_is_no_capture_is_told_by_its_first_bytes() {
    let error = |content: &[u8]| read(bytes(content)).1.unwrap();
    assert_eq!(error(b""), SourceError::Empty);
    assert!(
        matches!(error(b"# Redis configuration"), SourceError::NotACapture { first } if &first == b"# Re")
    );
    let known: [&[u8]; 4] = [
        b"BZh91AY",
        b"\xfd7zXZ\0",
        b"snoop\0\0\0",
        &[0x34, 0xcd, 0xb2, 0xa1],
    ];
    for content in known {
        assert!(matches!(
            error(content),
            SourceError::UnsupportedFormat { .. }
        ));
    }
    assert!(!SourceError::Empty.is_partial());
}

#[derive(Clone, Copy, PartialEq)]
enum Order {
    Little,
    Big,
}

impl Order {
    fn u16(self, value: u16) -> [u8; 2] {
        match self {
            Self::Little => value.to_le_bytes(),
            Self::Big => value.to_be_bytes(),
        }
    }

    fn u32(self, value: u32) -> [u8; 4] {
        match self {
            Self::Little => value.to_le_bytes(),
            Self::Big => value.to_be_bytes(),
        }
    }

    fn u64(self, value: u64) -> [u8; 8] {
        match self {
            Self::Little => value.to_le_bytes(),
            Self::Big => value.to_be_bytes(),
        }
    }

    fn block(self, kind: u32, body: &[u8]) -> Vec<u8> {
        let mut body = body.to_vec();
        body.resize(body.len().next_multiple_of(4), 0);
        let len = self.u32(u32::try_from(body.len() + 12).unwrap());
        [&self.u32(kind)[..], &len, &body, &len].concat()
    }

    fn section(self) -> Vec<u8> {
        let body = [
            &self.u32(0x1a2b_3c4d)[..],
            &self.u16(1),
            &self.u16(0),
            &[0xff; 8],
        ]
        .concat();
        self.block(0x0a0d_0d0a, &body)
    }

    fn option(self, code: u16, value: &[u8]) -> Vec<u8> {
        let len = u16::try_from(value.len()).unwrap();
        let mut bytes = [&self.u16(code)[..], &self.u16(len), value].concat();
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    fn interface(self, link: u16, options: &[u8]) -> Vec<u8> {
        let body = [&self.u16(link)[..], &[0, 0], &self.u32(10), options].concat();
        self.block(1, &body)
    }

    fn packet(self, interface: u32, units: u64, data: &[u8]) -> Vec<u8> {
        let len = u32::try_from(data.len()).unwrap();
        let (high, low) = ((units >> 32) as u32, (units & 0xffff_ffff) as u32);
        let mut body = Vec::new();
        for field in [interface, high, low, len, len + 3] {
            body.extend(self.u32(field));
        }
        body.extend(data);
        self.block(6, &body)
    }
}

/// Two sections; interfaces with clocks of their own; all packet blocks; what is to be skipped.
fn pcapng(order: Order) -> Vec<u8> {
    let nanoseconds = order.option(9, &[9]);
    let binary = [
        order.option(9, &[0x80 | 0x0a]),
        order.option(14, &order.u64(1000)),
    ]
    .concat();
    let old = [
        &order.u16(0)[..],
        &order.u16(0xffff),
        &order.u32(0),
        &order.u32(7_000_000),
        &order.u32(3),
        &order.u32(3),
        b"old",
    ]
    .concat();
    let simple = [&order.u32(12)[..], b"simple one"].concat();
    let statistics = |interface: u32, drops: u64| {
        let options = [
            order.option(5, &order.u64(drops)),
            order.option(7, &order.u64(drops * 2)),
        ];
        let body = [&order.u32(interface)[..], &[0; 8], &options.concat()].concat();
        order.block(5, &body)
    };
    [
        order.section(),
        order.interface(1, &[]),
        order.block(0xbad, &[9; 100]),
        order.interface(101, &nanoseconds),
        order.packet(0, 5_000_001, b"micro"),
        order.packet(1, 6_000_000_001, b"nano!"),
        statistics(0, 3),
        statistics(0, 4),
        order.block(2, &old),
        order.section(),
        order.interface(113, &binary),
        order.packet(0, 3 * 1024 + 512, b"binary"),
        statistics(0, 1),
        if order == Order::Little {
            Vec::new()
        } else {
            order.block(3, &simple)
        },
    ]
    .concat()
}

#[test]
fn case_40_each_interface_has_its_own_link_type_and_clock() {
    let little = read(bytes(&pcapng(Order::Little)));
    let times: Vec<(u64, u32)> = little.0.iter().map(|packet| (packet.0, packet.1)).collect();
    assert_eq!(
        times,
        [
            (5_000_001_000, 1),
            (6_000_000_001, 101),
            (7_000_000_000, 1),
            (1_003_500_000_000, 113)
        ]
    );
    assert_eq!(little.0[0].2, b"micro");
    assert_eq!(little.0[0].3, 8, "length on the wire");
    let big = read(bytes(&pcapng(Order::Big)));
    assert_eq!(big.0[..4], little.0[..]);
    // A simple packet block: first interface, its snap length, the time of the packet before.
    assert_eq!(
        big.0[4],
        (1_003_500_000_000, 113, b"simple one".to_vec(), 12, 5)
    );
}

#[test]
fn drops_are_the_latest_of_each_interface_over_all_sections() {
    let mut source = FileSource::from_reader(bytes(&pcapng(Order::Big)), 0).unwrap();
    while source.next().unwrap().is_some() {}
    let drops = source.drops();
    assert_eq!((drops.interface, drops.kernel), (Some(5), Some(10)));
    assert_eq!(source.format(), Format::PcapNg);
}

#[test]
fn tls_secrets_come_before_the_packets_behind_them() {
    let order = Order::Little;
    let secrets = |text: &[u8]| {
        let len = order.u32(u32::try_from(text.len()).unwrap());
        order.block(10, &[&order.u32(0x544c_534b)[..], &len, text].concat())
    };
    let capture = [
        order.section(),
        secrets(b"CLIENT_RANDOM one"),
        order.interface(1, &[]),
        order.packet(0, 1, b"first"),
        secrets(b"CLIENT_RANDOM two"),
        order.packet(0, 2, b"second"),
    ]
    .concat();
    let mut source = FileSource::from_reader(bytes(&capture), 0).unwrap();
    let mut story = Vec::new();
    loop {
        for secrets in source.take_secrets() {
            assert!(!format!("{secrets:?}").contains("RANDOM"));
            story.push(secrets.key_log().to_vec());
        }
        match source.next().unwrap() {
            Some(packet) => story.push(packet.data.to_vec()),
            None => break,
        }
    }
    let expected: [&[u8]; 4] = [
        b"CLIENT_RANDOM one",
        b"first",
        b"CLIENT_RANDOM two",
        b"second",
    ];
    assert_eq!(story, expected);
}

#[test]
fn blocks_that_contradict_themselves_are_told() {
    let order = Order::Little;
    let begin = [order.section(), order.interface(1, &[])].concat();
    let fault = |block: &[u8]| match read(bytes(&[&begin[..], block].concat())).1 {
        Some(SourceError::BadBlock { offset, why, .. }) if offset == begin.len() as u64 => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        fault(&order.packet(1, 0, b"x")),
        BlockFault::UndeclaredInterface
    );
    let mut long = order.packet(0, 0, b"four");
    long[20..24].copy_from_slice(&5_u32.to_le_bytes());
    assert_eq!(fault(&long), BlockFault::CapturedLength);
    let mut trailer = order.packet(0, 0, b"four");
    let last = trailer.len() - 1;
    trailer[last] ^= 1;
    assert_eq!(fault(&trailer), BlockFault::Length);
    let mut section = order.section();
    section[8] ^= 1;
    assert_eq!(fault(&section), BlockFault::Section);
    let many = order.interface(1, &[]).repeat(FileSource::MAX_INTERFACES);
    let end = read(bytes(&[begin, many].concat())).1;
    let why = BlockFault::TooManyInterfaces;
    assert!(matches!(end, Some(SourceError::BadBlock { why: found, .. }) if found == why));
}

#[test]
fn a_block_that_is_skipped_may_be_longer_than_the_buffer_and_may_be_cut() {
    let order = Order::Little;
    let begin = [order.section(), order.interface(1, &[])].concat();
    let unknown = order.block(0x4000_0bad, &vec![1; 40 << 20]);
    let capture = [begin.clone(), unknown, order.packet(0, 1, b"behind")].concat();
    let (packets, end) = read(bytes(&capture));
    assert_eq!((packets.len(), end), (1, None));
    let (packets, end) = read(bytes(&capture[..20 << 20]));
    assert!(packets.is_empty());
    assert!(matches!(
        end,
        Some(SourceError::CutInRecord { record: 1, .. })
    ));
}

#[test]
fn a_packet_longer_than_the_buffer_is_read_whole() {
    let mut out = Vec::new();
    let mut writer = PcapWriter::new(&mut out, LinkType::RAW).unwrap();
    let data: Vec<u8> = (0..5_000_000_u32).map(|at| at.to_le_bytes()[1]).collect();
    let packet = Packet {
        at: Timestamp(1),
        link: LinkType::RAW,
        data: &data,
        wire_len: 0,
        origin: Origin::default(),
    };
    for _ in 0..3 {
        writer.write(&packet).unwrap();
    }
    writer.finish().unwrap();
    let (packets, end) = read(bytes(&out));
    assert_eq!((packets.len(), end), (3, None));
    assert!(packets.iter().all(|packet| packet.2 == data));
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn zstd(content: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(content, ruzstd::encoding::CompressionLevel::Fastest)
}

#[test]
fn compressed_twins_are_equal_in_one_member_and_in_many() {
    let capture = small();
    let expected = read(bytes(&capture));
    let (head, tail) = capture.split_at(50);
    let skippable = [&[0x50, 0x2a, 0x4d, 0x18, 5, 0, 0, 0][..], b"skip!"].concat();
    let twins = [
        gzip(&capture),
        zstd(&capture),
        [gzip(head), gzip(tail)].concat(),
        [zstd(head), skippable.clone(), zstd(tail)].concat(),
        [skippable, zstd(&capture)].concat(),
    ];
    for twin in twins {
        assert_eq!(read(bytes(&twin)), expected);
        assert_eq!(read(OneByte(bytes(&twin), 0)), expected);
    }
    let twice = read(bytes(&gzip(&gzip(&capture)))).1;
    assert!(matches!(twice, Some(SourceError::UnsupportedFormat { .. })));
}

#[test]
fn compressed_data_cut_anywhere_is_told_and_what_came_out_is_read() {
    let capture = small();
    let all = read(bytes(&capture)).0;
    for (compression, whole) in [
        (Compression::Gzip, gzip(&capture)),
        (Compression::Zstd, zstd(&capture)),
    ] {
        for len in 4..whole.len() {
            let (packets, end) = read(bytes(&whole[..len]));
            assert_eq!(packets, all[..packets.len()]);
            match end {
                Some(SourceError::Decompress {
                    compression: found,
                    cut,
                    ..
                }) => {
                    assert_eq!(found, compression);
                    assert!(cut, "{compression} {len}");
                }
                other => panic!("{compression} {len}: {other:?}"),
            }
        }
    }
}

#[test]
fn damaged_compressed_data_is_told() {
    let capture = small();
    let mut gz = gzip(&capture);
    let crc = gz.len() - 6;
    gz[crc] ^= 1;
    let (packets, end) = read(bytes(&gz));
    assert_eq!(packets.len(), 5, "the checksum comes last");
    assert!(matches!(
        end,
        Some(SourceError::Decompress { cut: false, .. })
    ));
}

#[test]
fn files_and_directories_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::create_dir(at("inner")).unwrap();
    std::fs::write(at("b.pcap"), small()).unwrap();
    std::fs::write(at("inner/a.bin"), gzip(&small())).unwrap();
    std::fs::write(at("notes.pcap"), "no capture at all").unwrap();
    std::fs::write(at("empty.pcap"), "").unwrap();
    let paths = [
        folder.path().to_owned(),
        PathBuf::from("-"),
        at("notes.pcap"),
    ];
    let expected = vec![
        Input::File(at("b.pcap")),
        Input::File(at("inner/a.bin")),
        Input::Stdin,
        Input::File(at("notes.pcap")),
    ];
    assert_eq!(expand_inputs(&paths).unwrap(), expected);
    let missing = at("nothing");
    // It is kept, so that opening it says what is wrong and hides no other input.
    let kept = expand_inputs(std::slice::from_ref(&missing)).unwrap();
    assert_eq!(kept, [Input::File(missing.clone())]);
    let kind = io::ErrorKind::NotFound;
    assert_eq!(
        FileSource::open(&missing, 0).err(),
        Some(SourceError::Open { kind })
    );
    let first = first_timestamp(&at("inner/a.bin"));
    assert_eq!(first, Ok(Some(Timestamp(1_700_000_000_123_456_000))));
    let opened = FileSource::open(folder.path(), 0);
    assert!(matches!(opened, Err(SourceError::Open { .. })));
}

#[test]
fn progress_counts_the_bytes_of_the_file_itself() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.pcap.gz");
    let content = gzip(&small());
    std::fs::write(&path, &content).unwrap();
    let mut source = FileSource::open(&path, 3).unwrap();
    while let Some(packet) = source.next().unwrap() {
        assert_eq!(packet.origin.capture, 3);
    }
    assert_eq!(source.size(), Some(content.len() as u64));
    assert_eq!(source.position(), content.len() as u64);
    assert_eq!(source.compression(), Some(Compression::Gzip));
}

#[test]
fn the_digest_of_a_file_is_that_of_its_bytes_and_can_be_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("abc");
    std::fs::write(&path, "abc").unwrap();
    // FIPS 180-2 B.1.
    let digest = sha256(&path, |_| true).unwrap().unwrap();
    assert_eq!(digest[..4], [0xba, 0x78, 0x16, 0xbf]);
    assert_eq!(sha256(&path, |_| false).unwrap(), None);
}

#[cfg(unix)]
#[test]
fn a_written_capture_is_its_owners_alone_also_where_the_file_was_there() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kept.pcap");
    std::fs::write(&path, "longer than the header of a capture").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    PcapWriter::create(&path, LinkType::RAW)
        .unwrap()
        .finish()
        .unwrap();
    let metadata = std::fs::metadata(&path).unwrap();
    assert_eq!(
        (metadata.permissions().mode() & 0o777, metadata.len()),
        (0o600, 24)
    );
}

#[test]
fn packets_of_every_capture_are_those_that_capinfos_counts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/captures/tcp");
    if !folder.is_dir() || Command::new("capinfos").arg("-h").output().is_err() {
        println!("skipped: no captures, or capinfos is not installed");
        return;
    }
    let paths: Vec<PathBuf> = expand_inputs(&[folder])
        .unwrap()
        .into_iter()
        .filter_map(|input| match input {
            Input::File(path) => Some(path),
            Input::Stdin => None,
        })
        .collect();
    let output = Command::new("capinfos")
        .args(["-TMrc"])
        .args(&paths)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let mut compared = 0;
    for line in text.lines() {
        let Some((name, count)) = line.split_once('\t') else {
            continue;
        };
        let mut source = FileSource::open(Path::new(name), 0).unwrap();
        while let Ok(Some(_)) = source.next() {}
        assert_eq!(source.packets().to_string(), count.trim(), "{name}");
        compared += 1;
    }
    assert!(compared > 100, "{compared} of {} compared", paths.len());
}
