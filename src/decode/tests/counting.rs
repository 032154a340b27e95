//! What is no segment has its class, and everything is counted.

use super::samples::encapsulations;
use super::*;

#[test]
fn what_is_not_ours_has_its_class() {
    let class = |link, data: &[u8]| {
        decoded(&Packet {
            link,
            ..packet(data)
        })
    };
    let not_ip = other(Decoded::NotIp);
    assert_eq!(class(LinkType::ETHERNET, &eth(0x0806, &[0; 46])), not_ip);
    assert_eq!(class(LinkType::ETHERNET, &eth(38, &[0x42; 46])), not_ip);
    assert_eq!(class(LinkType::NULL, &[7, 0, 0, 0, 1]), not_ip);
    assert_eq!(class(LinkType::RAW, &[0x50; 40]), not_ip);
    let not_tcp = other(Decoded::NotTcp);
    assert_eq!(class(LinkType::RAW, &ip4(1, &[8; 40])), not_tcp);
    assert_eq!(class(LinkType::RAW, &ip4(17, &udp(53, &[8; 40]))), not_tcp);
    assert_eq!(class(LinkType::RAW, &ip6(59, &[])), not_tcp);
    assert_eq!(class(LinkType::RAW, &ip6(50, &[1; 40])), not_tcp);
    let unknown = other(Decoded::Unsupported(Unsupported::LinkType));
    for ieee_802_11 in [105, 119, 127, 163, 147] {
        assert_eq!(class(LinkType(ieee_802_11), &[0; 60]), unknown);
    }
}

#[test]
fn an_empty_packet_is_counted() {
    assert_eq!(decoded(&packet(&[])), malformed(Layer::Link));
}

#[test]
fn counters_add_up_over_decoders_and_fill_the_accounting() {
    let mut sum = DecodeCounters::default();
    for (_, link, data) in encapsulations() {
        let mut decoder = Decoder::new(DecodeConfig::default());
        let packet = Packet {
            link,
            ..packet(&data)
        };
        let _ = decoder.decode(&packet);
        let short = Packet {
            data: &data[..20],
            ..packet
        };
        let _ = decoder.decode(&short);
        sum.add(decoder.counters());
    }
    assert!(sum.balances());
    assert_eq!(sum.packets, 2 * encapsulations().len() as u64);
    assert_eq!(sum.payload_bytes, sum.segments * PAYLOAD.len() as u64);
    let mut accounting = crate::event::Accounting::default();
    sum.add_to(&mut accounting);
    assert_eq!(accounting.packets_read, sum.packets);
    assert!(accounting.check().is_ok());
}
