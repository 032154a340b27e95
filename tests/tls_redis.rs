//! The TLS room against captures of a real redis-server, whose manifest says what server and
//! client agreed on, and against tshark where that is installed.

#![allow(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::similar_names,
    clippy::items_after_statements,
    clippy::type_complexity,
    reason = "a test may panic, and its inputs are its own"
)]
mod tls_support;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use resp_sniff::event::{Observed, Outcome, TlsVersion, Transport};
use resp_sniff::packet::Timestamp;
use resp_sniff::tls::{CertificateFacts, KeyLog, TlsContext, TlsFacts, Weakness};
use serde_json::Value;
use tls_support::{Cut, Seen, captures, folder, run};

fn manifest() -> Vec<(PathBuf, Value)> {
    let folder = folder("tls-redis").expect("captures/tls-redis");
    let text = std::fs::read(folder.join("manifest.json")).expect("a manifest");
    let entries: Vec<Value> = serde_json::from_slice(&text).expect("JSON");
    entries
        .into_iter()
        .map(|entry| {
            let name = entry["name"].as_str().expect("a name");
            (folder.join(name).with_extension("pcap"), entry)
        })
        .collect()
}

fn context(keys: Option<&Path>) -> TlsContext {
    let mut context = TlsContext::default();
    context.keys = keys.map(|path| {
        let mut log = KeyLog::new();
        log.add(&std::fs::read(path).expect("keys"));
        log.end();
        log
    });
    context
}

/// Handshakes of the clients that the manifest speaks of: redis's own links name no server.
fn client_handshakes(seen: &[Seen]) -> Vec<&TlsFacts> {
    let all = seen.iter().flat_map(|seen| &seen.facts);
    all.filter(|facts| facts.server_name.is_some()).collect()
}

#[test]
fn every_capture_shows_what_server_and_client_agreed_on() {
    let entries = manifest();
    assert_eq!(entries.len(), 35);
    let mut compared = 0;
    for (path, entry) in entries {
        let name = entry["name"].as_str().expect("a name");
        let seen = run(&path, &mut context(None), Cut::Segments, false);
        let handshakes = client_handshakes(&seen);
        let results = entry["result"].as_array().expect("results");
        let with_tls = results
            .iter()
            .filter(|result| result["version"].is_string() || result["error"].is_string());
        for (at, result) in with_tls.enumerate() {
            // Of two results for one client, the second is what the server says of itself.
            let Some(facts) = handshakes.get(at) else {
                panic!("{name}: no handshake {at}");
            };
            compared += 1;
            let established = result["ok"].as_bool() == Some(true);
            let expected = if established {
                Outcome::Established
            } else {
                Outcome::Refused
            };
            assert_eq!(facts.outcome, expected, "{name}");
            if let Some(version) = result["version"].as_str() {
                // Python says TLSv1 for 1.0.
                let version = if version == "TLSv1" {
                    "TLSv1.0"
                } else {
                    version
                };
                assert_eq!(facts.version.map(TlsVersion::name), Some(version), "{name}");
                let suite = facts.cipher_suite.expect("a suite");
                assert_eq!(suite.openssl(), result["cipher"].as_str(), "{name}");
                assert_eq!(facts.resumed, result["resumed"].as_bool(), "{name}");
            }
        }
        if let Some(expected) = entry["expect"]["client_auth"].as_str() {
            let certificate = &handshakes[0].client_certificate;
            let asked = matches!(certificate.requested, Observed::Yes | Observed::InferredYes);
            let shown = matches!(certificate.presented, Observed::Yes | Observed::InferredYes);
            let told = match (asked, shown) {
                (false, false) => "not_requested",
                (true, false) => "requested_not_provided",
                (true, true) => "provided",
                (false, true) => "impossible",
            };
            assert_eq!(told, expected, "{name}: {certificate:?}");
            let inferred = matches!(
                certificate.requested,
                Observed::InferredYes | Observed::InferredNo
            );
            assert_eq!(
                inferred,
                name.starts_with("tls13"),
                "{name}: inference is labelled"
            );
        }
    }
    assert!(compared >= 34, "{compared}");
}

