//! The same TCP packet in everything that can carry one.

use super::*;

/// One frame for each way to carry the same TCP packet.
pub(super) fn encapsulations() -> Vec<(&'static str, LinkType, Vec<u8>)> {
    let (v4, v6) = (ip4(6, &tcp4(PAYLOAD)), ip6(6, &tcp6(PAYLOAD)));
    let inner = eth(0x0800, &v4);
    let on_ip = |protocol: u8, bytes: &[u8]| eth(0x0800, &ip4(protocol, bytes));
    let on_udp = |port: u16, header: &[u8], inner: &[u8]| {
        eth(0x0800, &ip4(17, &udp(port, &[header, inner].concat())))
    };
    let gre = |header: &[u8], inner: &[u8]| on_ip(47, &[header, inner].concat());
    let ethernet = LinkType::ETHERNET;
    let ppp4 = [&[0, 0x21][..], &v4].concat();
    let ppp_len = u16::try_from(ppp4.len()).unwrap().to_be_bytes();
    let pppoe = [&[0x11, 0, 0, 1][..], &ppp_len, &ppp4].concat();
    let gtp_len = u16::try_from(v4.len() + 8).unwrap().to_be_bytes();
    let cooked = |kind: &[u8]| [&[0, 0, 0, 1, 0, 6][..], &[1; 8], kind].concat();
    vec![
        ("plain", ethernet, inner.clone()),
        ("ipv6", ethernet, eth(0x86dd, &v6)),
        ("802.1Q", ethernet, eth(0x8100, &vlan(5, 0x0800, &v4))),
        ("802.1Q, IPv6", ethernet, eth(0x8100, &vlan(5, 0x86dd, &v6))),
        ("priority tag", ethernet, eth(0x8100, &vlan(0, 0x0800, &v4))),
        (
            "QinQ",
            ethernet,
            eth(0x88a8, &vlan(5, 0x8100, &vlan(6, 0x0800, &v4))),
        ),
        (
            "three tags",
            ethernet,
            eth(
                0x88a8,
                &vlan(5, 0x88a8, &vlan(6, 0x8100, &vlan(7, 0x0800, &v4))),
            ),
        ),
        ("SNAP", ethernet, {
            let len = u16::try_from(v4.len() + 8).unwrap();
            eth(len, &[&[0xaa, 0xaa, 3, 0, 0, 0, 8, 0][..], &v4].concat())
        }),
        (
            "MPLS",
            ethernet,
            eth(0x8847, &[&[0, 1, 0, 64, 0, 2, 1, 64][..], &v4].concat()),
        ),
        (
            "MPLS, IPv6",
            ethernet,
            eth(0x8847, &[&[0, 2, 1, 64][..], &v6].concat()),
        ),
        (
            "MPLS pseudowire",
            ethernet,
            eth(0x8847, &[&[0, 2, 1, 64, 0, 0, 0, 0][..], &inner].concat()),
        ),
        ("PPPoE", ethernet, eth(0x8864, &pppoe)),
        ("IP in IP", ethernet, on_ip(4, &v4)),
        ("6in4", ethernet, on_ip(41, &v6)),
        ("4in6", ethernet, eth(0x86dd, &ip6(4, &v4))),
        ("6in6", ethernet, eth(0x86dd, &ip6(41, &v6))),
        ("GRE", ethernet, gre(&[0, 0, 8, 0], &v4)),
        ("GRE, IPv6", ethernet, gre(&[0, 0, 0x86, 0xdd], &v6)),
        (
            "GRE with checksum, key and sequence",
            ethernet,
            gre(&[[0xb0, 0, 8, 0], [0; 4], [1; 4], [2; 4]].concat(), &v4),
        ),
        (
            "NVGRE",
            ethernet,
            gre(&[0x20, 0, 0x65, 0x58, 0, 0, 9, 0], &inner),
        ),
        (
            "GRE in GRE",
            ethernet,
            gre(&[0, 0, 8, 0], &ip4(47, &[&[0, 0, 8, 0][..], &v4].concat())),
        ),
        ("PPTP", ethernet, {
            let len = u16::try_from(ppp4.len()).unwrap().to_be_bytes();
            let header = [&[0x30, 1, 0x88, 0x0b][..], &len, &[0, 1, 0, 0, 0, 9]].concat();
            gre(&header, &ppp4)
        }),
        ("ERSPAN I", ethernet, gre(&[0, 0, 0x88, 0xbe], &inner)),
        (
            "ERSPAN II",
            ethernet,
            gre(
                &[[0x10, 0, 0x88, 0xbe], [0; 4], [0x10, 5, 0, 1], [0; 4]].concat(),
                &inner,
            ),
        ),
        (
            "ERSPAN III",
            ethernet,
            gre(
                &[
                    [0x10, 0, 0x22, 0xeb],
                    [0; 4],
                    [0x20, 5, 0, 1],
                    [0; 4],
                    [0; 4],
                ]
                .concat(),
                &inner,
            ),
        ),
        (
            "ERSPAN III with a subheader, IP inside",
            ethernet,
            gre(
                &[
                    [0x10, 0, 0x22, 0xeb],
                    [0; 4],
                    [0x20, 5, 0, 1],
                    [0; 4],
                    [0, 0, 8, 1],
                    [0; 4],
                    [0; 4],
                ]
                .concat(),
                &v4,
            ),
        ),
        ("VXLAN", ethernet, vxlan(7, &inner)),
        (
            "VXLAN-GPE",
            ethernet,
            on_udp(4790, &[0x0c, 0, 0, 1, 0, 0, 7, 0], &v4),
        ),
        (
            "VXLAN-GPE with NSH",
            ethernet,
            on_udp(
                4790,
                &[0x0c, 0, 0, 4, 0, 0, 7, 0, 0, 2, 2, 3, 0, 0, 1, 255],
                &inner,
            ),
        ),
        (
            "GENEVE",
            ethernet,
            on_udp(6081, &[0, 0, 0x65, 0x58, 0, 0, 7, 0], &inner),
        ),
        (
            "GENEVE with options, IP inside",
            ethernet,
            on_udp(6081, &[2, 0, 8, 0, 0, 0, 7, 0, 1, 2, 3, 1, 9, 9, 9, 9], &v4),
        ),
        (
            "GTP-U",
            ethernet,
            on_udp(
                2152,
                &[
                    &[0x34, 255][..],
                    &gtp_len,
                    &[0; 4],
                    &[0, 0, 0, 0x85],
                    &[1, 0, 0, 0],
                ]
                .concat(),
                &v4,
            ),
        ),
        (
            "Teredo",
            ethernet,
            on_udp(3544, &[0, 0, 1, 2, 3, 4, 5, 6], &v6),
        ),
        (
            "cooked v1",
            LinkType::LINUX_SLL,
            [cooked(&[8, 0]), v4.clone()].concat(),
        ),
        (
            "cooked v2",
            LinkType::LINUX_SLL2,
            [
                &[0x86, 0xdd, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6][..],
                &[1; 8],
                &v6,
            ]
            .concat(),
        ),
        (
            "cooked, VLAN",
            LinkType::LINUX_SLL,
            [cooked(&[0x81, 0]), vlan(5, 0x0800, &v4)].concat(),
        ),
        ("raw", LinkType::RAW, v4.clone()),
        ("raw, IPv6", LinkType::RAW_BSD, v6.clone()),
        ("IPv4", LinkType::IPV4, v4.clone()),
        ("IPv6", LinkType::IPV6, v6.clone()),
        (
            "NULL, little endian",
            LinkType::NULL,
            [&[2, 0, 0, 0][..], &v4].concat(),
        ),
        (
            "NULL, big endian",
            LinkType::NULL,
            [&[0, 0, 0, 30][..], &v6].concat(),
        ),
        ("LOOP", LinkType::LOOP, [&[0, 0, 0, 24][..], &v6].concat()),
        ("PPP", LinkType(9), ppp4),
    ]
}
