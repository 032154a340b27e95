use proptest::prelude::*;

use super::super::model::{Buffers, Span, Store};
use super::super::test_server::{Client, servers};
use super::*;

/// A call's words, laid out as the decoder lays them out.
struct Call {
    held: Vec<u8>,
    spans: Vec<Span>,
}

fn call(line: &str) -> Call {
    words(line.split(' '))
}

fn words<'w>(words: impl IntoIterator<Item = &'w str>) -> Call {
    let mut call = Call {
        held: Vec::new(),
        spans: Vec::new(),
    };
    for word in words {
        call.spans.push(Span {
            store: Store::Held,
            start: u32::try_from(call.held.len()).unwrap(),
            kept: u32::try_from(word.len()).unwrap(),
            len: word.len() as u64,
            broken: false,
        });
        call.held.extend_from_slice(word.as_bytes());
    }
    call
}

impl Call {
    fn arguments(&self) -> Arguments<'_> {
        Arguments {
            spans: &self.spans,
            buffers: Buffers {
                chunk: &[],
                held: &self.held,
            },
            count: self.spans.len() as u64,
        }
    }

    fn spec(&self) -> &'static CommandSpec {
        resolve(&self.arguments()).expect("a command of the table")
    }

    fn roles(&self) -> Vec<Role> {
        let arguments = self.arguments();
        self.spec()
            .words(&arguments)
            .map(|word| word.role)
            .collect()
    }

    fn keys(&self) -> Vec<usize> {
        self.spec().keys(&self.arguments()).collect()
    }
}

#[test]
fn every_command_is_found_in_any_case_and_only_whole() {
    for spec in all() {
        let name = spec.command();
        let mixed: String = name
            .char_indices()
            .map(|(i, c)| {
                if i % 2 == 0 {
                    c.to_ascii_lowercase()
                } else {
                    c
                }
            })
            .collect();
        for form in [name.to_owned(), name.to_lowercase(), mixed] {
            let found = match lookup(form.as_bytes()) {
                Lookup::Found(found) | Lookup::Container(found) => found,
                Lookup::Unknown => panic!("{form} is not found"),
            };
            assert_eq!(found.name, name);
            if let Some(subcommand) = spec.subcommand() {
                let found = lookup_subcommand(found, subcommand.to_lowercase().as_bytes());
                assert_eq!(found, Some(spec));
            }
        }
        assert_eq!(lookup(format!("{name}!").as_bytes()), Lookup::Unknown);
        assert_eq!(by_id(spec.id), Some(spec));
    }
    assert!(all().is_sorted_by_key(|spec| spec.name));
}

#[test]
fn bytes_that_fold_like_letters_but_are_none_are_not_found() {
    // 0x0e | 0x20 is '.', 0x10 | 0x20 is '0', and the like.
    assert_eq!(lookup(b"JSON\x0eSET"), Lookup::Unknown);
    assert_eq!(lookup(b"EVAL\x7fRO"), Lookup::Unknown);
    assert_eq!(lookup(b""), Lookup::Unknown);
    assert_eq!(lookup(&vec![b'A'; 100_000]), Lookup::Unknown);
}

#[test]
fn ids_name_their_rows() {
    assert_eq!(by_id(id::CONFIG_SET).unwrap().name, "CONFIG SET");
    assert_eq!(by_id(id::JSON_MGET).unwrap().name, "JSON.MGET");
    assert_eq!(by_id(id::RESTORE_ASKING).unwrap().name, "RESTORE-ASKING");
    assert_eq!(by_id(CommandId(u16::MAX)), None);
}

#[test]
fn implied_categories_and_flags_are_there() {
    // None of these is marked dangerous in the servers' source; they are by implication.
    for name in [
        "CONFIG SET",
        "DEBUG",
        "SHUTDOWN",
        "MONITOR",
        "REPLICAOF",
        "ACL SETUSER",
        "SENTINEL SET",
    ] {
        let spec = all().iter().find(|spec| spec.name == name).unwrap();
        assert!(spec.is_dangerous(), "{name}");
    }
    assert!(!call("GET k").spec().is_dangerous());
    assert!(call("KEYS *").spec().is_dangerous());
    assert!(call("FLUSHALL").spec().is_dangerous());
    assert!(call("SET k v").spec().flags.contains(Flags::WRITE));
    assert!(call("HELLO").spec().flags.contains(Flags::NO_AUTH));
    assert!(
        call("PSUBSCRIBE *")
            .spec()
            .flags
            .contains(Flags::SUBSCRIBES)
    );
}

