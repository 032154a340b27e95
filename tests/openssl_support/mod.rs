//! `openssl s_server` and `s_client` with a relay between them that records what passes.

#![allow(dead_code, reason = "each test uses its part")]
#![allow(
    clippy::disallowed_methods,
    clippy::type_complexity,
    reason = "a test that waits for programs needs a clock"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use resp_sniff::segment::Direction;

/// One line typed at one end; the next is typed once this one has arrived.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Line {
    Client(&'static str),
    Server(&'static str),
    /// Not sent: an order to the program, such as `k` for a KeyUpdate.
    ClientCommand(&'static str),
    ServerCommand(&'static str),
}

/// What passed the relay, what was typed, and the keys.
pub(crate) struct Conversation {
    pub segments: Vec<(Direction, Vec<u8>)>,
    /// By the client, by the server.
    pub typed: [Vec<u8>; 2],
    pub keys: Vec<u8>,
}

/// A temporary folder with a certificate.
pub(crate) struct Folder(tempfile::TempDir);

/// What these tests type and read is that of OpenSSL 3; LibreSSL and OpenSSL 1.1 differ.
pub(crate) fn has_openssl() -> bool {
    let version = match Command::new("openssl").arg("version").output() {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).into_owned()
        }
        _ => "none".to_owned(),
    };
    let usable = is_usable(&version);
    if !usable {
        eprintln!(
            "skipped: needs OpenSSL 3, here is {}",
            version.trim_ascii_end()
        );
    }
    usable
}

pub(crate) fn is_usable(version: &str) -> bool {
    version.starts_with("OpenSSL 3.")
}

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = Self(tempfile::tempdir().expect("a folder"));
        folder.openssl(&[
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "key.pem",
            "-out",
            "cert.pem",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
        ]);
        folder
    }

    /// Runs openssl in the folder.
    pub(crate) fn openssl(&self, arguments: &[&str]) {
        let output = Command::new("openssl")
            .args(arguments)
            .current_dir(self.0.path())
            .output()
            .expect("openssl runs");
        assert!(
            output.status.success(),
            "openssl {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.file(name).display().to_string()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// One conversation with a server of its own.
    pub(crate) fn talk(&self, server: &[&str], client: &[&str], lines: &[Line]) -> Conversation {
        self.server(server, 1).talk(client, lines)
    }

    /// A server for `connections` conversations.
    pub(crate) fn server(&self, arguments: &[&str], connections: u32) -> Server<'_> {
        let count = connections.to_string();
        let base = ["s_server", "-accept", "127.0.0.1:0", "-naccept", &count];
        let files: &[&str] = if arguments.contains(&"-cert") {
            &[]
        } else {
            &["-cert", "cert.pem", "-key", "key.pem"]
        };
        let end = End::start(self, &[&base, files, arguments].concat());
        let accept = end.wait_for("ACCEPT ");
        let at = accept.find("ACCEPT ").expect("there");
        let port = accept[at..]
            .lines()
            .next()
            .and_then(|line| line.rsplit(':').next())
            .and_then(|port| port.trim().parse().ok())
            .expect("a port");
        Server {
            folder: self,
            end: Mutex::new(end),
            port,
        }
    }
}

/// A running `s_server`.
pub(crate) struct Server<'a> {
    folder: &'a Folder,
    end: Mutex<End>,
    port: u16,
}

impl Server<'_> {
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn talk(&self, client: &[&str], lines: &[Line]) -> Conversation {
        let relay = Relay::start(self.port);
        let keys = self.folder.file("keys");
        let _ = std::fs::remove_file(&keys);
        let connect = format!("127.0.0.1:{}", relay.port);
        let base = ["s_client", "-connect", &connect, "-keylogfile", "keys"];
        let mut client = End::start(self.folder, &[&base, client].concat());
        let mut server = self.end.lock().expect("one at a time");
        server.forget();
        client.wait_for("---\n");
        // Tickets follow the handshake; they are part of what is read.
        std::thread::sleep(SETTLE);
        let mut typed = [Vec::new(), Vec::new()];
        for line in lines {
            match *line {
                Line::Client(text) => {
                    client.type_line(text);
                    server.wait_for(text);
                    typed[0].extend_from_slice(format!("{text}\n").as_bytes());
                }
                Line::Server(text) => {
                    server.type_line(text);
                    client.wait_for(text);
                    typed[1].extend_from_slice(format!("{text}\n").as_bytes());
                }
                Line::ClientCommand(text) => {
                    client.type_line(text);
                    std::thread::sleep(SETTLE);
                }
                Line::ServerCommand(text) => {
                    server.type_line(text);
                    std::thread::sleep(SETTLE);
                }
            }
        }
        client.stop();
        let segments = relay.end();
        Conversation {
            segments,
            typed,
            keys: std::fs::read(&keys).unwrap_or_default(),
        }
    }
}

