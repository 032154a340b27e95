//! What a connection that is over says of its server.

use super::super::marks::{At, Mark};
use super::Server;
use super::peer::{earliest, peer};
use crate::event::{ConnectionEvent, ConnectionProtocol, EndReason, TlsVersion};
use crate::network;
use crate::segment::{Address, Endpoint};

impl Server {
    /// Takes a connection; answers how many sightings fell to a bound.
    pub(in crate::posture) fn connection(
        &mut self,
        client: Endpoint,
        event: &ConnectionEvent,
    ) -> u64 {
        let gaps: u64 = [&event.client_to_server, &event.server_to_client]
            .into_iter()
            .flatten()
            .map(|counters| counters.gap_bytes)
            .sum();
        let bytes = event.bytes.saturating_sub(gaps);
        let at = At {
            capture: event.capture,
            frame: event.frame,
            connection: event.connection.clone(),
        };
        let reset_unanswered = event.protocol == ConnectionProtocol::Resp
            && event.end_reason == EndReason::Rst
            && event.commands > 0
            && event.replies == 0
            && event
                .server_to_client
                .is_some_and(|counters| counters.stream_bytes == 0);
        // A ClientHello, then nothing from a server whose acknowledgements were seen: a port that does
        // not speak TLS waits for a line end that never comes.
        let hello_unanswered = event.protocol == ConnectionProtocol::Tls
            && !event.midstream
            && event
                .client_to_server
                .is_some_and(|side| side.stream_bytes > 0)
            && event
                .server_to_client
                .is_some_and(|side| side.packets > 0 && side.stream_bytes == 0);
        let path = network::path_between(client.address, server_address(event));
        if path == crate::event::Path::Public
            && matches!(
                event.protocol,
                ConnectionProtocol::Resp | ConnectionProtocol::Tls | ConnectionProtocol::ClusterBus
            )
        {
            self.marks.note(
                Mark::PublicAddress,
                Some(at.clone()),
                format!("{} to {}", event.client.address, event.server),
            );
        }
        match event.protocol {
            ConnectionProtocol::Resp if reset_unanswered => self.marks.note(
                Mark::PlainReset,
                Some(at.clone()),
                format!("RESP from {} answered with a reset", event.client.address),
            ),
            ConnectionProtocol::Resp => self.marks.note(
                Mark::PlainConnection,
                Some(at.clone()),
                format!("{} in the clear", event.client.address),
            ),
            ConnectionProtocol::ClusterBus => self.marks.note(
                Mark::BusPlain,
                Some(at.clone()),
                format!("cluster bus of {} in the clear", event.client.address),
            ),
            ConnectionProtocol::Tls if hello_unanswered => self.marks.note(
                Mark::HelloUnanswered,
                Some(at.clone()),
                format!("{} began TLS and was not answered", event.client.address),
            ),
            ConnectionProtocol::Tls => {
                *self.tls_versions.entry(event.tls_version).or_default() += 1;
                self.tls_span.take_longer((event.start, event.end));
                let version = event.tls_version.map_or("TLS", TlsVersion::name);
                self.marks.note(
                    Mark::TlsConnection,
                    Some(at.clone()),
                    format!("{version} from {}", event.client.address),
                );
            }
            ConnectionProtocol::Other | ConnectionProtocol::Unknown => {}
        }
        let Some(peer) = peer(&mut self.clients, client.address) else {
            return 1;
        };
        match event.protocol {
            ConnectionProtocol::Resp | ConnectionProtocol::ClusterBus => {
                peer.plain.add(bytes);
                peer.bus |= event.protocol == ConnectionProtocol::ClusterBus;
                peer.commands = peer.commands.saturating_add(event.commands);
                if reset_unanswered {
                    peer.resets += 1;
                    earliest(&mut peer.first_reset, &at, event.start);
                }
                if peer.first_plain.is_none() || event.start < peer.first_plain_time {
                    peer.first_plain_time = event.start;
                }
                peer.last_plain_time = peer.last_plain_time.max(event.end);
                if peer.first_plain.as_ref().is_none_or(|first| at < *first) {
                    peer.first_plain = Some(at);
                }
            }
            ConnectionProtocol::Tls if hello_unanswered => {
                peer.unknown.add(bytes);
                peer.unanswered_hellos += 1;
                earliest(&mut peer.first_unanswered, &at, event.start);
            }
            ConnectionProtocol::Tls => peer.tls.add(bytes),
            ConnectionProtocol::Other | ConnectionProtocol::Unknown => peer.unknown.add(bytes),
        }
        0
    }
}

fn server_address(event: &ConnectionEvent) -> Address {
    event
        .server
        .address
        .parse::<std::net::IpAddr>()
        .map(Address::from)
        .unwrap_or_default()
}
