//! The sentences of a finding: title and reason, composed from the rule and what stood beside it.

use super::KINDS;
use super::hits::Notes;
use super::rule::RuleInfo;

/// What may be told of passwords without telling the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct PasswordFacts {
    /// Distinct ones in this finding.
    pub passwords: usize,
    /// Most clients that one of them is used from.
    pub clients: usize,
    /// Most users that one of them belongs to.
    pub users: usize,
}

/// `Payment card with its expiry date`.
pub(super) fn title(info: &RuleInfo, notes: Notes, kinds: u64) -> String {
    if kinds != 0 {
        return together(kinds).unwrap_or_else(|| info.title.clone());
    }
    match (notes.has(Notes::WITH_EXPIRY), notes.has(Notes::WITH_CVV)) {
        (true, true) => format!("{} with expiry and security code", info.title),
        (true, false) => format!("{} with its expiry date", info.title),
        (false, true) => format!("{} with its security code", info.title),
        (false, false) => info.title.clone(),
    }
}

/// `Birth date, e-mail and phone together`.
fn together(kinds: u64) -> Option<String> {
    let names: Vec<&str> = KINDS
        .iter()
        .enumerate()
        .filter(|(bit, _)| kinds >> bit & 1 == 1)
        .map(|(_, &(_, name))| name)
        .collect();
    let (last, rest) = names.split_last()?;
    let mut text = if rest.is_empty() {
        format!("{last} together")
    } else {
        format!("{} and {last} together", rest.join(", "))
    };
    if let Some(first) = text.get(..1) {
        let upper = first.to_uppercase();
        text.replace_range(..1, &upper);
    }
    Some(text)
}

/// Why we think so, in one sentence or three short ones.
pub(super) fn why(
    info: &RuleInfo,
    notes: Notes,
    field: Option<&str>,
    password: PasswordFacts,
) -> String {
    let mut parts: Vec<String> = Vec::new();
    if notes.has(Notes::CHECKSUM_FAILS) {
        parts.push("The check digit is wrong, so it may be mistyped or made up.".to_owned());
        let beside = match (notes.has(Notes::WITH_EXPIRY), notes.has(Notes::WITH_CVV)) {
            (true, true) => " and its expiry date and security code stand beside it",
            (true, false) => " and an expiry date stands beside it",
            (false, true) => " and a security code stands beside it",
            (false, false) => "",
        };
        let name = field.map_or("field", |field| field);
        parts.push(format!(
            "The field is called {name}{beside}: treat it as a card until you know better."
        ));
    } else {
        parts.push(info.why.clone());
        if notes.has(Notes::CHECKSUM_HOLDS) {
            parts.push("Its checksum is right.".to_owned());
        }
        match (notes.has(Notes::WITH_EXPIRY), notes.has(Notes::WITH_CVV)) {
            (true, true) => {
                parts.push("Its expiry date and security code stand beside it.".to_owned());
            }
            (true, false) => parts.push("Its expiry date stands beside it.".to_owned()),
            (false, true) => parts.push("Its security code stands beside it.".to_owned()),
            (false, false) => {}
        }
    }
    if notes.has(Notes::DECODED) {
        parts.push("It was wrapped in base64, which hides nothing.".to_owned());
    }
    if notes.has(Notes::EXPIRED) {
        parts.push("It had expired when it was seen.".to_owned());
    }
    if notes.has(Notes::WEAK_COMMON) {
        parts.push("It is among the most common passwords.".to_owned());
    } else if notes.has(Notes::WEAK_SHORT) {
        parts.push("It is short enough to be guessed.".to_owned());
    } else if notes.has(Notes::WEAK_UNIFORM) {
        parts.push("It is made of one kind of character.".to_owned());
    }
    if password.passwords > 1 {
        parts.push(format!(
            "{} different passwords were seen.",
            password.passwords
        ));
    }
    if password.clients > 1 {
        parts.push(format!(
            "One password is used from {} clients.",
            password.clients
        ));
    }
    if password.users > 1 {
        parts.push(format!("One password serves {} users.", password.users));
    }
    parts.join(" ")
}
