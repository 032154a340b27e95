//! One run: packets in, reports out, and the summary with its verdict at the end.

use std::time::Instant;

use super::progress::now;
use super::reports::Reports;
use super::workers::{Dropped, Engine, Pressure};
use super::{Failure, Status};
use crate::analyzer::{Kept, Outcome};
use crate::cli::{FindingsChoice, SharedArgs};
use crate::config::{Mode, Settings};
use crate::event::{
    BlindSpots, Event, FindingCounts, InputSummary, Provenance, SCHEMA, SummaryEvent, Verdict,
};
use crate::flow::LOOK_AHEAD;
use crate::packet::{Packet, Timestamp};
use crate::pipeline::{Front, Ordered, Plain};
use crate::posture::Posture;
use crate::segment::Segment;
use crate::source::Drops;
use crate::tls::Sessions;
use crate::verdict::{Grounds, judge};

use std::collections::{BTreeMap, BTreeSet};

/// Segments that wait to be worked on together, with their shards and packet numbers; at most
/// [`LOOK_AHEAD`].
pub(super) type Waiting<'p> = Vec<(u8, u64, Segment<'p>)>;

/// A run in progress.
pub(super) struct Run<'a> {
    args: &'a SharedArgs,
    settings: &'a Settings,
    mode: Mode,
    front: Front,
    /// Until the end.
    engine: Option<Engine>,
    reports: Reports,
    out: Vec<Ordered>,
    started: Instant,
    /// Live: findings that were told.
    told: BTreeSet<String>,
    findings_told: u64,
    /// Handshakes in order, for those that resume them.
    sessions: Sessions,
    /// What resumed ones inherited.
    inherited: Posture,
}

/// What the app knows of the inputs and the core does not.
#[derive(Default)]
pub(super) struct Inputs {
    pub(super) summaries: Vec<InputSummary>,
    /// Inputs that could not be opened or read at all.
    pub(super) failures: Vec<String>,
    pub(super) sha256: Vec<Option<String>>,
    pub(super) drops: Drops,
    pub(super) filter: Option<String>,
    pub(super) host: Option<String>,
}

impl<'a> Run<'a> {
    /// Opens the reports and starts the workers.
    pub(super) fn start(
        args: &'a SharedArgs,
        settings: &'a Settings,
        mode: Mode,
    ) -> Result<Self, Failure> {
        let reports = Reports::open(args, settings, mode)?;
        Self::with_reports(args, settings, mode, reports)
    }

    /// The same without any report.
    pub(super) fn silent(args: &'a SharedArgs, settings: &'a Settings) -> Result<Self, Failure> {
        Self::with_reports(args, settings, Mode::Files, Reports::none())
    }

    fn with_reports(
        args: &'a SharedArgs,
        settings: &'a Settings,
        mode: Mode,
        reports: Reports,
    ) -> Result<Self, Failure> {
        let pressure = match mode {
            Mode::Files => Pressure::Wait,
            Mode::Live => Pressure::Drop,
        };
        Ok(Self {
            args,
            settings,
            mode,
            reports,
            front: Front::new(settings.decode, settings.filter.clone()),
            engine: Some(Engine::new(
                &settings.flow,
                &settings.analyzer,
                settings.workers,
                pressure,
            )?),
            out: Vec::new(),
            started: now(),
            told: BTreeSet::new(),
            findings_told: 0,
            sessions: Sessions::default(),
            inherited: Posture::default(),
        })
    }

