//! Whose bytes are these: RESP, TLS, the Redis cluster bus, or something else.
//!
//! Decides by content alone, on any port, from either direction, also where the connection began
//! before the capture. Each direction gives a sign; some signs decide alone, others only together
//! with what the other side says. Knows nothing of how the protocols go on.

mod sign;
#[cfg(test)]
mod tests;

use memchr::memchr;

use crate::packet::{Origin, Timestamp};
use crate::segment::Direction;
use sign::{Sign, sign_of};

/// Bytes of a connection held while the answer is open, both directions together. In the middle of
/// a connection this is the window in which a message or record must begin.
pub const MAX_WAITING_LEN: usize = 16 * 1024;

/// Pieces held; each costs 48 bytes beside its own, so that one-byte segments stay cheap.
const MAX_PIECES: usize = 512;

/// Answer of the probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Not decided; the bytes are held.
    NeedMore,
    /// RESP; requests travel in this direction. Where it is not `ClientToServer`, TCP's view of
    /// the connection (mid-stream, by ports) was the wrong way round.
    Resp {
        /// Direction of the requests.
        requests: Direction,
    },
    /// TLS, or an SSLv2 hello.
    Tls,
    /// Redis cluster bus in the clear.
    ClusterBus,
    /// None of these.
    Other,
}

/// A piece of held stream, to be handed to the decoder once the answer is known.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    /// Which way it went.
    pub direction: Direction,
    /// The bytes; of a gap none.
    pub bytes: &'a [u8],
    /// Missing bytes; 0 for data.
    pub gap_len: u64,
    /// Capture time.
    pub at: Timestamp,
    /// Packet.
    pub origin: Origin,
}

/// Probe of one connection; allocates only while undecided.
#[derive(Debug, Default)]
pub struct Probe {
    waiting: Option<Box<Waiting>>,
}

/// What is held of an undecided connection.
#[derive(Debug, Default)]
struct Waiting {
    client: Side,
    server: Side,
    pieces: Vec<Piece>,
}

/// One direction of an undecided connection.
#[derive(Debug, Default)]
struct Side {
    bytes: Vec<u8>,
    /// Places before it have been looked at and told nothing.
    looked_at: usize,
    /// The best sign so far.
    sign: Option<Sign>,
    /// Bytes were lost.
    gapped: bool,
    /// Plain `+OK` and the like, which many protocols have; several of them tell.
    weak: u8,
}

#[derive(Debug)]
struct Piece {
    direction: Direction,
    start: usize,
    len: usize,
    gap_len: u64,
    at: Timestamp,
    origin: Origin,
}

impl Probe {
    /// Takes the next bytes. While the answer is `NeedMore` they are held; with any other answer
    /// the held ones ([`Probe::held`]) and then these belong to the decoder.
    ///
    /// `midstream`: the connection began before the capture.
    pub fn data(
        &mut self,
        direction: Direction,
        bytes: &[u8],
        midstream: bool,
        at: Timestamp,
        origin: Origin,
    ) -> Verdict {
        if self.waiting.is_none() {
            // Most connections are told by their first bytes, and nothing need be held.
            let mut first = Waiting::default();
            let sign = sign_of(bytes);
            *first.side(direction) = Side {
                sign: Some(sign),
                ..Side::default()
            };
            let verdict = first.verdict(direction, midstream, false);
            if verdict != Verdict::NeedMore {
                return verdict;
            }
        }
        let waiting = self.waiting.get_or_insert_default();
        let side = waiting.side(direction);
        let start = side.bytes.len();
        side.bytes.extend_from_slice(bytes);
        side.look(start, midstream);
        waiting.pieces.push(Piece {
            direction,
            start,
            len: bytes.len(),
            gap_len: 0,
            at,
            origin,
        });
        let full = waiting.held_len() > MAX_WAITING_LEN || waiting.pieces.len() > MAX_PIECES;
        let first_speaker = waiting
            .pieces
            .first()
            .map_or(direction, |piece| piece.direction);
        let verdict = waiting.verdict(first_speaker, midstream, full);
        if verdict != Verdict::NeedMore {
            waiting.pieces.pop();
        }
        verdict
    }

    /// Takes note of missing bytes.
    pub fn gap(&mut self, direction: Direction, len: u64, at: Timestamp, origin: Origin) {
        let waiting = self.waiting.get_or_insert_default();
        let side = waiting.side(direction);
        let start = side.bytes.len();
        // What follows may begin anywhere.
        side.looked_at = start;
        side.gapped = true;
        if waiting.pieces.len() < MAX_PIECES {
            waiting.pieces.push(Piece {
                direction,
                start,
                len: 0,
                gap_len: len,
                at,
                origin,
            });
        } else if let Some(last) = waiting
            .pieces
            .iter_mut()
            .rev()
            .find(|piece| piece.direction == direction && piece.gap_len > 0)
        {
            last.gap_len = last.gap_len.saturating_add(len);
        }
    }

    /// The last word, where the connection ends undecided.
    #[must_use]
    pub fn finish(&self) -> Verdict {
        let Some(waiting) = &self.waiting else {
            return Verdict::Other;
        };
        let first_speaker = waiting
            .pieces
            .first()
            .map_or(Direction::ClientToServer, |piece| piece.direction);
        waiting.verdict(first_speaker, true, true)
    }

