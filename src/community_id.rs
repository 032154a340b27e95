//! Community ID v1: the same name for a connection in every tool
//! (<https://github.com/corelight/community-id-spec>).

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest as _, Sha1};

use crate::segment::Endpoint;

/// IP protocol number of TCP.
const TCP: u8 = 6;

/// Community ID of a TCP connection, with the default seed 0; the same whichever end comes first.
#[must_use]
pub fn community_id(one: Endpoint, other: Endpoint) -> String {
    let (low, high) = if (key(one)) <= key(other) {
        (one, other)
    } else {
        (other, one)
    };
    let mut hasher = Sha1::new();
    hasher.update([0, 0]);
    for end in [low, high] {
        match end.address.to_ip() {
            IpAddr::V4(v4) => hasher.update(v4.octets()),
            IpAddr::V6(v6) => hasher.update(v6.octets()),
        }
    }
    hasher.update([TCP, 0]);
    hasher.update(low.port.to_be_bytes());
    hasher.update(high.port.to_be_bytes());
    format!("1:{}", STANDARD.encode(hasher.finalize()))
}

/// The specification orders by address, then port, as bytes in network order.
fn key(end: Endpoint) -> (u128, u16) {
    (end.address.0, end.port)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::Address;

    fn end(address: [u8; 4], port: u16) -> Endpoint {
        Endpoint {
            address: Address::v4(address),
            port,
        }
    }

    /// From the baseline of the specification (`baseline/baseline_deflt.json`, TCP).
    #[test]
    fn the_specifications_example_comes_out_the_same_both_ways() {
        let (a, b) = (
            end([128, 232, 110, 120], 34855),
            end([66, 35, 250, 204], 80),
        );
        assert_eq!(community_id(a, b), "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
        assert_eq!(community_id(b, a), "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
    }
}
