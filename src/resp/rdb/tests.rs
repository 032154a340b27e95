use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::test_server::{Answer, Client, servers};
use super::*;

type Pair = (Option<Vec<u8>>, Vec<u8>);

type Keys = BTreeMap<(u64, Vec<u8>), (Option<RdbKind>, Vec<Pair>)>;

/// Everything a stream holds, by database and key, values in order.
#[derive(Debug, Default, PartialEq, Eq)]
struct Dump {
    keys: Keys,
    functions: Vec<Vec<u8>>,
    auxiliary: Vec<Pair>,
    expiries: BTreeMap<Vec<u8>, u64>,
    /// Bytes of the long value going by.
    parts: Vec<u8>,
}

impl RdbSink for Dump {
    fn value(&mut self, value: &RdbValue<'_>) {
        let whole = if value.value.is_whole() {
            assert!(value.value.len <= MAX_KEPT_LEN as u64);
            assert!(self.parts.is_empty());
            value.value.kept.to_vec()
        } else {
            assert_eq!(value.value.kept.len(), MAX_KEPT_LEN);
            assert!(self.parts.starts_with(value.value.kept));
            std::mem::take(&mut self.parts)
        };
        assert_eq!(whole.len() as u64, value.value.len);
        let pair = (value.field.map(|field| field.kept.to_vec()), whole);
        match value.kind {
            RdbKind::Function => self.functions.push(pair.1),
            RdbKind::Auxiliary => self.auxiliary.push(pair),
            kind => {
                let key = value.key.kept.to_vec();
                if let Some(at) = value.expires_at_ms {
                    self.expires(&key, at);
                }
                let entry = self.keys.entry((value.database, key)).or_default();
                entry.0 = Some(kind);
                entry.1.push(pair);
            }
        }
    }

    fn value_part(&mut self, part: &RdbValuePart<'_>) {
        assert_eq!(part.offset, self.parts.len() as u64);
        self.parts.extend_from_slice(part.bytes);
    }
}

impl Dump {
    fn expires(&mut self, key: &[u8], at: u64) {
        self.expiries.insert(key.to_vec(), at);
    }

    fn strings(&self) -> Vec<&[u8]> {
        self.keys
            .values()
            .flat_map(|(_, pairs)| pairs.iter().map(|(_, value)| &value[..]))
            .collect()
    }
}

fn decode_with(mut decoder: RdbDecoder, bytes: &[u8], cut: usize) -> (Dump, RdbCounters) {
    let mut dump = Dump::default();
    for chunk in bytes.chunks(cut.max(1)) {
        decoder.push(chunk, &mut dump);
        assert!(decoder.memory_len() <= 2 * MAX_PACKED_LEN + 256 * 1024);
    }
    let counters = decoder.finish();
    assert_eq!(counters.bytes, bytes.len() as u64);
    (dump, counters)
}

fn decode(bytes: &[u8], cut: usize) -> (Dump, RdbCounters) {
    decode_with(RdbDecoder::new(), bytes, cut)
}

/// Text that compresses, of `len` bytes.
fn prose(len: usize) -> Vec<u8> {
    (0..len)
        .map(|at| b"the quick brown fox 4111111111111111 jumps "[(at + at / 97) % 43])
        .collect()
}

/// Bytes that do not.
fn noise(len: usize, seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    (0..len)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[4]
        })
        .collect()
}