#[test]
fn refusals_say_by_whom_and_why() {
    let one = |name: &str| {
        let path = folder("tls-redis").expect("there").join(name);
        let seen = run(&path, &mut context(None), Cut::Segments, false);
        seen.into_iter()
            .flat_map(|seen| seen.facts)
            .next()
            .expect("a handshake")
    };
    let alert = |name: &str| {
        let alert = one(name).alert.expect("an alert");
        (alert.level, alert.description, alert.from)
    };
    let fatal = |what: &str| ("fatal".to_owned(), what.to_owned(), "server".to_owned());
    assert_eq!(
        alert("tls-version-mismatch-alert.pcap"),
        fatal("protocol_version")
    );
    assert_eq!(
        alert("tls-cipher-mismatch-alert.pcap"),
        fatal("handshake_failure")
    );
    assert_eq!(
        alert("tls12-required-nocert.pcap"),
        fatal("handshake_failure")
    );
    let encrypted = one("tls13-required-nocert.pcap");
    assert_eq!(encrypted.outcome, Outcome::Refused);
    assert_eq!(
        encrypted.reason.map(resp_sniff::tls::Reason::text),
        Some("the server sent an encrypted alert and closed")
    );
    let silent = one("tls-to-plaintext-port.pcap");
    assert_eq!(
        silent.reason.map(resp_sniff::tls::Reason::text),
        Some("the server never answered the ClientHello")
    );
}

#[test]
fn weak_handshakes_are_told_by_name() {
    let expected = [
        ("tls10", Weakness::VersionOld),
        ("tls11", Weakness::VersionOld),
        ("tls12-adh-anon", Weakness::CipherAnonymous),
        ("tls12-null-cipher", Weakness::CipherNull),
        ("tls12-static-rsa-cbc", Weakness::CipherStaticKey),
        ("tls12-ecdhe-cbc", Weakness::CipherCbcEtm),
        ("tls12-expired-cert", Weakness::CertExpired),
        ("tls12-selfsigned", Weakness::CertSelfSigned),
        ("tls12-weak-rsa1024", Weakness::CertKeyShort),
        ("tls13-noauth", Weakness::ClientCertNotRequested),
        ("tls13-optional-nocert", Weakness::ClientCertOptional),
    ];
    for (name, weakness) in expected {
        let path = folder("tls-redis")
            .expect("there")
            .join(name)
            .with_extension("pcap");
        let seen = run(&path, &mut context(None), Cut::Segments, false);
        let facts = &seen[0].facts[0];
        assert!(
            facts.weaknesses.contains(&weakness),
            "{name}: {:?}",
            facts.weaknesses
        );
    }
    let path = folder("tls-redis")
        .expect("there")
        .join("tls12-mtls-rsa.pcap");
    let seen = run(&path, &mut context(None), Cut::Segments, false);
    assert_eq!(seen[0].facts[0].weaknesses, []);
}

#[test]
fn key_logs_open_every_suite_and_give_the_replies_of_the_manifest() {
    let mut opened = 0;
    for (path, entry) in manifest() {
        let keys = path.with_extension("keys");
        let null = entry["name"] == "tls12-null-cipher";
        if !keys.exists() && !null {
            continue;
        }
        let keys = keys.exists().then_some(keys.as_path());
        let seen = run(&path, &mut context(keys), Cut::Segments, false);
        let name = entry["name"].as_str().expect("a name");
        let connection = &seen[0];
        let expected = if null {
            Transport::TlsNull
        } else {
            Transport::TlsDecrypted
        };
        assert_eq!(connection.transport, Some(expected), "{name}");
        assert_eq!(connection.lost, 0, "{name}");
        let server = String::from_utf8_lossy(&connection.plain[1]).into_owned();
        let mut rest = server.as_str();
        for reply in entry["result"][0]["replies"].as_array().expect("replies") {
            let reply = reply.as_str().expect("text");
            let at = rest
                .find(reply)
                .unwrap_or_else(|| panic!("{name}: {reply:?}"));
            rest = &rest[at + reply.len()..];
        }
        assert!(
            connection.plain[0].starts_with(b"*1\r\n$4\r\nPING\r\n"),
            "{name}"
        );
        opened += 1;
        if name.starts_with("tls13") {
            // What was inferred is certain with the keys.
            let certificate = &connection.facts[0].client_certificate;
            assert!(
                matches!(certificate.requested, Observed::Yes | Observed::No),
                "{name}: {certificate:?}"
            );
            assert!(!connection.facts[0].certificates.is_empty(), "{name}");
        }
    }
    assert_eq!(opened, 10);
}

