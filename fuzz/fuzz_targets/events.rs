//! NDJSON that somebody else wrote (`diff` and `merge` read it): never a panic, and what reads back
//! writes the same line again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use resp_sniff::event::Event;

fuzz_target!(|line: &[u8]| {
    let Ok(event) = serde_json::from_slice::<Event>(line) else {
        return;
    };
    let written = serde_json::to_string(&event).expect("an event that was read can be written");
    let again: Event = serde_json::from_str(&written).expect("what we write reads back");
    assert_eq!(
        written,
        serde_json::to_string(&again).expect("and writes"),
        "writing is not stable"
    );
});