/// Puts something of every type and size into a server.
fn fill(client: &mut Client) {
    let mut calls: Vec<Vec<Vec<u8>>> = Vec::new();
    let mut call = |name: &str, words: Vec<Vec<u8>>| {
        let name = name.split(' ').map(|word| word.as_bytes().to_vec());
        calls.push(name.chain(words).collect());
    };
    let values: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b"x".to_vec(),
        b"0".to_vec(),
        b"-1".to_vec(),
        b"12".to_vec(),
        b"127".to_vec(),
        b"-4096".to_vec(),
        b"-129".to_vec(),
        b"32768".to_vec(),
        b"8388607".to_vec(),
        b"-8388609".to_vec(),
        b"2147483648".to_vec(),
        b"4111111111111111".to_vec(),
        b"-9223372036854775808".to_vec(),
        b"5270426764505555".to_vec(),
        b"007".to_vec(),
        b"3.14".to_vec(),
        b"\xff\x00\xfe".to_vec(),
        vec![b'a'; 63],
        vec![b'b'; 64],
        noise(70, 3),
        prose(130),
        noise(5000, 5),
        prose(70_000),
        noise(70_000, 7),
        prose(400_000),
        vec![b'z'; 300_000],
    ];
    for (at, value) in values.iter().enumerate() {
        call(
            "SET",
            vec![format!("string:{at}").into_bytes(), value.clone()],
        );
        call(
            "HSET big:hash",
            vec![format!("field {at}").into_bytes(), value.clone()],
        );
        call("RPUSH big:list", vec![value.clone()]);
        call("SADD big:set", vec![value.clone()]);
        call(
            "ZADD big:zset",
            vec![at.to_string().into_bytes(), value.clone()],
        );
        call(
            "XADD big:stream *",
            vec![b"f".to_vec(), value.clone(), b"42".to_vec(), value.clone()],
        );
        if value.len() < 64 {
            call(
                "HSET small:hash",
                vec![format!("{at}").into_bytes(), value.clone()],
            );
            call("RPUSH small:list", vec![value.clone()]);
            call("SADD small:set", vec![value.clone()]);
            call("ZADD small:zset", vec![b"-1.5".to_vec(), value.clone()]);
        }
    }
    for at in 0..700_i64 {
        let number = (at * 4_111_111_111_111 - 9_000_000)
            .to_string()
            .into_bytes();
        call("SADD ints:wide", vec![number.clone()]);
        call("SADD ints:short", vec![(at - 350).to_string().into_bytes()]);
        call("RPUSH long:list", vec![number.clone(), prose(40)]);
        call("HSET long:hash", vec![number.clone(), number.clone()]);
        call(
            "ZADD long:zset",
            vec![format!("{at}.25").into_bytes(), number.clone()],
        );
        call(
            "XADD long:stream *",
            vec![
                b"card".to_vec(),
                number.clone(),
                b"name".to_vec(),
                b"x y".to_vec(),
            ],
        );
        if at % 7 == 0 {
            call("XADD long:stream *", vec![b"other".to_vec(), number]);
        }
    }
    call("SADD ints:middle 1 -70000 2000000000", vec![]);
    call("PEXPIREAT string:1", vec![b"4102444800123".to_vec()]);
    call("EXPIREAT small:hash", vec![b"4102444800".to_vec()]);
    call("XGROUP CREATE long:stream readers 0", vec![]);
    call("XGROUP CREATE long:stream idle $", vec![]);
    call(
        "XREADGROUP GROUP readers one COUNT 50 STREAMS long:stream >",
        vec![],
    );
    call(
        "XREADGROUP GROUP readers two COUNT 5 STREAMS long:stream >",
        vec![],
    );
    call("XGROUP CREATECONSUMER long:stream readers three", vec![]);
    call("XGROUP CREATE none:stream g $ MKSTREAM", vec![]);
    call(
        "FUNCTION LOAD",
        vec![
            b"#!lua name=lib\nredis.register_function('f', function() return 'secret' end)"
                .to_vec(),
        ],
    );
    call("SELECT 9", vec![]);
    call("SET", vec![vec![b'k'; 3000], b"long key".to_vec()]);
    call("SET in:nine", vec![b"1".to_vec()]);
    call("SELECT 0", vec![]);
    for (answer, call) in client.ask_all(&calls).into_iter().zip(&calls) {
        assert!(
            !matches!(answer, Answer::Error(_)),
            "{answer:?} to {}",
            String::from_utf8_lossy(&call[0])
        );
    }
}

