//! One leak in each place where Redis traffic can hold one, as bytes on the wire: found, and said where.
//!
//! Each row is a conversation; the leaks are a card number, a password or an e-mail address. What is
//! compressed is told as opaque, and what is no value (scores, cursors, times) is left alone.

use std::fmt::Write as _;

use resp_sniff::detect::{Carry, Detector, Hits, Options, Policy, RulePack};
use resp_sniff::packet::{Origin, Timestamp};
use resp_sniff::resp::rdb::{RdbDecoder, RdbSink, RdbValue, RdbValuePart};
use resp_sniff::resp::{
    Command, Exchange, Push, RdbPart, RespConfig, RespConnection, RespSink, Session, Start,
    ValuePart,
};
use resp_sniff::segment::Direction;
use std::sync::Arc;

/// What each message gave: `rule at location (field)`, certain enough to be reported.
struct Ear {
    detector: Detector,
    pack: Arc<RulePack>,
    told: Vec<String>,
    carry: Carry,
}

impl Ear {
    fn new() -> Self {
        let pack = RulePack::builtin();
        let policy = Arc::new(Policy::default());
        Self {
            detector: Detector::new(Arc::clone(&pack), policy, Options::default()),
            pack,
            told: Vec::new(),
            carry: Carry::default(),
        }
    }

    fn note(&mut self, hits: &Hits) {
        for hit in hits.iter().filter(|hit| hit.confidence >= 0.5) {
            let mut line = self.pack.info(hit.rule).id.clone();
            if let Some(location) = hit.place.location() {
                let _ = write!(line, " {location}");
            }
            if let Some(field) = hit.field {
                let _ = write!(line, " {}", String::from_utf8_lossy(&field));
            }
            self.told.push(line);
        }
    }
}

impl RespSink for Ear {
    fn request(&mut self, session: &Session, command: &Command<'_>) -> u32 {
        let mut hits = Hits::new();
        self.detector.request(session, command, &mut hits);
        self.note(&hits);
        0
    }

    fn exchange(&mut self, session: &Session, exchange: &Exchange<'_>) {
        let mut hits = Hits::new();
        self.detector.reply(session, exchange, &mut hits);
        self.note(&hits);
    }

    fn push(&mut self, session: &Session, push: &Push<'_>) {
        let mut hits = Hits::new();
        self.detector.push(session, push, &mut hits);
        self.note(&hits);
    }

    fn value_part(&mut self, session: &Session, part: &ValuePart<'_>) {
        let mut hits = Hits::new();
        let mut carry = std::mem::take(&mut self.carry);
        self.detector.part(session, part, &mut carry, &mut hits);
        self.carry = carry;
        self.note(&hits);
    }

    fn rdb(&mut self, _: &Session, _: &RdbPart<'_>, _: Timestamp, _: Origin) {}
}

fn command(words: &[&[u8]]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        bytes.extend(bulk(word));
    }
    bytes
}

fn bulk(text: &[u8]) -> Vec<u8> {
    let mut bytes = format!("${}\r\n", text.len()).into_bytes();
    bytes.extend(text);
    bytes.extend(b"\r\n");
    bytes
}

fn array(items: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", items.len()).into_bytes();
    bytes.extend(items.concat());
    bytes
}

/// What is told of requests and replies that take turns.
fn talk(turns: &[(Vec<u8>, Vec<u8>)]) -> (Vec<String>, u64) {
    let mut ear = Ear::new();
    let mut connection = RespConnection::new(&RespConfig::default(), Start::FirstByte);
    let mut at = 0;
    for (request, reply) in turns {
        for (direction, bytes) in [
            (Direction::ClientToServer, request),
            (Direction::ServerToClient, reply),
        ] {
            at += 1;
            connection.data(direction, bytes, Timestamp(at), Origin::default(), &mut ear);
        }
    }
    (ear.told, ear.detector.counters().opaque_bytes)
}

fn words(line: &str) -> Vec<&[u8]> {
    line.split(' ').map(str::as_bytes).collect()
}

const CARD: &str = "5555341244441115";

