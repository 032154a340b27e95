//! The two ends of a connection as TLS names them, whatever TCP says.

/// An end of a TLS connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The ClientHello's sender.
    Client,
    /// The other one.
    Server,
}

/// One of something for each end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Both<T> {
    pub(crate) client: T,
    pub(crate) server: T,
}

impl<T> Both<T> {
    /// This end's.
    pub(crate) fn of(&self, role: Role) -> &T {
        match role {
            Role::Client => &self.client,
            Role::Server => &self.server,
        }
    }

    /// This end's.
    pub(crate) fn of_mut(&mut self, role: Role) -> &mut T {
        match role {
            Role::Client => &mut self.client,
            Role::Server => &mut self.server,
        }
    }

    /// It holds for both.
    pub(crate) fn all(&self, test: impl Fn(&T) -> bool) -> bool {
        test(&self.client) && test(&self.server)
    }

    /// It holds for one of them.
    pub(crate) fn any(&self, test: impl Fn(&T) -> bool) -> bool {
        test(&self.client) || test(&self.server)
    }
}