/// One openssl process, its input and what it has printed.
struct End {
    child: Child,
    input: Option<ChildStdin>,
    printed: Arc<Mutex<Vec<u8>>>,
    /// Of `printed`: what was looked at.
    seen: usize,
}

impl End {
    fn start(folder: &Folder, arguments: &[&str]) -> Self {
        let mut child = Command::new("openssl")
            .args(arguments)
            .current_dir(folder.0.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("openssl runs");
        let printed = Arc::new(Mutex::new(Vec::new()));
        let outputs: [Box<dyn std::io::Read + Send>; 2] = [
            Box::new(child.stdout.take().expect("piped")),
            Box::new(child.stderr.take().expect("piped")),
        ];
        for output in outputs {
            let printed = Arc::clone(&printed);
            std::thread::spawn(move || {
                let mut output = BufReader::new(output);
                while let Ok(bytes) = output.fill_buf() {
                    let len = bytes.len();
                    if len == 0 {
                        break;
                    }
                    printed.lock().expect("whole").extend_from_slice(bytes);
                    output.consume(len);
                }
            });
        }
        Self {
            input: child.stdin.take(),
            child,
            printed,
            seen: 0,
        }
    }

    fn type_line(&mut self, line: &str) {
        let input = self.input.as_mut().expect("open");
        input
            .write_all(format!("{line}\n").as_bytes())
            .expect("typed");
        input.flush().expect("typed");
    }

    /// What was printed is old.
    fn forget(&mut self) {
        self.seen = self.printed.lock().expect("whole").len();
    }

    fn wait_for(&self, text: &str) -> String {
        let start = Instant::now();
        loop {
            let printed = self.printed.lock().expect("whole")[self.seen..].to_vec();
            let printed = String::from_utf8_lossy(&printed).into_owned();
            if printed.contains(text) {
                return printed;
            }
            assert!(start.elapsed() < PATIENCE, "no {text:?} in:\n{printed}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Ends its input, and waits for the end.
    fn stop(&mut self) {
        self.input = None;
        let start = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && start.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for End {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Takes one connection, and records it.
struct Relay {
    port: u16,
    segments: Arc<Mutex<Vec<(Direction, Vec<u8>)>>>,
    worker: std::thread::JoinHandle<()>,
}

impl Relay {
    fn start(to: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let segments: Arc<Mutex<Vec<(Direction, Vec<u8>)>>> = Arc::default();
        let record = Arc::clone(&segments);
        let worker = std::thread::spawn(move || {
            let (client, _) = listener.accept().expect("a client");
            let server = TcpStream::connect(("127.0.0.1", to)).expect("the server");
            let back = {
                let (from, to) = (
                    server.try_clone().expect("ours"),
                    client.try_clone().expect("ours"),
                );
                let record = Arc::clone(&record);
                std::thread::spawn(move || pass(from, to, Direction::ServerToClient, &record))
            };
            pass(client, server, Direction::ClientToServer, &record);
            let _ = back.join();
        });
        Self {
            port,
            segments,
            worker,
        }
    }

    fn end(self) -> Vec<(Direction, Vec<u8>)> {
        let _ = self.worker.join();
        std::mem::take(&mut self.segments.lock().expect("whole"))
    }
}

fn pass(
    mut from: TcpStream,
    mut to: TcpStream,
    direction: Direction,
    record: &Mutex<Vec<(Direction, Vec<u8>)>>,
) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(len) = from.read(&mut buffer) {
        if len == 0 {
            break;
        }
        // Recorded first, so that the order is the one in which the ends could see it.
        let bytes = buffer[..len].to_vec();
        record.lock().expect("whole").push((direction, bytes));
        if to.write_all(&buffer[..len]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

/// For what comes unasked: tickets, new keys, a second handshake.
const SETTLE: Duration = Duration::from_millis(80);

/// Longest wait for a line to arrive.
const PATIENCE: Duration = Duration::from_secs(20);