#[test]
fn any_cut_of_the_stream_gives_the_same_facts_and_the_same_text() {
    for (path, entry) in manifest() {
        let keys = path.with_extension("keys");
        let keys = keys.exists().then_some(keys.as_path());
        let whole = run(&path, &mut context(keys), Cut::Segments, false);
        for size in [1, 2, 3, 5, 6, 77, 1000] {
            let cut = run(&path, &mut context(keys), Cut::Every(size), false);
            assert_eq!(whole.len(), cut.len());
            for (whole, cut) in whole.iter().zip(&cut) {
                let name = &entry["name"];
                assert_eq!(whole.facts, cut.facts, "{name} cut every {size}");
                assert_eq!(whole.plain, cut.plain, "{name} cut every {size}");
                assert_eq!(whole.version, cut.version, "{name} cut every {size}");
            }
        }
    }
}

#[test]
fn records_wait_for_keys_that_come_late() {
    let path = folder("tls-redis")
        .expect("there")
        .join("tls13-mtls-rsa.pcap");
    let keys = path.with_extension("keys");
    let early = run(&path, &mut context(Some(&keys)), Cut::Segments, false);
    let text = std::fs::read(&keys).expect("keys");
    let late = tls_support::run_with(
        &path,
        &mut keyless(),
        Cut::Segments,
        false,
        |context, frame| {
            // The client writes its key log only after the first commands.
            if frame == 16 {
                let log = context.keys.get_or_insert_default();
                log.add(&text);
                log.end();
            }
        },
    );
    assert_eq!(late[0].plain, early[0].plain);
    assert!(!late[0].plain[1].is_empty());
    // Both chains were decrypted, and are told as if the keys had been there from the start.
    assert_eq!(late[0].facts, early[0].facts);
    assert!(late[0].facts[0].certificates.len() >= 2);
}

fn keyless() -> TlsContext {
    let mut context = TlsContext::default();
    context.keys = Some(KeyLog::new());
    context.log_grows = true;
    context
}

/// Is tshark there? Without it the two tests below say nothing.
fn has_tshark() -> bool {
    Command::new("tshark")
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}

