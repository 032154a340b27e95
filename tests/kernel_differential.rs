//! What this program makes of a list of segments is what Linux makes of it: both get the same
//! list, the kernel through a TUN device in a network namespace of its own.
//!
//! Skipped with a message where that is not permitted.
#![allow(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::similar_names,
    clippy::items_after_statements,
    clippy::type_complexity,
    reason = "a test may panic, and its inputs are its own"
)]
#![cfg(target_os = "linux")]

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use nix::fcntl::OFlag;
use nix::sched::{CloneFlags, unshare};
use resp_sniff::flow::{Chunk, FlowConfig, FlowEnd, FlowTable, FlowView, Follow, Gap, Handler};
use resp_sniff::packet::{Origin, Timestamp};
use resp_sniff::segment::{Address, Checksum, Direction, Endpoint, Segment, SeqNum, TcpFlags};

const HERE: Ipv4Addr = Ipv4Addr::new(10, 99, 0, 1);
const THERE: Ipv4Addr = Ipv4Addr::new(10, 99, 0, 2);
const PORT: u16 = 6379;

/// Lists of segments tried.
const LISTS: u64 = 1500;

/// A part of the client's stream.
#[derive(Debug, Clone)]
struct Part {
    offset: u32,
    bytes: Vec<u8>,
}

/// xorshift64*, so that a failing list can be named by its seed.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let mixed = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32;
        u32::try_from(mixed).expect("32 bits") % bound
    }
}

/// Overlapping parts in any order, then what fills the holes, from the front.
fn parts(random: &mut Random) -> Vec<Part> {
    let count = 2 + random.below(5);
    let mut list: Vec<Part> = Vec::new();
    for index in 0..count {
        let offset = 1 + random.below(24);
        let len = 1 + random.below(12);
        list.push(Part {
            offset,
            bytes: vec![b'a' + u8::try_from(index).expect("few"); len as usize],
        });
    }
    let end = list
        .iter()
        .map(|part| part.offset + u32::try_from(part.bytes.len()).expect("short"))
        .max()
        .unwrap_or(0);
    let mut covered = vec![false; end as usize];
    for part in &list {
        let from = part.offset as usize;
        covered[from..from + part.bytes.len()].fill(true);
    }
    let mut from = 0;
    while let Some(start) = covered[from..]
        .iter()
        .position(|&known| !known)
        .map(|at| from + at)
    {
        let len = covered[start..].iter().take_while(|&&known| !known).count();
        list.push(Part {
            offset: u32::try_from(start).expect("short"),
            bytes: vec![b'.'; len],
        });
        from = start + len;
    }
    list
}

/// Whether what Linux makes of a list hangs on the shape of its red-black tree: a segment begins
/// where one ends and inside another, and joins the first only if the search comes by it. We let
/// it join none then; the bytes are a conflict under either reading.
fn hangs_on_the_tree(list: &[Part]) -> bool {
    list.iter().enumerate().any(|(index, part)| {
        let before = &list[..index];
        let end = |part: &Part| part.offset + u32::try_from(part.bytes.len()).expect("short");
        before.iter().any(|other| end(other) == part.offset)
            && before
                .iter()
                .any(|other| (other.offset..end(other)).contains(&part.offset))
    })
}

#[derive(Default)]
struct Text(Vec<u8>);

impl Handler for Text {
    type Connection = ();

    fn data(&mut self, (): &mut (), _: &FlowView, chunk: Chunk<'_>) -> Follow {
        self.0.extend_from_slice(chunk.bytes);
        Follow::On
    }

    fn gap(&mut self, (): &mut (), _: &FlowView, gap: Gap) -> Follow {
        panic!("{gap:?}");
    }

    fn finished(&mut self, (): &mut (), _: &FlowView, _: Direction) {}

    fn conflict(&mut self, (): &mut (), _: &FlowView, _: Direction, _: u64, _: &[u8], _: &[u8]) {}

    fn reset(&mut self, (): &mut (), _: &FlowView, _: Direction) {}

    fn end(&mut self, (): (), _: &FlowView, _: &FlowEnd) {}
}

