//! `--format ndjson`: the contract itself, one object a line.

use std::io::{self, Write};

use super::Report;
use crate::event::Event;

/// Writes each event as one line of JSON.
#[derive(Debug, Default)]
pub struct Ndjson {
    /// The line in the making; one buffer for the whole run.
    line: Vec<u8>,
}

impl Ndjson {
    /// With an empty buffer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Report for Ndjson {
    fn event(&mut self, event: &Event, out: &mut dyn Write) -> io::Result<()> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, event)?;
        self.line.push(b'\n');
        // Whole lines only, so that a reader of a growing file never meets half an object.
        out.write_all(&self.line)
    }

    fn finish(&mut self, _exit_status: u8, out: &mut dyn Write) -> io::Result<()> {
        out.flush()
    }
}
