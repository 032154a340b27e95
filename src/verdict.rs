//! The one word at the end of a run, its reason, and the exit status that goes with it.
//!
//! A pure function of figures, so that every format and every reader agrees. Usage errors and
//! unreadable inputs (status 2) end a run before there is anything to judge; they are not known here.

use crate::event::{FindingCounts, Severity, Verdict};

/// What the verdict rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Grounds {
    /// Findings at or above `--min-confidence`, by severity.
    pub findings: FindingCounts,
    /// `--fail-on`; `None` is `never`.
    pub fail_on: Option<Severity>,
    /// Connections that spoke RESP, TLS or the cluster bus.
    pub connections_understood: u64,
    /// `--allow-no-traffic`: an input without any is no reason to doubt.
    pub allow_no_traffic: bool,
    /// Stream bytes that reached a decoder.
    pub delivered_bytes: u64,
    /// Stream bytes that never came.
    pub gap_bytes: u64,
    /// Packets read.
    pub packets: u64,
    /// Packets that the kernel, the interface or a queue dropped.
    pub packets_dropped: u64,
    /// `--max-loss`, in percent.
    pub max_loss_percent: f64,
    /// What is wrong with inputs: a cut file, one of several that could not be read.
    pub problems: Vec<String>,
}

/// A verdict with its reason and exit status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The word.
    pub verdict: Verdict,
    /// Why it is no other, in one clause.
    pub reason: String,
    /// 0, 1 or 3.
    pub exit_status: u8,
}

/// Judges a run.
#[must_use]
pub fn judge(grounds: &Grounds) -> Judgement {
    // `never` takes the teeth from the exit status, not the truth from the word.
    let bar = grounds.fail_on.unwrap_or(DEFAULT_FAIL_ON);
    if grounds.findings.at_or_above(bar) > 0 {
        return Judgement {
            verdict: Verdict::Leaking,
            reason: match grounds.fail_on {
                Some(bar) => format!("findings at or above \"{}\"", bar.name()),
                None => "--fail-on never".to_owned(),
            },
            exit_status: u8::from(grounds.fail_on.is_some()),
        };
    }
    match doubt(grounds) {
        Some(reason) => Judgement {
            verdict: Verdict::Inconclusive,
            reason,
            exit_status: 3,
        },
        None => Judgement {
            verdict: Verdict::NothingFound,
            reason: format!("nothing at or above \"{}\"", bar.name()),
            exit_status: 0,
        },
    }
}

/// Why the input cannot carry "nothing found"; `None` where it can.
fn doubt(grounds: &Grounds) -> Option<String> {
    if let [first, rest @ ..] = grounds.problems.as_slice() {
        return Some(if rest.is_empty() {
            first.clone()
        } else {
            format!("{first}, and {} more like it", rest.len())
        });
    }
    let bytes_lost = percent(grounds.gap_bytes, grounds.delivered_bytes);
    let packets_lost = percent(grounds.packets_dropped, grounds.packets);
    let lost = bytes_lost.max(packets_lost);
    if lost > grounds.max_loss_percent {
        let what = if bytes_lost >= packets_lost {
            "bytes"
        } else {
            "packets"
        };
        return Some(format!(
            "{lost:.1} % of the {what} lost, more than --max-loss {}",
            grounds.max_loss_percent
        ));
    }
    (grounds.connections_understood == 0 && !grounds.allow_no_traffic)
        .then(|| "no Redis and no TLS connection seen".to_owned())
}

/// Share of what is missing in what there was, in percent.
fn percent(lost: u64, kept: u64) -> f64 {
    if lost == 0 {
        return 0.0;
    }
    100.0 * lost as f64 / lost.saturating_add(kept) as f64
}

/// `--fail-on` where it is not given: what should be acted upon within the week.
pub const DEFAULT_FAIL_ON: Severity = Severity::High;

/// `--max-loss` where it is not given, in percent: a thousandth of a capture may hide one leak of
/// many, a hundredth may hide a whole connection.
pub const DEFAULT_MAX_LOSS_PERCENT: f64 = 0.1;

#[cfg(test)]
mod tests {
    use super::*;

    fn seen() -> Grounds {
        Grounds {
            findings: FindingCounts::default(),
            fail_on: Some(DEFAULT_FAIL_ON),
            connections_understood: 1,
            allow_no_traffic: false,
            delivered_bytes: 1000,
            gap_bytes: 0,
            packets: 10,
            packets_dropped: 0,
            max_loss_percent: DEFAULT_MAX_LOSS_PERCENT,
            problems: Vec::new(),
        }
    }

    fn word(grounds: &Grounds) -> (Verdict, u8) {
        let judgement = judge(grounds);
        (judgement.verdict, judgement.exit_status)
    }

    #[test]
    fn nothing_found_needs_sight() {
        assert_eq!(word(&seen()), (Verdict::NothingFound, 0));
        let lossy = Grounds {
            gap_bytes: 2,
            ..seen()
        };
        assert_eq!(word(&lossy), (Verdict::Inconclusive, 3));
        assert!(judge(&lossy).reason.contains("0.2 % of the bytes"));
        let dropped = Grounds {
            packets_dropped: 1,
            ..seen()
        };
        assert!(judge(&dropped).reason.contains("of the packets"));
        let cut = Grounds {
            problems: vec!["x.pcap ends in the middle of a record".to_owned()],
            ..seen()
        };
        assert_eq!(word(&cut), (Verdict::Inconclusive, 3));
        let silent = Grounds {
            connections_understood: 0,
            ..seen()
        };
        assert_eq!(word(&silent), (Verdict::Inconclusive, 3));
        let allowed = Grounds {
            allow_no_traffic: true,
            ..silent
        };
        assert_eq!(word(&allowed), (Verdict::NothingFound, 0));
    }

    #[test]
    fn a_leak_counts_whatever_was_lost() {
        let leaking = Grounds {
            findings: FindingCounts {
                high: 1,
                ..FindingCounts::default()
            },
            gap_bytes: 1000,
            ..seen()
        };
        assert_eq!(word(&leaking), (Verdict::Leaking, 1));
        let never = Grounds {
            fail_on: None,
            ..leaking.clone()
        };
        assert_eq!(word(&never), (Verdict::Leaking, 0));
        let only_critical = Grounds {
            fail_on: Some(Severity::Critical),
            ..leaking
        };
        assert_eq!(word(&only_critical), (Verdict::Inconclusive, 3));
    }
}