/// What the server answers, in the decoder's words; order only where it means something.
fn expected(client: &mut Client, database: u64) -> Dump {
    client.tell(&format!("SELECT {database}"));
    let mut dump = Dump::default();
    for key in client.tell("KEYS *").texts() {
        let mut ask = |words: &[&[u8]], after: &[&[u8]]| {
            let words: Vec<&[u8]> = [words, &[&key[..]], after].concat();
            client.ask(&words).texts()
        };
        let kind = ask(&[b"TYPE"], &[]).remove(0);
        let single = |values: Vec<Vec<u8>>| values.into_iter().map(|value| (None, value)).collect();
        let paired = |values: Vec<Vec<u8>>| {
            let pairs = values.chunks(2);
            pairs
                .map(|pair| (Some(pair[0].clone()), pair[1].clone()))
                .collect()
        };
        let (kind, pairs): (RdbKind, Vec<Pair>) = match &kind[..] {
            b"string" => (RdbKind::String, single(ask(&[b"GET"], &[]))),
            b"list" => (RdbKind::List, single(ask(&[b"LRANGE"], &[b"0", b"-1"]))),
            b"set" => (RdbKind::Set, single(ask(&[b"SMEMBERS"], &[]))),
            b"zset" => (
                RdbKind::SortedSet,
                single(ask(&[b"ZRANGE"], &[b"0", b"-1"])),
            ),
            b"hash" => (RdbKind::Hash, paired(ask(&[b"HGETALL"], &[]))),
            b"stream" => {
                let mut client_words = vec![&b"XRANGE"[..], &key, b"-", b"+"];
                let Answer::List(entries) = client.ask(&client_words) else {
                    panic!("{client_words:?}")
                };
                client_words.clear();
                let values = entries.into_iter().flat_map(|entry| match entry {
                    Answer::List(mut entry) => entry.remove(1).texts(),
                    other => panic!("{other:?}"),
                });
                (RdbKind::Stream, paired(values.collect()))
            }
            other => panic!("type {other:?}"),
        };
        if pairs.is_empty() {
            continue;
        }
        let mut name = key.clone();
        name.truncate(MAX_NAME_LEN);
        dump.keys.insert((database, name), (Some(kind), pairs));
    }
    dump
}

/// Values in one order: sets and hashes have none, sorted sets have the server's.
fn sorted(mut dump: Dump) -> Keys {
    for (kind, pairs) in dump.keys.values_mut() {
        if !matches!(kind, Some(RdbKind::List | RdbKind::Stream)) {
            pairs.sort();
        }
    }
    dump.keys
}

fn compare_with_servers(settings: &[&str]) {
    for server in servers(settings) {
        let mut client = server.connect();
        fill(&mut client);
        client.tell("SAVE");
        let rdb = std::fs::read(server.dir().join("dump.rdb")).unwrap();
        let mut told = sorted(expected(&mut client, 0));
        told.extend(sorted(expected(&mut client, 9)));
        assert!(told.len() > 35);
        for cut in [rdb.len(), 1, 7, 1460, 65_536] {
            let (dump, counters) = decode(&rdb, cut);
            assert_eq!(
                counters.end,
                RdbEnd::Complete,
                "{} cut by {cut}",
                server.program
            );
            assert_eq!(counters.unscanned_bytes, 0);
            assert_eq!(dump.functions.len(), 1);
            assert_eq!(dump.expiries[&b"string:1"[..]], 4_102_444_800_123);
            assert_eq!(dump.expiries.len(), 2);
            let names = dump.auxiliary.iter().flat_map(|(name, _)| name);
            assert_eq!(names.filter(|name| name.ends_with(b"-ver")).count(), 1);
            // One key has no value to show: a stream without entries.
            assert_eq!(counters.keys, told.len() as u64 + 1);
            let ours = sorted(dump);
            for (key, theirs) in &told {
                let ours = ours.get(key);
                assert!(
                    ours == Some(theirs),
                    "{} {:?}",
                    server.program,
                    String::from_utf8_lossy(&key.1)
                );
            }
            assert_eq!(ours.len(), told.len());
        }
    }
}

