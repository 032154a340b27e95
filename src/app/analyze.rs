//! `analyze`: capture files, directories and stdin, in the order of their first packets.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use super::progress::Progress;
use super::run::{Inputs, Run, Waiting, hex};
use super::{Failure, Status, note, stop};
use crate::analyzer::Outcome;
use crate::cli::{AnalyzeArgs, SharedArgs};
use crate::config::{Mode, Settings};
use crate::event::InputSummary;
use crate::packet::Timestamp;
use crate::source::{
    Drops, FileSource, Format, Input, SourceError, expand_inputs, first_timestamp, sha256,
};

/// Runs `analyze`.
pub(super) fn run(args: &AnalyzeArgs) -> Result<Status, Failure> {
    let mut settings = Settings::new(&args.shared, Mode::Files)?;
    for text in &settings.notes {
        note(args.shared.quiet, text);
    }
    let inputs = expand_inputs(&args.inputs).map_err(|(path, error)| {
        Failure::new(format!("{}: {error}", path.display()))
            .advise("check the name and the permissions")
    })?;
    if inputs.is_empty() {
        return Err(Failure::new("there is no capture file in what was named")
            .advise("name a .pcap or .pcapng file, or - to read one from stdin"));
    }
    if !inputs.iter().all(is_file)
        && let Some(config) = std::sync::Arc::get_mut(&mut settings.analyzer)
    {
        config.key_log_grows = true;
    }
    if !args.separate {
        return one_run(&args.shared, &settings, &in_order(inputs));
    }
    let mut status = Status::Fine;
    for input in inputs {
        status = status.and(match one_run(&args.shared, &settings, &[input]) {
            Ok(status) => status,
            Err(failure) => {
                super::complain(&failure);
                Status::Failed
            }
        });
    }
    Ok(status)
}

/// Orders inputs by their first time stamp, so that connections go on from file to file. Stdin,
/// which cannot be looked into twice, and what cannot be opened keep their places at the end.
fn in_order(inputs: Vec<Input>) -> Vec<Input> {
    if inputs.len() < 2 {
        return inputs;
    }
    let mut keyed: Vec<_> = inputs
        .into_iter()
        .map(|input| {
            let first = match &input {
                Input::File(path) if is_regular(path) => first_timestamp(path).ok().flatten(),
                Input::File(_) | Input::Stdin => None,
            };
            (first.unwrap_or(Timestamp(u64::MAX)), input)
        })
        .collect();
    keyed.sort_by_key(|(first, _)| *first);
    keyed.into_iter().map(|(_, input)| input).collect()
}

/// A pipe must not be opened twice.
fn is_file(input: &Input) -> bool {
    matches!(input, Input::File(path) if is_regular(path))
}

fn is_regular(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
}

/// Reads the secrets of a file, which may stand in any place up to its end, behind the connections that
/// they open; true where it may hold others: it is no file that can be read twice, or reading it twice
/// means decompressing it twice. What is wrong with it is told when its packets are read.
fn read_secrets(input: &Input, run: &mut Run<'_>) -> bool {
    let Input::File(path) = input else {
        return true;
    };
    if !is_regular(path) {
        return true;
    }
    let Ok(mut source) = FileSource::open(path, 0) else {
        return false;
    };
    if source.format() != Format::PcapNg || source.compression().is_some() {
        return source.format() == Format::PcapNg;
    }
    loop {
        add_secrets(&mut source, run);
        match source.next_batch() {
            Ok(Some(packets)) if !stop::asked() => packets.for_each(drop),
            _ => return false,
        }
    }
}

/// Secrets in front of the next packet.
fn add_secrets(source: &mut FileSource, run: &mut Run<'_>) {
    for secrets in source.take_secrets() {
        run.add_secrets(secrets.key_log());
        // A block is complete, whether its last line has an end or not.
        run.add_secrets(b"\n");
    }
}

fn one_run(args: &SharedArgs, settings: &Settings, inputs: &[Input]) -> Result<Status, Failure> {
    stop::install();
    let total: Option<u64> = inputs
        .iter()
        .map(|input| match input {
            Input::File(path) => std::fs::metadata(path)
                .ok()
                .filter(std::fs::Metadata::is_file)
                .map(|file| file.len()),
            Input::Stdin => None,
        })
        .sum();
    let mut progress = Progress::files(total, args.quiet);
    let mut run = Run::start(args, settings, Mode::Files)?;
    let mut told = Inputs {
        filter: args.filter.clone(),
        ..Inputs::default()
    };
    let mut digests = Vec::new();
    let keep = super::keep::Keep::new(args, inputs)?;
    let mut first_failure = None;
    let mut before = 0;
    let count = inputs.len();
    // Inputs up to the last that may carry secrets which are not read yet.
    let mut with_secrets = 0;
    for (index, input) in inputs.iter().enumerate() {
        if read_secrets(input, &mut run) {
            with_secrets = index + 1;
        }
    }
    if with_secrets > 0 {
        // Keys may come without --keylog too: what they open must wait from the start.
        run.add_secrets(b"");
    }
    for (index, input) in inputs.iter().enumerate() {
        if index == with_secrets {
            run.end_secrets();
        }
        let name = name_of(input);
        let capture = u32::try_from(index).unwrap_or(u32::MAX);
        let opened = match input {
            Input::File(path) => FileSource::open(path, capture),
            Input::Stdin => FileSource::stdin(capture),
        };
        let mut source = match opened {
            Ok(source) => source,
            Err(error) => {
                if count > 1 {
                    note(args.quiet, &format!("{name}: {error}; it is left out"));
                }
                told.failures.push(format!("{name}: {error}"));
                first_failure.get_or_insert_with(|| refusal(&name, error));
                told.sha256.push(None);
                continue;
            }
        };
        digests.push((told.sha256.len(), Digest::start(input, args.no_digest)));
        told.sha256.push(None);
        let summary = read(&mut source, &name, args, &mut run, &mut progress, before)?;
        before += source.size().unwrap_or_else(|| source.position());
        if let Some(problem) = &summary.problem {
            note(
                args.quiet,
                &format!("{name} {problem}; what came before it is reported"),
            );
        }
        add_drops(&mut told.drops, source.drops());
        told.summaries.push(summary);
        if stop::asked() || run.is_idle() {
            break;
        }
    }
    progress.finish();
    if told.summaries.is_empty()
        && let Some(failure) = first_failure
    {
        return Err(failure);
    }
    for (place, digest) in digests {
        if let Some(slot) = told.sha256.get_mut(place) {
            *slot = digest.finish();
        }
    }
    let interrupted = stop::asked();
    if interrupted {
        told.failures.push("the run was interrupted".to_owned());
    }
    let (status, connections) = run.finish(told)?;
    keep.write(&connections)?;
    Ok(status)
}