#[test]
fn each_place_of_a_request_is_looked_at() {
    let jsons = [
        format!(r#"{{"user":{{"cards":[{{"ccn":"{CARD}"}}]}}}}"#),
        format!(r#"{{"a":{{"b":{{"c":{{"d":{{"e":[[{{"pan":{CARD}}}]]}}}}}}}}}}"#),
        format!(r#"{{"inner":"{{\"ccn\":\"{CARD}\"}}"}}"#),
    ];
    let php = format!(r#"a:1:{{s:3:"ccn";s:16:"{CARD}";}}"#);
    let pack = [b"\x81\xa3ccn\xb0", CARD.as_bytes()].concat();
    let pickle = [
        b"\x80\x04}\x94\x8c\x03ccn\x94\x8c\x10".as_slice(),
        CARD.as_bytes(),
        b"\x94s.",
    ]
    .concat();
    // {"ccn":"5555341244441115"}
    let base64 = "eyJjY24iOiI1NTU1MzQxMjQ0NDQxMTE1In0=";
    let script = format!("return redis.call('set','k','{CARD}')");
    let query = format!("user=1&ccn={CARD}&go=1");
    let form = "name=x&email=ann%40corp.io&go=1";
    let rows: Vec<(Vec<&[u8]>, &str)> = vec![
        (
            words("AUTH hunter2hunter2"),
            "cmd.auth arguments[0] default",
        ),
        (
            words("AUTH app hunter2hunter2"),
            "cmd.auth arguments[1] app",
        ),
        (
            words("HELLO 3 AUTH app hunter2hunter2"),
            "cmd.hello-auth arguments[3] app",
        ),
        (
            words("CONFIG SET maxmemory 1 requirepass hunter2hunter2"),
            "cmd.config-set-secret arguments[4] requirepass",
        ),
        (
            words("ACL SETUSER app on >hunter2hunter2"),
            "cmd.acl-setuser-password arguments[3] app",
        ),
        (
            words("MIGRATE h 6379 k 0 9 AUTH hunter2hunter2"),
            "cmd.migrate-auth arguments[6]",
        ),
        (
            words("SENTINEL SET m auth-pass hunter2hunter2"),
            "cmd.sentinel-auth-pass arguments[3] auth-pass",
        ),
        (words("SET k:1 5555341244441115"), "pci.pan arguments[1]"),
        (words("SET k:1 x EX 10"), ""),
        (
            words("SETEX k:1 60 5555341244441115"),
            "pci.pan arguments[2]",
        ),
        (
            words("MSET a:1 x b:1 5555341244441115"),
            "pci.pan arguments[3]",
        ),
        (
            words("HSET u:1 a b ccn 5555341244441115"),
            "pci.pan arguments[4] ccn",
        ),
        (
            words("HSET u:1 a b password hunter2hunter2"),
            "sec.password-field arguments[4] password",
        ),
        (
            words("HSETEX u:1 EX 9 FIELDS 1 ccn 5555341244441115"),
            "pci.pan arguments[6] ccn",
        ),
        (
            words("HSET members ann@corp.io 1"),
            "pii.email arguments[1]",
        ),
        (
            vec![b"SET", b"d:1", jsons[0].as_bytes()],
            "pci.pan arguments[1] /user/cards/{n}/ccn",
        ),
        (
            vec![b"SET", b"d:1", jsons[1].as_bytes()],
            "pci.pan arguments[1] /a/b/c/d/e/{n}/{n}/pan",
        ),
        (
            vec![b"SET", b"d:1", jsons[2].as_bytes()],
            "pci.pan arguments[1] /inner/ccn",
        ),
        (
            vec![b"JSON.SET", b"d:1", b"$", jsons[0].as_bytes()],
            "pci.pan arguments[2] /user/cards/{n}/ccn",
        ),
        (
            words("JSON.SET d:1 $.ccn \"5555341244441115\""),
            "pci.pan arguments[2] $.ccn",
        ),
        (
            vec![b"SET", b"d:1", query.as_bytes()],
            "pci.pan arguments[1] /ccn",
        ),
        (
            vec![b"SET", b"d:1", form.as_bytes()],
            "pii.email arguments[1] /email",
        ),
        (
            vec![b"SET", b"d:1", b"host=h user=u password=hunter2hunter2"],
            "sec.conn-string arguments[1] /password",
        ),
        (
            words("XADD orders * id 7 ccn 5555341244441115"),
            "pci.pan arguments[5] ccn",
        ),
        (
            words("LPUSH jobs x 5555341244441115"),
            "pci.pan arguments[2]",
        ),
        (words("SADD cards 5555341244441115"), "pci.pan arguments[1]"),
        (words("ZADD z 1 ann@corp.io"), "pii.email arguments[2]"),
        (
            vec![b"EVAL", script.as_bytes(), b"0"],
            "pci.pan arguments[0]",
        ),
        (
            words("EVAL return 1 k:1 5555341244441115"),
            "pci.pan arguments[3]",
        ),
        (
            words("EVALSHA 0123456789abcdef0123456789abcdef01234567 1 k:1 5555341244441115"),
            "pci.pan arguments[3]",
        ),
        (
            words("FCALL pay 1 k:1 5555341244441115"),
            "pci.pan arguments[3]",
        ),
        (
            words("PUBLISH orders ann@corp.io"),
            "pii.email arguments[1]",
        ),
        (
            words("PUBLISH mail:ann@corp.io x"),
            "pii.email arguments[0]",
        ),
        (
            words("SPUBLISH orders 5555341244441115"),
            "pci.pan arguments[1]",
        ),
        (
            words("SUBSCRIBE mail:ann@corp.io"),
            "pii.email arguments[0]",
        ),
        (words("GET user:ann@corp.io"), "pii.email arguments[0]"),
        (words("DEL a user:ann@corp.io"), "pii.email arguments[1]"),
        (
            words("CLIENT SETNAME ann@corp.io"),
            "pii.email arguments[1]",
        ),
        (
            vec![b"SET", b"d:1", base64.as_bytes()],
            "pci.pan arguments[1] /ccn",
        ),
        (vec![b"SET", b"d:1", &pack], "pci.pan arguments[1] /ccn"),
        (
            vec![b"SET", b"d:1", php.as_bytes()],
            "pci.pan arguments[1] /ccn",
        ),
        (vec![b"SET", b"d:1", &pickle], "pci.pan arguments[1] /ccn"),
        (
            words("NOSUCH.MODULE k 5555341244441115"),
            "pci.pan arguments[1]",
        ),
        (
            words("NOSUCH.MODULE k password hunter2hunter2"),
            "sec.password-field arguments[2]",
        ),
        (words("GETSET k:1 5555341244441115"), "pci.pan arguments[1]"),
        (words("APPEND k:1 5555341244441115"), "pci.pan arguments[1]"),
        (
            words("SETRANGE k:1 0 5555341244441115"),
            "pci.pan arguments[2]",
        ),
        (
            words("LINSERT l BEFORE 5555341244441115 x"),
            "pci.pan arguments[2]",
        ),
        (
            words("PFADD visitors ann@corp.io"),
            "pii.email arguments[1]",
        ),
        (words("ECHO ann@corp.io"), "pii.email arguments[0]"),
        // No values: scores, times, cursors, coordinates.
        (words("ZADD z 5555341244441115 a"), ""),
        (words("EXPIREAT k:1 5555341244441115"), ""),
        (words("SCAN 5555341244441115"), ""),
    ];
    let mut wrong = String::new();
    for (words, expected) in rows {
        let request = command(&words);
        let (told, _) = talk(&[(request, Vec::new())]);
        let found = if expected.is_empty() {
            told.is_empty()
        } else {
            told.iter().any(|line| line.starts_with(expected))
        };
        if !found {
            let shown: Vec<_> = words
                .iter()
                .map(|word| word.escape_ascii().to_string())
                .collect();
            let _ = writeln!(
                wrong,
                "{}: \"{expected}\" is not in {told:?}",
                shown.join(" ")
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Commands with their replies, and what they are to show.
type Row<'a> = (Vec<(&'a str, Vec<u8>)>, &'a str);

#[test]
fn each_reply_is_read_by_what_was_asked_for() {
    let hash = format!("#{}", "0123456789abcdef".repeat(4));
    let acl = format!("user app on {hash} ~* +@all");
    let items = |texts: &[&str]| {
        array(
            &texts
                .iter()
                .map(|text| bulk(text.as_bytes()))
                .collect::<Vec<_>>(),
        )
    };
    let slow = |texts: &[&str]| {
        array(&[array(&[
            b":1\r\n".to_vec(),
            b":1700000000\r\n".to_vec(),
            b":12\r\n".to_vec(),
            items(texts),
            bulk(b"10.0.0.1:5"),
            bulk(b""),
        ])])
    };
    let entry = array(&[bulk(b"1-1"), items(&["id", "7", "ccn", CARD])]);
    let rows: Vec<Row<'_>> = vec![
        (vec![("GET k:1", bulk(CARD.as_bytes()))], "pci.pan reply"),
        (
            vec![("HGETALL u:1", items(&["a", "b", "ccn", CARD]))],
            "pci.pan reply[3] ccn",
        ),
        (
            vec![(
                "HGETALL u:1",
                [
                    b"%2\r\n".to_vec(),
                    bulk(b"a"),
                    bulk(b"b"),
                    bulk(b"ccn"),
                    bulk(CARD.as_bytes()),
                ]
                .concat(),
            )],
            "pci.pan reply[3] ccn",
        ),
        (
            vec![("HGET u:1 password", bulk(b"hunter2hunter2"))],
            "sec.password-field reply password",
        ),
        (
            vec![("HMGET u:1 a password", items(&["x", "hunter2hunter2"]))],
            "sec.password-field reply[1] password",
        ),
        (
            vec![(
                "HSCAN u:1 0",
                array(&[bulk(b"0"), items(&["password", "hunter2hunter2"])]),
            )],
            "sec.password-field reply[1] password",
        ),
        (
            vec![("MGET a:1 user:1:password", items(&["x", "hunter2hunter2"]))],
            "sec.password-field reply[1]",
        ),
        (
            vec![(
                "CONFIG GET requirepass",
                items(&["requirepass", "hunter2hunter2"]),
            )],
            "cmd.config-get-secret-reply reply[1] requirepass",
        ),
        (
            vec![(
                "CONFIG GET *",
                items(&["port", "6379", "masterauth", "hunter2hunter2"]),
            )],
            "cmd.config-get-secret-reply reply[3] masterauth",
        ),
        (
            vec![("CONFIG GET requirepass", items(&["requirepass", ""]))],
            "",
        ),
        (
            vec![("ACL LIST", items(&[&acl]))],
            "cmd.acl-hash reply[0] app",
        ),
        (
            vec![(
                "ACL GENPASS",
                bulk(b"dd721260bfe1b3d9601e7fbab36de6d04e2e67b0ef1c53de59d45950db0dd3cc"),
            )],
            "cmd.acl-genpass-reply reply",
        ),
        (
            vec![("SLOWLOG GET", slow(&["HSET", "u:1", "ccn", CARD]))],
            "pci.pan reply[0] ccn",
        ),
        (
            vec![("SLOWLOG GET", slow(&["AUTH", "hunter2hunter2"]))],
            "cmd.auth reply[0] default",
        ),
        (vec![("SLOWLOG GET", slow(&["AUTH", "(redacted)"]))], ""),
        (
            vec![(
                "SLOWLOG GET",
                slow(&["CONFIG", "SET", "requirepass", "hunter2hunter2"]),
            )],
            "cmd.config-set-secret reply[0] requirepass",
        ),
        (
            vec![("LRANGE jobs 0 -1", items(&["x", CARD]))],
            "pci.pan reply[1]",
        ),
        (vec![("SMEMBERS cards", items(&[CARD]))], "pci.pan reply[0]"),
        (
            vec![("KEYS *", items(&["user:ann@corp.io"]))],
            "pii.email reply[0]",
        ),
        (
            vec![(
                "SCAN 0",
                array(&[bulk(b"0"), items(&["a", "user:ann@corp.io"])]),
            )],
            "pii.email reply[1]",
        ),
        (
            vec![("XRANGE orders - +", array(std::slice::from_ref(&entry)))],
            "pci.pan reply[0] ccn",
        ),
        (
            vec![(
                "XREAD STREAMS orders 0",
                array(&[array(&[bulk(b"orders"), array(&[entry])])]),
            )],
            "pci.pan reply[0] ccn",
        ),
        (
            vec![("ZRANGE z 0 -1 WITHSCORES", items(&["ann@corp.io", "1"]))],
            "pii.email reply[0]",
        ),
        (vec![("ZRANGE z 0 -1 WITHSCORES", items(&["a", CARD]))], ""),
        (
            vec![(
                "CLIENT LIST",
                bulk(b"id=3 addr=10.0.0.1:5 name=ann@corp.io cmd=get"),
            )],
            "pii.email reply",
        ),
        (
            vec![("CLIENT GETNAME", bulk(b"ann@corp.io"))],
            "pii.email reply",
        ),
        (
            vec![("ACL LOG", array(&[items(&["username", "ann@corp.io"])]))],
            "pii.email reply[0]",
        ),
        (vec![("EVAL x 0", bulk(CARD.as_bytes()))], "pci.pan reply"),
        (
            vec![(
                "NOSUCH ann@corp.io",
                b"-ERR unknown command 'NOSUCH', with args beginning with: 'ann@corp.io' \r\n"
                    .to_vec(),
            )],
            "pii.email reply",
        ),
        (
            vec![
                ("MULTI", b"+OK\r\n".to_vec()),
                ("HGETALL u:1", b"+QUEUED\r\n".to_vec()),
                ("GET x", b"+QUEUED\r\n".to_vec()),
                (
                    "EXEC",
                    array(&[items(&["password", "hunter2hunter2"]), bulk(b"1")]),
                ),
            ],
            "sec.password-field reply[1] password",
        ),
        (
            vec![(
                "SUBSCRIBE orders",
                [
                    array(&[bulk(b"subscribe"), bulk(b"orders"), b":1\r\n".to_vec()]),
                    items(&["message", "orders", CARD]),
                ]
                .concat(),
            )],
            "pci.pan payload",
        ),
        (
            vec![(
                "PSUBSCRIBE o*",
                [
                    array(&[bulk(b"psubscribe"), bulk(b"o*"), b":1\r\n".to_vec()]),
                    items(&["pmessage", "o*", "orders:ann@corp.io", CARD]),
                ]
                .concat(),
            )],
            "pii.email channel",
        ),
        (
            vec![
                (
                    "HELLO 3",
                    [b"%1\r\n".to_vec(), bulk(b"proto"), b":3\r\n".to_vec()].concat(),
                ),
                (
                    "SUBSCRIBE orders",
                    [
                        b">3\r\n".to_vec(),
                        bulk(b"subscribe"),
                        bulk(b"orders"),
                        b":1\r\n>3\r\n".to_vec(),
                        bulk(b"message"),
                        bulk(b"orders"),
                        bulk(CARD.as_bytes()),
                    ]
                    .concat(),
                ),
            ],
            "pci.pan payload",
        ),
        (
            vec![(
                "MONITOR",
                [
                    b"+OK\r\n".to_vec(),
                    format!(
                        "+1700000000.100000 [0 10.0.0.1:5] \"hset\" \"u:1\" \"ccn\" \"{CARD}\"\r\n"
                    )
                    .into_bytes(),
                ]
                .concat(),
            )],
            "pci.pan payload ccn",
        ),
        (
            vec![(
                "MONITOR",
                b"+OK\r\n+1700000000.100000 [0 10.0.0.1:5] \"AUTH\" \"(redacted)\"\r\n".to_vec(),
            )],
            "exposure.monitor",
        ),
    ];
    let mut wrong = String::new();
    for (turns, expected) in rows {
        let shown: Vec<&str> = turns.iter().map(|(line, _)| *line).collect();
        let turns: Vec<_> = turns
            .iter()
            .map(|(line, reply)| (command(&words(line)), reply.clone()))
            .collect();
        let (told, _) = talk(&turns);
        let found = if expected.is_empty() {
            !told
                .iter()
                .any(|line| line.contains("reply") || line.contains("payload"))
        } else if expected == "exposure.monitor" {
            !told.iter().any(|line| line.contains("payload"))
        } else {
            told.iter().any(|line| line.starts_with(expected))
        };
        if !found {
            let _ = writeln!(wrong, "{shown:?}: \"{expected}\" is not in {told:?}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn compressed_values_are_told_as_opaque() {
    for magic in [
        &b"\x1f\x8b\x08\x00\x00\x00\x00\x00"[..],
        b"\x28\xb5\x2f\xfd\x24\x00\x00\x00",
        b"\x04\x22\x4d\x18\x64\x40\xa7\x00",
        b"\xff\x06\x00\x00sNaPpY",
        b"\x78\x9c\x4b\x4c\x4a\x06",
    ] {
        let value = [magic, &[0xa5; 40]].concat();
        let (told, opaque) = talk(&[(command(&[b"SET", b"k:1", &value]), Vec::new())]);
        assert_eq!((told.len(), opaque), (0, value.len() as u64), "{magic:?}");
        let (told, opaque) = talk(&[(command(&[b"GET", b"k:1"]), bulk(&value))]);
        assert_eq!((told.len(), opaque), (0, value.len() as u64), "{magic:?}");
    }
}

/// Takes an RDB file as a full sync does.
struct Stored(Ear, Hits);

impl RdbSink for Stored {
    fn value(&mut self, value: &RdbValue<'_>) {
        let field = value.field.map(|field| field.kept);
        let Self(ear, hits) = self;
        ear.detector
            .stored_field(value.key.kept, field, value.value, &mut ear.carry, hits);
    }

    fn value_part(&mut self, part: &RdbValuePart<'_>) {
        let field = part.field.map(|field| field.kept);
        let Self(ear, hits) = self;
        let scanned = resp_sniff::detect::StoredPart {
            offset: part.offset,
            bytes: part.bytes,
            last: part.offset + part.bytes.len() as u64 >= part.len,
        };
        ear.detector
            .stored_part(part.key.kept, field, scanned, &mut ear.carry, hits);
    }
}

/// A string with its length as RDB writes it.
fn rdb_string(text: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x80];
    bytes.extend(u32::try_from(text.len()).expect("short").to_be_bytes());
    bytes.extend(text);
    bytes
}

fn rdb(values: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = b"REDIS0009".to_vec();
    for (kind, body) in values {
        bytes.push(*kind);
        bytes.extend(body);
    }
    bytes.push(0xff);
    bytes.extend([0; 8]);
    bytes
}

fn stored(file: &[u8], chunk: usize) -> (Vec<(String, String)>, u64) {
    let mut sink = Stored(Ear::new(), Hits::new());
    let mut decoder = RdbDecoder::new();
    for bytes in file.chunks(chunk) {
        decoder.push(bytes, &mut sink);
    }
    decoder.finish();
    let Stored(mut ear, mut hits) = sink;
    ear.detector.stored_end(&mut hits);
    let told = hits
        .iter()
        .filter(|hit| hit.confidence >= 0.5)
        .map(|hit| {
            (
                ear.pack.info(hit.rule).id.clone(),
                format!("{:?}", hit.severity),
            )
        })
        .collect();
    (told, ear.detector.counters().unscanned_bytes)
}

#[test]
fn a_long_value_of_a_snapshot_is_searched_to_its_end() {
    let text = |len: usize| "lorem ipsum ".repeat(len / 12);
    for chunk in [usize::MAX, 1 << 16, 1 << 14, 997] {
        let value = format!("{} ann@corp.io {}", text(300_000), text(50_000));
        let file = rdb(&[(
            0,
            [rdb_string(b"k:1"), rdb_string(value.as_bytes())].concat(),
        )]);
        let (told, unscanned) = stored(&file, chunk);
        assert_eq!(
            told,
            [("pii.email".to_owned(), "Medium".to_owned())],
            "{chunk}"
        );
        assert_eq!(unscanned, 0, "{chunk}");
        // Behind the limit it is counted instead.
        let value = format!("{} ann@corp.io", text(1_200_000));
        let file = rdb(&[(
            0,
            [rdb_string(b"k:1"), rdb_string(value.as_bytes())].concat(),
        )]);
        let (told, unscanned) = stored(&file, chunk);
        assert!(told.is_empty(), "{told:?}");
        assert_eq!(unscanned, value.len() as u64 - (1 << 20), "{chunk}");
    }
}

#[test]
fn a_hash_of_a_snapshot_is_judged_as_one_record() {
    let hash = [
        rdb_string(b"u:1"),
        vec![2],
        rdb_string(b"ccn"),
        rdb_string(b"5270426764505555"),
        rdb_string(b"ccn_expire"),
        rdb_string(b"1224"),
    ]
    .concat();
    let (told, _) = stored(&rdb(&[(4, hash)]), 64);
    let told: Vec<(&str, &str)> = told.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert_eq!(
        told,
        [("pci.pan.suspected", "Critical"), ("pci.expiry", "Medium")]
    );
}

#[test]
fn a_message_of_the_cluster_bus_is_looked_at() {
    let mut ear = Ear::new();
    let payload = resp_sniff::resp::Argument {
        kept: CARD.as_bytes(),
        len: 16,
        broken: false,
    };
    let mut hits = Hits::new();
    ear.detector
        .published(b"mail:ann@corp.io", payload, &mut hits);
    ear.note(&hits);
    assert_eq!(ear.told, ["pii.email channel", "pci.pan payload"]);
}
