//! resp-sniff: a passive sniffer and analyzer of RESP (Redis, Valkey) traffic.
//!
//! ```text
//!  source -> decode -> flow -> reassembly -> probe -> resp | tls | bus -> detect -> posture -> report
//!  (edge)   \_______________________ core: no I/O, no clock, no threads ______________________/ (edge)
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
