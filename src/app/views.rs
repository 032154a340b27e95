//! The subcommands that look at something: a rule, a finding, the checklist, two reports.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::reports::style;
use super::{Failure, Status};
use crate::cli::{AnalyzeArgs, ChecklistArgs, Cli, ColorChoice, Command, DiffArgs, ExplainArgs};
use crate::cli::{RulesArgs, RulesCommand};
use crate::config::{Mode, Settings};
use crate::detect::{Detector, Hits, Options, RuleInfo, RulePack, rule_info};
use crate::event::{CheckEvent, Endpoint, Event, FindingEvent};
use crate::posture::{CHECKLIST, Sight};
use crate::report::checklist::BlankLine;
use crate::report::diff::{Diff, Snapshot};
use crate::report::explain::RuleText;
use crate::report::{Style, checklist as checklist_report, explain as explain_report};

/// Rows a block of `diff`.
const DIFF_TOP: usize = 20;

/// Runs `explain`.
pub(super) fn explain(args: &ExplainArgs) -> Result<Status, Failure> {
    let style = look();
    if let Some(info) = rule_info(&args.id) {
        return print(|out| explain_report::rule(&rule_text(info), style, out));
    }
    let is_finding = args
        .id
        .get(..2)
        .is_some_and(|head| head.eq_ignore_ascii_case("F-"));
    if !is_finding {
        return Err(Failure::new(format!("there is no rule \"{}\"", args.id))
            .advise("`resp-sniff rules list` names them; a finding's id begins with F-"));
    }
    let Some(path) = &args.input else {
        return Err(Failure::new(format!(
            "finding {} is known only with the capture it is in",
            args.id
        ))
        .advise(format!(
            "resp-sniff explain {} FILE, with a capture or an NDJSON report",
            args.id
        )));
    };
    let findings: Vec<FindingEvent> = events_of(path)?
        .into_iter()
        .filter_map(|event| match event {
            Event::Finding(finding) => Some(*finding),
            _ => None,
        })
        .collect();
    let found = findings
        .iter()
        .find(|finding| finding.id.eq_ignore_ascii_case(&args.id));
    let Some(finding) = found else {
        return Err(Failure::new(format!(
            "there is no finding {} in {}",
            args.id,
            path.display()
        ))
        .advise(format!(
            "resp-sniff analyze {} lists what there is",
            path.display()
        )));
    };
    let about = rule_info(&finding.rule).map(rule_text);
    print(|out| explain_report::finding(finding, about.as_ref(), style, out))
}

/// Runs `checklist`.
pub(super) fn checklist(args: &ChecklistArgs) -> Result<Status, Failure> {
    let style = look();
    let Some(path) = &args.input else {
        let lines: Vec<BlankLine<'_>> = CHECKLIST
            .iter()
            .map(|check| BlankLine {
                id: check.id,
                title: check.title,
                observable: check.sight != Sight::Never,
                verify: check.verify,
            })
            .collect();
        return print(|out| checklist_report::write_blank(&lines, style, out));
    };
    let checks: Vec<CheckEvent> = events_of(path)?
        .into_iter()
        .filter_map(|event| match event {
            Event::Check(check) => Some(*check),
            _ => None,
        })
        .collect();
    let named = |_: &Endpoint| None;
    print(|out| checklist_report::write(&checks, &named, style, out))
}

/// Runs `diff`.
pub(super) fn diff(args: &DiffArgs) -> Result<Status, Failure> {
    let read = |path: &Path| {
        let file = open(path)?;
        Snapshot::read(BufReader::new(file))
            .map_err(|error| Failure::new(format!("{}: {error}", path.display())))
    };
    let (old, new) = (read(&args.old)?, read(&args.new)?);
    let diff = Diff::between(&old, &new);
    let status = if diff.is_worse() {
        Status::Findings
    } else {
        Status::Fine
    };
    print(|out| diff.write(look(), DIFF_TOP, out)).map(|printed| printed.and(status))
}

