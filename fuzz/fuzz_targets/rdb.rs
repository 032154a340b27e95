//! Any bytes as an RDB stream and as a DUMP: no panic, the same values at any cut, memory in bounds,
//! every byte counted. The first byte says how to cut.
#![no_main]

use libfuzzer_sys::fuzz_target;
use resp_sniff::resp::rdb::{
    MAX_PACKED_LEN, RdbCounters, RdbDecoder, RdbSink, RdbValue, RdbValuePart,
};

/// Values by their lengths and first bytes; parts put together.
#[derive(Default, PartialEq, Debug)]
struct Seen {
    values: Vec<(u64, u64, Vec<u8>, Vec<u8>)>,
    part_bytes: u64,
}

impl RdbSink for Seen {
    fn value(&mut self, value: &RdbValue<'_>) {
        assert!(value.value.kept.len() as u64 <= value.value.len);
        let field = value.field.map(|field| field.kept.to_vec());
        self.values.push((
            value.database,
            value.value.len,
            field.unwrap_or_default(),
            value.value.kept[..value.value.kept.len().min(64)].to_vec(),
        ));
    }

    fn value_part(&mut self, part: &RdbValuePart<'_>) {
        self.part_bytes += part.bytes.len() as u64;
    }
}

fn run(mut decoder: RdbDecoder, bytes: &[u8], cut: usize) -> (Seen, RdbCounters) {
    let mut seen = Seen::default();
    for chunk in bytes.chunks(cut) {
        decoder.push(chunk, &mut seen);
        assert!(decoder.memory_len() <= 2 * MAX_PACKED_LEN + 256 * 1024);
    }
    let counters = decoder.finish();
    assert_eq!(counters.bytes, bytes.len() as u64);
    (seen, counters)
}

fuzz_target!(|input: &[u8]| {
    let Some((&cut, bytes)) = input.split_first() else {
        return;
    };
    for make in [RdbDecoder::new, RdbDecoder::for_dump] {
        let (whole, counters) = run(make(), bytes, bytes.len().max(1));
        let (pieces, again) = run(make(), bytes, usize::from(cut).max(1));
        assert_eq!(whole.values, pieces.values);
        assert_eq!(
            (counters.end, counters.keys, counters.values),
            (again.end, again.keys, again.values)
        );
    }
});