#[test]
fn a_real_dump_holds_what_its_server_says() {
    compare_with_servers(&[]);
}

#[test]
fn a_real_dump_of_unpacked_values_holds_what_its_server_says() {
    compare_with_servers(&[
        "--hash-max-listpack-entries",
        "0",
        "--zset-max-listpack-entries",
        "0",
        "--set-max-intset-entries",
        "0",
        "--list-max-listpack-size",
        "2",
        "--stream-node-max-entries",
        "3",
        "--rdbcompression",
        "no",
    ]);
}

#[test]
fn a_real_dump_of_packed_values_holds_what_its_server_says() {
    compare_with_servers(&[
        "--hash-max-listpack-entries",
        "10000",
        "--hash-max-listpack-value",
        "1000000",
        "--zset-max-listpack-entries",
        "10000",
        "--zset-max-listpack-value",
        "1000000",
        "--set-max-intset-entries",
        "10000",
        "--list-max-listpack-size",
        "1000",
        "--list-compress-depth",
        "1",
        "--stream-node-max-entries",
        "1000",
    ]);
}

#[test]
fn dump_replies_hold_their_value() {
    for server in servers(&[]) {
        let mut client = server.connect();
        fill(&mut client);
        for key in [
            "string:12",
            "small:hash",
            "long:list",
            "long:stream",
            "ints:wide",
            "big:zset",
        ] {
            let payload = client.ask(&["DUMP", key]).texts().remove(0);
            let told = expected(&mut client, 0)
                .keys
                .remove(&(0, key.into()))
                .unwrap();
            for cut in [payload.len(), 1, 100] {
                let (dump, counters) = decode_with(RdbDecoder::for_dump(), &payload, cut);
                assert_eq!(
                    (counters.end, counters.unscanned_bytes),
                    (RdbEnd::Complete, 0),
                    "{key}"
                );
                assert_eq!(
                    dump.keys.into_values().next().unwrap().1.len(),
                    told.1.len()
                );
            }
        }
    }
}

#[test]
fn fields_that_expire_are_read() {
    for server in servers(&[]) {
        let mut client = server.connect();
        client.tell("HSET h a 1 b 4111111111111111 c three");
        if let Answer::Error(_) = client.ask(&["HEXPIRE", "h", "1000", "FIELDS", "1", "b"]) {
            println!("skipped: {} has no HEXPIRE", server.program);
            continue;
        }
        client.tell("SET after 5");
        client.tell("SAVE");
        let rdb = std::fs::read(server.dir().join("dump.rdb")).unwrap();
        let (dump, counters) = decode(&rdb, 3);
        assert_eq!(
            (counters.end, counters.unscanned_bytes),
            (RdbEnd::Complete, 0)
        );
        assert_eq!(dump.keys[&(0, b"h".to_vec())].1.len(), 3);
        assert!(dump.strings().contains(&&b"4111111111111111"[..]));
        assert!(dump.strings().contains(&&b"5"[..]));
    }
}

/// A file of our own making.
fn file(version: &str, body: &[u8]) -> Vec<u8> {
    let mut file = version.as_bytes().to_vec();
    file.extend_from_slice(body);
    file.push(0xff);
    file.extend_from_slice(&[0; 8]);
    file
}

fn string(text: &[u8]) -> Vec<u8> {
    let mut bytes = vec![u8::try_from(text.len()).unwrap()];
    assert!(text.len() < 64);
    bytes.extend_from_slice(text);
    bytes
}

