#!/usr/bin/env python3
"""Makes captures for the ladder that redis-benchmark does not.

    benches/support/captures.py labelled LABELLED.ndjson OUT.pcap
    benches/support/captures.py varied SMALL.pcap OUT.pcap

`labelled`: the values of tests/labelled/generate.py, each sent in a command of its own (`HSET` where it
has a field, else `SET`) and answered, over 50 connections.
`varied`: a capture of redis-benchmark with `-d 100`, in which every value of 100 bytes is another.
"""
import json
import random
import struct
import sys

RECORD = struct.Struct("<IIII")
FILE_HEADER = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
CONNECTIONS = 50
SYN, ACK, PUSH = 0x02, 0x10, 0x08


def checksum(data):
    """Internet checksum (RFC 1071)."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Writer:
    """Ethernet, IPv4 and TCP around what two sides say."""

    def __init__(self, out):
        self.out = out
        self.microseconds = 1_700_000_000_000_000
        self.ident = 0
        out.write(FILE_HEADER)

    def packet(self, source, target, seq, ack, flags, payload=b""):
        self.ident = (self.ident + 1) & 0xFFFF
        self.microseconds += 7
        options = b"\x01\x01\x08\x0a" + struct.pack("!II", 1, 1)
        ports = struct.pack("!HH", source[1], target[1])
        behind = struct.pack("!IIBBH", seq, ack, 8 << 4, flags, 512)
        segment = ports + behind + b"\0\0\0\0" + options + payload
        pseudo = source[0] + target[0] + struct.pack("!BBH", 0, 6, len(segment))
        segment = segment[:16] + struct.pack("!H", checksum(pseudo + segment)) + segment[18:]
        header = struct.pack("!BBHHHBB", 0x45, 0, 20 + len(segment), self.ident, 0x4000, 64, 6)
        addresses = source[0] + target[0]
        header += struct.pack("!H", checksum(header + b"\0\0" + addresses)) + addresses
        frame = b"\x02\0\0\0\0\x01\x02\0\0\0\0\x02\x08\0" + header + segment
        seconds, rest = divmod(self.microseconds, 1_000_000)
        self.out.write(RECORD.pack(seconds, rest, len(frame), len(frame)) + frame)


def labelled(lines, out):
    writer = Writer(out)
    server = (bytes([10, 0, 2, 2]), 6379)
    clients = [(bytes([10, 0, 1, 10 + index]), 40_000 + index) for index in range(CONNECTIONS)]
    sent = [[1, 1] for _ in clients]
    for client in clients:
        writer.packet(client, server, 0, 0, SYN)
        writer.packet(server, client, 0, 1, SYN | ACK)
        writer.packet(client, server, 1, 1, ACK)
    for index, line in enumerate(lines):
        _, key, field, value, _ = json.loads(line)
        words = ["SET", key, value] if field is None else ["HSET", key, field, value]
        words = [word.encode() for word in words]
        bulks = b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)
        request = b"*%d\r\n" % len(words) + bulks
        reply = b"+OK\r\n" if field is None else b":1\r\n"
        client, position = clients[index % CONNECTIONS], sent[index % CONNECTIONS]
        writer.packet(client, server, *position, ACK | PUSH, request)
        position[0] += len(request)
        writer.packet(server, client, position[1], position[0], ACK | PUSH, reply)
        position[1] += len(reply)


def varied(capture, out):
    rng = random.Random(1)
    out.write(capture.read(24))
    while header := capture.read(16):
        packet = bytearray(capture.read(RECORD.unpack(header)[2]))
        tcp = 14 + (packet[14] & 15) * 4
        payload = tcp + (packet[tcp + 12] >> 4) * 4
        start = packet.find(b"$100\r\n", payload) + 6
        if start >= 6 and start + 102 <= len(packet):
            # The alphabet of redis-benchmark.
            value = bytes(48 + (byte & 63) for byte in rng.randbytes(100))
            packet[start : start + 100] = value
            packet[tcp + 16 : tcp + 18] = b"\0\0"
            segment = bytes(packet[tcp:])
            pseudo = bytes(packet[26:34]) + struct.pack("!BBH", 0, 6, len(segment))
            struct.pack_into("!H", packet, tcp + 16, checksum(pseudo + segment))
        out.write(header + packet)


if len(sys.argv) != 4 or sys.argv[1] not in ("labelled", "varied"):
    sys.exit(__doc__)
kind, source, target = sys.argv[1:]
with open(target, "wb") as out:
    if kind == "labelled":
        with open(source, encoding="utf-8") as lines:
            labelled(lines, out)
    else:
        with open(source, "rb") as capture:
            varied(capture, out)