/// What our flow table makes of it.
fn ours(isn: u32, list: &[Part]) -> Vec<u8> {
    let client = Endpoint {
        address: Address::v4(THERE.octets()),
        port: 40_000,
    };
    let server = Endpoint {
        address: Address::v4(HERE.octets()),
        port: PORT,
    };
    let segment = |flags: u8, seq: u32, payload| Segment {
        at: Timestamp::from_parts(1_700_000_000, 0),
        origin: Origin::default(),
        source: client,
        destination: server,
        tag: 0,
        seq: SeqNum(seq),
        ack: SeqNum(1),
        flags: TcpFlags(flags),
        window: 65_000,
        urgent: 0,
        options: &[],
        timestamps: None,
        payload,
        wire_payload_len: u32::try_from(<[u8]>::len(payload)).expect("short"),
        checksum: Checksum::Good,
    };
    let (mut table, mut text) = (FlowTable::new(&FlowConfig::default()), Text::default());
    table.push(&segment(TcpFlags::SYN, isn, &[]), &mut text);
    let mut answer = segment(TcpFlags::SYN | TcpFlags::ACK, 0, &[]);
    (answer.source, answer.destination) = (server, client);
    answer.ack = SeqNum(isn.wrapping_add(1));
    table.push(&answer, &mut text);
    for part in list {
        let seq = isn.wrapping_add(1).wrapping_add(part.offset);
        table.push(&segment(TcpFlags::ACK, seq, &part.bytes), &mut text);
    }
    text.0
}

#[test]
fn case_43_the_kernel_makes_the_same_of_every_list_of_segments() {
    let Some(mut kernel) = Kernel::new() else {
        return;
    };
    let (mut tried, mut skipped, mut seed) = (0, 0, 0);
    while tried < LISTS {
        seed += 1;
        let mut random = Random(0x9e37_79b9_7f4a_7c15u64.wrapping_mul(seed));
        // A third begins just before the sequence numbers wrap.
        let isn = if seed % 3 == 0 {
            u32::MAX - random.below(40)
        } else {
            random.below(u32::MAX)
        };
        let list = parts(&mut random);
        if hangs_on_the_tree(&list) {
            skipped += 1;
            continue;
        }
        let expected = kernel.read(isn, &list);
        let actual = ours(isn, &list);
        assert_eq!(
            String::from_utf8_lossy(&actual),
            String::from_utf8_lossy(&expected),
            "ours and the kernel's reading of seed {seed}, {tried} before it: {list:?}"
        );
        tried += 1;
    }
    eprintln!("{tried} lists alike, {skipped} left out since they hang on the kernel's tree");
    assert!(skipped < tried / 4);
}

/// The kernel's TCP, fed by hand.
struct Kernel {
    tun: File,
    listener: TcpListener,
    port: u16,
}

impl Kernel {
    fn new() -> Option<Self> {
        if let Err(error) = unshare(CloneFlags::CLONE_NEWNET) {
            eprintln!("skipped: no network namespace of its own ({error})");
            return None;
        }
        let tun = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(OFlag::O_NONBLOCK.bits())
            .open("/dev/net/tun");
        let tun = match tun {
            Ok(tun) => tun,
            Err(error) => {
                eprintln!("skipped: no TUN device ({error})");
                return None;
            }
        };
        device::name(&tun, b"rs-flow0").expect("a TUN device");
        for arguments in [
            &["link", "set", "lo", "up"][..],
            &["addr", "add", "10.99.0.1/24", "dev", "rs-flow0"],
            &["link", "set", "rs-flow0", "up"],
        ] {
            match Command::new("ip").args(arguments).status() {
                Ok(status) => assert!(status.success(), "ip {arguments:?}"),
                Err(error) => {
                    eprintln!("skipped: no ip command ({error})");
                    return None;
                }
            }
        }
        let listener = TcpListener::bind((HERE, PORT)).expect("a socket in an empty namespace");
        Some(Self {
            tun,
            listener,
            port: 20_000,
        })
    }

    /// What a process reads that the kernel gives these segments.
    fn read(&mut self, isn: u32, list: &[Part]) -> Vec<u8> {
        self.port += 1;
        // A small MSS option, as any SYN has.
        self.write(TcpFlags::SYN, isn, 0, &[], &[2, 4, 5, 0xb4]);
        let answer = self.answer();
        let first = isn.wrapping_add(1);
        self.write(TcpFlags::ACK, first, answer, &[], &[]);
        let (mut socket, _) = self.listener.accept().expect("the handshake is complete");
        let mut end = 0;
        for part in list {
            self.write(
                TcpFlags::ACK | TcpFlags::PSH,
                first.wrapping_add(part.offset),
                answer,
                &part.bytes,
                &[],
            );
            end = end.max(part.offset + u32::try_from(part.bytes.len()).expect("short"));
        }
        self.write(
            TcpFlags::ACK | TcpFlags::FIN,
            first.wrapping_add(end),
            answer,
            &[],
            &[],
        );
        socket
            .set_read_timeout(Some(Duration::from_secs(5)))
            .expect("a timeout");
        let mut bytes = Vec::new();
        socket
            .read_to_end(&mut bytes)
            .expect("the end of the stream");
        // Nothing of it is left in the device.
        self.write(TcpFlags::RST, first.wrapping_add(end + 1), 0, &[], &[]);
        drop(socket);
        let mut packet = [0; 2048];
        while self.tun.read(&mut packet).is_ok() {}
        bytes
    }

