#!/usr/bin/env python3
"""Holds what resp-sniff reads in a capture against an independent reading, command by command and reply by reply.

    tests/traffic/compare.py CAPTURE ... [--binary target/release/resp-sniff] [--port 6379]

The independent reading puts TCP streams together in order (captures without loss: it says so where a byte is
missing), and reads them with hiredis, the C parser of Redis itself (`pip install hiredis`); inline commands by Redis's
own quoting rules, written here a second time. Compared are, for each connection: every command with all its arguments,
in order; and, on connections without pub/sub, MONITOR, CLIENT REPLY, tracking or replication, the kind of the reply to each.
What the independent side cannot read is listed, not passed over. Prints one line a capture; exits 1 on a difference.
"""
import argparse, base64, collections, gzip, json, os, struct, subprocess, sys
import hiredis

HERE = os.path.dirname(os.path.abspath(__file__))
# After one of these, a connection's replies no longer come one a command.
UNPAIRED = {b"SUBSCRIBE", b"PSUBSCRIBE", b"SSUBSCRIBE", b"MONITOR", b"SYNC", b"PSYNC", b"UNSUBSCRIBE", b"PUNSUBSCRIBE",
            b"SUNSUBSCRIBE"}


def packets(path):
    """(link type, frame) of a classic capture."""
    data = subprocess.run(["zstd", "-dc", path], capture_output=True, check=True).stdout if path.endswith(".zst") else \
        gzip.open(path).read() if path.endswith(".gz") else open(path, "rb").read()
    link, at = struct.unpack_from("<I", data, 20)[0], 24
    while at + 16 <= len(data):
        kept = struct.unpack_from("<I", data, at + 8)[0]
        yield link, data[at + 16:at + 16 + kept]
        at += 16 + kept


def segments(path):
    """(source, source port, destination, destination port, seq, flags, payload) of TCP over IPv4 and IPv6."""
    for link, frame in packets(path):
        at = {1: 14, 113: 16, 276: 20}[link]
        if frame[at] >> 4 == 4:
            head, total = (frame[at] & 15) * 4, struct.unpack_from(">H", frame, at + 2)[0]
            if frame[at + 9] != 6:
                continue
            source, destination = frame[at + 12:at + 16], frame[at + 16:at + 20]
        else:
            head, total = 40, 40 + struct.unpack_from(">H", frame, at + 4)[0]
            if frame[at + 6] != 6:
                continue
            source, destination = frame[at + 8:at + 24], frame[at + 24:at + 40]
        tcp = at + head
        sport, dport, seq, _, offset, flags = struct.unpack_from(">HHIIBB", frame, tcp)
        # Where segmentation is left to the card, the IP length can be 0 or too short for its 16 bits.
        end = at + total if total else len(frame)
        yield source, sport, destination, dport, seq, flags, frame[tcp + (offset >> 4) * 4:end]


class Stream:
    """One direction, put in order; `missing` where a byte never came."""

    def __init__(self):
        self.next, self.data, self.waiting = None, bytearray(), {}

    def add(self, seq, syn, payload):
        if syn:
            self.next = (seq + 1) & 0xFFFFFFFF
            seq = self.next
        if self.next is None:
            self.next = seq
        if len(payload) > len(self.waiting.get(seq, b"")):
            self.waiting[seq] = payload
        moved = True
        while moved and self.waiting:
            moved = False
            for start in list(self.waiting):
                ahead = (self.next - start) & 0xFFFFFFFF
                if ahead < 0x80000000:
                    piece = self.waiting.pop(start)[ahead:]
                    self.data += piece
                    self.next = (self.next + len(piece)) & 0xFFFFFFFF
                    moved = True


def connections(path, ports):
    """{(client port, number): (request stream, reply stream)} in the order of their first packet."""
    found, number = collections.OrderedDict(), collections.Counter()
    for source, sport, destination, dport, seq, flags, payload in segments(path):
        to_server = dport in ports
        if not to_server and sport not in ports:
            continue
        ends = (source, sport, destination, dport) if to_server else (destination, dport, source, sport)
        if to_server and flags & 0x12 == 0x02:
            key = ends + (number[ends],)
            if key in found and found[key][0].next not in (None, (seq + 1) & 0xFFFFFFFF):
                number[ends] += 1
        pair = found.setdefault(ends + (number[ends],), (Stream(), Stream()))
        pair[0 if to_server else 1].add(seq, flags & 0x02, payload)
    return found