#[test]
fn only_calls_that_can_wait_block() {
    let blocks = |line: &str| {
        let call = call(line);
        call.spec().blocks(&call.arguments())
    };
    assert!(blocks("BLPOP a b 0"));
    assert!(blocks("XREAD COUNT 2 BLOCK 0 STREAMS a $"));
    assert!(!blocks("XREAD COUNT 2 STREAMS BLOCK 0"));
    assert!(!blocks("GET BLOCK"));
    assert!(blocks("WAIT 1 100"));
}

/// `line`, and the roles of its words by first letters: see [`letter`].
fn assert_roles(line: &str, expected: &str) {
    let call = call(line);
    let roles: String = call.roles().into_iter().map(letter).collect();
    assert_eq!(roles, expected, "{line}");
}

fn letter(role: Role) -> char {
    match role {
        Role::Name => 'N',
        Role::Key => 'k',
        Role::Field => 'f',
        Role::Value => 'v',
        Role::Member => 'm',
        Role::Score => 's',
        Role::Coordinate => 'c',
        Role::Channel => 'h',
        Role::Message => 'g',
        Role::Pattern => '*',
        Role::Username => 'u',
        Role::Password => 'P',
        Role::Rule => 'R',
        Role::Script => 'S',
        Role::ScriptArgument => 'a',
        Role::Parameter => 'p',
        Role::ParameterValue => '=',
        Role::Dump => 'D',
        Role::JsonPath => '$',
        Role::Query => 'q',
        Role::Keyword => 'o',
        Role::Cursor => '>',
        Role::Count => '#',
        Role::Ttl => 't',
        Role::Timeout => 'T',
        Role::StreamId => 'i',
        Role::Group => 'G',
        Role::Consumer => 'C',
        Role::ClientName => 'n',
        Role::Address => '@',
        Role::Path => '/',
        Role::Identifier => 'I',
        Role::Number => '1',
        Role::Other => '?',
    }
}

#[test]
fn words_have_the_roles_their_command_gives_them() {
    assert_roles("SET k v", "Nkv");
    assert_roles("set k v ex 10 NX GET", "Nkvotoo");
    assert_roles("SETEX k 10 v", "Nktv");
    assert_roles("MSET a 1 b 2", "Nkvkv");
    assert_roles("MSETEX 2 a 1 b 2 EX 9", "N#kvkvot");
    assert_roles("HSET k f v f v", "Nkfvfv");
    assert_roles("HSETEX k FNX EX 10 FIELDS 2 f v f v", "Nkooto#fvfv");
    assert_roles("HEXPIRE k 10 NX FIELDS 2 f f", "Nktoo#ff");
    assert_roles("LPUSH k v v", "Nkvv");
    assert_roles("LINSERT k BEFORE v v", "Nkovv");
    assert_roles("SADD k m m", "Nkmm");
    assert_roles("ZADD k NX CH 1 m 2 m", "Nkoosmsm");
    assert_roles("ZADD k 1 nx 2 ch", "Nksmsm");
    assert_roles(
        "ZUNION 2 a b WEIGHTS 1 2 AGGREGATE MAX WITHSCORES",
        "N#kko11ooo",
    );
    assert_roles("GEOADD k XX 13.3 38.1 m 1 2 m", "Nkoccmccm");
    assert_roles(
        "GEOSEARCH k FROMLONLAT 1 2 BYRADIUS 5 km ASC COUNT 3 ANY",
        "Nkocco1ooo#o",
    );
    assert_roles("GEORADIUS k 1 2 3 km STORE d", "Nkcc1ook");
    assert_roles(
        "SORT k BY p* LIMIT 0 5 GET # GET x* ALPHA STORE d",
        "Nko*o1#o*o*ook",
    );
    assert_roles("XADD k * f v f v", "Nkifvfv");
    assert_roles(
        "XADD k NOMKSTREAM MAXLEN ~ 1000 LIMIT 5 1-1 f v",
        "Nkooo1o#ifv",
    );
    assert_roles("XADD k MAXLEN 1000 * f v", "Nko1ifv");
    assert_roles("XREAD COUNT 2 STREAMS a b 0 0", "No#okkii");
    assert_roles(
        "XREADGROUP GROUP g c BLOCK 5 NOACK STREAMS a >",
        "NoGCoTooki",
    );
    assert_roles("XCLAIM k g c 10 1-1 2-2 IDLE 5 JUSTID", "NkGCtiioto");
    assert_roles("PUBLISH c m", "Nhg");
    assert_roles("EVAL return 2 a b x y", "NS#kkaa");
    assert_roles("FCALL f 0 x", "NI#a");
    assert_roles("AUTH pw", "NP");
    assert_roles("AUTH u pw", "NuP");
    assert_roles("HELLO 3 SETNAME n AUTH u pw", "N1onouP");
    assert_roles("CONFIG SET a 1 requirepass x", "NNp=p=");
    assert_roles("CONFIG GET a b", "NNpp");
    assert_roles("ACL SETUSER u on >pw ~*", "NNuRRR");
    assert_roles(
        "MIGRATE h 1 k 0 5 COPY AUTH2 u pw KEYS a b",
        "N@1k1ToouPokk",
    );
    assert_roles("SENTINEL SET m auth-pass x", "NNIp=");
    assert_roles("SENTINEL CONFIG SET sentinel-pass x", "NNop=");
    assert_roles(
        "MODULE LOADEX f CONFIG a 1 CONFIG b 2 ARGS x y",
        "NN/op=op=oaa",
    );
    assert_roles("JSON.SET k $.a v NX", "Nk$vo");
    assert_roles("JSON.MGET a b $", "Nkk$");
    assert_roles("BLPOP a b 5", "NkkT");
    assert_roles("BLMPOP 5 2 a b LEFT COUNT 1", "NT#kkoo#");
    assert_roles("RESTORE k 0 x REPLACE", "NktDo");
    assert_roles("SCAN 0 MATCH a* COUNT 10", "N>o*o#");
    assert_roles("CLIENT SETINFO LIB-NAME x", "NNon");
    assert_roles("CLIENT KILL 1.2.3.4:5", "NN@");
    assert_roles("BITFIELD k SET u8 0 5 GET u8 0", "Nkoo11oo1");
    assert_roles("FT.SEARCH i @a:b RETURN 2 f g PARAMS 2 x y", "NIqo#ffo#vv");
    assert_roles("GET k too many", "Nk??");
    assert_roles("SET k v NEWER EX 5", "Nkv?ot");
    assert_roles("CONFIG NEWER x", "N??");
}

