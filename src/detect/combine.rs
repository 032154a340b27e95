//! What stands together in one record and is worse for it.

use super::RulePack;
use super::hits::{Hits, Notes, RawHit, Under};
use crate::event::Severity;
use crate::redact::Mask;

/// Card with expiry or security code; three personal fields. Raises severity, and lifts confidence
/// to [`COMBINED_CONFIDENCE`] at least.
#[inline]
pub(super) fn combine(pack: &RulePack, hits: &mut Hits) {
    if hits.raw.len() > 1 {
        combine_hits(pack, hits);
    }
}

fn combine_hits(pack: &RulePack, hits: &mut Hits) {
    let mut from = 0;
    let mut identities = [None::<RawHit>; MAX_IDENTITIES];
    let mut count = 0;
    while let Some(record) = hits.raw.get(from).map(|hit| hit.record) {
        let len = hits
            .raw
            .iter()
            .skip(from)
            .take_while(|hit| hit.record == record)
            .count();
        if let Some(together) = hits.raw.get_mut(from..from + len)
            && let Some(identity) = one_record(pack, together)
            && let Some(slot) = identities.get_mut(count)
        {
            *slot = Some(identity);
            count += 1;
        }
        from += len;
    }
    for identity in identities.into_iter().flatten() {
        let value = hits.keep(&[]);
        hits.add_without_span(RawHit {
            value,
            under: Under {
                field: None,
                ..identity.under
            },
            ..identity
        });
    }
}

fn one_record(pack: &RulePack, together: &mut [RawHit]) -> Option<RawHit> {
    let known = &pack.known;
    let mut beside = Notes::default();
    let mut kinds = 0_u64;
    let mut cards = 0_usize;
    for hit in together.iter() {
        if hit.rule == known.expiry {
            beside.add(Notes::WITH_EXPIRY);
        } else if hit.rule == known.cvv {
            beside.add(Notes::WITH_CVV);
        } else if hit.rule == known.pan || hit.rule == known.pan_suspected {
            cards += 1;
        }
        if let Some(bit) = pack.rule(hit.rule).kind {
            // An address at a reserved domain is nobody's.
            if hit.severity != Severity::Info {
                kinds |= 1 << bit;
            }
        }
    }
    if beside != Notes::default() && cards > 0 {
        for hit in together.iter_mut() {
            if hit.rule == known.pan || hit.rule == known.pan_suspected {
                hit.severity = Severity::Critical;
                hit.confidence = hit.confidence.max(COMBINED_CONFIDENCE);
                hit.notes.add(beside);
                hit.notes = Notes(hit.notes.0 & !Notes::BARE_DIGITS.0);
            } else if hit.rule == known.expiry {
                hit.severity = hit.severity.min(Severity::Medium);
                hit.confidence = hit.confidence.max(COMBINED_CONFIDENCE);
            }
        }
    }
    if kinds.count_ones() < MIN_IDENTITY_KINDS {
        return None;
    }
    let mut first = None;
    for hit in together.iter_mut() {
        if pack.rule(hit.rule).kind.is_some() && hit.severity != Severity::Info {
            hit.confidence = hit.confidence.max(COMBINED_CONFIDENCE);
            hit.notes.add(Notes::IN_IDENTITY);
            first.get_or_insert(*hit);
        }
    }
    let rule = pack.rule(known.identity);
    first.filter(|_| rule.enabled).map(|hit| RawHit {
        rule: known.identity,
        severity: rule.severity,
        confidence: rule.confidence,
        mask: Mask::Hidden,
        start: 0,
        end: 0,
        value_len: 0,
        notes: Notes::default(),
        kinds,
        ..hit
    })
}

/// Confidence of what a combination bears out.
const COMBINED_CONFIDENCE: f32 = 0.8;

/// Kinds of personal data in one record that name a person together.
const MIN_IDENTITY_KINDS: u32 = 3;

/// Combined findings of one message: a reply of a thousand records says no more than sixteen.
const MAX_IDENTITIES: usize = 16;
