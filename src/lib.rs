//! resp-sniff: a passive sniffer and analyzer of RESP (Redis, Valkey) traffic.
//!
//! It reads packets, live or from capture files, puts TCP streams back together, decodes RESP where it
//! is in the clear and says which sensitive fields crossed the wire; where it is TLS, it says which
//! version and cipher suite were negotiated. This page is the architecture: who has read it can draw
//! the house, and knows in which room a change belongs.
//!
//! ```text
//!  source -> decode -> flow -> reassembly -> probe -> resp | tls | bus -> detect -> posture -> report
//!  (edge)   \_______________________ core: no I/O, no clock, no threads ______________________/ (edge)
//! ```
//!
//! # Rooms
//!
//! Imports point down only, and each outside crate has one owner; `tests/layering.rs` fails otherwise.
//!
//! | rank | module | job |
//! |---|---|---|
//! | 0 | [`packet`], [`segment`] | what flows along the pipe: captured packets, TCP segments |
//! | 0 | [`event`] | the output contract, specified on the types that serialise it |
//! | 0 | [`redact`] | the one door through which wire bytes become printable |
//! | 0 | [`observation`], [`verdict`] | facts for the checklist; the one word at the end |
//! | 0 | [`network`], [`key_pattern`], [`community_id`] | what addresses, keys and connections are called |
//! | 1 | [`source`] (edge) | capture files and live interfaces |
//! | 1 | [`decode`] | frame to segment: link layers, tunnels, IP, fragments, TCP |
//! | 1 | [`reassembly`] | one direction's segments to ordered bytes and gaps; blind to protocols |
//! | 1 | [`probe`] | whose bytes are these: RESP, TLS, cluster bus, other |
//! | 1 | [`resp`] | grammar, then what Redis means by it: commands, pairing, session, replication, RDB |
//! | 1 | [`tls`] | records, handshakes, certificates, fingerprints, decryption with a key log |
//! | 1 | [`bus`] | the cluster bus in the clear |
//! | 1 | [`report`] (edge) | one file a format, made from events alone |
//! | 2 | [`flow`] | five-tuple table, who is client, timers, budget, eviction; generic over its handler |
//! | 2 | [`detect`] | which field of which message is sensitive: rules as data, findings by cause |
//! | 2 | [`stats`] | mergeable figures per server, client, user, command, key pattern, time |
//! | 2 | [`posture`] | per server: the security checklist, what to mend in which order |
//! | 3 | [`analyzer`] | one connection's way through probe, decoder, detectors |
//! | 4 | [`pipeline`] | the whole core: `push(packet)`, `finish()` |
//! | 5 | [`app`], [`cli`], [`config`] | flags, threads, signals, progress, exit status |
//!
//! # The way of a byte
//!
//! [`source::FileSource`] reads into one reused buffer and lends packets out of it. [`decode`] makes a
//! [`segment::Segment`] that borrows the payload where it lies. [`flow`] finds the connection; bytes that
//! come in order go on as they are, and only what is out of order is copied. [`analyzer`] is the
//! [`flow::Handler`]: the first bytes decide ([`probe`]), then the connection has its decoder. RESP is
//! parsed in place too: a message that lies whole in a segment is never copied, inside a large value
//! the parser counts down, and memory never follows an announced length. So an in-order packet of a
//! known connection allocates nothing, copies nothing and takes no lock (`tests/no_alloc.rs`).
//!
//! A gap is no error: decoders are told how much is missing, keep step where they can, and say where
//! they could not. Every byte and every packet ends in exactly one counter
//! ([`event::Accounting::check`]), and every bound that was reached is named in the summary.
//!
//! # Threads
//!
//! The core has none. [`pipeline::Front`] sees every packet; [`pipeline::Back`] follows the connections
//! of its shards. There are 64 shards ([`flow::SHARDS`]) whatever the number of workers, each with its
//! own table, limits and totals; a worker owns every n-th. Timers run at ticks of capture time, events
//! carry their place ([`pipeline::Order`]) and totals merge in shard order: the number of workers
//! changes no byte of the output.
//!
//! # Secrets
//!
//! A secret is a [`redact::Secret`], which cannot be printed, compared or serialised by accident;
//! [`redact::Redactor`] is the only exit, and what it lets out is a [`redact::Printable`].
//!
//! # Example
//!
//! ```
//! use std::sync::Arc;
//!
//! use resp_sniff::analyzer::AnalyzerConfig;
//! use resp_sniff::pipeline::{Pipeline, PipelineConfig};
//!
//! let analyzer = Arc::new(AnalyzerConfig::new()?);
//! let mut pipeline = Pipeline::new(PipelineConfig::new(Arc::clone(&analyzer)));
//! let mut events = Vec::new();
//! // for each packet of a source: pipeline.push(&packet, &mut events);
//! let (_front, totals) = pipeline.finish(&mut events);
//! assert!(totals.conclude(&analyzer).findings.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod analyzer;
pub mod app;
pub mod bus;
pub mod cli;
pub mod community_id;
pub mod config;
pub mod decode;
pub mod detect;
pub mod event;
pub mod flow;
pub mod key_pattern;
pub mod network;
pub mod observation;
pub mod packet;
pub mod pipeline;
pub mod posture;
pub mod probe;
pub mod reassembly;
pub mod redact;
pub mod report;
pub mod resp;
pub mod segment;
pub mod source;
pub mod stats;
pub mod tls;
pub mod verdict;
