//! Errors for people: one sentence that names the thing and says what to do next.

use std::fmt;

/// Why a run could not be done at all; exit status 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    what: String,
    advice: Option<String>,
}

impl Failure {
    /// What went wrong, naming the thing.
    #[must_use]
    pub fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            advice: None,
        }
    }

    /// What to do next; on a line of its own.
    #[must_use]
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "resp-sniff: {}", self.what)?;
        self.advice
            .as_ref()
            .map_or(Ok(()), |advice| write!(f, "\n  {advice}"))
    }
}

/// How a run ended, as the process tells it. Precedence 2 > 1 > 3 > 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Nothing at or above `--fail-on`.
    Fine = 0,
    /// Something at or above `--fail-on`.
    Findings = 1,
    /// Usage error, or nothing could be read.
    Failed = 2,
    /// Nothing found, but the input cannot carry that verdict.
    Inconclusive = 3,
}

impl Status {
    /// The one that a run of both parts ends with.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let rank = |status| match status {
            Self::Failed => 3,
            Self::Findings => 2,
            Self::Inconclusive => 1,
            Self::Fine => 0,
        };
        if rank(self) >= rank(other) {
            self
        } else {
            other
        }
    }
}

impl From<Status> for std::process::ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precedence_is_two_one_three_zero() {
        use Status::{Failed, Findings, Fine, Inconclusive};
        assert_eq!(Fine.and(Inconclusive), Inconclusive);
        assert_eq!(Inconclusive.and(Findings), Findings);
        assert_eq!(Findings.and(Failed), Failed);
        assert_eq!(Failed.and(Fine), Failed);
    }
}
