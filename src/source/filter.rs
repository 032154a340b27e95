//! BPF filter expressions: the text for the kernel, made from what the user wants to see.

use std::ops::RangeInclusive;

use crate::packet::LinkType;

/// What a live capture lets in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilterSpec {
    /// TCP ports, on either side; none: all.
    pub ports: Vec<RangeInclusive<u16>>,
    /// Encapsulated traffic, whatever is inside: the kernel's filter cannot look there.
    pub tunnels: Tunnels,
    /// The user's own expression; both must hold.
    pub expression: Option<String>,
}

/// Whether encapsulated packets pass the kernel's filter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tunnels {
    /// They do not: no load from them.
    #[default]
    LeftOut,
    /// They do.
    LetIn,
}

impl FilterSpec {
    /// The expression in pcap-filter(7) language for an interface of this link type.
    ///
    /// Later fragments have no ports, and IPv6 extension headers hide them: both are always let
    /// in. A VLAN clause is there on Ethernet only, where alone it compiles; it comes last in its
    /// parentheses, because `vlan` shifts the offsets of everything after it. For the same reason
    /// the user's expression comes first.
    #[must_use]
    pub fn expression(&self, link: LinkType) -> String {
        let plain = self.clauses(link).join(" or ");
        let wanted = match link {
            LinkType::ETHERNET => {
                format!("{plain} or (vlan and ({plain} or (vlan and ({plain}))))")
            }
            _ => plain,
        };
        match &self.expression {
            Some(expression) => format!("({expression}) and ({wanted})"),
            None => wanted,
        }
    }

    fn clauses(&self, link: LinkType) -> Vec<String> {
        let mut clauses: Vec<String> = self.ports.iter().map(port_clause).collect();
        if clauses.is_empty() {
            clauses.push("tcp".to_owned());
        }
        clauses.extend(UNDECIDED.map(str::to_owned));
        if self.tunnels == Tunnels::LetIn {
            clauses.extend(TUNNELS.map(str::to_owned));
            if link == LinkType::ETHERNET {
                clauses.extend(ETHERNET_TUNNELS.map(str::to_owned));
            }
        }
        clauses
    }
}

fn port_clause(range: &RangeInclusive<u16>) -> String {
    let (first, last) = (range.start(), range.end());
    if first == last {
        format!("tcp port {first}")
    } else {
        format!("tcp portrange {first}-{last}")
    }
}

/// Packets whose ports the filter cannot see: later fragments of IPv4; fragments of IPv6, and
/// hop-by-hop, routing, destination options and authentication headers.
const UNDECIDED: [&str; 2] = [
    "(ip and ip[6:2] & 0x1fff != 0)",
    "(ip6 and (ip6[6] = 44 or ip6[6] = 0 or ip6[6] = 43 or ip6[6] = 60 or ip6[6] = 51))",
];

/// IP in IP, 6in4, GRE and MPLS in IP; VXLAN, VXLAN-GPE, GENEVE, GTP-U, Teredo, MPLS and GRE in
/// UDP: what [`crate::decode`] looks into.
const TUNNELS: [&str; 3] = [
    "(ip and (ip[9] = 4 or ip[9] = 41 or ip[9] = 47 or ip[9] = 137))",
    "(ip6 and (ip6[6] = 4 or ip6[6] = 41 or ip6[6] = 47 or ip6[6] = 137))",
    "udp port 4789 or udp port 8472 or udp port 4790 or udp port 6081 or udp port 2152 \
     or udp port 3544 or udp port 6635 or udp port 4754",
];

/// MPLS and PPPoE, beside IP on Ethernet.
const ETHERNET_TUNNELS: [&str; 1] =
    ["ether proto 0x8847 or ether proto 0x8848 or ether proto 0x8864"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vlan_is_on_ethernet_only_and_the_users_part_comes_first() {
        let spec = FilterSpec {
            ports: vec![6379..=6379, 7000..=7005],
            tunnels: Tunnels::LeftOut,
            expression: Some("net 10.0.0.0/8".to_owned()),
        };
        let ethernet = spec.expression(LinkType::ETHERNET);
        assert!(
            ethernet
                .starts_with("(net 10.0.0.0/8) and (tcp port 6379 or tcp portrange 7000-7005 or ")
        );
        assert_eq!(ethernet.matches("vlan").count(), 2);
        assert!(!spec.expression(LinkType::LINUX_SLL).contains("vlan"));
        assert!(!ethernet.contains("4789"));
    }
}
