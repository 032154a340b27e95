//! `--format text`: the report for people.
//!
//! Three blocks answer three people: who is still readable (the migration list), what leaked (one
//! line a cause), and what to do in which order. The verdict is the last line, because a terminal
//! ends at the bottom. Blocks with nothing to say are left out; BLIND SPOTS and the verdict never are.
//!
//! Live, each new finding is told at first sight as one line; the report follows at the end. With
//! [`Conversation::All`] every command is printed as it comes, above the report.

mod blind;
mod checks;
mod collect;
mod findings;
mod head;
mod mend;
pub(super) mod said;
mod stats;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::{self, Write};

pub use collect::MAX_CONVERSATION;

use collect::Collected;

use super::layout::WIDTH;
use super::style::{Glyph, Paint, Style};
use super::{Report, escape, words};
use crate::event::{Endpoint, Event, Severity};

/// What a text report is told besides the events.
#[derive(Debug, Clone)]
pub struct TextOptions {
    /// Colours and characters.
    pub style: Style,
    /// Rows a block; 0 for all.
    pub top: usize,
    /// One file after another, or as it happens.
    pub mode: Mode,
    /// How much of the conversation is printed.
    pub conversation: Conversation,
    /// Findings below this are counted but not printed.
    pub min_severity: Severity,
    /// Names for addresses.
    pub names: BTreeMap<String, String>,
    /// How values are shown: `masked`, `none`, `full`; for the header.
    pub values: &'static str,
}

impl Default for TextOptions {
    fn default() -> Self {
        Self {
            style: Style::PLAIN,
            top: DEFAULT_TOP,
            mode: Mode::File,
            conversation: Conversation::Short,
            min_severity: Severity::Info,
            names: BTreeMap::new(),
            values: "masked",
        }
    }
}

/// One file after another, or as it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The input ends before anyone reads.
    File,
    /// Someone watches.
    Live,
}

/// How much of the conversation is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conversation {
    /// All of it where it is at most [`MAX_CONVERSATION`] commands, else nothing.
    Short,
    /// `--show commands`.
    All,
}

/// The report for people.
#[derive(Debug)]
pub struct Text {
    options: TextOptions,
    seen: Collected,
    /// Something was printed above the report.
    began: bool,
}

impl Text {
    /// Empty.
    #[must_use]
    pub fn new(options: TextOptions) -> Self {
        Self {
            options,
            seen: Collected::default(),
            began: false,
        }
    }

    fn context(&self) -> Context<'_> {
        Context {
            options: &self.options,
            seen: &self.seen,
        }
    }
}

impl Report for Text {
    fn event(&mut self, event: &Event, out: &mut dyn Write) -> io::Result<()> {
        let news = self.seen.take(event, self.options.style);
        match event {
            Event::Finding(finding)
                if news
                    && self.options.mode == Mode::Live
                    && finding.severity <= self.options.min_severity =>
            {
                self.began = true;
                writeln!(out, "{}", findings::headline(&self.context(), finding))?;
                out.flush()
            }
            Event::Command(command) if self.options.conversation == Conversation::All => {
                if !self.began {
                    writeln!(
                        out,
                        "{}",
                        self.options.style.paint(Paint::Strong, "WHAT WAS SAID")
                    )?;
                    self.began = true;
                }
                writeln!(out, "{}", said::line(&self.context(), command))
            }
            _ => Ok(()),
        }
    }

    fn finish(&mut self, exit_status: u8, out: &mut dyn Write) -> io::Result<()> {
        let context = self.context();
        if self.began {
            writeln!(out)?;
        }
        for line in head::header(&context) {
            writeln!(out, "{line}")?;
        }
        let conversation = match self.options.conversation {
            Conversation::Short => said::block(&context),
            Conversation::All => Vec::new(),
        };
        let blocks = [
            head::servers(&context),
            head::still_readable(&context),
            conversation,
            findings::block(&context),
            mend::block(&context),
            checks::block(&context),
            stats::block(&context),
            blind::block(&context),
        ];
        for lines in blocks.into_iter().filter(|lines| !lines.is_empty()) {
            writeln!(out)?;
            for line in lines {
                writeln!(out, "{line}")?;
            }
        }
        for line in blind::verdict(&context, exit_status) {
            writeln!(out, "{line}")?;
        }
        out.flush()
    }
}

