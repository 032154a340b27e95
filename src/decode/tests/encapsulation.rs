//! Case 38: link layers and tunnels, each around the same packet; case 39: the tags they set.

use super::samples::encapsulations;
use super::*;

#[test]
fn case_38_every_encapsulation_gives_the_same_segment() {
    for (name, link, data) in encapsulations() {
        let packet = Packet {
            link,
            ..packet(&data)
        };
        assert_eq!(decoded(&packet), whole(PAYLOAD), "{name}");
    }
}

#[test]
fn case_38_every_encapsulation_cut_anywhere_is_a_header_cut_or_a_known_gap() {
    for (name, link, data) in encapsulations() {
        for snap in 0..data.len() {
            let packet = Packet {
                link,
                data: &data[..snap],
                ..packet(&data)
            };
            match decoded(&packet) {
                Outcome::Segment {
                    payload,
                    wire_payload_len,
                    ..
                } => {
                    assert!(PAYLOAD.starts_with(&payload), "{name}");
                    assert_eq!(wire_payload_len as usize, PAYLOAD.len(), "{name}");
                }
                Outcome::Other(other) => {
                    // Ports and nibbles that are cut off: nothing says that this is a tunnel.
                    let allowed = ["HeaderCut", "NotTcp", "NotIp"];
                    assert!(
                        allowed.iter().any(|class| other.starts_with(class)),
                        "{name}: {other}"
                    );
                }
            }
        }
    }
}

#[test]
fn case_38_nesting_is_bounded() {
    let mut bytes = ip4(6, &tcp4(PAYLOAD));
    for _ in 0..MAX_HEADERS {
        bytes = ip4(4, &bytes);
    }
    let nested = other(Decoded::Unsupported(Unsupported::Nesting));
    assert_eq!(decoded(&packet(&eth(0x0800, &bytes))), nested);
    let labels = [0, 1, 0, 64].repeat(10_000);
    assert_eq!(decoded(&packet(&eth(0x8847, &labels))), nested);
}

#[test]
fn case_38_a_port_of_a_tunnel_with_something_else_on_it_is_not_tcp() {
    for port in [4789, 8472, 4790, 6081, 2152, 3544] {
        let frame = eth(0x0800, &ip4(17, &udp(port, &[0x31; 40])));
        assert_eq!(decoded(&packet(&frame)), other(Decoded::NotTcp), "{port}");
        let frame = eth(0x0800, &ip4(17, &udp(port, b"")));
        assert_eq!(
            decoded(&packet(&frame)),
            other(Decoded::NotTcp),
            "{port}, empty"
        );
    }
}

#[test]
fn case_39_vlans_and_vnis_set_equal_addresses_apart_only_where_asked_for() {
    let v4 = ip4(6, &tcp4(PAYLOAD));
    let tag = |frame: &[u8], tag_by| {
        let config = DecodeConfig {
            tag: tag_by,
            ..DecodeConfig::default()
        };
        match decoded_with(&packet(frame), config) {
            Outcome::Segment { tag, .. } => tag,
            Outcome::Other(other) => panic!("{other}"),
        }
    };
    let plain = eth(0x0800, &v4);
    let priority = eth(0x8100, &vlan(0xe000, 0x0800, &v4));
    let five = eth(0x8100, &vlan(5, 0x0800, &v4));
    let six = eth(0x8100, &vlan(0xe006, 0x0800, &v4));
    let five_in_six = eth(0x88a8, &vlan(6, 0x8100, &vlan(5, 0x0800, &v4)));
    let six_in_five = eth(0x88a8, &vlan(5, 0x8100, &vlan(6, 0x0800, &v4)));
    let (vni_5, vni_6) = (vxlan(5, &plain), vxlan(6, &five));
    for frame in [
        &plain,
        &priority,
        &five,
        &six,
        &five_in_six,
        &six_in_five,
        &vni_5,
        &vni_6,
    ] {
        assert_eq!(tag(frame, TagBy::Nothing), 0);
    }
    let by_vlan: Vec<u32> = [&plain, &five, &six, &five_in_six, &six_in_five]
        .map(|frame| tag(frame, TagBy::Vlan))
        .to_vec();
    for (at, one) in by_vlan.iter().enumerate() {
        assert!(!by_vlan[at + 1..].contains(one), "{by_vlan:?}");
    }
    assert_eq!(tag(&priority, TagBy::Vlan), 0);
    assert_eq!(tag(&vni_5, TagBy::Vlan), 0);
    assert_ne!(tag(&vni_5, TagBy::Vni), tag(&vni_6, TagBy::Vni));
    assert_ne!(tag(&vni_6, TagBy::Vni), tag(&vni_6, TagBy::VlanAndVni));
}
