//! `--filter` for capture files.

use super::Failure;
use crate::cli::SharedArgs;
use crate::packet::Packet;
#[cfg(feature = "live")]
use crate::source::live::{LiveError, OfflineFilter};

/// The user's filter, or none.
pub(super) struct Filter {
    #[cfg(feature = "live")]
    compiled: Option<OfflineFilter>,
}

#[cfg(feature = "live")]
impl Filter {
    pub(super) fn new(args: &SharedArgs) -> Result<Self, Failure> {
        let compiled = args.filter.as_deref().map(OfflineFilter::new).transpose();
        let compiled = compiled.map_err(|error| refusal(&error))?;
        Ok(Self { compiled })
    }

    #[inline(always)]
    pub(super) fn admits(&mut self, packet: &Packet<'_>) -> Result<bool, Failure> {
        match &mut self.compiled {
            None => Ok(true),
            Some(filter) => {
                // Field by field, so that it need not lie in memory where there is no filter.
                let packet = Packet { ..*packet };
                filter.admits(&packet).map_err(|error| refusal(&error))
            }
        }
    }
}

#[cfg(feature = "live")]
fn refusal(error: &LiveError) -> Failure {
    Failure::new(format!("--filter: {error}")).advise("the language is that of pcap-filter(7)")
}

#[cfg(not(feature = "live"))]
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
    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "the same face as with libpcap"
    )]
    pub(super) fn admits(&mut self, _packet: &Packet<'_>) -> Result<bool, Failure> {
        Ok(true)
    }
}
