//! Certificates: facts, judged at packet time.

/// Trusted authorities of `--ca-file`.
#[derive(Debug, Clone, Default)]
pub struct Authorities {}

impl Authorities {
    /// From PEM text; answers `None` where it holds no certificate.
    #[must_use]
    pub fn from_pem(text: &[u8]) -> Option<Self> {
        let _ = text;
        None
    }
}
