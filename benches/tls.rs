//! Handshakes per second: whole handshakes of a real redis-server, as they came in segments.

#![allow(clippy::indexing_slicing, reason = "input is made here")]

#[path = "../tests/tls_support/mod.rs"]
mod tls_support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};

use resp_sniff::event::{Outcome, TlsVersion};
use resp_sniff::packet::{Origin, Timestamp};
use resp_sniff::segment::Direction;
use resp_sniff::tls::{TlsConnection, TlsContext, TlsFollow, TlsStart};
use tls_support::{Seen, folder, payloads};

/// One connection, until nothing more is wanted of it; as many segments as that took.
fn follow(context: &mut TlsContext, segments: &[(Direction, Vec<u8>)], seen: &mut Seen) -> usize {
    let mut connection = TlsConnection::new(TlsStart::default());
    // In the validity of the captures' certificates.
    let at = Timestamp::from_parts(1_795_500_000, 0);
    for (count, (direction, bytes)) in segments.iter().enumerate() {
        let follow = connection.data(context, *direction, bytes, at, Origin::default(), seen);
        if follow == TlsFollow::Done {
            return count + 1;
        }
    }
    segments.len()
}

fn handshakes(criterion: &mut Criterion) {
    let Some(folder) = folder("tls-redis") else {
        return;
    };
    let mut group = criterion.benchmark_group("tls");
    group.throughput(Throughput::Elements(1));
    for (name, version) in [
        ("tls13-noauth", TlsVersion::Tls13),
        ("tls13-mtls-rsa", TlsVersion::Tls13),
        ("tls12-noauth", TlsVersion::Tls12),
        ("tls12-mtls-rsa", TlsVersion::Tls12),
    ] {
        let segments = payloads(&folder.join(name).with_extension("pcap"));
        let mut context = TlsContext::default();
        let mut seen = Seen::default();
        let wanted = follow(&mut context, &segments, &mut seen);
        assert!(
            wanted < segments.len(),
            "{name}: it stops before the data end"
        );
        let facts = &seen.facts[0];
        assert_eq!(
            (facts.outcome, facts.version),
            (Outcome::Established, Some(version))
        );
        assert!(facts.ja4.is_some());
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut seen = Seen::default();
                follow(&mut context, &segments, &mut seen);
                seen.facts.pop().expect("a handshake")
            });
        });
    }
    group.finish();
}

criterion_group!(benches, handshakes);
criterion_main!(benches);
