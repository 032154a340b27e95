//! `--write FILE`: keeps the packets of connections with findings, by reading the files again.

use std::collections::HashMap;
use std::path::PathBuf;

use super::{Failure, note};
use crate::analyzer::Kept;
use crate::cli::SharedArgs;
use crate::decode::{DecodeConfig, Decoded, Decoder};
use crate::packet::Timestamp;
use crate::segment::Endpoint;
use crate::source::{FileSource, Input, PcapWriter};

/// What is to be written, and from where.
pub(super) struct Keep {
    target: Option<PathBuf>,
    inputs: Vec<Input>,
    quiet: bool,
}

impl Keep {
    /// Checks that the inputs can be read twice, and that the file can be written.
    pub(super) fn new(args: &SharedArgs, inputs: &[Input]) -> Result<Self, Failure> {
        if let Some(path) = &args.write {
            if inputs.contains(&Input::Stdin) {
                return Err(
                    Failure::new("--write reads its inputs twice, which stdin cannot be")
                        .advise("save the capture to a file first: tcpdump -w FILE"),
                );
            }
            super::output::private_file(path)?;
        }
        Ok(Self {
            target: args.write.clone(),
            inputs: inputs.to_vec(),
            quiet: args.quiet,
        })
    }

    /// Writes the packets of `connections`, in the order of the inputs.
    pub(super) fn write(&self, connections: &[Kept]) -> Result<(), Failure> {
        let Some(path) = &self.target else {
            return Ok(());
        };
        let mut wanted: HashMap<(Endpoint, Endpoint), Vec<(Timestamp, Timestamp)>> = HashMap::new();
        for kept in connections {
            wanted
                .entry(pair(kept.client, kept.server))
                .or_default()
                .push((kept.start, kept.end));
        }
        let failed = |error: std::io::Error| {
            Failure::new(format!(
                "cannot write packets to {}: {error}",
                path.display()
            ))
            .advise("free some space or name another place")
        };
        let mut writer: Option<PcapWriter<_>> = None;
        let (mut written, mut left_out) = (0u64, 0u64);
        for (capture, input) in (0..).zip(&self.inputs) {
            let Input::File(file) = input else { continue };
            // What could not be read the first time was told then.
            let Ok(mut source) = FileSource::open(file, capture) else {
                continue;
            };
            let mut decoder = Decoder::new(DecodeConfig::default());
            while let Ok(Some(packet)) = source.next() {
                let Decoded::Segment(segment) = decoder.decode(&packet) else {
                    continue;
                };
                let times = wanted.get(&pair(segment.source, segment.destination));
                let is_wanted = times.is_some_and(|times| {
                    times
                        .iter()
                        .any(|&(start, end)| start <= packet.at && packet.at <= end)
                });
                if !is_wanted {
                    continue;
                }
                let writer = match &mut writer {
                    Some(writer) => writer,
                    None => writer.insert(PcapWriter::create(path, packet.link).map_err(failed)?),
                };
                // A classic capture has one link type; packets of another are counted.
                if writer.write(&packet).map_err(failed)? {
                    written += 1;
                } else {
                    left_out += 1;
                }
            }
        }
        if let Some(writer) = writer {
            writer.finish().map_err(failed)?;
        }
        let more = if left_out > 0 {
            format!("; {left_out} of another link type were left out")
        } else {
            String::new()
        };
        note(
            self.quiet,
            &format!(
                "{written} packets of {} connections with findings are in {}{more}",
                connections.len(),
                path.display()
            ),
        );
        Ok(())
    }
}

fn pair(one: Endpoint, other: Endpoint) -> (Endpoint, Endpoint) {
    if one <= other {
        (one, other)
    } else {
        (other, one)
    }
}
