use std::net::{IpAddr, Ipv4Addr};

use proptest::prelude::*;

use super::*;

/// A call as a few small numbers.
#[derive(Debug, Clone, Copy)]
struct Few {
    command: u8,
    server: u8,
    client: u8,
    user: u8,
    pattern: u8,
    bytes: u16,
    latency: u32,
    error: u8,
    second: u16,
}

fn few() -> impl Strategy<Value = Few> {
    (
        (0_u8..4, 0_u8..3, 0_u8..5, 0_u8..3, any::<u8>()),
        (any::<u16>(), 0_u32..1_000_000, 0_u8..20, 0_u16..500),
    )
        .prop_map(
            |((command, server, client, user, pattern), (bytes, latency, error, second))| Few {
                command,
                server,
                client,
                user,
                pattern,
                bytes,
                latency,
                error,
                second,
            },
        )
}

fn endpoint(last: u8, port: u16) -> Endpoint {
    Endpoint {
        address: IpAddr::V4(Ipv4Addr::new(10, 0, 0, last)).into(),
        port,
    }
}

fn record(stats: &mut Stats, few: &Few, frame: u64) {
    const COMMANDS: [&[u8]; 4] = [b"GET", b"SET", b"HGETALL", b"NOSUCH"];
    let spec = match commands::lookup(COMMANDS[usize::from(few.command)]) {
        commands::Lookup::Found(spec) => Some(spec),
        _ => None,
    };
    let pattern = format!("key:{}", few.pattern % 40);
    stats.record(&Call {
        spec,
        client: endpoint(few.client + 100, 40_000 + u16::from(few.pattern)),
        server: endpoint(few.server, 6379),
        user: [None, Some(&b"app"[..]), Some(b"ops")][usize::from(few.user)],
        key_pattern: (!few.pattern.is_multiple_of(7)).then_some(pattern.as_bytes()),
        key: (!few.pattern.is_multiple_of(7)).then_some(pattern.as_bytes()),
        request_bytes: u64::from(few.bytes % 100),
        reply_bytes: u64::from(few.bytes),
        latency_ns: (!few.latency.is_multiple_of(3)).then_some(u64::from(few.latency)),
        error: [Some(&b"WRONGTYPE"[..]), Some(b"odd one"), Some(b"OOM")]
            .get(usize::from(few.error))
            .copied()
            .flatten(),
        at: Timestamp::from_parts(1_700_000_000 + u64::from(few.second), 5),
        origin: Origin { capture: 0, frame },
        frames_known: true,
    });
}

fn config() -> StatsConfig {
    StatsConfig {
        slice_seconds: 1,
        max_patterns: 100,
        max_keys: 100,
        top: 3,
    }
}

fn show(text: &[u8]) -> Printable {
    // Tests may print: the names are ours.
    Printable::word(String::from_utf8(text.to_vec()).unwrap().leak())
}

