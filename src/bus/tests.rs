use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use proptest::prelude::*;

use super::*;

#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Heard(Vec<String>);

impl BusSink for Heard {
    fn message(&mut self, message: &BusMessage<'_>) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let mut line = message.kind.name().unwrap_or("?").to_owned();
        if let Some(node) = message.node {
            let _ = write!(
                line,
                " from {} {} ports {} {} {} slots {}",
                text(&node.name[..2]),
                text(node.address),
                node.port,
                node.other_port,
                node.bus_port,
                node.slots
            );
            if let Some(primary) = node.primary {
                let _ = write!(line, " replica of {}", text(&primary[..2]));
            }
        }
        if let Some(publish) = message.publish {
            let _ = write!(
                line,
                " {}: {}",
                text(publish.channel),
                text(&publish.payload[..publish.payload.len().min(20)])
            );
            assert!(publish.payload.len() as u64 <= u64::from(publish.payload_len));
        }
        if message.broken {
            line += " broken";
        }
        self.0.push(line);
    }
}

/// A message with a full header and `data` behind it.
fn full(kind: u16, data: &[u8]) -> Vec<u8> {
    let mut message = vec![0; 2256];
    message[..4].copy_from_slice(b"RCmb");
    message[4..8].copy_from_slice(&u32::try_from(2256 + data.len()).unwrap().to_be_bytes());
    message[8..10].copy_from_slice(&1_u16.to_be_bytes());
    message[10..12].copy_from_slice(&7000_u16.to_be_bytes());
    message[12..14].copy_from_slice(&kind.to_be_bytes());
    message[40..80].fill(b'a');
    message[80..82].fill(0xff);
    message[2168..2176].copy_from_slice(b"10.0.0.1");
    message[2246..2248].copy_from_slice(&7001_u16.to_be_bytes());
    message[2248..2250].copy_from_slice(&17000_u16.to_be_bytes());
    message.extend_from_slice(data);
    message
}

fn light(kind: u16, data: &[u8]) -> Vec<u8> {
    let mut message = b"RCmb".to_vec();
    message.extend(u32::try_from(16 + data.len()).unwrap().to_be_bytes());
    message.extend([0, 1, 0, 0]);
    message.extend((kind | 0x8000).to_be_bytes());
    message.extend([0, 0]);
    message.extend_from_slice(data);
    message
}

fn published(channel: &str, payload: &str) -> Vec<u8> {
    let mut data = Vec::new();
    for text in [channel, payload] {
        data.extend(u32::try_from(text.len()).unwrap().to_be_bytes());
    }
    data.extend(channel.bytes().chain(payload.bytes()));
    data
}

fn hear(bytes: &[u8], cut: usize) -> (Vec<String>, BusCounters) {
    let mut bus = BusConnection::new();
    let mut heard = Heard::default();
    for chunk in bytes.chunks(cut.max(1)) {
        bus.data(
            Direction::ClientToServer,
            chunk,
            Timestamp(0),
            Origin::default(),
            &mut heard,
        );
        assert!(bus.memory_len() < 256 * 1024);
    }
    let counters = bus.counters();
    assert_eq!(
        counters.cluster_bus_bytes + counters.skipped_bytes + counters.unfinished_bytes,
        bytes.len() as u64
    );
    (heard.0, counters)
}

const NODE: &str = "from aa 10.0.0.1 ports 7000 7001 17000 slots 16";

#[test]
fn messages_come_out_at_any_cut() {
    let bytes = [
        full(0, &[7; 104]),
        full(4, &published("news", "card 4111111111111111")),
        light(4, &published("n", "")),
        light(10, &published("shard", "hello")),
        full(77, &[]),
    ]
    .concat();
    let expected = [
        format!("PING {NODE}"),
        format!("PUBLISH {NODE} news: card 411111111111111"),
        "PUBLISH n: ".to_owned(),
        "PUBLISHSHARD shard: hello".to_owned(),
        format!("? {NODE}"),
    ];
    for cut in [bytes.len(), 1, 2, 3, 5, 15, 16, 17, 1460, 2255, 2256, 2257] {
        let (heard, counters) = hear(&bytes, cut);
        assert_eq!(heard, expected, "cut by {cut}");
        assert_eq!((counters.messages, counters.publishes), (5, 3));
        assert_eq!((counters.skipped_bytes, counters.resyncs), (0, 0));
    }
}

#[test]
fn bytes_that_are_no_message_are_passed_over() {
    let message = light(4, &published("c", "p"));
    // A signature whose length or version cannot be, beginnings of signatures, noise.
    let bytes = [
        &b"noise RCm"[..],
        &message,
        b"RRCRCmRCmb\xff\xff\xff\xff\0\x01\0\0\0\0\0\0",
        &message,
        b"RCmb\0\0\0\x10\0\x01\0\0\0\0\0\0",
        &message,
        b"RC",
    ]
    .concat();
    for cut in [bytes.len(), 1, 2, 3, 7] {
        let (heard, counters) = hear(&bytes, cut);
        assert_eq!(heard, ["PUBLISH c: p"; 3], "cut by {cut}");
        assert_eq!(counters.resyncs, 3);
        assert_eq!(counters.unfinished_bytes, 2);
    }
}

