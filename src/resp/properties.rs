//! What holds of any conversation: cuts change nothing, every byte is counted once, a plain parser
//! that sees the whole stream reads the same.

use proptest::prelude::*;

use super::testing::{Piece, play_cut, request};
use super::*;

/// A reply, and how [`super::testing::render`] shows it: the oracle is the generator.
#[derive(Debug, Clone)]
struct Sample {
    wire: Vec<u8>,
    shown: String,
}

fn sample(wire: impl Into<Vec<u8>>, shown: impl Into<String>) -> Sample {
    Sample {
        wire: wire.into(),
        shown: shown.into(),
    }
}

fn bulk(marker: char, text: &[u8]) -> Sample {
    let mut wire = format!("{marker}{}\r\n", text.len()).into_bytes();
    wire.extend_from_slice(text);
    wire.extend_from_slice(b"\r\n");
    sample(wire, format!("{marker}{}", text.escape_ascii()))
}

fn scalar() -> impl Strategy<Value = Sample> {
    prop_oneof![
        "[A-Z]{1,8}".prop_map(|word| sample(format!("+{word}\r\n"), format!("+{word}"))),
        "[A-Z]{2,8} [a-z ]{0,9}"
            .prop_map(|word| sample(format!("-{word}\r\n"), format!("-{word}"))),
        any::<i64>().prop_map(|number| sample(format!(":{number}\r\n"), format!(":{number}"))),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(|text| bulk('$', &text)),
        prop::collection::vec(any::<u8>(), 0..20).prop_map(|text| bulk('!', &text)),
        // Text that looks like RESP itself.
        Just(bulk('$', b"\r\n*1\r\n$4\r\nPING\r\n+OK\r\n")),
        Just(sample("$-1\r\n", "null")),
        Just(sample("*-1\r\n", "null")),
        Just(sample("_\r\n", "null")),
        Just(sample("#t\r\n", "#t")),
        Just(sample(",3.25\r\n", ",3.25")),
        Just(sample(
            "(123456789012345678901\r\n",
            "(123456789012345678901"
        )),
        Just(sample("$?\r\n;2\r\nab\r\n;1\r\nc\r\n;0\r\n", "$abc")),
        Just(sample("|1\r\n+ttl\r\n:1\r\n:7\r\n", ":7")),
    ]
}

fn reply() -> impl Strategy<Value = Sample> {
    scalar().prop_recursive(4, 40, 6, |inner| {
        (prop::collection::vec(inner, 0..6), 0..4u8).prop_map(|(elements, form)| {
            let shown: Vec<_> = elements.iter().map(|element| &*element.shown).collect();
            let shown = shown.join(" ");
            let body: Vec<u8> = elements
                .iter()
                .flat_map(|element| element.wire.clone())
                .collect();
            let count = elements.len();
            match form {
                0 => sample(
                    [format!("*{count}\r\n").into_bytes(), body].concat(),
                    format!("[{shown}]"),
                ),
                1 => sample(
                    [format!("~{count}\r\n").into_bytes(), body].concat(),
                    format!("~[{shown}]"),
                ),
                2 => sample(
                    [b"*?\r\n".to_vec(), body, b".\r\n".to_vec()].concat(),
                    format!("[{shown}]"),
                ),
                _ => {
                    // A map of each with itself.
                    let wire: Vec<u8> = elements
                        .iter()
                        .flat_map(|one| [one.wire.clone(), one.wire.clone()].concat())
                        .collect();
                    let twice: Vec<_> = elements
                        .iter()
                        .map(|one| format!("{0} {0}", one.shown))
                        .collect();
                    sample(
                        [format!("%{count}\r\n").into_bytes(), wire].concat(),
                        format!("%[{}]", twice.join(" ")),
                    )
                }
            }
        })
    })
}

/// Bytes that begin like RESP and go wrong.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let bits = prop_oneof![
        Just(b"*".to_vec()),
        Just(b"$".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\r".to_vec()),
        Just(b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n".to_vec()),
        Just(b"*2\r\n".to_vec()),
        Just(b"$5\r\nhello\r\n".to_vec()),
        Just(b"$-1\r\n".to_vec()),
        Just(b"$536870912\r\n".to_vec()),
        Just(b"*2147483647\r\n".to_vec()),
        Just(b"%99999999999999999999\r\n".to_vec()),
        Just(b"*?\r\n".to_vec()),
        Just(b"$?\r\n;3\r\n".to_vec()),
        Just(b".\r\n".to_vec()),
        Just(b"|1\r\n".to_vec()),
        Just(b">3\r\n$7\r\nmessage\r\n".to_vec()),
        Just(b"+OK\r\n".to_vec()),
        Just(b"+QUEUED\r\n".to_vec()),
        Just(b"-ERR Protocol error\r\n".to_vec()),
        Just(b"MULTI\r\nget k\r\nEXEC\r\n".to_vec()),
        Just(b"subscribe a b\r\n".to_vec()),
        Just(b"CLIENT REPLY OFF\r\n".to_vec()),
        Just(b"SYNC\r\n".to_vec()),
        Just(b"PSYNC ? -1\r\n".to_vec()),
        Just(b"+FULLRESYNC 8371b4fb1155b71f4a04d3e1bc3e18c4a990aeeb 0\r\n$5\r\n".to_vec()),
        Just([&b"$EOF:"[..], &[b'a'; 40], b"\r\n", &[b'a'; 30]].concat()),
        Just(vec![b'a'; 45]),
        Just(b"*3\r\n$8\r\nREPLCONF\r\n$3\r\nACK\r\n$1\r\n0\r\n".to_vec()),
        prop::collection::vec(any::<u8>(), 1..6),
    ];
    prop::collection::vec(bits, 1..8).prop_map(|bits| bits.concat())
}

