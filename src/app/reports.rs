//! The reports of a run, each with its own output: fed together, ended together.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use super::Failure;
use super::output::Output;
use crate::cli::{ColorChoice, EventType, Format, SharedArgs, ValuesChoice};
use crate::config::{Mode, Settings};
use crate::event::{Event, Severity};
use crate::report::text::{self, Conversation, Text, TextOptions};
use crate::report::{ColourChoice, Lines, Ndjson, Report, Style};

/// Everything that is written in a run.
pub(super) struct Reports {
    entries: Vec<Entry>,
    min_severity: Severity,
    /// The reader of stdout went away; nothing more is written there.
    closed: bool,
}

struct Entry {
    report: Box<dyn Report>,
    output: Output,
    /// Types that pass; `None`: all of them.
    events: Option<Vec<EventType>>,
    /// Written as it comes, for a reader who waits.
    eager: bool,
}

impl Reports {
    /// Opens every output; a file that cannot be written is told before anything is read.
    pub(super) fn open(
        args: &SharedArgs,
        settings: &Settings,
        mode: Mode,
    ) -> Result<Self, Failure> {
        let names = args
            .names
            .as_deref()
            .map(names)
            .transpose()?
            .unwrap_or_default();
        let mut reports = Vec::new();
        let (output, is_terminal) = match &args.output {
            Some(path) => (Output::file(path)?, false),
            None => (Output::stdout(), io::stdout().is_terminal()),
        };
        let eager = mode == Mode::Live || args.format == Format::Lines;
        reports.push(Entry::new(
            args,
            settings,
            mode,
            args.format,
            &names,
            output,
            is_terminal,
            eager,
        ));
        for target in &args.report {
            let output = Output::file(&target.file)?;
            let eager = mode == Mode::Live;
            reports.push(Entry::new(
                args,
                settings,
                mode,
                target.format,
                &names,
                output,
                false,
                eager,
            ));
        }
        Ok(Self {
            entries: reports,
            min_severity: args.min_severity.into(),
            closed: false,
        })
    }

    /// No report at all.
    pub(super) fn none() -> Self {
        Self {
            entries: Vec::new(),
            min_severity: Severity::Info,
            closed: false,
        }
    }

    /// Hands an event to every report that takes it.
    pub(super) fn event(&mut self, event: &Event) -> Result<(), Failure> {
        if let Event::Finding(finding) = event
            && finding.severity > self.min_severity
        {
            return Ok(());
        }
        for entry in &mut self.entries {
            let passes = entry
                .events
                .as_ref()
                .is_none_or(|types| types.contains(&type_of(event)));
            if !passes || (self.closed && entry.output.is_stdout()) {
                continue;
            }
            let mut written = entry.report.event(event, &mut entry.output);
            if entry.eager && written.is_ok() {
                written = entry.output.flush();
            }
            self.closed |= entry.settle(written)?;
        }
        Ok(())
    }

    /// Ends every report.
    pub(super) fn finish(&mut self, exit_status: u8) -> Result<(), Failure> {
        for entry in &mut self.entries {
            if self.closed && entry.output.is_stdout() {
                continue;
            }
            let written = entry
                .report
                .finish(exit_status, &mut entry.output)
                .and_then(|()| entry.output.flush());
            self.closed |= entry.settle(written)?;
        }
        Ok(())
    }

    /// True where nobody reads any more and no file is written either.
    pub(super) fn is_idle(&self) -> bool {
        self.closed && self.entries.iter().all(|entry| entry.output.is_stdout())
    }

    /// True where the reader of stdout went away.
    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }
}

impl Entry {
    #[expect(
        clippy::too_many_arguments,
        reason = "one call site a kind of output; each is a fact of it"
    )]
    fn new(
        args: &SharedArgs,
        settings: &Settings,
        mode: Mode,
        format: Format,
        names: &BTreeMap<String, String>,
        output: Output,
        is_terminal: bool,
        eager: bool,
    ) -> Self {
        let style = style(args.color, is_terminal);
        let report: Box<dyn Report> = match format {
            Format::Ndjson => Box::new(Ndjson::new()),
            Format::Lines => Box::new(Lines::new(style)),
            Format::Text => Box::new(Text::new(TextOptions {
                style,
                top: args.top,
                mode: match mode {
                    Mode::Files => text::Mode::File,
                    Mode::Live => text::Mode::Live,
                },
                conversation: if args.show.is_some() {
                    Conversation::All
                } else {
                    Conversation::Short
                },
                min_severity: args.min_severity.into(),
                names: names.clone(),
                values: match args.values {
                    ValuesChoice::Masked => "masked",
                    ValuesChoice::None => "none",
                    ValuesChoice::Full => "full",
                },
            })),
        };
        let events = (format == Format::Ndjson).then(|| settings.events.clone());
        Self {
            report,
            output,
            events,
            eager,
        }
    }

    /// Ok(true): the reader went away.
    fn settle(&mut self, written: io::Result<()>) -> Result<bool, Failure> {
        match written {
            Ok(()) => Ok(false),
            Err(error) => match self.output.failure(&error) {
                Some(failure) => Err(failure),
                None => Ok(true),
            },
        }
    }
}

/// Look of what is printed on stdout.
pub(super) fn style(color: ColorChoice, is_terminal: bool) -> Style {
    let choice = match color {
        ColorChoice::Auto => ColourChoice::Auto,
        ColorChoice::Always => ColourChoice::Always,
        ColorChoice::Never => ColourChoice::Never,
    };
    Style::choose(choice, is_terminal, |name| std::env::var(name).ok())
}

fn type_of(event: &Event) -> EventType {
    match event {
        Event::Command(_) => EventType::Command,
        Event::Push(_) => EventType::Push,
        Event::Finding(_) => EventType::Finding,
        Event::Tls(_) | Event::Ticket(_) => EventType::Tls,
        Event::Connection(_) => EventType::Connection,
        Event::Check(_) => EventType::Check,
        Event::Statistics(_) => EventType::Statistics,
        Event::Summary(_) => EventType::Summary,
    }
}

/// Reads `--names`: an address and a name a line; `#` begins a comment.
fn names(path: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::new(format!(
            "cannot read the names in {}: {error}",
            path.display()
        ))
        .advise("it holds one \"ADDRESS NAME\" a line, as /etc/hosts does")
    })?;
    let mut names = BTreeMap::new();
    for (number, line) in text.lines().enumerate() {
        let mut words = line
            .split('#')
            .next()
            .unwrap_or_default()
            .split_whitespace();
        let Some(address) = words.next() else {
            continue;
        };
        let (Ok(address), Some(name)) = (address.parse::<std::net::IpAddr>(), words.next()) else {
            return Err(Failure::new(format!(
                "{}:{}: this is no \"ADDRESS NAME\"",
                path.display(),
                number + 1
            )));
        };
        names.insert(address.to_string(), name.to_owned());
    }
    Ok(names)
}
