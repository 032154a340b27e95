//! Key logs of anything, cut anywhere: never a panic, and the cut changes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use resp_sniff::tls::KeyLog;

fuzz_target!(|data: &[u8]| {
    let Some((cut, text)) = data.split_first() else {
        return;
    };
    let mut whole = KeyLog::new();
    whole.add(text);
    whole.end();
    let mut pieces = KeyLog::new();
    for piece in text.chunks(usize::from(*cut) + 1) {
        pieces.add(piece);
    }
    pieces.end();
    assert_eq!(whole.secrets(), pieces.secrets());
});
