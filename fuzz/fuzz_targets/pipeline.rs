//! The whole core over a capture file of any bytes: no panic, every packet and byte in exactly one
//! counter, memory within its bound.
#![no_main]

use std::io::Cursor;
use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use resp_sniff::analyzer::{AnalyzerConfig, CommandEvents, FindingEvents, Wanted};
use resp_sniff::pipeline::{Pipeline, PipelineConfig};
use resp_sniff::source::FileSource;

/// Everything is made, so that everything is tried.
static CONFIG: LazyLock<Arc<AnalyzerConfig>> = LazyLock::new(|| {
    Arc::new(AnalyzerConfig {
        wanted: Wanted {
            commands: CommandEvents::All,
            pushes: true,
            findings: FindingEvents::All,
            tls: true,
            connections: true,
            kept: true,
        },
        statistics: Some(60),
        ..AnalyzerConfig::new().expect("the system has randomness")
    })
});

/// Flow tables hold at most 64 MiB out of order; small inputs must stay far below.
const MAX_TABLE_BYTES: u64 = 64 << 20;

fuzz_target!(|bytes: Vec<u8>| {
    let Ok(mut source) = FileSource::from_reader(Cursor::new(bytes), 0) else {
        return;
    };
    let mut pipeline = Pipeline::new(PipelineConfig::new(Arc::clone(&CONFIG)));
    let mut events = Vec::new();
    let mut packets = 0;
    while let Ok(Some(packet)) = source.next() {
        packets += 1;
        pipeline.push(&packet, &mut events);
    }
    assert!(
        pipeline.back().gauges().memory_bytes <= MAX_TABLE_BYTES,
        "memory within its bound"
    );
    let (front, totals) = pipeline.finish(&mut events);
    assert_eq!(front.packets(), packets);
    let outcome = totals.conclude(&CONFIG);
    let mut accounting = front.accounting();
    accounting.add(&outcome.accounting);
    assert_eq!(
        accounting.check(),
        Ok(()),
        "every packet and byte in one counter"
    );
    assert!(
        events.is_sorted_by_key(|event| event.order),
        "events come in order"
    );
    for event in &events {
        serde_json::to_string(&event.event).expect("an event can be written");
    }
});