    /// Takes one packet of a batch. Where connections are many it may wait in `waiting`, up to the
    /// next [`Self::settle`].
    #[inline(always)]
    pub(super) fn packet_of_batch<'p>(
        &mut self,
        packet: &Packet<'p>,
        waiting: &mut Waiting<'p>,
    ) -> Result<(), Failure> {
        if self.engine.as_ref().is_some_and(Engine::looks_ahead) {
            return self.packet_to_wait(&Packet { ..*packet }, waiting);
        }
        // A tick after which we no longer look ahead has left nothing waiting.
        self.packet(packet)
    }

    #[inline(never)]
    fn packet_to_wait<'p>(
        &mut self,
        packet: &Packet<'p>,
        waiting: &mut Waiting<'p>,
    ) -> Result<(), Failure> {
        let tick = self.front.tick(packet.at);
        let number = self.front.packets();
        if let Some(at) = tick {
            self.settle(waiting)?;
            if let Some(engine) = &mut self.engine {
                engine.tick(at, number, &mut self.out);
            }
        }
        match self.front.plain(packet) {
            Plain::Segment(shard, segment) => {
                waiting.push((shard, number, segment));
                if waiting.len() == LOOK_AHEAD || tick.is_some() {
                    self.settle(waiting)?;
                }
            }
            Plain::Unwanted => {}
            Plain::Other => {
                self.settle(waiting)?;
                if let Some(engine) = &mut self.engine {
                    let out = &mut self.out;
                    self.front.other(packet, |shard, segment| {
                        engine.segment(shard, number, segment, out);
                    });
                }
            }
        }
        self.tell_any()
    }

    /// Works on what waits.
    #[inline(never)]
    pub(super) fn settle(&mut self, waiting: &mut Waiting<'_>) -> Result<(), Failure> {
        if let Some(engine) = &mut self.engine {
            engine.fetch(waiting.iter().map(|(shard, _, segment)| (*shard, segment)));
            for (shard, number, segment) in waiting.drain(..) {
                engine.segment(shard, number, &segment, &mut self.out);
            }
        }
        self.tell_any()
    }

    /// Takes one packet.
    #[inline(always)]
    pub(super) fn packet(&mut self, packet: &Packet<'_>) -> Result<(), Failure> {
        let tick = self.front.tick(packet.at);
        let number = self.front.packets();
        let Some(engine) = &mut self.engine else {
            return Ok(());
        };
        if let Some(at) = tick {
            engine.tick(at, number, &mut self.out);
        }
        let out = &mut self.out;
        self.front.segment(packet, move |shard, segment| {
            engine.segment(shard, number, segment, out);
        });
        self.tell_any()
    }

    #[inline(always)]
    fn tell_any(&mut self) -> Result<(), Failure> {
        if self.out.is_empty() {
            Ok(())
        } else {
            self.tell()
        }
    }

    #[cfg(feature = "live")]
    /// Nothing arrived for a while: what waits in queues is handed on.
    pub(super) fn idle(&mut self) -> Result<(), Failure> {
        if let Some(engine) = &mut self.engine {
            engine.flush(&mut self.out);
        }
        self.tell()
    }

    /// Lines for the key log.
    pub(super) fn add_secrets(&mut self, lines: &[u8]) {
        if let Some(engine) = &mut self.engine {
            engine.add_secrets(lines, &mut self.out);
        }
    }

    /// No more secrets will come, from any input: nothing waits for them any longer.
    pub(super) fn end_secrets(&mut self) {
        if let Some(engine) = &mut self.engine {
            engine.end_secrets(&mut self.out);
        }
    }

    /// Packets so far.
    pub(super) fn packets(&self) -> u64 {
        self.front.packets()
    }

    /// Captured bytes so far.
    pub(super) fn bytes(&self) -> u64 {
        self.front.bytes()
    }

    #[cfg(feature = "live")]
    /// Findings told so far (live).
    pub(super) fn findings_told(&self) -> u64 {
        self.findings_told
    }

    /// True where nobody reads the answers any more.
    pub(super) fn is_idle(&self) -> bool {
        self.reports.is_idle()
    }

    fn tell(&mut self) -> Result<(), Failure> {
        for mut ordered in std::mem::take(&mut self.out) {
            if let Event::Ticket(ticket) = &ordered.event {
                self.sessions.renew(ticket);
                continue;
            }
            if let Event::Tls(handshake) = &mut ordered.event
                && self.sessions.follow(handshake)
            {
                self.inherited.inherited(handshake);
            }
            if let Event::Finding(finding) = &ordered.event
                && self.mode == Mode::Live
                && self.args.findings == FindingsChoice::Grouped
            {
                // Each shard tells what is new to it; the same cause may reach two of them.
                if !self.told.insert(finding.id.clone()) {
                    continue;
                }
                self.findings_told += 1;
            }
            self.reports.event(&ordered.event)?;
        }
        Ok(())
    }

    /// Ends every connection; what was found.
    pub(super) fn conclude(mut self) -> Result<Outcome, Failure> {
        self.end().map(|(outcome, _)| outcome)
    }

    fn end(&mut self) -> Result<(Outcome, Dropped), Failure> {
        self.front.finish();
        let past_last = self.front.packets() + 1;
        let Some(engine) = self.engine.take() else {
            return Err(Failure::new("the run had ended already"));
        };
        let (mut totals, dropped) = engine.finish(past_last, &mut self.out)?;
        self.tell()?;
        let forgotten = self.sessions.forgotten();
        totals.continue_sessions(std::mem::take(&mut self.sessions), &self.inherited);
        let mut outcome = totals.conclude(&self.settings.analyzer);
        if forgotten.count() > 0 {
            let limits = &mut outcome.blind_spots.limits;
            limits.insert("tls_sessions".to_owned(), forgotten.count());
        }
        Ok((outcome, dropped))
    }

    /// Ends every connection, judges, and ends the reports.
    pub(super) fn finish(mut self, inputs: Inputs) -> Result<(Status, Vec<Kept>), Failure> {
        let (mut outcome, dropped) = self.end()?;
        let baseline = super::baseline::apply(self.args, &mut outcome)?;
        if let Some((_, last)) = self.front.span() {
            let policy = &self.settings.analyzer.policy;
            for told in policy.notes(last, &outcome.suppressed) {
                super::note(self.args.quiet, &told);
            }
        }
        for event in std::mem::take(&mut outcome.tls) {
            self.reports.event(&Event::Tls(Box::new(event)))?;
        }
        if self.args.findings == FindingsChoice::Grouped {
            for finding in &outcome.findings {
                self.reports
                    .event(&Event::Finding(Box::new(finding.clone())))?;
            }
        }
        for check in std::mem::take(&mut outcome.checks) {
            self.reports.event(&Event::Check(Box::new(check)))?;
        }
        for figures in std::mem::take(&mut outcome.statistics) {
            self.reports.event(&Event::Statistics(Box::new(figures)))?;
        }
        let kept = std::mem::take(&mut outcome.kept);
        let (summary, status) = self.summary(outcome, inputs, dropped, baseline);
        let broken = summary.accounting.check().err();
        debug_assert_eq!(broken, None, "the accounting must balance");
        self.reports.event(&Event::Summary(Box::new(summary)))?;
        self.reports.finish(status as u8)?;
        if self.reports.is_closed() {
            // Who reads only the head of a report has what he wanted.
            return Ok((Status::Fine, kept));
        }
        Ok((status, kept))
    }

    fn summary(
        &self,
        outcome: Outcome,
        inputs: Inputs,
        dropped: Dropped,
        baseline: BTreeMap<String, u64>,
    ) -> (SummaryEvent, Status) {
        let mut accounting = outcome.accounting;
        accounting.add(&self.front.accounting());
        accounting.packets_segment -= dropped.packets;
        accounting.packets_queue_dropped += dropped.packets;
        let mut problems: Vec<String> = inputs.failures.clone();
        let cut = |input: &InputSummary| {
            input
                .problem
                .as_ref()
                .map(|p| format!("{}: {p}", input.name))
        };
        problems.extend(inputs.summaries.iter().filter_map(cut));
        let kernel = inputs.drops.kernel.unwrap_or_default();
        let interface = inputs.drops.interface.unwrap_or_default();
        let judgement = judge(&Grounds {
            findings: outcome.counts,
            fail_on: self.args.fail_on.severity(),
            connections_understood: outcome.understood,
            allow_no_traffic: self.args.allow_no_traffic,
            delivered_bytes: accounting.delivered_bytes,
            gap_bytes: outcome.blind_spots.gap_bytes,
            packets: self.front.packets(),
            packets_dropped: kernel + interface + dropped.packets,
            max_loss_percent: self.args.max_loss,
            problems,
        });
        let span = self.front.span();
        let mut blind_spots = BlindSpots {
            kernel_drops: inputs.drops.kernel,
            interface_drops: inputs.drops.interface,
            truncated_packets: self.front.truncated(),
            watched_ports: self
                .settings
                .ports
                .ranges()
                .map(|_| self.settings.ports.to_string()),
            ..outcome.blind_spots
        };
        for (name, count) in self.front.decode_counters().limits() {
            *blind_spots.limits.entry(name).or_default() += count;
        }
        if dropped.packets > 0 {
            blind_spots
                .limits
                .insert("queue_dropped_packets".to_owned(), dropped.packets);
        }
        if outcome.other_tls > 0 {
            blind_spots
                .limits
                .insert("tls_of_other_hosts".to_owned(), outcome.other_tls);
        }
        let analyzer = &self.settings.analyzer;
        let mut suppressed = outcome.suppressed;
        suppressed.extend(baseline);
        let status = match judgement.exit_status {
            0 => Status::Fine,
            1 => Status::Findings,
            _ => Status::Inconclusive,
        };
        let summary = SummaryEvent {
            time: span.map_or(Timestamp(0), |(_, last)| last),
            schema: SCHEMA,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            inputs: inputs.summaries,
            start: span.map(|(first, _)| first),
            end: span.map(|(_, last)| last),
            wall_ns: u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX),
            packets: self.front.packets(),
            bytes: self.front.bytes(),
            connections: outcome.connections,
            commands: outcome.commands,
            replies: outcome.replies,
            findings: outcome.counts,
            verdict: judgement.verdict,
            verdict_reason: judgement.reason,
            coverage: outcome.coverage,
            mend: outcome.mend,
            blind_spots,
            provenance: Provenance {
                input_sha256: inputs.sha256,
                rules_sha256: Some(hex(&analyzer.pack.digest())),
                policy_sha256: analyzer.policy.digest().map(|digest| hex(&digest)),
                filter: inputs.filter,
                ports: self.settings.ports.to_string(),
                host: inputs.host,
                labels: self
                    .args
                    .label
                    .iter()
                    .map(|label| (label.0.clone(), label.1.clone()))
                    .collect(),
                suppressed,
            },
            accounting,
        };
        debug_assert!(
            summary.verdict != Verdict::Leaking || summary.findings != FindingCounts::default()
        );
        (summary, status)
    }
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}