def split_line(line):
    """Redis's `sdssplitargs`; None for unbalanced quotes."""
    words, at = [], 0
    escapes = {ord("n"): b"\n", ord("r"): b"\r", ord("t"): b"\t", ord("b"): b"\b", ord("a"): b"\a"}
    while True:
        while at < len(line) and line[at:at + 1].isspace():
            at += 1
        if at >= len(line) or line[at:at + 1] == b"\0":   # C strings end there
            return words
        word, quote = b"", b""
        while True:
            c = line[at:at + 1]
            if quote == b'"':
                if not c:
                    return None
                if c == b"\\" and line[at + 1:at + 2] == b"x" and len(line) > at + 3 and all(
                        line[i:i + 1] in b"0123456789abcdefABCDEF" for i in (at + 2, at + 3)):
                    word += bytes([int(line[at + 2:at + 4], 16)]); at += 3
                elif c == b"\\" and at + 1 < len(line):
                    at += 1; word += escapes.get(line[at], line[at:at + 1])
                elif c == b'"':
                    if line[at + 1:at + 2] and not line[at + 1:at + 2].isspace():
                        return None
                    at += 1
                    break
                else:
                    word += c
            elif quote == b"'":
                if not c:
                    return None
                if line[at:at + 2] == b"\\'":
                    at += 1; word += b"'"
                elif c == b"'":
                    if line[at + 1:at + 2] and not line[at + 1:at + 2].isspace():
                        return None
                    at += 1
                    break
                else:
                    word += c
            elif not c or c in b" \n\r\t\0":
                break
            elif c in b"\"'":
                quote = c
            else:
                word += c
            at += 1
        words.append(word)


def read_commands(data):
    """([words], why it stopped or None)."""
    commands, data, at = [], bytes(data), 0
    while at < len(data):
        if data[at:at + 1] == b"*":
            end = message_end(data, at)
            if end is None:
                return commands, "ends inside a command"
            if isinstance(end, str):
                return commands, end
            reader = hiredis.Reader()
            reader.feed(data[at:end])
            try:
                words = reader.gets()
            except hiredis.ProtocolError as error:
                return commands, f"protocol error: {error}"
            if words:
                commands.append(words)
            at = end
        else:
            end = data.find(b"\n", at)
            if end < 0:
                return commands, "ends inside a line"
            words = split_line(data[at:end].rstrip(b"\r"))
            if words is None:
                return commands, "unbalanced quotes"
            if words:
                commands.append(words)
            at = end + 1
    return commands, None


def message_end(data, at):
    """Where the multibulk at `at` ends; None where it does not, a reason where it is none."""
    line_end = data.find(b"\r\n", at)
    if line_end < 0:
        return None
    try:
        count = int(data[at + 1:line_end])
    except ValueError:
        return "protocol error: multibulk length"
    if count > 1024 * 1024:
        return "protocol error: multibulk length"
    at = line_end + 2
    for _ in range(max(count, 0)):
        if at >= len(data):
            return None
        if data[at:at + 1] != b"$":
            return "protocol error: expected $"
        line_end = data.find(b"\r\n", at)
        if line_end < 0:
            return None
        try:
            length = int(data[at + 1:line_end])
        except ValueError:
            return "protocol error: bulk length"
        if not 0 <= length <= 512 * 1024 * 1024:
            return "protocol error: bulk length"
        at = line_end + 2 + length + 2
        if at > len(data):
            return None
    return at


KINDS = {b"+": "simple_string", b"-": "error", b":": "integer", b"$": "bulk_string", b"*": "array", b"_": "null", b"#": "boolean",
         b",": "double", b"(": "big_number", b"!": "bulk_error", b"=": "verbatim_string", b"%": "map", b"~": "set", b">": "push"}


def read_replies(data):
    """[(kind, bytes)] of the top-level messages, attributes passed over; hiredis finds where each ends."""
    replies, data, at = [], bytes(data), 0
    while at < len(data):
        start, end = at, reply_end(data, at)
        if end is None:
            break
        while data[at:at + 1] == b"|":
            at = reply_end(data, at, attribute=True)
        kind = KINDS.get(data[at:at + 1], "?")
        if data[at:at + 5] in (b"$-1\r\n", b"*-1\r\n"):
            kind = "null"
        replies.append((kind, end - start))
        at = end
    return replies


def reply_end(data, at, attribute=False):
    """Where the reply at `at` ends; None where it does not or is none."""
    todo, first = 1, True
    while todo:
        line_end = data.find(b"\r\n", at)
        if line_end < 0 or data[at:at + 1] not in KINDS and data[at:at + 1] != b"|":
            return None
        kind, rest = data[at:at + 1], data[at + 1:line_end]
        at = line_end + 2
        todo -= 1
        if not (kind in b"+-,(#_:" or rest.lstrip(b"-").isdigit()):
            return None   # not an ordinary reply: an RDB, streamed types
        if kind in b"$=!" and rest != b"-1":
            at += int(rest) + 2
        elif kind in b"*~>" and rest != b"-1":
            todo += int(rest)
        elif kind == b"%":
            todo += 2 * int(rest)
        elif kind == b"|":
            todo += 2 * int(rest) + (0 if attribute and first else 1)
        first = False
    return at if at <= len(data) else None