#[test]
fn a_gap_in_the_body_breaks_a_message_and_elsewhere_the_step() {
    let message = light(4, &published("channel", "payload"));
    let at = Timestamp(0);
    let run = |lost: std::ops::Range<usize>| {
        let bytes = [&message[..], &message, &message].concat();
        let mut bus = BusConnection::new();
        let mut heard = Heard::default();
        bus.data(
            Direction::ServerToClient,
            &bytes[..lost.start],
            at,
            Origin::default(),
            &mut heard,
        );
        bus.gap(Direction::ServerToClient, lost.len() as u64);
        bus.data(
            Direction::ServerToClient,
            &bytes[lost.end..],
            at,
            Origin::default(),
            &mut heard,
        );
        let counters = bus.counters();
        assert_eq!(
            counters.cluster_bus_bytes + counters.skipped_bytes + counters.unfinished_bytes,
            (bytes.len() - lost.len()) as u64
        );
        (heard.0, counters.resyncs)
    };
    let whole = "PUBLISH channel: payload".to_owned();
    let payload_at = 16 + 8 + 7;
    assert_eq!(
        run(payload_at + 2..payload_at + 4),
        (
            vec![
                "PUBLISH channel: pa broken".to_owned(),
                whole.clone(),
                whole.clone()
            ],
            0
        )
    );
    assert_eq!(run(3..20), (vec![whole.clone(); 2], 1));
    assert_eq!(run(payload_at + 2..message.len() + 5), (vec![whole], 1));
}

#[test]
fn lengths_that_cannot_be_publish_nothing() {
    let mut message = light(4, &published("c", "p"));
    message[16..20].copy_from_slice(&u32::MAX.to_be_bytes());
    let (heard, counters) = hear(&[message, light(4, &published("c", "p"))].concat(), 4);
    assert_eq!(heard, ["PUBLISH", "PUBLISH c: p"]);
    assert_eq!((counters.messages, counters.publishes), (2, 1));
}

#[test]
fn a_long_payload_is_kept_in_part() {
    let long = "x".repeat(300_000);
    let bytes = light(4, &published("c", &long));
    for cut in [bytes.len(), 1000] {
        let (heard, counters) = hear(&bytes, cut);
        assert_eq!(heard.len(), 1);
        assert_eq!(counters.unscanned_bytes, 300_000 - MAX_PAYLOAD_LEN as u64);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_accounted_and_cuts_do_not_matter(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just(b"RCmb".to_vec()),
                Just(light(4, &published("ch", "pay"))),
                Just(full(1, &[3; 5])),
                proptest::collection::vec(any::<u8>(), 0..30),
            ],
            0..6,
        ),
        cut in 1_usize..50,
    ) {
        let bytes = pieces.concat();
        prop_assert_eq!(hear(&bytes, cut), hear(&bytes, bytes.len()));
    }
}

/// TCP payloads of a capture by direction, in order of sequence numbers; each byte once. Enough for a
/// capture without loss, Ethernet and IPv4.
fn streams(pcap: &[u8]) -> Vec<Vec<u8>> {
    let mut flows: BTreeMap<Vec<u8>, BTreeMap<u32, Vec<u8>>> = BTreeMap::new();
    let mut rest = &pcap[24..];
    while rest.len() > 16 {
        let len = u32::from_le_bytes(*rest[8..].first_chunk().unwrap()) as usize;
        let ip = &rest[16 + 14..16 + len];
        let tcp = &ip[usize::from(ip[0] & 15) * 4..];
        let ip_len = usize::from(u16::from_be_bytes(*ip[2..].first_chunk().unwrap()));
        let header = usize::from(tcp[12] >> 4) * 4;
        let payload = &tcp[header..ip_len - usize::from(ip[0] & 15) * 4];
        if !payload.is_empty() {
            let key = [&ip[12..20], &tcp[..4]].concat();
            let seq = u32::from_be_bytes(*tcp[4..].first_chunk().unwrap());
            flows.entry(key).or_default().insert(seq, payload.to_vec());
        }
        rest = &rest[16 + len..];
    }
    flows
        .into_values()
        .map(|segments| segments.into_values().flatten().collect())
        .collect()
}

#[test]
fn a_real_cluster_is_heard() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/captures/tls-redis/clusterbus-plaintext.pcap");
    let Ok(pcap) = std::fs::read(path) else {
        println!("skipped: the capture is not there");
        return;
    };
    let (mut messages, mut published) = (0, 0);
    for stream in streams(&pcap) {
        if !stream.starts_with(b"RCmb") {
            continue;
        }
        for cut in [stream.len(), 100] {
            let (heard, counters) = hear(&stream, cut);
            assert_eq!((counters.skipped_bytes, counters.unfinished_bytes), (0, 0));
            assert_eq!(counters.cluster_bus_bytes, stream.len() as u64);
            assert!(
                heard.iter().all(|line| line.contains("ports 17294 0 27294")
                    || line.contains("ports 17295 0 27295")
                    || line.contains("ports 17301")
                    || line.contains("ports 17302")),
                "{heard:?}"
            );
            messages += heard.len();
            published += heard.iter().filter(|line| line.contains("PUBLISH")).count();
        }
    }
    assert!(messages > 10 && published > 0, "{messages} {published}");
}