/// Runs `rules`.
pub(super) fn rules(args: &RulesArgs) -> Result<Status, Failure> {
    let style = look();
    let pack = || crate::config::rules(&args.rules, &args.regions);
    match &args.command {
        RulesCommand::List => {
            let pack = pack()?;
            print(|out| pack.iter().try_for_each(|info| list_line(&pack, info, out)))
        }
        RulesCommand::Explain { id } => {
            let pack = pack()?;
            let Some(rule) = pack.find(id) else {
                return Err(Failure::new(format!("there is no rule \"{id}\""))
                    .advise("`resp-sniff rules list` names them"));
            };
            print(|out| explain_report::rule(&rule_text(pack.info(rule)), style, out))
        }
        RulesCommand::Check { file } => check(file),
        RulesCommand::Test { string, field } => test(&pack()?, string, field.as_deref()),
    }
}

fn list_line(pack: &RulePack, info: &RuleInfo, out: &mut dyn Write) -> io::Result<()> {
    let off = pack
        .find(&info.id)
        .is_some_and(|rule| !pack.is_enabled(rule));
    let note = match &info.region {
        Some(region) if off => format!("  (--regions {region})"),
        _ if off => "  (off)".to_owned(),
        _ => String::new(),
    };
    writeln!(
        out,
        "{:<34} {:<9} {:<9} {}{note}",
        info.id,
        info.severity.name(),
        info.category.name(),
        info.title
    )
}

/// Proves a rule file, and tells what each of its rules costs.
fn check(file: &Path) -> Result<Status, Failure> {
    let pack = crate::config::rules(&[PathBuf::from("none"), file.to_path_buf()], &[])
        .map_err(|error| Failure::new(error.what).advise("mend it and check again"))?;
    let name = file.display().to_string();
    let own: Vec<&RuleInfo> = pack.iter().filter(|info| info.file == name).collect();
    let proofs: usize = own
        .iter()
        .map(|info| info.examples.len() + info.counter_examples.len())
        .sum();
    print(|out| {
        let rules = if own.len() == 1 { "rule" } else { "rules" };
        writeln!(
            out,
            "{name}: {} {rules}, {proofs} examples and counter-examples hold",
            own.len()
        )?;
        for info in &own {
            let spent = cost(&pack, info);
            let slow = if spent > SLOW_RULE {
                "  slow: give its pattern a literal to begin with"
            } else {
                ""
            };
            let millis = spent.as_secs_f64() * 1000.0;
            writeln!(out, "  {:<34} {millis:>8.2} ms a MiB{slow}", info.id)?;
        }
        Ok(())
    })
}

/// Time for one mebibyte of lines, every hundredth an example of the rule.
fn cost(pack: &RulePack, info: &RuleInfo) -> Duration {
    let filler =
        "2026-11-24T03:30:52Z worker-7 done in 512 ms id=90210 user=a.b@x path=/v1/items?page=3\n";
    let mut examples = String::new();
    for example in &info.examples {
        examples.push_str(&example.value);
        examples.push('\n');
    }
    let block = filler.repeat(100) + &examples;
    let text = block.repeat((1 << 20) / block.len() + 1);
    let text = text.as_bytes().get(..1 << 20).unwrap_or(text.as_bytes());
    let Some(rule) = pack.find(&info.id) else {
        return Duration::ZERO;
    };
    let mut best = Duration::MAX;
    for _ in 0..3 {
        let started = super::progress::now();
        std::hint::black_box(pack.try_rule(rule, text));
        best = best.min(started.elapsed());
    }
    best
}

/// A rule that takes longer for one mebibyte is told: ten such rules halve the speed of a run.
const SLOW_RULE: Duration = Duration::from_millis(10);

