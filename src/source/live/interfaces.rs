//! What can be captured on.

use std::net::IpAddr;

use pcap::{Capture, Device};

use super::LiveError;

/// What can be captured on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent fact of the system's list"
)]
pub struct Interface {
    /// Name to give to `-i`.
    pub name: String,
    /// The system's description, where it has one.
    pub description: Option<String>,
    /// Addresses.
    pub addresses: Vec<IpAddr>,
    /// Switched on.
    pub up: bool,
    /// A loopback interface.
    pub loopback: bool,
    /// Wireless.
    pub wireless: bool,
    /// Whether this process may capture on it: tried, not guessed.
    pub permitted: bool,
}

/// Lists the interfaces in the system's order, without those that carry no network packets.
///
/// # Errors
///
/// The system's refusal.
pub fn interfaces() -> Result<Vec<Interface>, LiveError> {
    let devices = Device::list().map_err(LiveError::from)?;
    Ok(devices
        .into_iter()
        .filter(|device| !NO_NETWORK.iter().any(|name| device.name.starts_with(name)))
        .map(|device| Interface {
            permitted: permitted(&device.name),
            up: device.flags.is_up(),
            loopback: device.flags.is_loopback(),
            wireless: device.flags.is_wireless(),
            addresses: device.addresses.iter().map(|one| one.addr).collect(),
            description: device.desc,
            name: device.name,
        })
        .collect())
}

/// Opens it and closes it again. Being switched off is no lack of permission.
fn permitted(name: &str) -> bool {
    let opened = Capture::from_device(name)
        .and_then(|inactive| inactive.buffer_size(TRIAL_BUFFER_LEN).open());
    match opened.map_err(LiveError::from) {
        Ok(_) => true,
        Err(error) => error != LiveError::NoPermission,
    }
}

/// Beginnings of the names that libpcap lists for what is no network interface.
const NO_NETWORK: [&str; 6] = ["bluetooth", "dbus", "nflog", "nfqueue", "usbmon", "rdma"];

/// Bytes of buffer for an interface that is opened only to see whether that is allowed.
const TRIAL_BUFFER_LEN: i32 = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loopback_interface_is_listed_with_its_address() {
        let list = interfaces().expect("listing needs no rights");
        if let Some(loopback) = list.iter().find(|one| one.loopback) {
            assert!(!loopback.name.is_empty());
            if loopback.up {
                assert!(loopback.addresses.iter().any(IpAddr::is_loopback));
            }
        }
        assert!(list.iter().all(|one| !one.name.starts_with("nflog")));
    }
}
