//! Real servers for tests: an oracle where this machine has one.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A server on a socket of its own; ends with the test.
pub(crate) struct Server {
    child: Child,
    dir: tempfile::TempDir,
    /// `redis-server`, `valkey-server`.
    pub(crate) program: &'static str,
}

/// A reply, simply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Text(Vec<u8>),
    Error(String),
    Null,
    List(Vec<Answer>),
}

impl Answer {
    /// Every text in it, in order.
    pub(crate) fn texts(self) -> Vec<Vec<u8>> {
        match self {
            Self::Text(text) => vec![text],
            Self::List(list) => list.into_iter().flat_map(Self::texts).collect(),
            Self::Error(_) | Self::Null => Vec::new(),
        }
    }
}

/// One of each server this machine has, with these settings; says what is missing.
pub(crate) fn servers(settings: &[&str]) -> Vec<Server> {
    ["redis-server", "valkey-server"]
        .into_iter()
        .filter_map(|program| {
            let server = Server::start(program, settings);
            if server.is_none() {
                println!("skipped: no {program} on this machine");
            }
            server
        })
        .collect()
}

impl Server {
    fn start(program: &'static str, settings: &[&str]) -> Option<Self> {
        let dir = tempfile::tempdir().ok()?;
        let child = Command::new(program)
            .args(["--port", "0", "--save", "", "--unixsocket"])
            .arg(dir.path().join("s"))
            .arg("--dir")
            .arg(dir.path())
            .args(settings)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let server = Self {
            child,
            dir,
            program,
        };
        let ready = (0..500).any(|_| {
            std::thread::sleep(Duration::from_millis(10));
            UnixStream::connect(server.dir.path().join("s")).is_ok()
        });
        assert!(ready, "{program} does not come up");
        Some(server)
    }

    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// A connection to talk on as one likes.
    pub(crate) fn stream(&self) -> UnixStream {
        UnixStream::connect(self.dir.path().join("s")).unwrap()
    }

    pub(crate) fn connect(&self) -> Client {
        let stream = UnixStream::connect(self.dir.path().join("s")).unwrap();
        Client {
            stream: BufReader::new(stream),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A connection to a server.
pub(crate) struct Client {
    stream: BufReader<UnixStream>,
}

impl Client {
    /// Sends words, waits for the answer.
    pub(crate) fn ask<W: AsRef<[u8]>>(&mut self, words: &[W]) -> Answer {
        self.ask_all(&[words]).remove(0)
    }

    /// Sends all calls, then reads all answers.
    pub(crate) fn ask_all<W: AsRef<[u8]>>(&mut self, calls: &[impl AsRef<[W]>]) -> Vec<Answer> {
        let mut request = Vec::new();
        for words in calls {
            let words = words.as_ref();
            write!(request, "*{}\r\n", words.len()).unwrap();
            for word in words {
                write!(request, "${}\r\n", word.as_ref().len()).unwrap();
                request.extend_from_slice(word.as_ref());
                request.extend_from_slice(b"\r\n");
            }
        }
        self.stream.get_mut().write_all(&request).unwrap();
        calls.iter().map(|_| self.answer()).collect()
    }

    /// One command of words without spaces; panics at an error.
    pub(crate) fn tell(&mut self, line: &str) -> Answer {
        let words: Vec<&str> = line.split(' ').collect();
        match self.ask(&words) {
            Answer::Error(error) => panic!("{line}: {error}"),
            answer => answer,
        }
    }

    fn answer(&mut self) -> Answer {
        let mut line = String::new();
        self.stream.read_line(&mut line).unwrap();
        let (kind, rest) = line.trim_end().split_at(1);
        match kind {
            "+" | ":" => Answer::Text(rest.into()),
            "-" => Answer::Error(rest.to_owned()),
            "$" | "*" if rest == "-1" => Answer::Null,
            "$" => {
                let mut text = vec![0; rest.parse::<usize>().unwrap() + 2];
                self.stream.read_exact(&mut text).unwrap();
                text.truncate(text.len() - 2);
                Answer::Text(text)
            }
            "*" => {
                let count: usize = rest.parse().unwrap();
                Answer::List((0..count).map(|_| self.answer()).collect())
            }
            other => panic!("a reply of kind {other:?}"),
        }
    }
}