fn values(file: &[u8]) -> Vec<String> {
    let mut all = Vec::new();
    for cut in [file.len(), 1, 2, 3] {
        let (dump, counters) = decode(file, cut);
        assert_eq!(
            (counters.end, counters.unscanned_bytes),
            (RdbEnd::Complete, 0)
        );
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        all = dump
            .keys
            .into_values()
            .flat_map(|(_, pairs)| pairs)
            .map(|(field, value)| {
                field.map_or(text(&value), |field| {
                    format!("{}={}", text(&field), text(&value))
                })
            })
            .collect();
    }
    all
}

#[test]
fn encodings_of_older_and_other_servers_are_read() {
    let ziplist = |items: &[u8]| [&[0; 10], items, &[0xff]].concat();
    let body = |kind: u8, rest: &[&[u8]]| [&[kind], &string(b"key")[..], &rest.concat()].concat();
    // List, set, hash, one by one.
    let mut old = file("REDIS0003", &body(1, &[&[2], &string(b"a"), &[0xc0, 7]]));
    old.truncate(old.len() - 8);
    assert_eq!(values(&old), ["a", "7"], "version 3 has no checksum");
    assert_eq!(
        values(&file("REDIS0006", &body(2, &[&[1], &string(b"m")]))),
        ["m"]
    );
    // Sorted set with scores as text: 3 bytes, infinity.
    assert_eq!(
        values(&file(
            "REDIS0006",
            &body(3, &[&[2], &string(b"m"), b"\x031.5", &string(b"n"), &[254]])
        )),
        ["m", "n"]
    );
    assert_eq!(
        values(&file(
            "REDIS0006",
            &body(9, &[&string(b"\x01\x01f\x01\x00v\xff")])
        )),
        ["f=v"]
    );
    let items = [0, 1, b'a', 3, 0xf3, 2, 0xc0, 0x39, 0x30];
    assert_eq!(
        values(&file("REDIS0007", &body(10, &[&string(&ziplist(&items))]))),
        ["a", "2", "12345"]
    );
    assert_eq!(
        values(&file(
            "REDIS0007",
            &body(
                14,
                &[&[2], &string(&ziplist(&items)), &string(&ziplist(&items))]
            )
        )),
        ["a", "2", "12345", "a", "2", "12345"]
    );
    assert_eq!(
        values(&file(
            "REDIS0007",
            &body(12, &[&string(&ziplist(&items[..5]))])
        )),
        ["a"]
    );
    assert_eq!(
        values(&file(
            "REDIS0007",
            &body(13, &[&string(&ziplist(&items[..5]))])
        )),
        ["a=2"]
    );
    // Redis 7.4: expiry (0: none), field, value; the earliest in front in the released form.
    let fields = [
        &[2, 0][..],
        &string(b"f"),
        &string(b"v"),
        &[5],
        &string(b"g"),
        &[0xc1, 0, 1],
    ]
    .concat();
    assert_eq!(
        values(&file("REDIS0012", &body(22, &[&fields]))),
        ["f=v", "g=256"]
    );
    assert_eq!(
        values(&file("REDIS0012", &body(24, &[&[0; 8], &fields]))),
        ["f=v", "g=256"]
    );
    let triples = b"\0\0\0\0\0\0\x81f\x02\x81v\x02\x00\x01\xff";
    assert_eq!(
        values(&file("REDIS0012", &body(23, &[&string(triples)]))),
        ["f=v"]
    );
    assert_eq!(
        values(&file("REDIS0012", &body(25, &[&[0; 8], &string(triples)]))),
        ["f=v"]
    );
    // Valkey 9: field, value, expiry of 8 bytes.
    let fields = [&[1][..], &string(b"f"), &string(b"v"), &[0xff; 8]].concat();
    assert_eq!(values(&file("VALKEY080", &body(22, &[&fields]))), ["f=v"]);
    // A module's value: strings and integers are shown, floats are not.
    let module = [
        &[0x81, 1, 2, 3, 4, 5, 6, 7, 8, 5][..],
        &string(b"{}"),
        &[
            2, 0x80, 0, 1, 0, 0, 3, 0, 0, 0, 0, 4, 1, 2, 3, 4, 5, 6, 7, 8, 0,
        ],
    ]
    .concat();
    assert_eq!(
        values(&file("REDIS0011", &body(7, &[&module]))),
        ["{}", "65536"]
    );
    // Functions of the release candidates, slot hints, a slot import, module data, idle and frequency.
    let odd = [
        &[0xf6][..],
        &string(b"lib"),
        &string(b"lua"),
        &[1],
        &string(b"about"),
        &string(b"code"),
        &[0xf4, 1, 2, 3, 0xf8, 9, 0xf9, 9],
        &[0xf7, 1, 2, 2, 2, 7, 0],
        &[0, 1, b'k', 1, b'v'],
    ]
    .concat();
    assert_eq!(values(&file("REDIS0010", &odd)), ["7", "v"]);
    let import = [
        &[0xf3][..],
        &string(b"job"),
        &[2, 0, 5, 7, 9],
        &[0, 1, b'k', 1, b'v'],
    ]
    .concat();
    assert_eq!(values(&file("VALKEY080", &import)), ["v"]);
}

