//! Handshake messages in the clear, of TLS and of SSLv2.

use super::{Framing, MAX_HANDSHAKE_LEN, Moment, TlsConnection, TlsContext, TlsSink, len_u64};
use crate::event::Outcome;
use crate::segment::Direction;
use crate::tls::Reason;
use crate::tls::handshake::kind;
use crate::tls::hello::ClientHello;
use crate::tls::negotiation::{Progress, Sight};
use crate::tls::role::Role;
use crate::tls::ssl2::{self};

impl TlsConnection {
    /// Handshake bytes in the clear.
    pub(super) fn messages(
        &mut self,
        context: &mut TlsContext,
        direction: Direction,
        bytes: &[u8],
        moment: Moment,
        sink: &mut impl TlsSink,
    ) {
        let side = self.side(direction);
        side.handshake_len = side.handshake_len.saturating_add(len_u64(bytes));
        if side.handshake_len > MAX_HANDSHAKE_LEN {
            self.settle(
                context,
                Outcome::Incomplete,
                Some(Reason::TooLong),
                moment,
                sink,
            );
            return;
        }
        let mut queue = std::mem::take(&mut side.queue);
        let mut rest = bytes;
        loop {
            let found = queue.next(&mut rest, |kind, body| {
                self.message(context, direction, kind, body, moment)
            });
            let reason = match found {
                Ok(Some(Ok(()))) => continue,
                Ok(None) => break,
                Ok(Some(Err(_))) => Reason::Malformed,
                Err(_) => Reason::TooLong,
            };
            self.settle(context, Outcome::Incomplete, Some(reason), moment, sink);
            return;
        }
        self.side(direction).queue = queue;
    }

    /// One handshake message in the clear.
    pub(super) fn message(
        &mut self,
        context: &mut TlsContext,
        direction: Direction,
        kind: u8,
        body: &[u8],
        moment: Moment,
    ) -> Result<(), crate::tls::negotiation::Malformed> {
        if kind == kind::CLIENT_HELLO {
            self.client_hello_from(direction, moment);
        }
        let role = self.role(direction);
        self.negotiation
            .message(role, kind, body, Sight::Clear, context)
    }

    /// The first ClientHello tells who the client is, whatever TCP says.
    pub(super) fn client_hello_from(&mut self, direction: Direction, moment: Moment) {
        if self.negotiation.client_hello.is_none() {
            self.swapped = direction == Direction::ServerToClient;
            self.negotiation.origin = Some(moment.origin);
        }
    }

    /// SSLv2 records; true where there may be more.
    pub(super) fn ssl2(
        &mut self,
        context: &mut TlsContext,
        direction: Direction,
        rest: &mut &[u8],
        moment: Moment,
        sink: &mut impl TlsSink,
    ) -> bool {
        let mut reader = std::mem::take(&mut self.side(direction).ssl2);
        let found = reader.next(rest, |body| {
            self.ssl2_message(context, direction, body, moment)
        });
        self.side(direction).ssl2 = reader;
        match found {
            None => return false,
            Some(Err(reason)) => {
                self.skip(rest.len());
                *rest = &[];
                self.settle(context, Outcome::Incomplete, Some(reason), moment, sink);
            }
            Some(Ok(progress)) => match progress {
                Progress::Pending => {}
                Progress::Established => {
                    self.settle(context, Outcome::Established, None, moment, sink);
                }
                Progress::Refused => self.settle(context, Outcome::Refused, None, moment, sink),
            },
        }
        true
    }

    pub(super) fn ssl2_message(
        &mut self,
        context: &mut TlsContext,
        direction: Direction,
        body: &[u8],
        moment: Moment,
    ) -> Result<Progress, Reason> {
        let kind_chosen = matches!(self.negotiation.ssl2, Some((_, Some(_))));
        let Some((kind, body)) = body.split_first() else {
            return Ok(Progress::Pending);
        };
        if kind_chosen && self.role(direction) == Role::Server {
            // SERVER-VERIFY: encrypted, with a MAC of sixteen bytes, and the server agrees. An ERROR
            // has a code of two.
            return Ok(if *kind == ssl2::ERROR && body.len() == 2 {
                Progress::Refused
            } else {
                Progress::Established
            });
        }
        match *kind {
            ssl2::CLIENT_HELLO if self.negotiation.client_hello.is_none() => {
                let hello = ClientHello::parse_ssl2(body).map_err(|_| Reason::ClientNotTls)?;
                self.client_hello_from(direction, moment);
                if hello.legacy_version >= 0x0300 {
                    // RFC 5246 E.2: the answer, and all that follows, comes in TLS records.
                    self.side(direction).framing = Framing::Tls;
                }
                self.negotiation.client_hello = Some(Box::new(hello));
                Ok(Progress::Pending)
            }
            ssl2::SERVER_HELLO if self.negotiation.client_hello.is_some() => {
                let hello = ssl2::server_hello(body).ok_or(Reason::Malformed)?;
                self.negotiation.ssl2 = Some((hello.version, None));
                if !hello.session_hit {
                    self.negotiation
                        .ssl2_certificate(hello.certificate, context);
                }
                Ok(Progress::Pending)
            }
            ssl2::CLIENT_MASTER_KEY if self.negotiation.ssl2.is_some() => {
                let kind = ssl2::chosen_kind(body).ok_or(Reason::Malformed)?;
                if let Some((_, chosen)) = &mut self.negotiation.ssl2 {
                    *chosen = Some(kind);
                }
                Ok(Progress::Pending)
            }
            ssl2::ERROR => Ok(Progress::Refused),
            _ if self.negotiation.ssl2.is_some() => Ok(Progress::Pending),
            _ => Err(match self.role(direction) {
                Role::Client => Reason::ClientNotTls,
                Role::Server => Reason::ServerNotTls,
            }),
        }
    }
}
