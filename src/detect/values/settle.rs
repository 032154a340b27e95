//! Two finds over the same bytes: which of them is told.
//!
//! Refuses to know values; what was found in them is all there is.

use crate::detect::RulePack;
use crate::detect::known::Known;
use crate::detect::rule::RuleIndex;
use crate::detect::scan::Found;
use crate::event::Category;

/// Where finds of a field's name and of the value's pattern meet, the more telling one stays.
pub(super) fn settle(pack: &RulePack, leaf: &mut [Found], scanned: usize) {
    let overlap = |a: &Found, b: &Found| a.start < b.end && b.start < a.end;
    let known = &pack.known;
    for field in scanned..leaf.len() {
        for other in 0..leaf.len() {
            let (Some(&mine), Some(&theirs)) = (leaf.get(field), leaf.get(other)) else {
                continue;
            };
            if field == other || mine.confidence <= 0.0 || !overlap(&mine, &theirs) {
                continue;
            }
            let my_rule = pack.rule(mine.rule);
            let their_rule = pack.rule(theirs.rule);
            let hidden = !mine.mask.tells_length() && other < scanned;
            // A card by its field has been judged already.
            let same_card = is_card(known, mine.rule) && is_card(known, theirs.rule);
            if (my_rule.generic && !their_rule.generic && their_rule.category == Category::Secret)
                || (my_rule.generic && their_rule.generic && other > field && mine.confidence < theirs.confidence)
                // `uk-nino` says more than `national-id`.
                || (pack.info(theirs.rule).id.len() > pack.info(mine.rule).id.len()
                    && pack.info(theirs.rule).id.starts_with(&pack.info(mine.rule).id)
                    && other >= scanned
                    && !same_card)
            {
                drop_one(leaf, field);
            } else if mine.rule == theirs.rule || same_card {
                let best = mine.confidence.max(theirs.confidence);
                if let Some(slot) = leaf.get_mut(field) {
                    slot.confidence = if same_card { mine.confidence } else { best };
                }
                drop_one(leaf, other);
            } else if (my_rule.generic && their_rule.generic && other > field)
                || hidden
                || (is_card(known, theirs.rule) && other < scanned && mine.confidence >= 0.7)
            {
                drop_one(leaf, other);
            }
        }
    }
}

fn is_card(known: &Known, rule: RuleIndex) -> bool {
    rule == known.pan || rule == known.pan_test || rule == known.pan_suspected
}

fn drop_one(leaf: &mut [Found], index: usize) {
    if let Some(slot) = leaf.get_mut(index) {
        slot.confidence = 0.0;
    }
}
