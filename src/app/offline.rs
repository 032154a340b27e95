//! `--filter` for capture files.

use super::Failure;
use crate::cli::SharedArgs;
use crate::packet::Packet;

/// The user's filter, or none.
pub(super) struct Filter {}

impl Filter {
    pub(super) fn new(args: &SharedArgs) -> Result<Self, Failure> {
        if args.filter.is_some() {
            return Err(
                Failure::new("--filter needs libpcap, which this build is without").advise(
                    "build with the default features, or use --ports, --server and --client",
                ),
            );
        }
        Ok(Self {})
    }

    #[inline]
    #[expect(clippy::unused_self, reason = "the same face as with libpcap")]
    pub(super) fn admits(&self, _packet: &Packet<'_>) -> bool {
        true
    }
}