#[test]
fn what_cannot_be_decoded_is_counted_and_nothing_after_it_is_guessed() {
    let unknown = file("REDIS0012", &[0, 1, b'k', 1, b'v', 28, 1, b'x', 1, 2, 3]);
    let (dump, counters) = decode(&unknown, 4);
    assert_eq!(counters.end, RdbEnd::UnknownType(28));
    assert_eq!(counters.unscanned_bytes, 5 + 9);
    assert_eq!(dump.strings(), [b"v"]);
    // A damaged listpack loses itself only.
    let damaged = file(
        "REDIS0011",
        &[20, 1, b'k', 7, 0, 0, 0, 0, 0, 0, 0xf9, 0, 1, b'l', 1, b'v'],
    );
    let (dump, counters) = decode(&damaged, 100);
    assert_eq!(
        (counters.end, counters.unscanned_bytes),
        (RdbEnd::Complete, 7)
    );
    assert_eq!(dump.strings(), [b"v"]);
    assert_eq!(decode(b"HTTP/1.1 200", 12).1.end, RdbEnd::Damaged);
    // Announced lengths reserve nothing.
    let huge = [
        &b"REDIS0011"[..],
        &[0, 1, b'k', 0x81, 0x7f, 0, 0, 0, 0, 0, 0, 0, b'x'],
    ]
    .concat();
    let (_, counters) = decode(&huge, 100);
    assert_eq!(counters.end, RdbEnd::Cut);
}

#[test]
fn a_gap_ends_it() {
    let bytes = file("REDIS0011", &[0, 1, b'k', 5, b'v', b'w']);
    let mut decoder = RdbDecoder::new();
    let mut dump = Dump::default();
    decoder.push(&bytes[..15], &mut dump);
    decoder.gap(1);
    decoder.push(&bytes[15..], &mut dump);
    let counters = decoder.finish();
    assert_eq!(counters.end, RdbEnd::Gap);
    assert_eq!(counters.unscanned_bytes, 2 + 9);
}

proptest! {
    #[test]
    fn any_bytes_are_taken_the_same_way_at_any_cut(
        bytes in proptest::collection::vec(prop_oneof![0_u8..32, any::<u8>()], 0..300),
        cut in 1_usize..20,
    ) {
        let file = [&b"REDIS0011"[..], &bytes].concat();
        let whole = decode(&file, file.len());
        let (dump, counters) = decode(&file, cut);
        prop_assert_eq!(&dump.keys, &whole.0.keys);
        prop_assert_eq!(counters.end, whole.1.end);
    }
}