/// What the rules say of a string; the string itself is the user's, and is not printed again.
fn test(
    pack: &std::sync::Arc<RulePack>,
    string: &str,
    field: Option<&str>,
) -> Result<Status, Failure> {
    let mut detector = Detector::new(
        std::sync::Arc::clone(pack),
        std::sync::Arc::default(),
        Options::default(),
    );
    let mut hits = Hits::new();
    let value = crate::resp::Argument {
        kept: string.as_bytes(),
        len: string.len() as u64,
        broken: false,
    };
    detector.stored(b"", field.map(str::as_bytes), value, &mut hits);
    print(|out| {
        let mut any = false;
        for hit in hits.iter() {
            any = true;
            let info = pack.info(hit.rule);
            writeln!(
                out,
                "{:<28} {:<9} {:>4.2}  {}",
                info.id,
                hit.severity.name(),
                hit.confidence,
                info.title
            )?;
        }
        if any {
            Ok(())
        } else {
            writeln!(out, "nothing")
        }
    })
}

fn rule_text(info: &RuleInfo) -> RuleText<'_> {
    let shown = crate::detect::Example::to_string;
    RuleText {
        id: &info.id,
        title: &info.title,
        category: info.category.name(),
        severity: info.severity,
        confidence: info.confidence,
        why: &info.why,
        fix: &info.fix,
        references: &info.references,
        examples: info.examples.iter().map(shown).collect(),
        counter_examples: info.counter_examples.iter().map(shown).collect(),
    }
}

/// The events of an NDJSON report, or of a capture analysed here and now.
fn events_of(path: &Path) -> Result<Vec<Event>, Failure> {
    let mut reader = BufReader::new(open(path)?);
    let head = reader
        .fill_buf()
        .map_err(|error| unreadable(path, &error))?;
    if head.first() != Some(&b'{') {
        return analysed(path);
    }
    let mut events = Vec::new();
    let mut line = String::new();
    let mut number = 0;
    while reader
        .read_line(&mut line)
        .map_err(|error| unreadable(path, &error))?
        > 0
    {
        number += 1;
        let event = serde_json::from_str(&line).map_err(|error| {
            Failure::new(format!(
                "{}:{number}: this is no event: {error}",
                path.display()
            ))
            .advise("give a capture, or a report written with --format ndjson")
        })?;
        events.push(event);
        line.clear();
    }
    Ok(events)
}

/// Analyses a capture with the default settings, for its findings and checks.
fn analysed(path: &Path) -> Result<Vec<Event>, Failure> {
    use clap::Parser as _;
    let words = [
        "resp-sniff",
        "analyze",
        "--quiet",
        "--fail-on",
        "never",
        "--",
    ];
    let arguments = words
        .iter()
        .map(Into::into)
        .chain([path.as_os_str().to_owned()]);
    let cli = Cli::try_parse_from(arguments).map_err(|error| Failure::new(error.to_string()))?;
    let Command::Analyze(args) = cli.command else {
        return Ok(Vec::new());
    };
    let args: AnalyzeArgs = *args;
    let settings = Settings::new(&args.shared, Mode::Files)?;
    let outcome = super::analyze::outcome(&args.shared, &settings, path)?;
    let mut events: Vec<Event> = outcome
        .findings
        .into_iter()
        .map(|finding| Event::Finding(Box::new(finding)))
        .collect();
    events.extend(
        outcome
            .checks
            .into_iter()
            .map(|check| Event::Check(Box::new(check))),
    );
    Ok(events)
}

fn open(path: &Path) -> Result<Box<dyn Read>, Failure> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    Ok(Box::new(file))
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("cannot read {}: {error}", path.display()))
        .advise("check the name and the permissions")
}

fn look() -> Style {
    style(ColorChoice::Auto, io::stdout().is_terminal())
}

/// Prints to stdout; a reader that went away is no error.
fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<Status, Failure> {
    let mut out = io::BufWriter::new(io::stdout());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(format!(
            "cannot write to standard output: {error}"
        ))),
        _ => Ok(Status::Fine),
    }
}
