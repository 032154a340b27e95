//! A posture that was told a few facts, and what it says of a line of the checklist.

mod checklist;
mod connections;
mod facts;
mod handshakes;
mod mend;
mod merging;
mod ports;
mod seams;

use std::hash::{BuildHasherDefault, DefaultHasher};
use std::net::SocketAddr;

use super::*;
use crate::event::samples::{at, connection, text, tls_connection};
use crate::event::{Role, Status, Transport};
use crate::observation::{
    Fact, Login, LoginForm, LoginOutcome, Password, Refusal, RefusalKind, Seen, Served, Setting,
    SettingSource, SettingValue, User,
};

const SERVER: &str = "10.0.0.2:6379";
const CLIENT: &str = "10.0.0.1:40000";

fn endpoint(text: &str) -> Endpoint {
    let address: SocketAddr = text.parse().unwrap();
    Endpoint {
        address: address.ip().into(),
        port: address.port(),
    }
}

fn seen(frame: u64, client: &str, server: &str) -> Seen {
    Seen {
        server: endpoint(server),
        client: endpoint(client),
        connection: format!("0-{frame}"),
        transport: Transport::Plaintext,
        time: at(frame),
        capture: 0,
        frame: Some(frame),
    }
}

/// A posture with one readable connection, and these facts about it.
fn told(facts: impl IntoIterator<Item = Fact>) -> Posture {
    let mut posture = Posture::default();
    posture.connection(&connection(1, CLIENT, SERVER));
    for (frame, fact) in facts.into_iter().enumerate() {
        posture.observe(&Observation {
            seen: seen(frame as u64 + 2, CLIENT, SERVER),
            fact,
        });
    }
    posture
}

fn status(posture: &Posture, id: &str) -> Status {
    status_of(posture, SERVER, id)
}

fn status_of(posture: &Posture, server: &str, id: &str) -> Status {
    let server = endpoint(server).into();
    posture
        .assess(at(99))
        .checks
        .into_iter()
        .find(|check| check.id == id && check.server == server)
        .unwrap_or_else(|| panic!("no line {id}"))
        .status
}

fn served(user: User, commands: u64) -> Fact {
    Fact::Served(Served {
        user,
        role: Role::Client,
        commands,
        names: vec![text("GET")],
    })
}

fn login(form: LoginForm, user: User, outcome: LoginOutcome, password: &str) -> Fact {
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    Fact::Login(Login {
        form,
        user,
        outcome,
        password: Some(Password::measure(password.as_bytes(), &hasher)),
    })
}

fn refused(kind: RefusalKind, dangerous: bool) -> Fact {
    Fact::Refused(Refusal {
        kind,
        user: User::NoLogin,
        command: Some(text("FLUSHALL")),
        dangerous,
    })
}

fn setting(name: &'static str, value: SettingValue) -> Fact {
    Fact::Setting(Setting {
        source: SettingSource::Reply,
        name,
        value,
    })
}