#[test]
fn a_value_is_named_by_its_field_and_belongs_to_its_key() {
    let named = |line: &str| -> Vec<(Option<usize>, Option<usize>)> {
        let call = call(line);
        let arguments = call.arguments();
        call.spec()
            .words(&arguments)
            .map(|word| (word.key, word.named_by))
            .collect()
    };
    assert_eq!(named("HSET k f v g w")[3], (Some(1), Some(2)));
    assert_eq!(named("HSET k f v g w")[5], (Some(1), Some(4)));
    assert_eq!(named("MSET a 1 b 2")[4], (Some(3), None));
    assert_eq!(named("JSON.SET k $.a v")[3], (Some(1), Some(2)));
    assert_eq!(named("AUTH u p")[2], (None, Some(1)));
    assert_eq!(named("AUTH p")[1], (None, None));
    assert_eq!(named("PUBLISH c m")[2], (None, Some(1)));
    assert_eq!(named("CONFIG SET dir /tmp")[3], (None, Some(2)));
}

#[test]
fn a_word_far_behind_the_kept_ones_has_its_role_at_once() {
    let hset = call("HSET k f v f");
    let mut arguments = hset.arguments();
    arguments.count = 2_000_000_002;
    let word = hset.spec().word_at(&arguments, 1_999_999_999);
    assert_eq!(word.role, Role::Value);
    assert_eq!(word.named_by, Some(1_999_999_998));
    assert_eq!(word.key, Some(1));
    let mset = call("MSET k v");
    let word = mset.spec().word_at(&arguments, 1_000_000_001);
    assert_eq!((word.role, word.key), (Role::Key, Some(1_000_000_001)));
    let blpop = call("BLPOP a");
    let last = usize::try_from(arguments.count).unwrap() - 1;
    assert_eq!(blpop.spec().word_at(&arguments, last).role, Role::Timeout);
    let get = call("GET a");
    assert_eq!(get.spec().word_at(&arguments, last).role, Role::Other);
    let evil = call("EVAL x 18446744073709551615 a");
    let word = evil.spec().word_at(&evil.arguments(), last);
    assert_eq!(word.role, Role::Key);
}

#[test]
fn keys_are_found_where_they_move() {
    assert_eq!(call("GET k").keys(), [1]);
    assert_eq!(call("EVAL s 2 a b c").keys(), [3, 4]);
    assert_eq!(call("MIGRATE h 1  0 5 KEYS a b").keys(), [3, 7, 8]);
    assert_eq!(call("OBJECT ENCODING k").keys(), [2]);
    assert_eq!(call("EVAL s 0 a").keys(), [0; 0]);
    assert_eq!(call("EVAL s -1 a").keys(), [0; 0]);
    assert_eq!(call("GET").keys(), [0; 0]);
    let eval = call("EVAL s 2 a b");
    assert_eq!(eval.spec().first_key(&eval.arguments()), Some(3));
}

