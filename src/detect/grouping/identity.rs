//! What makes two occurrences one finding, and the ids that are made of it.
//!
//! Refuses to know what a finding holds, and anything of the run: an id is the same on every one.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::super::RulePack;
use super::super::hits::Hit;
use super::occurrence::Occurrence;
use crate::event::FindingDirection;
use crate::segment::Endpoint;

/// What makes a finding that finding: rule, server, command, direction, key pattern, field.
pub(super) fn identity_into(
    out: &mut Vec<u8>,
    pack: &RulePack,
    occurrence: &Occurrence<'_>,
    hit: &Hit<'_>,
) {
    out.clear();
    identity_head(
        out,
        &pack.info(hit.rule).id,
        Some(occurrence.server),
        occurrence,
    );
    identity_tail(out, hit);
}

pub(super) fn identity_head(
    out: &mut Vec<u8>,
    rule: &str,
    server: Option<Endpoint>,
    occurrence: &Occurrence<'_>,
) {
    out.extend_from_slice(rule.as_bytes());
    out.push(0);
    if let Some(server) = server {
        out.extend_from_slice(&server.address.0.to_be_bytes());
        out.extend_from_slice(&server.port.to_be_bytes());
    }
    out.push(match occurrence.direction {
        FindingDirection::Request => 0,
        FindingDirection::Reply => 1,
        FindingDirection::Push => 2,
        FindingDirection::Replication => 3,
    });
    out.extend_from_slice(occurrence.command.unwrap_or_default());
    out.push(0);
}

pub(super) fn identity_tail(out: &mut Vec<u8>, hit: &Hit<'_>) {
    out.extend_from_slice(&hit.key_pattern());
    out.extend_from_slice(&[0, u8::from(hit.field.is_some())]);
    out.extend_from_slice(hit.field.as_deref().unwrap_or_default());
}

pub(super) fn short_id(identity: &[u8], digits: usize) -> String {
    let mut id = String::from("F-");
    push_hex(&mut id, &Sha256::digest(identity), digits);
    id
}

pub(super) fn baseline_id(identity: &[u8]) -> String {
    let mut id = String::from("B-");
    push_hex(&mut id, &Sha256::digest(identity), BASELINE_ID_LEN);
    id
}

fn push_hex(out: &mut String, bytes: &[u8], digits: usize) {
    for byte in bytes.iter().take(digits / 2) {
        let _ = write!(out, "{byte:02x}");
    }
}

/// Hex digits of an id, where they suffice.
pub(super) const ID_LEN: usize = 4;

/// Hex digits of an id at most.
pub(super) const MAX_ID_LEN: usize = 16;

/// Hex digits of a baseline id: 64 bits, because it is compared between runs.
const BASELINE_ID_LEN: usize = 16;