fn tshark(arguments: &[String]) -> String {
    let output = Command::new("tshark")
        .args(arguments)
        .output()
        .expect("tshark runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn versions_suites_and_fingerprints_equal_tsharks() {
    if !has_tshark() {
        return;
    }
    let folders = [folder("tls-redis"), folder("tls")];
    let paths: Vec<PathBuf> = folders
        .into_iter()
        .flatten()
        .flat_map(|f| captures(&f))
        .collect();
    let (mut clients, mut servers) = (0, 0);
    // Starting tshark takes half a second: once a link type.
    for merged in tls_support::merge(&paths) {
        let seen = run(merged.path(), &mut context(None), Cut::Segments, true);
        let ours: HashMap<u64, &TlsFacts> = seen
            .iter()
            .flat_map(|seen| &seen.facts)
            .map(|facts| (facts.origin.frame, facts))
            .collect();
        let mut by_stream = HashMap::new();
        let fields = [
            "frame.number",
            "tcp.stream",
            "tcp.dstport",
            "tls.handshake.type",
            "tls.handshake.version",
            "tls.handshake.extensions.supported_version",
            "tls.handshake.ciphersuite",
            "tls.handshake.ja3",
            "tls.handshake.ja3s",
        ];
        let mut arguments = vec!["-r".to_owned(), merged.path().display().to_string()];
        arguments.extend(["-Y", "tls.handshake && tcp", "-T", "fields"].map(str::to_owned));
        arguments.extend(["-E", "occurrence=a", "-E", "aggregator=;"].map(str::to_owned));
        arguments.extend(
            fields
                .iter()
                .flat_map(|field| ["-e".to_owned(), (*field).to_owned()]),
        );
        for line in tshark(&arguments).lines() {
            let line: Vec<&str> = line.split('\t').collect();
            let &[
                frame,
                stream,
                port,
                kinds,
                version,
                supported,
                suite,
                ja3,
                ja3s,
            ] = &line[..]
            else {
                panic!("{line:?}");
            };
            if kinds.split(';').next() == Some("1") {
                // STARTTLS: whoever probes finds the ClientHello in the middle, not this room. A
                // second ClientHello answers a retry.
                let facts = ours.get(&frame.parse().expect("a number"));
                let known = by_stream.contains_key(stream);
                assert!(
                    facts.is_some() || known || ["110", "5222", "6667"].contains(&port),
                    "tshark sees TLS: {line:?}"
                );
                if let Some(facts) = facts {
                    by_stream.insert(stream.to_owned(), *facts);
                    if !ja3.is_empty() {
                        assert_eq!(facts.ja3.as_deref(), Some(ja3), "{line:?}");
                        clients += 1;
                    }
                }
                continue;
            }
            let Some(facts) = by_stream.get(stream) else {
                continue;
            };
            let answer = kinds.split(';').next() == Some("2") && !facts.hello_retry;
            let Some(suite) = hex(suite).filter(|_| answer) else {
                continue;
            };
            assert_eq!(
                facts.cipher_suite.map(|suite| suite.0),
                Some(suite),
                "{line:?}"
            );
            let version = hex(supported).or(hex(version)).expect("a version");
            assert_eq!(facts.version_id.map(u32::from), Some(version), "{line:?}");
            assert_eq!(facts.ja3s.as_deref(), Some(ja3s), "{line:?}");
            servers += 1;
        }
    }
    assert!(clients >= 35 && servers >= 30, "{clients} {servers}");
}

fn hex(text: &str) -> Option<u32> {
    u32::from_str_radix(text.strip_prefix("0x")?, 16).ok()
}

/// `2036-11-21 03:49:23 (UTC)`, tshark's, of seconds since 1970.
fn utc_time(seconds: i64) -> String {
    let at = u64::try_from(seconds).expect("after 1970");
    let text = Timestamp::from_parts(at, 0).to_string();
    let (date, time) = text.split_once('T').expect("RFC 3339");
    format!("{date} {} (UTC)", &time[..8])
}

#[test]
fn certificates_say_what_tshark_says() {
    if !has_tshark() {
        return;
    }
    let folders = [folder("tls-redis"), folder("tls")];
    let paths: Vec<PathBuf> = folders
        .into_iter()
        .flatten()
        .flat_map(|f| captures(&f))
        .collect();
    let mut certificates = 0;
    for merged in tls_support::merge(&paths) {
        let seen = run(merged.path(), &mut context(None), Cut::Segments, true);
        let ours: HashMap<u64, &TlsFacts> = seen
            .iter()
            .flat_map(|seen| &seen.facts)
            .map(|facts| (facts.origin.frame, facts))
            .collect();
        let fields = [
            "frame.number",
            "tcp.stream",
            "tls.handshake.type",
            "tls.handshake.certificate",
            "x509af.serialNumber",
            "x509af.utcTime",
            "x509ce.dNSName",
            "x509ce.IPAddress.ipv4",
            "x509sat.uTF8String",
            "x509sat.printableString",
            "x509sat.teletexString",
        ];
        let mut arguments = vec!["-r".to_owned(), merged.path().display().to_string()];
        let filter = "tcp && (tls.handshake.type == 1 || tls.handshake.certificate)";
        arguments.extend(["-Y", filter, "-T", "fields"].map(str::to_owned));
        arguments.extend(["-E", "occurrence=a", "-E", "aggregator=|"].map(str::to_owned));
        arguments.extend(
            fields
                .iter()
                .flat_map(|field| ["-e".to_owned(), (*field).to_owned()]),
        );
        let mut streams: HashMap<String, (&TlsFacts, [Vec<String>; 8])> = HashMap::new();
        for line in tshark(&arguments).lines() {
            let line: Vec<&str> = line.split('\t').collect();
            let [frame, stream, kinds, values @ ..] = &line[..] else {
                panic!("{line:?}");
            };
            if kinds.split('|').next() == Some("1") {
                if let Some(facts) = ours.get(&frame.parse().expect("a number")) {
                    streams.insert((*stream).to_owned(), (*facts, Default::default()));
                }
            } else if let Some((_, theirs)) = streams.get_mut(*stream) {
                for (list, value) in theirs.iter_mut().zip(values) {
                    let values = value.split('|').filter(|value| !value.is_empty());
                    list.extend(values.map(str::to_owned));
                }
            }
        }
        for (facts, theirs) in streams.values() {
            let [
                ders,
                serials,
                times,
                names,
                addresses,
                texts,
                more_texts,
                teletex,
            ] = theirs;
            let name = facts.server_name.as_deref().map(String::from_utf8_lossy);
            let case = format!("{name:?} in packet {}", facts.origin.frame);
            let shown: Vec<_> = facts.certificates.iter().map(|one| &*one.facts).collect();
            if facts.reason.is_some() && shown.is_empty() {
                continue;
            }
            let of = |value: &dyn Fn(&CertificateFacts) -> Vec<String>| -> Vec<String> {
                shown.iter().flat_map(|facts| value(facts)).collect()
            };
            assert_eq!(shown.len(), ders.len(), "{case}");
            // A stapled OCSP response holds one more, behind them.
            let stapled = serials.len() > ders.len();
            let serials = &serials[..shown.len()];
            let times = &times[..2 * shown.len()];
            // The sign byte is no difference.
            let plain = |serial: &str| serial.strip_prefix("00").unwrap_or(serial).to_owned();
            let theirs: Vec<String> = serials.iter().map(|serial| plain(serial)).collect();
            assert_eq!(of(&|facts| vec![plain(&facts.serial)]), theirs, "{case}");
            assert_eq!(
                of(&|facts| [facts.not_before, facts.not_after].map(utc_time).to_vec()),
                times,
                "{case}"
            );
            assert_eq!(&of(&|facts| facts.san_dns.clone()), names, "{case}");
            let v4 = |facts: &CertificateFacts| {
                let v4 = facts.san_ip.iter().filter(|address| address.is_ipv4());
                v4.map(ToString::to_string).collect()
            };
            assert_eq!(&of(&v4), addresses, "{case}");
            let subjects = of(&|facts| vec![facts.subject.clone(), facts.issuer.clone()]).join(",");
            let subjects = subjects.replace('\\', "");
            let texts: Vec<_> = [texts, more_texts, teletex].into_iter().flatten().collect();
            for text in texts.iter().filter(|_| !stapled) {
                assert!(
                    subjects.contains(text.trim()),
                    "{case}: {text} in {subjects}"
                );
            }
            for common in shown.iter().filter_map(|facts| facts.common_name.as_ref()) {
                assert!(texts.contains(&common), "{case}: {common}");
            }
            certificates += shown.len();
        }
    }
    assert!(certificates >= 50, "{certificates}");
}

#[test]
fn decrypted_text_equals_tsharks() {
    if !has_tshark() {
        return;
    }
    let folder = folder("tls-redis").expect("there");
    let mut paths = captures(&folder);
    paths.retain(|path| path.with_extension("keys").exists());
    let mut log = Vec::new();
    for path in &paths {
        log.extend(std::fs::read(path.with_extension("keys")).expect("keys"));
    }
    let keys = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(keys.path(), &log).expect("written");
    let mut compared = 0;
    for merged in tls_support::merge(&paths) {
        let seen = run(
            merged.path(),
            &mut context(Some(keys.path())),
            Cut::Segments,
            false,
        );
        let mut arguments = vec!["-r".to_owned(), merged.path().display().to_string()];
        arguments.extend([
            "-o".to_owned(),
            format!("tls.keylog_file:{}", keys.path().display()),
        ]);
        arguments.push("-q".to_owned());
        for (stream, seen) in seen.iter().enumerate() {
            arguments.extend(["-d".to_owned(), format!("tcp.port=={},tls", seen.port)]);
            arguments.extend(["-z".to_owned(), format!("follow,tls,raw,{stream}")]);
        }
        let text = tshark(&arguments);
        // One block a stream: who is node 0, then lines of hex, node 1's behind a tab.
        let blocks = text.split("Filter: tcp.stream eq ").skip(1);
        for block in blocks {
            let mut lines = block.lines();
            let stream: usize = lines.next().expect("a number").parse().expect("a number");
            let node = lines.next().expect("node 0");
            let server_first = node.ends_with(&format!(":{}", seen[stream].port));
            let mut theirs = [String::new(), String::new()];
            for line in lines {
                let data = line.trim();
                if !data.is_empty() && data.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                    theirs[usize::from(line.starts_with('\t') != server_first)].push_str(data);
                }
            }
            let ours = seen[stream].plain.each_ref().map(|bytes| {
                bytes.iter().fold(String::new(), |mut text, byte| {
                    let _ = write!(text, "{byte:02x}");
                    text
                })
            });
            assert_eq!(ours, theirs, "stream {stream}");
            compared += usize::from(!ours[1].is_empty());
        }
    }
    assert_eq!(compared, paths.len());
}