def theirs(path, binary, ports):
    """{connection: [(words, kind, pairing)]} as resp-sniff reads it, and its summary."""
    command = [binary, "analyze", "--format", "ndjson", "--quiet", "--events", "command,summary", "--values", "full", "--keys", "full",
               "--value-limit", "0", "--i-know-this-shows-secrets", "--fail-on", "never", "--rules", "none", path]
    output = subprocess.run(command, capture_output=True)
    found, summary = collections.OrderedDict(), None
    for line in output.stdout.splitlines():
        event = json.loads(line)
        if event["type"] == "summary":
            summary = event
        elif event["server"]["port"] in ports and event["command"] is not None and event["origin"] == "client":
            words = [plain(event["command"])] + [plain(a) for a in event["arguments"]]
            reply = event["reply"]
            found.setdefault(event["connection"], (event["client"]["port"], []))[1].append(
                (words, reply and (reply["kind"], reply["bytes"]), event["pairing"], event["truncated"], event["index"]))
    if summary is None:
        sys.exit(f"{path}: resp-sniff gave no summary: {output.stderr.decode()[:400]}")
    for _, commands in found.values():
        commands.sort(key=lambda command: command[4])   # events come in the order of their replies
    return found, summary


def plain(value):
    if isinstance(value, str):
        return value.encode()
    if "base64" in value:
        return base64.b64decode(value["base64"])
    if "prefix" in value:
        return ("prefix", plain(value["prefix"]), value["bytes"])
    return ("hidden", json.dumps(value).encode(), 0)


def same(ours, their):
    if isinstance(their, tuple):
        kind, prefix, length = their
        return kind == "prefix" and len(ours) == length and ours.startswith(prefix)
    return ours == their


def compare(path, binary, ports):
    found, summary = theirs(path, binary, ports)
    theirs_by_port = collections.defaultdict(list)
    for port, commands in found.values():
        theirs_by_port[port].append(commands)
    counts, problems, unread = collections.Counter(), [], collections.Counter()
    for key, (requests, replies) in connections(path, ports).items():
        if requests.waiting or replies.waiting:
            unread["bytes missing"] += 1
        if requests.data[:2] == b"\x16\x03":
            unread["TLS"] += 1
            continue
        commands, why = read_commands(requests.data)
        if why:
            unread[why] += 1
        if not commands:
            continue
        counts["connections"] += 1
        counts["commands"] += len(commands)
        candidates = theirs_by_port[key[1]]
        their = candidates.pop(0) if candidates else []
        for at, words in enumerate(commands):
            if at >= len(their):
                problems.append(f"port {key[1]}: {len(commands)} commands, resp-sniff has {len(their)}; first missing: {words[:3]}"[:300])
                break
            got = their[at][0]
            if len(got) != len(words) or words[0].upper() != got[0].upper() or not all(map(same, words[1:], got[1:])):
                if not (their[at][3] and len(words) > len(got)):   # a list longer than what is kept says so
                    problems.append(f"port {key[1]} command {at}: {words[:4]} read as {got[:4]}"[:400])
                    break
                counts["kept in part"] += 1
        if len(their) > len(commands) and not why:
            problems.append(f"port {key[1]}: {len(commands)} commands, resp-sniff has {len(their)}; first extra: {their[len(commands)][0][:3]}"[:300])
        names = {words[0].upper() for words in commands}
        second = {words[1].upper() for words in commands if len(words) > 1 and words[0].upper() == b"CLIENT"}
        if names & UNPAIRED or second & {b"REPLY", b"TRACKING"}:
            counts["connections not paired here"] += 1
            continue
        answers = read_replies(replies.data)
        pushes = sum(1 for kind, _ in answers if kind == "push")
        if pushes:
            counts["connections not paired here"] += 1
            continue
        # EXEC's own array stands for EXEC; what is queued was answered with QUEUED and again inside it.
        for at, (words, answer) in enumerate(zip(commands, answers)):
            if at >= len(their):
                break
            counts["replies"] += 1
            got = their[at][1]
            if got != answer and their[at][2] == "exact" and not in_multi(commands, at):
                problems.append(f"port {key[1]} reply {at} to {words[:2]}: {answer} read as {got}"[:300])
                break
    left = sum(len(rest) for rest in theirs_by_port.values())
    if left:
        problems.append(f"{left} connections that the independent reading does not have")
    counts["resp-sniff's commands"] = summary["commands"]
    counts["resyncs"] = summary["blind_spots"]["resyncs"]
    text = ", ".join(f"{n} {what}" for what, n in counts.items())
    print(f"{os.path.basename(path)}: {text}" + (f"; not read here: {dict(unread)}" if unread else ""))
    for problem in problems[:20]:
        print(f"  DIFFERS  {problem}")
    return not problems


def in_multi(commands, at):
    """Whether the command lies between MULTI and EXEC or DISCARD, or is EXEC itself."""
    for words in reversed(commands[:at]):
        name = words[0].upper()
        if name in (b"EXEC", b"DISCARD", b"RESET"):
            return False
        if name == b"MULTI":
            return True
    return False


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=os.path.join(HERE, "../../target/release/resp-sniff"))
    parser.add_argument("--port", type=int, action="append")
    parser.add_argument("captures", nargs="+")
    options = parser.parse_args()
    good = [compare(path, options.binary, set(options.port or [6379])) for path in options.captures]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
