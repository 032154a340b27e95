//! Decoding of real captures: the two paths against each other, and both against tshark.
//!
//! Walks the captures of the project and those beside it, where they are.

#![allow(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::similar_names,
    clippy::items_after_statements,
    clippy::type_complexity,
    reason = "a test may panic, and its inputs are its own"
)]
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use resp_sniff::decode::{ChecksumMode, DecodeConfig, Decoded, Decoder, TagBy};
use resp_sniff::packet::{LinkType, Origin, Packet, Timestamp};
use resp_sniff::source::{FileSource, Input, PcapWriter, expand_inputs};

/// Captures to test with: ours, and those that others made.
fn captures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["captures", "../shared/captures"]
        .map(|folder| root.join(folder))
        .into_iter()
        .filter(|folder| folder.is_dir())
        .collect::<Vec<_>>();
    expand_inputs(&folders)
        .expect("a folder that is there can be listed")
        .into_iter()
        .filter_map(|input| match input {
            Input::File(path) => Some(path),
            Input::Stdin => None,
        })
        .collect()
}

/// An owned packet.
#[derive(Clone)]
struct Frame {
    at: Timestamp,
    link: LinkType,
    data: Vec<u8>,
    wire_len: u32,
    origin: Origin,
}

impl Frame {
    fn packet(&self) -> Packet<'_> {
        Packet {
            at: self.at,
            link: self.link,
            data: &self.data,
            wire_len: self.wire_len,
            origin: self.origin,
        }
    }
}

/// Packets of one capture up to where it is damaged; none where it cannot be opened.
fn frames(path: &Path) -> Vec<Frame> {
    let mut frames = Vec::new();
    if let Ok(mut source) = FileSource::open(path, 0) {
        while let Ok(Some(packet)) = source.next() {
            frames.push(Frame {
                at: packet.at,
                link: packet.link,
                data: packet.data.to_vec(),
                wire_len: packet.wire_len,
                origin: packet.origin,
            });
        }
    }
    frames
}

/// A small generator, so that every run tests the same mutations (Knuth's MMIX constants).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % bound.max(1)
    }
}

/// Every configuration, so that tags and checksum modes are compared too.
fn configurations() -> Vec<DecodeConfig> {
    [
        (ChecksumMode::Auto, TagBy::VlanAndVni),
        (ChecksumMode::Strict, TagBy::Vlan),
        (ChecksumMode::Off, TagBy::Nothing),
    ]
    .map(|(checksum, tag)| DecodeConfig {
        checksum,
        tag,
        ..DecodeConfig::default()
    })
    .to_vec()
}

/// One decoder that takes the fast path where it can, and one that never does.
struct Pair {
    either: Decoder,
    general: Decoder,
    fast: u64,
}

impl Pair {
    fn new(config: DecodeConfig) -> Self {
        Self {
            either: Decoder::new(config),
            general: Decoder::new(config),
            fast: 0,
        }
    }

    fn compare(&mut self, packet: &Packet<'_>) {
        // Asked of another one, whose counters nobody compares.
        let mut asked = Decoder::new(DecodeConfig::default());
        self.fast += u64::from(asked.try_fast(packet).is_some());
        let one = format!("{:?}", self.either.decode(packet));
        let other = format!("{:?}", self.general.decode_general(packet));
        assert_eq!(one, other, "{packet:?}");
    }
}

#[test]
fn both_paths_give_the_same_answer_on_every_frame_and_its_mutations() {
    let mut pairs: Vec<Pair> = configurations().into_iter().map(Pair::new).collect();
    let mut random = Random(7);
    let mut compared = 0_u64;
    for path in captures() {
        for frame in frames(&path).iter().take(400) {
            for pair in &mut pairs {
                pair.compare(&frame.packet());
            }
            for _ in 0..3 {
                let mutant = mutated(frame, &mut random);
                let pair = random.below(pairs.len());
                pairs[pair].compare(&mutant.packet());
            }
            compared += 1;
        }
    }
    for pair in &pairs {
        assert!(pair.either.counters().balances());
        assert_eq!(pair.either.counters(), pair.general.counters());
    }
    let fast: u64 = pairs.iter().map(|pair| pair.fast).sum();
    println!("{compared} frames, each with 3 mutations; {fast} decodings were fast");
    assert!(
        compared == 0 || fast > compared / 2,
        "the fast path is hardly taken"
    );
}

/// One change of the kind that header parsing may trip over.
fn mutated(frame: &Frame, random: &mut Random) -> Frame {
    let mut mutant = frame.clone();
    let len = mutant.data.len();
    // Headers are where it matters: the first 80 bytes are hit most.
    let reach = match random.below(4) {
        0 => len,
        _ => len.min(80),
    };
    let at = random.below(reach);
    match random.below(7) {
        0 => mutant.data.truncate(at),
        1 => {
            mutant.data.truncate(at);
            mutant.wire_len = u32::try_from(at).unwrap_or(0);
        }
        2 => mutant.data.extend(vec![0xee; random.below(70)]),
        3 => mutant.wire_len = u32::try_from(random.below(70_000)).unwrap_or(0),
        4 => {
            let link = [0, 1, 12, 101, 108, 113, 228, 229, 276, 105, 9];
            mutant.link = LinkType(link[random.below(link.len())]);
        }
        _ => {
            if let Some(byte) = mutant.data.get_mut(at) {
                let extreme = [0, 1, 0x0f, 0x40, 0x45, 0x60, 0x7f, 0x80, 0xff];
                let change = random.below(3);
                *byte = match change {
                    0 => extreme[random.below(extreme.len())],
                    1 => *byte ^ 1 << random.below(8),
                    _ => byte.wrapping_add(1),
                };
            }
        }
    }
    mutant
}