fn events(stats: &Stats) -> Vec<StatisticsEvent> {
    stats.events(Timestamp(0), &mut show, &mut show)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn merging_any_parts_is_recording_all(calls in proptest::collection::vec(few(), 0..200), cuts in (0_usize..200, 0_usize..200)) {
        let mut all = Stats::new(config());
        let mut parts = [Stats::new(config()), Stats::new(config()), Stats::new(config())];
        for (at, call) in calls.iter().enumerate() {
            record(&mut all, call, at as u64);
            let part = usize::from(at >= cuts.0) + usize::from(at >= cuts.1);
            record(&mut parts[part], call, at as u64);
        }
        let [mut first, second, third] = parts;
        first.merge(&second);
        first.merge(&third);
        prop_assert_eq!(events(&first), events(&all));
    }

    #[test]
    fn merging_events_is_merging_what_they_came_from(calls in proptest::collection::vec(few(), 1..100), cut in 0_usize..100) {
        let mut all = Stats::new(config());
        let mut parts = [Stats::new(config()), Stats::new(config())];
        for (at, call) in calls.iter().enumerate() {
            record(&mut all, call, at as u64);
            record(&mut parts[usize::from(at >= cut)], call, at as u64);
        }
        let mut merged: BTreeMap<(Scope, Printable), StatisticsEvent> = BTreeMap::new();
        for event in parts.iter().flat_map(events) {
            merged
                .entry((event.scope, event.name.clone()))
                .and_modify(|sum| merge_events(sum, &event, 3))
                .or_insert(event);
        }
        for event in events(&all) {
            prop_assert_eq!(&merged[&(event.scope, event.name.clone())], &event);
        }
    }

    #[test]
    fn figures_are_what_a_plain_count_says(calls in proptest::collection::vec(few(), 1..200)) {
        let mut stats = Stats::new(config());
        for (at, call) in calls.iter().enumerate() {
            record(&mut stats, call, at as u64);
        }
        let events = events(&stats);
        for scope in [Scope::Server, Scope::Client, Scope::User, Scope::Command, Scope::Time] {
            let of_scope = events.iter().filter(|event| event.scope == scope);
            prop_assert_eq!(of_scope.map(|event| event.calls).sum::<u64>(), calls.len() as u64);
        }
        let get = events.iter().find(|event| event.scope == Scope::Command && event.name.as_text() == Some("GET"));
        let gets: Vec<&Few> = calls.iter().filter(|call| call.command == 0).collect();
        prop_assert_eq!(get.map_or(0, |event| event.reply_bytes), gets.iter().map(|call| u64::from(call.bytes)).sum::<u64>());
        let sizes = get.map(|event| event.reply_sizes.as_slice()).unwrap_or_default();
        prop_assert_eq!(sizes.iter().map(|class| class.count).sum::<u64>(), gets.iter().filter(|call| call.bytes > 0).count() as u64);
        for class in sizes {
            let within = |call: &&&Few| u64::from(call.bytes) <= class.up_to_bytes && u64::from(call.bytes) * 2 > class.up_to_bytes;
            prop_assert_eq!(class.count, gets.iter().filter(within).count() as u64);
        }
        if let Some(get) = get {
            let mut latencies: Vec<u64> = gets.iter().map(|call| u64::from(call.latency)).filter(|l| l % 3 != 0).collect();
            latencies.sort_unstable();
            if let Some(latency) = &get.latency_ns {
                prop_assert_eq!(latency.count, latencies.len() as u64);
                prop_assert_eq!(Some(&latency.max), latencies.last());
                let median = latencies[(latencies.len() - 1) / 2];
                prop_assert!(latency.p50 >= median && latency.p50 <= median + median / 1000 + 1);
            }
            let mut bytes: Vec<u64> = gets.iter().map(|call| u64::from(call.bytes)).collect();
            bytes.sort_unstable_by_key(|&b| std::cmp::Reverse(b));
            bytes.truncate(3);
            prop_assert_eq!(get.biggest.iter().map(|call| call.value).collect::<Vec<_>>(), bytes);
            prop_assert_eq!(get.errors.get("WRONGTYPE").copied().unwrap_or(0), gets.iter().filter(|call| call.error == 0).count() as u64);
            prop_assert_eq!(get.errors.get("OTHER").copied().unwrap_or(0), gets.iter().filter(|call| call.error == 1).count() as u64);
        }
    }

    #[test]
    fn a_full_sketch_is_off_by_no_more_than_it_says(seed in any::<u64>(), split in any::<bool>()) {
        // 5000 calls of 400 names, the busy ones far busier; room for 20 (and 20 to come).
        let config = StatsConfig { max_patterns: 20, ..config() };
        let mut parts = [Stats::new(config), Stats::new(config)];
        let mut truth: BTreeMap<String, u64> = BTreeMap::new();
        let mut state = seed | 1;
        for at in 0..5000_u64 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let name = format!("k{}", (state % 400).min((state >> 33) % 400));
            *truth.entry(name.clone()).or_default() += 1;
            let call = Call {
                spec: None,
                client: endpoint(1, 1),
                server: endpoint(2, 2),
                user: None,
                key: None,
                key_pattern: Some(name.as_bytes()),
                request_bytes: 1,
                reply_bytes: 1,
                latency_ns: None,
                error: None,
                at: Timestamp(0),
                origin: Origin { capture: 0, frame: at },
                frames_known: false,
            };
            parts[usize::from(split && at % 3 == 0)].record(&call);
        }
        let [mut stats, other] = parts;
        stats.merge(&other);
        prop_assert!(stats.patterns.len() <= 40);
        prop_assert!(stats.patterns.floor() <= 5000 / 20);
        let shown: BTreeMap<String, StatisticsEvent> = events(&stats)
            .into_iter()
            .filter(|event| event.scope == Scope::KeyPattern)
            .map(|event| (event.name.as_text().unwrap().to_owned(), event))
            .collect();
        for (name, event) in &shown {
            prop_assert!(event.calls >= truth[name] && event.calls - event.error_bound <= truth[name]);
        }
        for (name, &calls) in &truth {
            let there = stats.patterns.busiest().iter().any(|row| &*row.name == name.as_bytes());
            prop_assert!(there || calls <= stats.patterns.floor().max(least(&stats)), "{name} {calls}");
        }
    }
}

