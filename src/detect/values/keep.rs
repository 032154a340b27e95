//! Keeps what was found, with the names that it stands under.
//!
//! Refuses to know how it was found, and what becomes of it.

use super::keys::show_field;
use super::{At, FieldName, Inspector, Key};
use crate::detect::hits::{
    FieldText, Hits, KeyIndex, MAX_VALUE_KEPT, Notes, RawHit, TextId, Under,
};
use crate::detect::lexicon::{Marks, UNTOLD};
use crate::detect::scan::Found;

impl Inspector {
    /// Keeps what was found.
    #[expect(clippy::too_many_arguments, reason = "what a hit is made of")]
    pub(super) fn emit(
        &mut self,
        under: &mut Option<Under>,
        hits: &mut Hits,
        key: Option<&mut Key<'_>>,
        at: At<'_>,
        marks: &Marks,
        text: &[u8],
        found: &Found,
    ) {
        let spec = self.pack.rule(found.rule);
        let spoken_of = marks.speaks_of(found.rule);
        let mut notes = found.notes;
        let mut confidence = found.confidence;
        if spec.context_required && !spoken_of {
            return;
        }
        if spoken_of && !notes.has(Notes::BY_FIELD) {
            confidence = (confidence + spec.boost).min(1.0);
            notes = Notes(notes.0 & !Notes::BARE_DIGITS.0);
        }
        if notes.has(Notes::BY_FIELD) {
            notes = Notes(notes.0 & !Notes::BARE_DIGITS.0);
        }
        if at.decoded {
            notes.add(Notes::DECODED);
        }
        let value = text.get(found.start..found.end).unwrap_or_default();
        let kept = value
            .get(..value.len().min(MAX_VALUE_KEPT))
            .unwrap_or_default();
        let under = self.under(under, hits, key, at.field);
        let (start, end) = at
            .offset
            .map_or((0, 0), |offset| (offset + found.start, offset + found.end));
        let value_text = hits.keep(kept);
        hits.add(RawHit {
            rule: found.rule,
            severity: found.severity,
            confidence,
            place: at.place,
            start: u32::try_from(start).unwrap_or(u32::MAX),
            end: u32::try_from(end).unwrap_or(u32::MAX),
            under,
            value: value_text,
            value_len: value.len() as u64,
            mask: found.mask,
            notes,
            record: hits.record(),
            kinds: 0,
            expires: found.expires,
        });
    }

    /// What the hits of a value stand under; kept with the first of them.
    #[inline]
    pub(super) fn under(
        &mut self,
        under: &mut Option<Under>,
        hits: &mut Hits,
        key: Option<&mut Key<'_>>,
        field: Option<FieldName<'_>>,
    ) -> Under {
        *under.get_or_insert_with(|| Under {
            key: key.and_then(|key| self.keep_key(hits, key)),
            field: field.map(|field| self.keep_field(hits, field)),
        })
    }

    fn keep_key(&mut self, hits: &mut Hits, key: &mut Key<'_>) -> Option<KeyIndex> {
        if key.index.is_none() {
            if key.quiet {
                self.key_spans(key);
            }
            if let Some(masks) = &self.masks {
                masks.mask_name(key.bytes, &mut key.spans);
            }
            // Which digits are in a key makes no difference to its pattern.
            let id = match key.marks.id {
                id if key.spans.is_empty() && id != UNTOLD => TextId(id),
                _ => TextId::UNKNOWN,
            };
            key.index = hits.keep_key(key.bytes, key.len, &key.spans, id);
        }
        key.index
    }

    /// Keeps the name of a field, which may be data itself (`members` by e-mail address): as it may
    /// be printed, and as findings are grouped.
    fn keep_field(&mut self, hits: &mut Hits, field: FieldName<'_>) -> FieldText {
        if field.id.is_known() {
            return hits.keep_wordy_field(field.text, field.id);
        }
        let field = field.text;
        if let Some((shown, id)) = self.names.shown_field(field) {
            return hits.keep_field(shown, id);
        }
        let masks = self.masks.as_deref();
        let pack = masks.map_or(&*self.pack, |masks| &masks.pack);
        let mut shown = Vec::new();
        show_field(pack, &self.policy, field, &mut shown);
        let id = self.names.remember_field(field, &shown);
        hits.keep_field(&shown, id)
    }
}
