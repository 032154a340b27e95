//! Where packets come from: capture files and live interfaces; and where kept packets go.
//!
//! An edge of the program: this is the only place below `app` that opens files, and the only user
//! of libpcap. Knows nothing of what is in a packet.
//!
//! - [`FileSource`]: classic pcap and pcapng, gzip and zstd, from files, pipes and any `Read`.
//! - [`expand_inputs`]: `FILE|DIR|-` to a list of inputs; [`first_timestamp`]: to order them.
//! - [`sha256`]: digest of an input file, for a thread of its own.
//! - [`PcapWriter`] is what `--write` writes with.
//! - [`filter`]: BPF text for the kernel, and (feature `live`) `filter::OfflineFilter` for files.
//! - `live` (feature `live`): interfaces.
//!
//! # Example
//!
//! ```
//! use resp_sniff::source::{FileSource, SourceError};
//!
//! let not_a_capture: &[u8] = b"hello, world: this is text";
//! let error = FileSource::from_reader(not_a_capture, 0).unwrap_err();
//! assert!(matches!(error, SourceError::NotACapture { .. }));
//! ```
//!
//! Reading one to its end, with every packet before a cut still handed out:
//!
//! ```no_run
//! use resp_sniff::source::FileSource;
//!
//! let mut source = FileSource::open("captures/horror-story.pcap".as_ref(), 0)?;
//! loop {
//!     match source.next() {
//!         Ok(Some(packet)) => println!("{} {} bytes", packet.at, packet.data.len()),
//!         Ok(None) => break,
//!         Err(error) => {
//!             println!("stopped: {error}");
//!             break;
//!         }
//!     }
//! }
//! # Ok::<(), resp_sniff::source::SourceError>(())
//! ```

mod classic;
mod compressed;
mod digest;
mod error;
mod file;
pub mod filter;
mod inputs;
#[cfg(feature = "live")]
pub mod live;

mod pcapng;
mod writer;

pub use digest::sha256;
pub use error::{BlockFault, Compression, SourceError};
pub use file::{Batch, Drops, FileSource, Format, TlsSecrets};
pub use inputs::{Input, expand_inputs, first_timestamp};
pub use writer::PcapWriter;
