//! Which flow a segment belongs to: the canonical tuple, its hash, its shard.

use crate::segment::{Endpoint, Segment};

/// Number of virtual shards. A constant, so that results are the same for any number of workers.
pub const SHARDS: u8 = 64;

/// The shard of a segment, below [`SHARDS`]: the same for both directions and for every run, hence
/// without a secret. A flood aimed at one shard costs that shard's share of the limits, no more.
#[must_use]
pub fn shard_of(segment: &Segment<'_>) -> u8 {
    let (source, destination) = (side(segment.source), side(segment.destination));
    // Both combinations are symmetric, so the direction does not matter.
    let mixed = (source.wrapping_add(destination) ^ (source ^ destination).rotate_left(32))
        .wrapping_add(u64::from(segment.tag))
        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 58) as u8
}

fn side(endpoint: Endpoint) -> u64 {
    let address = endpoint.address.0;
    #[expect(clippy::cast_possible_truncation, reason = "both halves are used")]
    let folded = (address as u64) ^ ((address >> 64) as u64).rotate_left(23);
    (folded ^ (u64::from(endpoint.port) << 40)).wrapping_mul(0xd6e8_feb8_6659_fd93)
}