    /// Bytes held.
    #[must_use]
    pub fn held_len(&self) -> usize {
        self.waiting
            .as_ref()
            .map_or(0, |waiting| waiting.held_len())
    }

    /// The held pieces, oldest first.
    pub fn held(&self) -> impl Iterator<Item = Held<'_>> {
        self.waiting
            .as_deref()
            .into_iter()
            .flat_map(|waiting| waiting.pieces.iter().map(|piece| waiting.held(piece)))
    }
}

impl Waiting {
    fn side(&mut self, direction: Direction) -> &mut Side {
        match direction {
            Direction::ClientToServer => &mut self.client,
            Direction::ServerToClient => &mut self.server,
        }
    }

    fn held_len(&self) -> usize {
        self.client.bytes.len() + self.server.bytes.len()
    }

    fn held(&self, piece: &Piece) -> Held<'_> {
        let side = match piece.direction {
            Direction::ClientToServer => &self.client,
            Direction::ServerToClient => &self.server,
        };
        Held {
            direction: piece.direction,
            bytes: side
                .bytes
                .get(piece.start..piece.start + piece.len)
                .unwrap_or_default(),
            gap_len: piece.gap_len,
            at: piece.at,
            origin: piece.origin,
        }
    }

    /// What both signs say together. `last`: there is no more to wait for.
    fn verdict(&self, first_speaker: Direction, midstream: bool, last: bool) -> Verdict {
        use Direction::{ClientToServer, ServerToClient};
        let client = self.client.sign.unwrap_or(Sign::Open);
        let server = self.server.sign.unwrap_or(Sign::Open);
        let resp = Verdict::Resp {
            requests: ClientToServer,
        };
        let swapped = Verdict::Resp {
            requests: ServerToClient,
        };
        match (client, server) {
            (Sign::Tls, _) | (_, Sign::Tls) => return Verdict::Tls,
            (Sign::ClusterBus, _) | (_, Sign::ClusterBus) => return Verdict::ClusterBus,
            // A primary's commands, where the client's side shows that it is a replica's.
            (Sign::Reply | Sign::Status, Sign::Command) if midstream => return swapped,
            (Sign::Words, _) if !midstream => return resp,
            (Sign::Command, _)
            | (Sign::Words, Sign::Status)
            | (_, Sign::Reply | Sign::Bulk | Sign::Words) => return resp,
            // Servers of other protocols greet with `+OK`; Redis never does.
            (_, Sign::Status) if !midstream && first_speaker == ServerToClient => {
                return Verdict::Other;
            }
            (Sign::Inline, Sign::Status) => return resp,
            // A Redis server says nothing without a marker.
            (Sign::Alien, _) | (_, Sign::Alien | Sign::Text | Sign::Inline) if !midstream => {
                return Verdict::Other;
            }
            _ => {}
        }
        if self.server.weak >= SEVERAL {
            return resp;
        }
        if !last {
            return Verdict::NeedMore;
        }
        match (client, server) {
            (Sign::Open, Sign::Command) | (Sign::Reply, Sign::Open) => swapped,
            (Sign::Words | Sign::Bulk, _) => resp,
            (Sign::Inline, Sign::Open) if self.client.is_inline_talk() => resp,
            _ => Verdict::Other,
        }
    }
}

/// Statuses without any other sign that make a server's side RESP's.
const SEVERAL: u8 = 3;

impl Side {
    /// Looks at the places from which something may be told: the first byte, and in the middle of a
    /// connection or behind a gap the newest `segment` and each line.
    fn look(&mut self, segment: usize, midstream: bool) {
        if !midstream && !self.gapped {
            if self.looked_at == 0 {
                let sign = sign_of(&self.bytes);
                self.sign = Some(sign);
                self.looked_at = if sign == Sign::Open {
                    0
                } else {
                    self.bytes.len()
                };
            }
            return;
        }
        while self.looked_at < self.bytes.len() {
            let place = self.bytes.get(self.looked_at..).unwrap_or_default();
            let sign = sign_of(place);
            if sign == Sign::Open {
                // More bytes will tell.
                return;
            }
            self.weak = self.weak.saturating_add(u8::from(sign == Sign::Status));
            if self.sign.is_none_or(|best| sign.tells_more_than(best)) {
                self.sign = Some(sign);
            }
            let line = memchr(b'\n', place).map_or(place.len(), |at| at + 1);
            let next = self.looked_at + line;
            self.looked_at = if self.looked_at < segment {
                next.min(segment)
            } else {
                next
            };
        }
    }

    /// True where each line is a call of a known command with as many words as it takes.
    fn is_inline_talk(&self) -> bool {
        let mut lines = self.bytes.split(|&byte| byte == b'\n');
        // What follows the last line end is no line.
        let unfinished = lines.next_back();
        let mut count = 0;
        for line in lines {
            if !sign::is_call(line) {
                return false;
            }
            count += 1;
        }
        count > 0 && unfinished.is_some_and(<[u8]>::is_empty)
    }
}
