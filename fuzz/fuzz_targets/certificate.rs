//! DER of anything, and PEM of anything: never a panic, and names are bounded.
#![no_main]

use libfuzzer_sys::fuzz_target;
use resp_sniff::packet::Timestamp;
use resp_sniff::tls::limits::MAX_NAMES;
use resp_sniff::tls::{Authorities, CertificateFacts};

fuzz_target!(|data: &[u8]| {
    let _ = Authorities::from_pem(data);
    let Some(facts) = CertificateFacts::parse(data) else {
        return;
    };
    assert!(facts.san_dns.len() <= MAX_NAMES && facts.san_ip.len() <= MAX_NAMES);
    assert!(facts.subject.len() <= 1024 && facts.issuer.len() <= 1024);
    facts.covers_name("redis.staging.example");
    facts.days_left(Timestamp(u64::MAX));
});
