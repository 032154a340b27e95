//! Where the hits of a message stand, in one number: server, command, direction.
//!
//! Refuses to know what the hits are.

use super::super::hits::mix;
use super::occurrence::Occurrence;
use crate::event::FindingDirection;
use crate::segment::Address;

/// The number of a scene: the same number is the same scene, and is never given to another. Two
/// numbers may be the same scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SceneId(u32);

impl SceneId {
    /// No scene's.
    pub(super) const NONE: Self = Self(0);
}

/// The scenes of one shard that were seen last.
pub(super) struct Scenes {
    slots: Vec<Scene>,
    last_id: u32,
}

/// One line of a cache.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Scene {
    address: Address,
    port: u16,
    direction: FindingDirection,
    command_len: u8,
    command: [u8; MAX_COMMAND_LEN],
    id: SceneId,
}

const _: () = assert!(size_of::<Scene>() == 64, "one line");

impl Scenes {
    pub(super) fn new() -> Self {
        Self {
            slots: Vec::new(),
            last_id: 0,
        }
    }

    /// The number of a message's scene; `None` where its command has too long a name.
    #[inline]
    pub(super) fn id(&mut self, occurrence: &Occurrence<'_>) -> Option<SceneId> {
        let command = occurrence.command.unwrap_or_default();
        if command.len() > MAX_COMMAND_LEN {
            return None;
        }
        let server = occurrence.server;
        let about = u64::from(server.port) << 16
            | (occurrence.direction as u64) << 8
            | command.len() as u64;
        let first = command
            .first_chunk()
            .map_or(0, |word| u32::from_le_bytes(*word));
        #[expect(clippy::cast_possible_truncation, reason = "that is what a hash takes")]
        let address = server.address.0 as u64;
        let hash = mix(mix(address, about), u64::from(first));
        let slot = usize::try_from(hash >> 32).unwrap_or_default() % SLOTS;
        match self.slots.get(slot) {
            Some(known)
                if known.address == server.address
                    && known.port == server.port
                    && known.direction == occurrence.direction
                    && known.command() == Some(command)
                    && known.id != SceneId::NONE =>
            {
                Some(known.id)
            }
            _ => self.remember(slot, occurrence, command),
        }
    }

    #[cold]
    fn remember(
        &mut self,
        slot: usize,
        occurrence: &Occurrence<'_>,
        command: &[u8],
    ) -> Option<SceneId> {
        if self.slots.is_empty() {
            self.slots.resize(SLOTS, Scene::NONE);
        }
        self.last_id = self.last_id.checked_add(1)?;
        let mut scene = Scene {
            address: occurrence.server.address,
            port: occurrence.server.port,
            direction: occurrence.direction,
            command_len: u8::try_from(command.len()).ok()?,
            id: SceneId(self.last_id),
            ..Scene::NONE
        };
        scene
            .command
            .get_mut(..command.len())?
            .copy_from_slice(command);
        *self.slots.get_mut(slot)? = scene;
        Some(scene.id)
    }
}

impl Scene {
    const NONE: Self = Self {
        address: Address(0),
        port: 0,
        direction: FindingDirection::Request,
        command_len: 0,
        command: [0; MAX_COMMAND_LEN],
        id: SceneId::NONE,
    };

    fn command(&self) -> Option<&[u8]> {
        self.command.get(..usize::from(self.command_len))
    }
}

/// Scenes told apart: a shard sees a few servers, and some dozens of commands that carry data.
const SLOTS: usize = 32;

/// Longest name of a command told apart, container and subcommand together.
const MAX_COMMAND_LEN: usize = 32;

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::event::{Path, Transport};
    use crate::packet::{Origin, Timestamp};
    use crate::segment::Endpoint;

    #[test]
    fn no_two_scenes_have_the_same_number() {
        let long = [b'X'; MAX_COMMAND_LEN + 1];
        let commands: [Option<&[u8]>; 6] = [
            None,
            Some(b"GET"),
            Some(b"SET"),
            Some(b"SETEX"),
            Some(b"SETNX"),
            Some(&long),
        ];
        let mut scenes = Scenes::new();
        let mut known = HashMap::new();
        let mut again = 0;
        for number in 0..4000_usize {
            let step = number * number + number / 7;
            let server = Endpoint {
                address: Address((step / 6 % 9) as u128),
                port: [6379, 6380][step % 2],
            };
            let direction = [FindingDirection::Request, FindingDirection::Reply][step / 3 % 2];
            let command = commands[step / 5 % commands.len()];
            let occurrence = Occurrence {
                at: Timestamp::default(),
                origin: Origin::default(),
                connection: "0-1",
                client: Endpoint::default(),
                server,
                transport: Transport::Plaintext,
                path: Path::Private,
                direction,
                command,
            };
            let id = scenes.id(&occurrence);
            let scene = (server, direction, command.unwrap_or_default());
            assert_eq!(id.is_none(), scene.2 == long);
            if let Some(SceneId(id)) = id {
                assert_ne!(SceneId(id), SceneId::NONE);
                again += usize::from(known.contains_key(&id));
                assert_eq!(*known.entry(id).or_insert(scene), scene);
                assert_eq!(scenes.id(&occurrence), Some(SceneId(id)), "remembered");
            }
        }
        assert!(again > 0, "some are remembered");
    }
}
