//! Reports: one file a format, each made from events alone.
//!
//! A [`Report`] is given every event of a run in order and then [`Report::finish`]; it writes to
//! whatever the caller hands it, so several reports can run side by side, each with its own output.
//! Nothing here sees a packet, opens a file or knows a clock; what a failed write means (a closed
//! pipe, a full disk) is the caller's business.
//!
//! | report | written |
//! |---|---|
//! | [`Ndjson`] | one line an event, as it comes |
//! | [`Lines`] | one line a command for people who watch live, then the verdict |
//! | [`Text`] | live: one line a new finding; at the end the whole report |
//!
//! Beside them: [`checklist`] (every line of it), [`diff`] (two NDJSON files), [`explain`] (one rule
//! or finding at length).
//!
//! Which events a report wants: `Ndjson` whatever `--events` lets through; `Lines` the commands,
//! pushes and findings; `Text` findings, TLS, connections, checks, statistics and the summary, and the
//! first [`text::MAX_CONVERSATION`]` + 1` commands (all of them with `--show commands`).
//!
//! Everything that came from the wire passes [`escape`] before it is measured, cut and printed.

pub mod checklist;
pub mod diff;
pub mod escape;
pub mod explain;
mod layout;
mod lines;
mod ndjson;
mod style;
pub mod text;
mod words;

use std::io::{self, Write};

pub use lines::Lines;
pub use ndjson::Ndjson;
pub use style::{Charset, Colour, ColourChoice, Style};
pub use text::{Conversation, Mode, Text, TextOptions};

use crate::event::Event;

/// A report in the making.
pub trait Report {
    /// Takes the next event.
    ///
    /// # Errors
    ///
    /// Whatever `out` answers.
    fn event(&mut self, event: &Event, out: &mut dyn Write) -> io::Result<()>;

    /// Ends the report; `exit_status` is what the program will end with.
    ///
    /// # Errors
    ///
    /// Whatever `out` answers.
    fn finish(&mut self, exit_status: u8, out: &mut dyn Write) -> io::Result<()>;
}