/// Calls of the last row shown: what is not shown has no more.
fn least(stats: &Stats) -> u64 {
    stats.patterns.busiest().last().map_or(0, |row| row.calls())
}

#[test]
fn the_hottest_keys_are_told_each_name_once() {
    let mut stats = Stats::new(StatsConfig {
        max_keys: 20,
        ..config()
    });
    // One key in every other call, among ten thousand that come once.
    for at in 0..20_000_u32 {
        let key = if at % 2 == 0 {
            "hot:1".to_owned()
        } else {
            format!("cold:{at}")
        };
        let call = Call {
            spec: None,
            client: endpoint(1, 1),
            server: endpoint(2, 6379),
            user: None,
            key_pattern: None,
            key: Some(key.as_bytes()),
            request_bytes: 10,
            reply_bytes: 20,
            latency_ns: Some(5),
            error: None,
            at: Timestamp(u64::from(at)),
            origin: Origin::default(),
            frames_known: true,
        };
        stats.record(&call);
    }
    let told = |events: Vec<StatisticsEvent>| -> Vec<StatisticsEvent> {
        let keys = events.into_iter();
        keys.filter(|event| event.scope == Scope::Key).collect()
    };
    let keys = told(events(&stats));
    assert_eq!(keys.len(), 20);
    assert_eq!(keys[0].name.as_text(), Some("hot:1"));
    assert_eq!((keys[0].calls, keys[0].error_bound), (10_000, 0));
    assert_eq!(
        (keys[0].request_bytes, keys[0].reply_bytes),
        (100_000, 200_000)
    );
    assert!(keys[0].latency_ns.is_none() && keys[0].biggest.is_empty());
    // Where printing hides what tells them apart, the hottest one speaks for all.
    let mut hide = |_: &[u8]| Printable::word("{key}");
    let keys = told(stats.events(Timestamp(0), &mut show, &mut hide));
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0].calls, 10_000);
}

#[test]
fn keys_kept_in_part_are_counted_together_under_no_keys_name() {
    let mut stats = Stats::new(config());
    let whole = Call {
        spec: None,
        client: endpoint(1, 1),
        server: endpoint(2, 6379),
        user: None,
        key_pattern: Some(b"k:{n}"),
        key: Some(b"k:1"),
        request_bytes: 10,
        reply_bytes: 20,
        latency_ns: None,
        error: None,
        at: Timestamp(0),
        origin: Origin::default(),
        frames_known: true,
    };
    stats.record(&whole);
    stats.record(&Call { key: None, ..whole });
    let mut other = Stats::new(config());
    other.record(&Call { key: None, ..whole });
    // Without a pattern there is no key at all.
    let keyless = Call {
        key: None,
        key_pattern: None,
        ..whole
    };
    other.record(&keyless);
    stats.merge(&other);
    let keys: Vec<_> = events(&stats)
        .into_iter()
        .filter(|event| event.scope == Scope::Key)
        .map(|event| (event.name.as_text().unwrap().to_owned(), event.calls))
        .collect();
    assert_eq!(keys, [("(long keys)".to_owned(), 2), ("k:1".to_owned(), 1)]);
}

#[test]
fn too_many_sessions_and_slices_are_counted_together() {
    let mut stats = Stats::new(config());
    for at in 0..10_000_u32 {
        let few = Few {
            command: 0,
            server: 1,
            client: 1,
            user: 0,
            pattern: 1,
            bytes: 1,
            latency: 1,
            error: 9,
            second: 0,
        };
        record(&mut stats, &few, 0);
        let user = at.to_string();
        stats.record(&Call {
            spec: None,
            client: endpoint(9, 9),
            server: endpoint(9, 9),
            user: Some(user.as_bytes()),
            key: None,
            key_pattern: None,
            request_bytes: 1,
            reply_bytes: 0,
            latency_ns: None,
            error: None,
            at: Timestamp::from_parts(u64::from(at), 0),
            origin: Origin::default(),
            frames_known: true,
        });
    }
    let events = events(&stats);
    let count = |scope| events.iter().filter(|event| event.scope == scope).count();
    assert_eq!(count(Scope::User), MAX_SESSIONS + 1);
    let others = events
        .iter()
        .find(|event| event.name.as_text() == Some("(others)"));
    assert_eq!(others.unwrap().calls, 10_000 - (MAX_SESSIONS as u64 - 1));
    assert!(count(Scope::Time) <= MAX_SLICES);
    assert!(count(Scope::Time) > MAX_SLICES / 4);
}
