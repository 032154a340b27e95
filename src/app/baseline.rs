//! `--baseline` and `--write-baseline`: findings that a team knows of already.
//!
//! By `baseline_id`, which leaves the server and personal spans out, so that the random ports of a
//! CI run do not matter. A known finding is neither told nor does it gate; it is counted.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::output::private_file;
use super::{Failure, note};
use crate::analyzer::Outcome;
use crate::cli::SharedArgs;
use crate::event::FindingEvent;

/// Version of the file.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Baseline {
    resp_sniff_baseline: u32,
    findings: Vec<Known>,
}

#[derive(Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
struct Known {
    baseline_id: String,
    rule: String,
    title: String,
}

/// Writes the baseline, if that is wanted, then takes out what an older one knows.
///
/// Returns how many findings were suppressed, for the summary.
pub(super) fn apply(
    args: &SharedArgs,
    outcome: &mut Outcome,
) -> Result<BTreeMap<String, u64>, Failure> {
    if let Some(path) = &args.write_baseline {
        write(path, &outcome.findings)?;
    }
    let mut suppressed = BTreeMap::new();
    let Some(path) = &args.baseline else {
        return Ok(suppressed);
    };
    let known = read(path)?;
    let mut used = BTreeSet::new();
    let before = outcome.findings.len();
    outcome.findings.retain(|finding| {
        let is_known = known.contains(&finding.baseline_id);
        if is_known {
            used.insert(finding.baseline_id.clone());
        }
        !is_known
    });
    outcome.recount();
    let count = before - outcome.findings.len();
    suppressed.insert(format!("baseline {}", path.display()), count as u64);
    let unused = known.len() - used.len();
    if unused > 0 {
        note(
            args.quiet,
            &format!(
                "{unused} of {} entries of {} match nothing any more",
                known.len(),
                path.display()
            ),
        );
    }
    Ok(suppressed)
}

fn write(path: &Path, findings: &[FindingEvent]) -> Result<(), Failure> {
    let known: BTreeSet<Known> = findings
        .iter()
        .map(|finding| Known {
            baseline_id: finding.baseline_id.clone(),
            rule: finding.rule.clone(),
            title: finding.title.clone(),
        })
        .collect();
    let baseline = Baseline {
        resp_sniff_baseline: VERSION,
        findings: known.into_iter().collect(),
    };
    let mut file = private_file(path)?;
    let text = serde_json::to_string_pretty(&baseline).unwrap_or_default();
    writeln!(file, "{text}").map_err(|error| {
        Failure::new(format!(
            "cannot write the baseline {}: {error}",
            path.display()
        ))
        .advise("free some space or name another place")
    })
}

fn read(path: &Path) -> Result<BTreeSet<String>, Failure> {
    let unreadable = |problem: String| {
        Failure::new(format!(
            "cannot read the baseline {}: {problem}",
            path.display()
        ))
        .advise("make one with --write-baseline FILE")
    };
    let text = fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    let baseline: Baseline =
        serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
    if baseline.resp_sniff_baseline != VERSION {
        return Err(unreadable(format!(
            "it is of version {}",
            baseline.resp_sniff_baseline
        )));
    }
    Ok(baseline
        .findings
        .into_iter()
        .map(|known| known.baseline_id)
        .collect())
}
