//! Captures that others made, against what an independent reading says is in them. They lie beside the
//! checkout (`../shared/captures/redis`), not in it: skipped, with a word, where they are not there.

mod common;

use std::collections::BTreeMap;

use common::{finish, program, shared_captures};
use resp_sniff::event::{CommandEvent, Event, Pairing};

/// Commands in each capture, by hiredis over reassembled streams or by reading the packets.
const COMMANDS: &[(&str, usize)] = &[
    ("zeek-attr.pcap", 2),
    ("zeek-auth.pcap", 3),
    // And a blank line, which is no command.
    ("zeek-bulk-loading.pcap", 1001),
    ("zeek-django-cloud.pcapng", 158),
    ("zeek-large-requests-responses.pcap", 5),
    // And a protocol error: unbalanced quotes.
    ("zeek-pipeline-quotes.pcap", 6),
    ("zeek-pubsub.pcap", 7),
    ("zeek-pubsub-resp3.pcap", 10),
    ("zeek-redis-50-pings.pcap", 54),
    ("zeek-reply-off-on.pcap", 8),
    ("zeek-start-with-server.pcapng", 1),
    ("zeek-stream.pcap", 4),
    ("beats-redis_session.pcap", 11),
    ("tcpdump-resp_1_benchmark.pcap", 15),
    ("tcpdump-resp_2_inline.pcap", 12),
];

#[test]
fn every_command_is_counted() {
    let Some(captures) = shared_captures("redis") else {
        return;
    };
    let mut wrong = Vec::new();
    for (name, expected) in COMMANDS {
        let capture = captures
            .iter()
            .find(|path| path.ends_with(name))
            .expect(name);
        let commands = commands_in(capture);
        if commands.len() != *expected {
            let names: Vec<_> = commands
                .iter()
                .map(|c| serde_json::to_string(&c.command).expect("JSON"))
                .collect();
            wrong.push(format!(
                "{name}: {} commands, should be {expected}: {}",
                names.len(),
                names.join(" ")
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_django_capture_begun_midstream_is_read_on_its_odd_port() {
    let Some(captures) = shared_captures("redis") else {
        return;
    };
    let capture = captures
        .iter()
        .find(|path| path.ends_with("zeek-django-cloud.pcapng"))
        .expect("django");
    let mut names = BTreeMap::new();
    for command in commands_in(capture) {
        *names
            .entry(serde_json::to_string(&command.command).expect("JSON"))
            .or_insert(0) += 1;
    }
    assert_eq!(
        names,
        BTreeMap::from([("\"GET\"".to_owned(), 6), ("\"SET\"".to_owned(), 152)])
    );
}

#[test]
fn client_reply_off_and_skip_leave_four_replies_to_eight_commands() {
    let Some(captures) = shared_captures("redis") else {
        return;
    };
    let capture = captures
        .iter()
        .find(|path| path.ends_with("zeek-reply-off-on.pcap"))
        .expect("reply-off-on");
    let commands = commands_in(capture);
    assert_eq!(commands.iter().filter(|c| c.reply.is_some()).count(), 4);
    assert_eq!(
        commands
            .iter()
            .filter(|c| c.pairing == Pairing::Suppressed)
            .count(),
        4
    );
}

/// Commands whose request was seen.
fn commands_in(capture: &std::path::Path) -> Vec<CommandEvent> {
    let run = finish(
        program()
            .args([
                "analyze",
                "--format",
                "ndjson",
                "--quiet",
                "--events",
                "command,summary",
            ])
            .arg(capture),
    );
    run.events()
        .into_iter()
        .filter_map(|event| match event {
            Event::Command(command) if command.pairing != Pairing::RequestUnseen => Some(*command),
            _ => None,
        })
        .collect()
}
