//! The bar for files and the status line for live capture, on stderr, where that is a terminal.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shortest time between two drawings.
const REDRAW: Duration = Duration::from_millis(100);

/// Shows how far a run is; does nothing where nobody looks.
pub(super) struct Progress {
    bar: ProgressBar,
    started: Instant,
    drawn: Option<Instant>,
}

impl Progress {
    /// A bar over `total` bytes, or a counter where the length is unknown.
    pub(super) fn files(total: Option<u64>, quiet: bool) -> Self {
        let template = if total.is_some() {
            "{bar:28} {percent:>3} %  {bytes} of {total_bytes}  {msg}"
        } else {
            "{spinner} {bytes}  {msg}"
        };
        Self::new(total, template, quiet)
    }

    #[cfg(feature = "live")]
    /// A status line.
    pub(super) fn live(quiet: bool) -> Self {
        Self::new(None, "{spinner} {msg}", quiet)
    }

    fn new(total: Option<u64>, template: &str, quiet: bool) -> Self {
        let seen = !quiet && std::io::stderr().is_terminal();
        let target = if seen {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(total, target);
        // A template that does not parse only costs the decoration.
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self {
            bar,
            started: now(),
            drawn: None,
        }
    }

    /// Whether anything is drawn; callers need not count otherwise.
    pub(super) fn is_shown(&self) -> bool {
        !self.bar.is_hidden()
    }

    /// Tells how many bytes of the inputs and how many packets were read.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rate for people, not negative and far below 2^64"
    )]
    pub(super) fn reading(&mut self, bytes: u64, packets: u64) {
        if self.is_due() {
            let rate = bytes as f64 / self.started.elapsed().as_secs_f64().max(0.001);
            self.bar.set_position(bytes);
            self.bar.set_message(format!(
                "{} packets  {}/s",
                HumanCount(packets),
                HumanBytes(rate as u64)
            ));
        }
    }

    #[cfg(feature = "live")]
    /// Tells what live capture has seen so far.
    pub(super) fn watching(&mut self, what: impl FnOnce() -> String) {
        if self.is_due() {
            self.bar.set_message(what());
            self.bar.tick();
        }
    }

    #[cfg(feature = "live")]
    /// Runs something that prints, with the bar out of the way.
    pub(super) fn around<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn is_due(&mut self) -> bool {
        if !self.is_shown() {
            return false;
        }
        let now = now();
        let due = self
            .drawn
            .is_none_or(|drawn| now.duration_since(drawn) >= REDRAW);
        if due {
            self.drawn = Some(now);
        }
        due
    }
}

/// The one clock of the program: progress, rates and the run's duration; no answer depends on it.
#[expect(
    clippy::disallowed_methods,
    reason = "the app's one clock; the core gets its time from packets"
)]
pub(super) fn now() -> Instant {
    Instant::now()
}