/// Segments and their payload bytes on the wire, by our count or by tshark's.
type Count = (u64, u64);

/// Frames of one link type from many captures, so that tshark need be started only once for all.
#[derive(Default)]
struct Gathered {
    frames: Vec<Frame>,
    /// The capture each came from, an index.
    of: Vec<usize>,
}

impl Gathered {
    fn our_counts(&self, counts: &mut [Count]) {
        let mut decoder = Decoder::new(DecodeConfig::default());
        for (frame, &of) in self.frames.iter().zip(&self.of) {
            if let Decoded::Segment(segment) = decoder.decode(&frame.packet()) {
                counts[of].0 += 1;
                counts[of].1 += u64::from(segment.wire_payload_len);
            }
        }
    }

    /// What tshark says: TCP headers that are no quotation inside an ICMP error, the innermost of
    /// each frame.
    fn tshark_counts(&self, link: LinkType, file: &Path, counts: &mut [Count]) {
        let mut writer = PcapWriter::create(file, link).expect("the folder was just made");
        for frame in &self.frames {
            writer.write(&frame.packet()).expect("there is room");
        }
        writer.finish().expect("there is room");
        let arguments = "-n -o tcp.desegment_tcp_streams:FALSE -T fields -E occurrence=l \
                         -e frame.number -e tcp.len";
        let output = Command::new("tshark")
            .args(arguments.split_whitespace())
            .args(["-Y", "tcp && !icmp && !icmpv6"])
            .arg("-r")
            .arg(file)
            .output()
            .expect("it ran a moment ago");
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let (number, len) = line.split_once('\t').unwrap_or((line, ""));
            let number: usize = number.parse().expect("a frame number");
            let count = &mut counts[self.of[number - 1]];
            count.0 += 1;
            count.1 += len.parse::<u64>().unwrap_or(0);
        }
    }
}

/// Captures where tshark 4 counts otherwise, with our count, its count, and why ours stands.
fn known_differences() -> BTreeMap<&'static str, (Count, Count, &'static str)> {
    BTreeMap::from([
        (
            "tcpdump-bigtcp-ipv4-vxlan-ipv4.pcap",
            (
                (1, 80_000),
                (0, 0),
                "UDP length 0 (BIG TCP): tshark gives up, the record tells",
            ),
        ),
        (
            "tcpdump-bigtcp-ipv4-vxlan-ipv6.pcap",
            (
                (1, 79_924),
                (0, 0),
                "UDP length 0 (BIG TCP): tshark gives up, the record tells",
            ),
        ),
        (
            "zeek-ayiya3.pcap",
            (
                (0, 0),
                (21, 7_646),
                "AYIYA, a tunnel that ended in 2017, is not decoded",
            ),
        ),
        (
            "zeek-gre-aruba-amsdu.pcap",
            (
                (0, 0),
                (1, 23),
                "802.11 inside GRE is counted as unsupported",
            ),
        ),
        (
            "zeek-gtp9_unknown_or_too_short_payload.pcap",
            (
                (10, 10_080),
                (11, 10_212),
                "IP length beyond the frame: malformed, as for Linux",
            ),
        ),
        (
            "zeek-reassembly.pcap",
            (
                (112, 27_194),
                (117, 34_370),
                "IP length beyond the frame: malformed, as for Linux",
            ),
        ),
    ])
}

#[test]
fn segments_and_payload_bytes_are_those_of_tshark() {
    if Command::new("tshark").arg("-v").output().is_err() {
        println!("skipped: tshark is not installed");
        return;
    }
    let captures = captures();
    let mut gathered: BTreeMap<u32, Gathered> = BTreeMap::new();
    for (of, path) in captures.iter().enumerate() {
        for frame in frames(path) {
            let group = gathered.entry(frame.link.0).or_default();
            group.frames.push(frame);
            group.of.push(of);
        }
    }
    let folder = tempfile::tempdir().expect("a folder for the captures");
    let (mut ours, mut theirs) = (vec![(0, 0); captures.len()], vec![(0, 0); captures.len()]);
    for (link, group) in &gathered {
        let file = folder.path().join(format!("{link}.pcap"));
        group.our_counts(&mut ours);
        group.tshark_counts(LinkType(*link), &file, &mut theirs);
    }
    let known = known_differences();
    let mut wrong = Vec::new();
    for (path, (ours, theirs)) in captures.iter().zip(ours.into_iter().zip(theirs)) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match known.get(name.as_ref()) {
            _ if ours == theirs => {}
            // Another version of tshark may have learnt it, or fail in a way of its own.
            Some(&(we, _, why)) if ours == we => println!("{name}: {why}"),
            _ => wrong.push(format!("{name}: ours {ours:?}, tshark's {theirs:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_capture_keeps_the_books() {
    for path in captures() {
        let mut decoder = Decoder::new(DecodeConfig::default());
        let (mut packets, mut payload) = (0, 0);
        for frame in frames(&path) {
            packets += 1;
            if let Decoded::Segment(segment) = decoder.decode(&frame.packet()) {
                payload += segment.payload.len() as u64;
                assert!(segment.payload.len() <= segment.wire_payload_len as usize);
                assert!(segment.options.len() <= 40);
            }
        }
        decoder.finish();
        let counters = decoder.counters();
        assert!(counters.balances(), "{}", path.display());
        assert_eq!(
            (counters.packets, counters.payload_bytes),
            (packets, payload)
        );
        assert_eq!(decoder.held_bytes(), 0);
    }
}