proptest! {
    #[test]
    fn word_at_agrees_with_the_walk(row in 0..all().len(), line in "([a-zA-Z0-9*]{1,4} ){0,12}x") {
        let spec = &all()[row];
        let line = format!("{} {line}", spec.name);
        let call = call(&line);
        let arguments = call.arguments();
        let spec = call.spec();
        for word in spec.words(&arguments) {
            prop_assert_eq!(word, spec.word_at(&arguments, word.index));
        }
        prop_assert_eq!(spec.words(&arguments).count(), call.spans.len());
        prop_assert_eq!(spec.first_key(&arguments), spec.keys(&arguments).next());
    }
}

/// Asks COMMAND GETKEYS for each call; a call the server finds no keys in gives none.
fn keys_by_server(client: &mut Client, calls: &[Vec<String>]) -> Vec<Vec<Vec<u8>>> {
    let questions: Vec<Vec<&str>> = calls
        .iter()
        .map(|call| {
            let words = call.iter().map(String::as_str);
            ["COMMAND", "GETKEYS"].into_iter().chain(words).collect()
        })
        .collect();
    let answers = client.ask_all(&questions);
    answers
        .into_iter()
        .map(super::super::test_server::Answer::texts)
        .collect()
}

/// A call by a command's own steps, with words that tell where they stand.
fn make_call(spec: &'static CommandSpec, seed: u64) -> Vec<String> {
    fn take(words: &mut Vec<String>, role: Role) {
        let word = match role {
            Role::Number | Role::Count | Role::Ttl | Role::Timeout | Role::Score => "7".to_owned(),
            Role::StreamId => "1-1".to_owned(),
            _ => format!("w{}", words.len()),
        };
        words.push(word);
    }
    fn take_steps(
        words: &mut Vec<String>,
        steps: &[Step],
        random: &mut impl FnMut(usize) -> usize,
    ) {
        for step in steps {
            match step {
                Step::One(role) => take(words, *role),
                Step::Each(roles) => {
                    for _ in 0..=random(3) {
                        roles.iter().for_each(|role| take(words, *role));
                    }
                }
                Step::Counted(roles) => {
                    let count = 1 + random(3);
                    words.push(count.to_string());
                    for _ in 0..count {
                        roles.iter().for_each(|role| take(words, *role));
                    }
                }
                Step::Halves(first, second) => {
                    let count = 1 + random(3);
                    (0..count).for_each(|_| take(words, *first));
                    (0..count).for_each(|_| take(words, *second));
                }
                Step::AllBut(role, last) => {
                    (0..=random(3)).for_each(|_| take(words, *role));
                    last.iter().for_each(|role| take(words, *role));
                }
                Step::Options(choices, _) => {
                    // Each at most once, and one STORE: the server takes the last of two, we tell both.
                    for (keyword, then) in *choices {
                        let stored = words.iter().any(|word| word == "STORE");
                        if *keyword == "STREAMS"
                            || random(2) == 0 && !(stored && *keyword == "STOREDIST")
                        {
                            words.push((*keyword).to_owned());
                            take_steps(words, then, random);
                        }
                    }
                }
            }
        }
    }
    let mut state = seed;
    let mut random = move |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(state >> 33).unwrap() % below
    };
    let mut words: Vec<String> = spec.name.split(' ').map(str::to_owned).collect();
    take_steps(&mut words, spec.words, &mut random);
    words
}

#[test]
fn keys_are_where_a_real_server_says() {
    for server in servers(&[]) {
        let mut client = server.connect();
        let mut compared = 0;
        for seed in 0..20 {
            let (specs, calls): (Vec<&CommandSpec>, Vec<Vec<String>>) = all()
                .iter()
                .filter(|spec| !spec.is_container())
                .map(|spec| (spec, make_call(spec, seed * 1000 + u64::from(spec.id.0))))
                .unzip();
            let told = keys_by_server(&mut client, &calls);
            for ((spec, line), told) in specs.into_iter().zip(calls).zip(told) {
                // Commands the server does not know, or calls it does not take.
                if told.is_empty() {
                    continue;
                }
                let call = words(line.iter().map(String::as_str));
                let ours: Vec<Vec<u8>> = call
                    .keys()
                    .into_iter()
                    .map(|at| line[at].clone().into_bytes())
                    .collect();
                assert_eq!(ours, told, "{}: {}: {line:?}", server.program, spec.name);
                compared += 1;
            }
        }
        assert!(compared > 2000, "only {compared} calls had keys");
    }
}
