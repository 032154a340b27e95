//! Listens to one TLS connection: handshakes become events and findings, readable data goes on to a
//! RESP decoder of its own.

use super::Core;
use super::resp_side::Ear;
use super::talk::{About, Encrypted};
use super::totals::{Deferred, ShardState, add_weaknesses};
use crate::community_id::community_id;
use crate::event::{Event, IssuedTicket, Transport};
use crate::flow::{Chunk, FlowView, Follow};
use crate::observation::{Fact, Observation};
use crate::packet::{Origin, Timestamp};
use crate::resp::{RespConnection, Start};
use crate::segment::Direction;
use crate::tls::{Addressing, TlsConnection, TlsContext, TlsFacts, TlsFollow, TlsSink};

impl Core {
    pub(super) fn tls_data(
        &mut self,
        shard: &mut ShardState,
        about: &mut About,
        encrypted: &mut Encrypted,
        flow: &FlowView,
        chunk: &Chunk<'_>,
    ) -> Follow {
        self.with_tls(shard, about, encrypted, flow, |tls, context, sink| {
            tls.data(
                context,
                chunk.direction,
                chunk.bytes,
                chunk.at,
                chunk.origin,
                sink,
            )
        })
    }

    pub(super) fn tls_gap(
        &mut self,
        shard: &mut ShardState,
        about: &mut About,
        encrypted: &mut Encrypted,
        flow: &FlowView,
        direction: Direction,
        len: u64,
    ) -> Follow {
        self.with_tls(shard, about, encrypted, flow, |tls, context, sink| {
            tls.gap(context, direction, len, flow.now, flow.origin, sink)
        })
    }

    pub(super) fn tls_finished(
        &mut self,
        shard: &mut ShardState,
        about: &mut About,
        encrypted: &mut Encrypted,
        flow: &FlowView,
        direction: Direction,
    ) {
        self.with_tls(shard, about, encrypted, flow, |tls, context, sink| {
            tls.finished(context, direction, flow.now, flow.origin, sink);
            TlsFollow::On
        });
    }

    pub(super) fn tls_reset(
        &mut self,
        shard: &mut ShardState,
        about: &mut About,
        encrypted: &mut Encrypted,
        flow: &FlowView,
        from: Direction,
    ) {
        self.with_tls(shard, about, encrypted, flow, |tls, context, sink| {
            tls.reset(context, from, flow.now, flow.origin, sink);
            TlsFollow::On
        });
    }

    pub(super) fn tls_end(
        &mut self,
        shard: &mut ShardState,
        about: &mut About,
        mut encrypted: Encrypted,
        flow: &FlowView,
    ) {
        self.with_tls(shard, about, &mut encrypted, flow, |tls, context, sink| {
            tls.finish(context, flow.now, flow.origin, sink);
            TlsFollow::On
        });
        let counters = encrypted.tls.counters();
        shard.totals.accounting.tls_bytes += counters.tls_bytes;
        shard.totals.accounting.skipped_bytes += counters.skipped_bytes;
        shard.totals.resyncs += counters.resyncs;
        if encrypted.tls.swapped() != about.swapped {
            about.swap();
        }
        let (version, evidence) = encrypted.tls.version();
        about.tls_version = version;
        about.tls_evidence = Some(evidence);
        let unanswered = about.server_bytes == 0 && about.client_bytes > 0;
        if unanswered && about.reset_by != Some(Direction::ServerToClient) {
            let seen = about.seen(&self.config, Transport::Plaintext, flow.now, flow.origin);
            shard.observe(&Observation {
                seen,
                fact: Fact::HelloUnanswered,
            });
        }
        if let Some(inner) = encrypted.inner {
            let Inner {
                mut resp,
                transport,
                delivered,
            } = *inner;
            let mut ear = Ear::new(self, shard, about, flow, transport);
            resp.finish(&mut ear);
            ear.closing(&resp);
            shard.totals.count_inner(&resp.counters(), delivered, 0);
            about.take_counters(&resp.counters());
        }
    }