/// Analyses one file without any report: for who wants only what was found.
pub(super) fn outcome(
    args: &SharedArgs,
    settings: &Settings,
    path: &Path,
) -> Result<Outcome, Failure> {
    let name = path.display().to_string();
    let mut source = FileSource::open(path, 0).map_err(|error| refusal(&name, error))?;
    let mut run = Run::silent(args, settings)?;
    if read_secrets(&Input::File(path.to_owned()), &mut run) {
        run.add_secrets(b"");
    } else {
        run.end_secrets();
    }
    let mut progress = Progress::files(source.size(), args.quiet);
    read(&mut source, &name, args, &mut run, &mut progress, 0)?;
    progress.finish();
    run.conclude()
}

/// Reads one input to its end.
fn read(
    source: &mut FileSource,
    name: &str,
    args: &SharedArgs,
    run: &mut Run<'_>,
    progress: &mut Progress,
    before: u64,
) -> Result<InputSummary, Failure> {
    let mut filter = super::offline::Filter::new(args)?;
    let (packets, bytes) = (run.packets(), run.bytes());
    let (mut first, mut last) = (Timestamp(u64::MAX), Timestamp(0));
    // A batch at a time: what lies whole in the buffer, at most about a megabyte.
    let problem = loop {
        add_secrets(source, run);
        match source.next_batch() {
            Ok(Some(batch)) => {
                let mut waiting = Waiting::new();
                for packet in batch {
                    first = first.min(packet.at);
                    last = last.max(packet.at);
                    if filter.admits(&packet)? {
                        run.packet_of_batch(&packet, &mut waiting)?;
                    }
                }
                run.settle(&mut waiting)?;
            }
            Ok(None) => break None,
            Err(error) => break Some(error.to_string()),
        }
        if stop::asked() || run.is_idle() {
            break None;
        }
        progress.reading(before + source.position(), run.packets());
    };
    Ok(InputSummary {
        name: name.to_owned(),
        packets: run.packets() - packets,
        bytes: run.bytes() - bytes,
        start: (first <= last).then_some(first),
        end: (first <= last).then_some(last),
        problem,
    })
}

fn name_of(input: &Input) -> String {
    match input {
        Input::File(path) => path.display().to_string(),
        Input::Stdin => "standard input".to_owned(),
    }
}

fn refusal(name: &str, error: SourceError) -> Failure {
    let failure = Failure::new(format!("{name}: {error}"));
    match error {
        SourceError::Open { .. } | SourceError::Read { .. } => {
            failure.advise("check the name and the permissions")
        }
        _ => failure.advise(
            "give a capture in pcap or pcapng format, plain, .gz or .zst; tcpdump -w writes one",
        ),
    }
}

fn add_drops(sum: &mut Drops, drops: Drops) {
    let add = |sum: &mut Option<u64>, drops: Option<u64>| {
        if let Some(drops) = drops {
            *sum = Some(sum.unwrap_or_default() + drops);
        }
    };
    add(&mut sum.kernel, drops.kernel);
    add(&mut sum.interface, drops.interface);
}

/// The digest of an input, taken beside the analysis.
struct Digest {
    thread: Option<JoinHandle<Option<String>>>,
    go_on: Arc<AtomicBool>,
}

impl Digest {
    fn start(input: &Input, no_digest: bool) -> Self {
        let go_on = Arc::new(AtomicBool::new(true));
        let thread = match input {
            Input::File(path) if !no_digest && is_regular(path) => {
                let (path, wanted) = (path.clone(), Arc::clone(&go_on));
                std::thread::Builder::new()
                    .name("digest".to_owned())
                    .spawn(move || {
                        let digest = sha256(&path, |_| wanted.load(Ordering::Relaxed));
                        digest.ok().flatten().map(|digest| hex(&digest))
                    })
                    .ok()
            }
            Input::File(_) | Input::Stdin => None,
        };
        Self { thread, go_on }
    }

    fn finish(mut self) -> Option<String> {
        self.thread
            .take()
            .and_then(|thread| thread.join().ok().flatten())
    }
}

impl Drop for Digest {
    fn drop(&mut self) {
        self.go_on.store(false, Ordering::Relaxed);
    }
}