fn piece() -> impl Strategy<Value = Piece> {
    prop_oneof![
        4 => hostile().prop_map(Piece::Client),
        4 => hostile().prop_map(Piece::Server),
        1 => (1..20u64).prop_map(Piece::ClientGap),
        1 => (1..20u64).prop_map(Piece::ServerGap),
    ]
}

/// Limits so small that every one of them is met.
fn narrow() -> RespConfig {
    RespConfig {
        kept_value_len: 16,
        kept_prefix_len: 4,
        kept_message_len: 64,
        kept_nodes: 8,
        max_bulk_len: 512 * 1024 * 1024,
        pending_len: 2048,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn replies_of_every_form_are_read_as_they_were_made(
        replies in prop::collection::vec(reply(), 1..6),
        cuts in prop::collection::vec(1..60usize, 1..20),
    ) {
        let asked: Vec<u8> = replies.iter().flat_map(|_| request(&[b"FOO.BAR"])).collect();
        let wire: Vec<u8> = replies.iter().flat_map(|reply| reply.wire.clone()).collect();
        let pieces = [Piece::Client(asked), Piece::Server(wire)];
        let mut turn = 0;
        let (log, counters) = play_cut(&RespConfig::default(), Start::FirstByte, &pieces, |_| {
            turn += 1;
            cuts[turn % cuts.len()]
        });
        let (whole, whole_counters) =
            play_cut(&RespConfig::default(), Start::FirstByte, &pieces, |len| len);
        let answers: Vec<_> = log
            .lines
            .iter()
            .filter_map(|line| line.strip_prefix("= FOO.BAR -> "))
            .map(str::to_owned)
            .collect();
        let expected: Vec<_> = replies.iter().map(|reply| reply.shown.clone()).collect();
        prop_assert_eq!(answers, expected);
        prop_assert_eq!(log.lines, whole.lines);
        prop_assert_eq!(counters, whole_counters);
        prop_assert_eq!(counters.resyncs, 0);
    }

    #[test]
    fn requests_are_read_as_they_were_made(
        calls in prop::collection::vec(prop::collection::vec(prop::collection::vec(any::<u8>(), 0..30), 1..6), 1..8),
        cuts in prop::collection::vec(1..40usize, 1..20),
    ) {
        let wire: Vec<u8> = calls
            .iter()
            .flat_map(|words| {
                let mut all: Vec<&[u8]> = vec![b"FOO.BAR"];
                all.extend(words.iter().map(Vec::as_slice));
                request(&all)
            })
            .collect();
        let mut turn = 0;
        let (log, counters) = play_cut(
            &RespConfig::default(),
            Start::FirstByte,
            &[Piece::Client(wire)],
            |_| {
                turn += 1;
                cuts[turn % cuts.len()]
            },
        );
        let seen: Vec<_> = log.lines.iter().filter(|line| line.starts_with('>')).cloned().collect();
        let expected: Vec<_> = calls
            .iter()
            .map(|words| {
                let words: Vec<_> = words.iter().map(|word| word.escape_ascii().to_string()).collect();
                format!("> FOO.BAR {}", words.join(" "))
            })
            .collect();
        prop_assert_eq!(seen, expected);
        prop_assert_eq!(counters.skipped_bytes, 0);
    }

    /// [`play_cut`] asserts after each chunk that every byte is in exactly one counter.
    #[test]
    fn cuts_of_hostile_bytes_change_nothing(
        pieces in prop::collection::vec(piece(), 1..12),
        midstream in any::<bool>(),
        tight in any::<bool>(),
        cuts in prop::collection::vec(1..12usize, 1..20),
    ) {
        let start = if midstream { Start::Midstream } else { Start::FirstByte };
        let config = if tight { narrow() } else { RespConfig::default() };
        let (whole, whole_counters) = play_cut(&config, start, &pieces, |len| len);
        let mut turn = 0;
        let (cut, cut_counters) = play_cut(&config, start, &pieces, |_| {
            turn += 1;
            cuts[turn % cuts.len()]
        });
        prop_assert_eq!(cut.lines, whole.lines);
        prop_assert_eq!(cut.rdb, whole.rdb);
        prop_assert_eq!(cut_counters, whole_counters);
    }
}