    /// Runs the TLS decoder with its sink. The context moves out meanwhile, because handshakes and
    /// readable data need the rest of the core.
    fn with_tls(
        &mut self,
        shard: &mut ShardState,
        about: &mut About,
        encrypted: &mut Encrypted,
        flow: &FlowView,
        run: impl FnOnce(&mut TlsConnection, &mut TlsContext, &mut Listener<'_>) -> TlsFollow,
    ) -> Follow {
        let mut context = std::mem::take(&mut self.tls);
        let Encrypted { tls, inner } = encrypted;
        let mut sink = Listener {
            core: self,
            shard,
            about,
            flow,
            inner,
        };
        let follow = run(tls, &mut context, &mut sink);
        self.tls = context;
        match follow {
            TlsFollow::On => Follow::On,
            TlsFollow::Done => Follow::Done,
        }
    }
}

/// RESP inside TLS.
pub(super) struct Inner {
    resp: RespConnection,
    transport: Transport,
    delivered: u64,
}

struct Listener<'a> {
    core: &'a mut Core,
    shard: &'a mut ShardState,
    about: &'a mut About,
    flow: &'a FlowView,
    inner: &'a mut Option<Box<Inner>>,
}

impl TlsSink for Listener<'_> {
    fn handshake(&mut self, facts: TlsFacts) {
        if facts.swapped != self.about.swapped {
            self.about.swap();
        }
        let profile = &self.core.config.tls_profile;
        let weaknesses: Vec<_> = facts
            .weaknesses
            .iter()
            .map(|weak| (weak.id(), weak.severity(profile)))
            .collect();
        let addressing = Addressing {
            connection: self.about.id.clone(),
            community_id: community_id(self.about.client, self.about.server),
            client: self.about.client.into(),
            server: self.about.server.into(),
            live: self.core.config.live,
        };
        let core = &mut *self.core;
        let event = facts.into_event(addressing, |text| core.print_name(text));
        let (server, client) = (self.about.server, self.about.client);
        if !core.config.scope.expects_tls(server.port) {
            let event = Box::new(event);
            self.shard.totals.defer(Deferred::Handshake {
                server,
                client,
                event,
                weaknesses,
            });
            return;
        }
        self.shard.totals.posture.tls(&event);
        if let Some(findings) = &mut self.shard.totals.findings {
            add_weaknesses(findings, server, client, &event, &weaknesses);
        }
        self.about.findings += weaknesses.len() as u64;
        self.shard.tell_new(&core.config);
        if core.config.wanted.tls {
            self.shard.events.push(Event::Tls(Box::new(event)));
        }
    }

    fn ticket(&mut self, handshake: [u8; 16], ticket: [u8; 16]) {
        let config = &self.core.config;
        let server = self.about.server;
        let issued = Box::new(IssuedTicket {
            server: server.into(),
            handshake,
            ticket,
        });
        if !config.scope.expects_tls(server.port) {
            let deferred = Deferred::Ticket { server, issued };
            self.shard.totals.defer(deferred);
        } else if config.wanted.tls {
            self.shard.events.push(Event::Ticket(issued));
        }
    }

    fn plaintext(
        &mut self,
        direction: Direction,
        bytes: &[u8],
        transport: Transport,
        at: Timestamp,
        origin: Origin,
    ) {
        let config = &self.core.config;
        let start = if self.flow.midstream() {
            Start::Midstream
        } else {
            Start::FirstByte
        };
        let inner = self.inner.get_or_insert_with(|| {
            Box::new(Inner {
                resp: RespConnection::new(&config.resp, start),
                transport,
                delivered: 0,
            })
        });
        inner.delivered += bytes.len() as u64;
        let direction = self.about.content_direction(direction);
        let mut ear = Ear::new(
            self.core,
            self.shard,
            self.about,
            self.flow,
            inner.transport,
        );
        inner.resp.data(direction, bytes, at, origin, &mut ear);
        ear.weigh(&mut inner.resp);
    }

    fn plaintext_lost(&mut self, direction: Direction) {
        let Some(inner) = self.inner else { return };
        let direction = self.about.content_direction(direction);
        let mut ear = Ear::new(
            self.core,
            self.shard,
            self.about,
            self.flow,
            inner.transport,
        );
        // How much is missing is not known; one byte is enough to lose step.
        inner
            .resp
            .gap(direction, 1, self.flow.now, self.flow.origin, &mut ear);
    }
}