    /// Waits for the SYN/ACK; returns what acknowledges it.
    fn answer(&mut self) -> u32 {
        let mut packet = [0; 2048];
        for _ in 0..5000 {
            match self.tun.read(&mut packet) {
                Ok(len) => {
                    let tcp = &packet[20..len.max(20)];
                    let is_answer = packet[0] == 0x45
                        && packet[9] == 6
                        && len >= 40
                        && tcp[2..4] == self.port.to_be_bytes()
                        && tcp[13] == TcpFlags::SYN | TcpFlags::ACK;
                    if is_answer {
                        let seq = u32::from_be_bytes([tcp[4], tcp[5], tcp[6], tcp[7]]);
                        return seq.wrapping_add(1);
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    sleep(Duration::from_millis(1));
                }
                Err(error) => panic!("{error}"),
            }
        }
        panic!("no answer to a SYN");
    }

    fn write(&mut self, flags: u8, seq: u32, ack: u32, payload: &[u8], options: &[u8]) {
        let tcp_len = u8::try_from(20 + options.len()).expect("short");
        let mut tcp = Vec::new();
        tcp.extend_from_slice(&self.port.to_be_bytes());
        tcp.extend_from_slice(&PORT.to_be_bytes());
        tcp.extend_from_slice(&seq.to_be_bytes());
        tcp.extend_from_slice(&ack.to_be_bytes());
        tcp.extend_from_slice(&[tcp_len << 2, flags, 0xfd, 0xe8, 0, 0, 0, 0]);
        tcp.extend_from_slice(options);
        tcp.extend_from_slice(payload);
        let mut pseudo = Vec::new();
        pseudo.extend_from_slice(&THERE.octets());
        pseudo.extend_from_slice(&HERE.octets());
        pseudo.extend_from_slice(&[0, 6]);
        let len = u16::try_from(tcp.len()).expect("short");
        pseudo.extend_from_slice(&len.to_be_bytes());
        pseudo.extend_from_slice(&tcp);
        tcp[16..18].copy_from_slice(&checksum(&pseudo).to_be_bytes());

        let mut packet = vec![0x45, 0];
        packet.extend_from_slice(&(20 + len).to_be_bytes());
        packet.extend_from_slice(&[0, 1, 0, 0, 64, 6, 0, 0]);
        packet.extend_from_slice(&THERE.octets());
        packet.extend_from_slice(&HERE.octets());
        let sum = checksum(&packet);
        packet[10..12].copy_from_slice(&sum.to_be_bytes());
        packet.extend_from_slice(&tcp);
        self.tun
            .write_all(&packet)
            .expect("a packet for the kernel");
    }
}

/// RFC 1071.
fn checksum(bytes: &[u8]) -> u16 {
    let sum: u32 = bytes
        .chunks(2)
        .map(|pair| {
            u32::from(u16::from_be_bytes([
                pair[0],
                pair.get(1).copied().unwrap_or(0),
            ]))
        })
        .sum();
    let sum = (sum & 0xffff) + (sum >> 16);
    !u16::try_from((sum & 0xffff) + (sum >> 16)).expect("folded twice")
}

/// The one system call that no crate wraps.
#[allow(unsafe_code)]
mod device {
    use super::{AsRawFd, File};

    /// `struct ifreq` of `<linux/if.h>`: name, flags, padding to its size.
    #[repr(C)]
    pub(super) struct Request {
        name: [u8; 16],
        flags: u16,
        padding: [u8; 22],
    }

    const IFF_TUN: u16 = 0x0001;
    const IFF_NO_PI: u16 = 0x1000;

    nix::ioctl_write_ptr_bad!(
        set_interface,
        nix::request_code_write!(b"T"[0], 202, size_of::<u32>()),
        Request
    );

    pub(super) fn name(tun: &File, name: &[u8]) -> nix::Result<()> {
        let mut request = Request {
            name: [0; 16],
            flags: IFF_TUN | IFF_NO_PI,
            padding: [0; 22],
        };
        request.name[..name.len()].copy_from_slice(name);
        // SAFETY: the file is open for the call, and `Request` has the layout and the size (40
        // bytes) that TUNSETIFF reads.
        unsafe { set_interface(tun.as_raw_fd(), &raw const request) }.map(drop)
    }
}