/// What every block is made from.
#[derive(Clone, Copy)]
struct Context<'a> {
    options: &'a TextOptions,
    seen: &'a Collected,
}

impl Context<'_> {
    fn style(&self) -> Style {
        self.options.style
    }

    fn glyph(&self, glyph: Glyph) -> &'static str {
        self.options.style.glyph(glyph)
    }

    /// ` · ` between facts.
    fn dot(&self) -> String {
        format!(" {} ", self.glyph(Glyph::Dot))
    }

    fn rule(&self) -> String {
        self.glyph(Glyph::Line).repeat(WIDTH)
    }

    /// A heading, with something dim at its right end.
    fn heading(&self, text: &str) -> String {
        self.style().paint(Paint::Strong, text).to_string()
    }

    /// How many of `rows` are printed, and what is said of the rest.
    fn rows(&self, rows: usize) -> (usize, Option<String>) {
        let top = self.options.top;
        if top == 0 || rows <= top {
            return (rows, None);
        }
        let more = rows - top;
        let note = format!(
            "{} {} more (--top 0 shows all)",
            self.glyph(Glyph::Ellipsis),
            words::thousands(more as u64)
        );
        (top, Some(note))
    }

    /// An address, or its name.
    fn address(&self, address: &str) -> String {
        let name = self
            .options
            .names
            .get(address)
            .map_or(address, String::as_str);
        words::safe(name, self.style())
    }

    /// An endpoint, with the name of its address where it has one.
    fn endpoint(&self, endpoint: &Endpoint) -> String {
        match self.options.names.get(&endpoint.address) {
            Some(name) => format!("{}:{}", words::safe(name, self.style()), endpoint.port),
            None => words::safe(&endpoint.to_string(), self.style()),
        }
    }

    /// What a server is called: its name in the policy, else its endpoint.
    fn server(&self, endpoint: &Endpoint) -> String {
        self.policy_name(endpoint).map_or_else(
            || self.endpoint(endpoint),
            |name| words::safe(name, self.style()),
        )
    }

    /// What endpoints are called where room is short: by `name`, its middle cut out where it is longer
    /// than [`NAME_WIDTH`], and by their whole address where two would then look the same.
    fn brief<'e>(
        &self,
        endpoints: impl IntoIterator<Item = &'e Endpoint>,
        name: impl Fn(&Endpoint) -> String,
    ) -> BTreeMap<&'e Endpoint, String> {
        let ellipsis = self.glyph(Glyph::Ellipsis);
        let address = |endpoint: &Endpoint| words::safe(&endpoint.to_string(), self.style());
        let mut called = BTreeMap::new();
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for endpoint in endpoints {
            let mut text = name(endpoint);
            if text != address(endpoint) {
                text = escape::cut_middle(&text, NAME_WIDTH, ellipsis).into_owned();
            }
            *times.entry(text.clone()).or_default() += 1;
            called.insert(endpoint, text);
        }
        for (endpoint, text) in &mut called {
            if times.get(text).is_some_and(|times| *times > 1) {
                *text = address(endpoint);
            }
        }
        called
    }

    fn policy_name(&self, endpoint: &Endpoint) -> Option<&str> {
        self.seen
            .summary
            .as_ref()?
            .coverage
            .servers
            .iter()
            .find(|server| server.server == *endpoint)?
            .name
            .as_deref()
    }
}

/// Columns of a server's name beside what a finding is about.
const NAME_WIDTH: usize = 24;

/// The colour of a severity.
pub(super) fn severity_paint(severity: Severity) -> Paint {
    findings::paint(severity)
}

/// A screen of rows a block.
pub const DEFAULT_TOP: usize = 20;
