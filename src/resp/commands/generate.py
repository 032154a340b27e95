#!/usr/bin/env python3
"""Writes table.rs: every command of Redis and Valkey, its flags, keys and the roles of its words.

Facts come from the servers themselves (COMMAND and COMMAND DOCS): a Redis 7.0, a Redis 7.0 started
as a Sentinel, and a Valkey 9. What those do not know (modules, newer servers) is in `by_hand.txt`,
in the same notation. Where a server's description of arguments is not how it parses them, the
file says so by `words NAME: ..`.

    python3 generate.py REDIS_SOCKET SENTINEL_SOCKET VALKEY_SOCKET > table.rs

Needs redis-cli (7.0 or later, for --json) on the path.
"""

import json
import pathlib
import re
import subprocess
import sys

# --- What the servers say ------------------------------------------------------------------------


def ask(socket, *words):
    return json.loads(subprocess.check_output(["redis-cli", "-s", socket, "--json", *words]))


def commands_of(socket):
    """Rows of COMMAND, subcommands included, by upper-case name."""
    docs = {}
    for name, doc in ask(socket, "COMMAND", "DOCS").items():
        docs[name] = doc.get("arguments", [])
        for sub, subdoc in doc.get("subcommands", {}).items():
            docs[sub] = subdoc.get("arguments", [])
    rows = {}
    for row in ask(socket, "COMMAND"):
        for name, arity, flags, _, _, _, categories, _, keys, subs in [row, *row[9]]:
            rows[name.replace("|", " ").upper()] = {
                "arity": arity,
                "flags": set(flags),
                "categories": set(categories),
                "keys": keys,
                "docs": docs.get(name, []),
            }
    return rows


# --- Roles ---------------------------------------------------------------------------------------

ROLES = {
    "key": "Key", "field": "Field", "value": "Value", "element": "Value", "pivot": "Value",
    "comparison-value": "Value", "member": "Member", "member1": "Member", "member2": "Member",
    "score": "Score", "longitude": "Coordinate", "latitude": "Coordinate", "channel": "Channel",
    "shardchannel": "Channel", "message": "Message", "password": "Password", "auth": "Password",
    "username": "Username", "not-username": "Username", "script": "Script", "function-code": "Script",
    "arg": "ScriptArgument", "args": "ScriptArgument", "cursor": "Cursor", "count": "Count",
    "numkeys": "Count", "numfields": "Count", "limit": "Count", "seconds": "Ttl",
    "milliseconds": "Ttl", "unix-time-seconds": "Ttl", "unix-time-milliseconds": "Ttl", "ttl": "Ttl",
    "ms": "Ttl", "min-idle-time": "Ttl", "timeout": "Timeout", "id": "StreamId", "last-id": "StreamId",
    "lastid": "StreamId", "max-deleted-id": "StreamId", "threshold": "StreamId", "group": "Group",
    "consumer": "Consumer", "parameter": "Parameter", "rule": "Rule", "path": "Path",
    "serialized-value": "Dump", "host": "Address", "ip": "Address", "addr": "Address",
    "laddr": "Address", "not-addr": "Address", "not-laddr": "Address", "not-ip": "Address",
    "port": "Number", "clientname": "ClientName", "connection-name": "ClientName",
    "libname": "ClientName", "libver": "ClientName", "name": "ClientName", "not-name": "ClientName",
    "lib-name": "ClientName", "lib-ver": "ClientName", "not-lib-name": "ClientName",
    "not-lib-ver": "ClientName", "client-id": "Identifier", "not-client-id": "Identifier",
    "sha1": "Identifier", "node-id": "Identifier", "function": "Identifier",
    "replicationid": "Identifier", "library-name": "Identifier", "master-name": "Identifier",
    "importing": "Identifier", "migrating": "Identifier", "node": "Identifier", "slot": "Number",
}
BY_TYPE = {"key": "Key", "pattern": "Pattern", "integer": "Number", "double": "Number",
           "unix-time": "Ttl", "string": "Other", "pure-token": "Keyword"}
COUNTS = {"numkeys", "numfields", "num-vertices"}


def role_of(arg):
    if arg["type"] in ("key", "pattern"):
        return BY_TYPE[arg["type"]]
    # A bit, a counter and the like: never text.
    if arg["type"] in ("integer", "double") and ROLES.get(arg["name"]) == "Value":
        return "Number"
    return ROLES.get(arg["name"], BY_TYPE[arg["type"]])


# --- Argument trees to steps ---------------------------------------------------------------------
# A step is ("one", role) | ("maybe", role) | ("each", [roles]) | ("counted", [roles])
# | ("halves", a, b) | ("all_but", role, [roles]) | ("options", {token: [steps]}, fallback or None)


def steps_of(args):
    steps = []

    def add_options(choices):
        if steps and steps[-1][0] == "options":
            steps[-1][1].update(choices)
        else:
            steps.append(("options", dict(choices), None))

    for position, arg in enumerate(args):
        flags, kind = arg.get("flags", []), arg["type"]
        optional, multiple = "optional" in flags, "multiple" in flags
        if "token" in arg and arg["token"] not in ("", "*", "$", "=", "~") and (optional or kind != "pure-token"):
            inner = steps_of([{k: v for k, v in arg.items() if k != "token"} | {"flags": []}]) if kind != "pure-token" else []
            if multiple and kind == "block" and not inner[0][0] == "one" and len(inner) == 1:
                pass
            elif multiple and "multiple_token" not in flags and kind != "block":
                inner = [("each", [role_of(arg)])]
            add_options({arg["token"].upper(): inner})
        elif kind == "oneof":
            choices, positional = {}, []
            for choice in arg["arguments"]:
                for step in steps_of([choice | {"flags": ["optional", *choice.get("flags", [])]}]):
                    if step[0] == "options":
                        choices.update(step[1])
                    else:
                        positional.append(step)
            if positional and not optional:
                steps.append(("one", positional[0][1]))
            elif choices and (optional or any(choices.values())):
                add_options(choices)
            else:
                steps.append(("one", "Keyword"))
        elif kind == "block":
            inner = steps_of(arg["arguments"])
            if multiple:
                roles = [s[1] for s in inner if s[0] == "one"]
                assert len(roles) == len(inner), (arg, inner)
                if steps and steps[-1] == ("one", "Count") and args[position - 1]["name"] in COUNTS:
                    steps[-1] = ("counted", roles)
                else:
                    steps.append(("each", roles))
            elif len(inner) == 2 and inner[0][0] == inner[1][0] == "each":
                steps.append(("halves", inner[0][1][0], inner[1][1][0]))
            else:
                for step in inner:
                    if step[0] == "options":
                        add_options(step[1])
                    elif optional and step[0] == "one":
                        steps.append(("maybe", step[1]))
                    else:
                        steps.append(step)
        else:
            role = role_of(arg)
            counted = position and args[position - 1]["name"] in COUNTS
            if multiple and counted:
                steps[-1] = ("counted", [role])
            elif multiple:
                steps.append(("each", [role]))
            else:
                steps.append(("maybe" if optional else "one", role))
    # `key [key ...] timeout`: everything but the last words.
    for i, step in enumerate(steps[:-1]):
        if step[0] == "each" and all(s[0] == "one" for s in steps[i + 1:]):
            return [*steps[:i], ("all_but", step[1][0], [s[1] for s in steps[i + 1:]])]
    return steps


# --- The notation of by_hand.txt -----------------------------------------------------------------
# role            one word                 ?role         one word, if there is one
# (a b)*  or a*   these to the end         #(a b) or #a  a number, then so many of these
# a/b             rest in two halves       a*-b          all but the last word, which is b
# [TOKEN a b | TOKEN2 | ~role]  options in any order; ~role: what any other word there is


def parse_notation(text):
    tokens = re.findall(r"\[|\]|\||~\w+|#?\([^)]*\)\*?|[^\s\[\]|]+", text)

    def camel(name):
        return "".join(part.capitalize() for part in name.split("_"))

    def simple(token):
        if token.startswith("#"):
            return ("counted", [camel(r) for r in token[1:].strip("()").split()])
        if token.startswith("?"):
            return ("maybe", camel(token[1:]))
        if "/" in token:
            return ("halves", *(camel(r) for r in token.split("/")))
        if "*-" in token:
            first, last = token.split("*-")
            return ("all_but", camel(first), [camel(last)])
        if token.endswith("*"):
            return ("each", [camel(r) for r in token[:-1].strip("()").split()])
        return ("one", camel(token))

    def options():
        choices, fallback, current = {}, None, None
        while (token := tokens.pop(0)) != "]":
            if token == "|":
                current = None
            elif token == "[":
                current.append(options())
            elif token.startswith("~") and token != "~":
                fallback = camel(token[1:])
            elif current is None:
                current = choices.setdefault(token, [])
            else:
                current.append(simple(token))
        return ("options", choices, fallback)

    steps = []
    while tokens:
        token = tokens.pop(0)
        steps.append(options() if token == "[" else simple(token))
    return steps


def by_hand():
    rows, words, flags = {}, {}, {}
    text = pathlib.Path(__file__).with_name("by_hand.txt").read_text()
    for line in re.sub(r"\\\n\s*", " ", text).splitlines():
        line = line.split("//")[0].strip()
        if not line:
            continue
        head, _, notation = line.partition("::")
        kind, _, rest = head.strip().partition(" ")
        if kind == "words":
            words[rest] = parse_notation(notation)
        elif kind == "flags":
            flags[rest] = notation.split()
        else:
            name, arity, row_flags, categories = (x.strip() for x in rest.split("|"))
            rows[name] = {"arity": int(arity), "flags": set(row_flags.split()),
                          "categories": {"@" + c for c in categories.split()},
                          "keys": None, "words": parse_notation(notation)}
    return rows, words, flags


# --- Rust ----------------------------------------------------------------------------------------


def rust_roles(roles):
    return "&[" + ", ".join(roles) + "]"


def rust_steps(steps):
    return "&[" + ", ".join(rust_step(s) for s in steps) + "]"


def rust_step(step):
    kind, *rest = step
    if kind == "one":
        return f"One({rest[0]})"
    if kind == "maybe":
        # Words that are not there end the walk anyway.
        return f"One({rest[0]})"
    if kind == "each":
        return f"Each({rust_roles(rest[0])})"
    if kind == "counted":
        return f"Counted({rust_roles(rest[0])})"
    if kind == "halves":
        return f"Halves({rest[0]}, {rest[1]})"
    if kind == "all_but":
        return f"AllBut({rest[0]}, {rust_roles(rest[1])})"
    choices = ", ".join(f'("{token}", {rust_steps(then)})' for token, then in rest[0].items())
    return f"Options(&[{choices}], {rest[1] or 'Other'})"


def fixed_first_key(steps):
    """Index in the arguments of the first key where it is always there, else None."""
    for index, step in enumerate(steps):
        if step[0] not in ("one", "maybe"):
            roles = step[1] if step[0] == "each" else [step[1]] if step[0] == "all_but" else []
            return index + roles.index("Key") if "Key" in roles else None
        if step[1] == "Key":
            return index
    return None


def keys_in(steps):
    """0, 1, or 2 for more: how many keys a call can have."""
    total = 0
    for kind, *rest in steps:
        if kind in ("one", "maybe"):
            total += rest[0] == "Key"
        elif kind in ("each", "counted"):
            total += 2 * ("Key" in rest[0])
        elif kind == "options":
            total += sum(keys_in(then) for then in rest[0].values()) + 2 * (rest[1] == "Key")
        else:
            total += 2 * ("Key" in rest)
    return min(total, 2)


def check_first_key(name, keys, first_key):
    """The words must put the first key where the server's own key specification puts it."""
    # Channels and cursors that only route like keys carry `not_key`.
    if keys and "not_key" not in keys[0]["flags"]:
        begin, find = keys[0]["begin_search"], keys[0]["find_keys"]
        told = begin["spec"]["index"] if (begin["type"], find["type"]) == ("index", "range") else 0
    else:
        told = 0
    if told != first_key and name != "CLUSTER KEYSLOT":
        sys.exit(f"{name}: first key at {told} says the server, at {first_key} say the words")


def constant(name):
    return re.sub(r"[^A-Z0-9]", "_", name)


def rust_bits(kind, names):
    names = sorted({constant(n.lstrip("@").upper()) for n in names})
    return f"{kind}::of(&[{', '.join(f'{kind}::{n}' for n in names)}])" if names else f"{kind}::NONE"


HASH_SLOTS, HASH_BUCKETS, MASK = 1024, 256, (1 << 64) - 1


def name_hash(name):
    """As `name_hash` in mod.rs."""
    b = bytes(c | 0x20 for c in name.encode())
    n = len(b)
    le = lambda x: int.from_bytes(x, "little")
    if n >= 8:
        head, tail = le(b[:8]), le(b[-8:])
    elif n >= 4:
        head, tail = le(b[:4]), le(b[-4:])
    elif n:
        head, tail = b[0] | b[n // 2] << 8 | b[-1] << 16, 0
    else:
        head = tail = 0
    x = ((head ^ n) * 0x9E3779B97F4A7C15) & MASK
    x = ((x ^ x >> 32) + tail) & MASK
    x = (x * 0xD6E8FEB86659FD93) & MASK
    return x ^ x >> 29


def perfect_hash(names):
    """Hash and displace: for each bucket, a number that sends its names to free slots."""
    buckets = [[] for _ in range(HASH_BUCKETS)]
    for index, name in names:
        h = name_hash(name)
        buckets[h % HASH_BUCKETS].append((h >> 8, index))
    slots, seeds = [None] * HASH_SLOTS, [0] * HASH_BUCKETS
    for bucket in sorted(range(HASH_BUCKETS), key=lambda b: -len(buckets[b])):
        for seed in range(256):
            places = [((h ^ h >> 16) + seed * ((h >> 24) | 1)) % HASH_SLOTS for h, _ in buckets[bucket]]
            if len(set(places)) == len(places) and all(slots[p] is None for p in places):
                break
        else:
            sys.exit(f"no seed for bucket {bucket}: change a constant")
        seeds[bucket] = seed
        for place, (_, index) in zip(places, buckets[bucket]):
            slots[place] = index
    return slots, seeds


def main():
    redis, sentinel, valkey = (commands_of(socket) for socket in sys.argv[1:4])
    hand, words, extra_flags = by_hand()
    table = dict(hand)
    for source in (sentinel, redis, valkey):
        for name, row in source.items():
            before = table.get(name)
            if before and name not in hand:
                row = row | {"flags": before["flags"] | row["flags"],
                             "categories": before["categories"] | row["categories"],
                             "docs": row["docs"] or before["docs"]}
            table[name] = row
    for name, added in extra_flags.items():
        table[name]["flags"] |= set(added)
    for unknown in set(words) - set(table):
        sys.exit(f"words of an unknown command: {unknown}")

    out = ["// Made by generate.py from the servers' own COMMAND and COMMAND DOCS; change that, or by_hand.txt.", "",
           '#![allow(clippy::enum_glob_use, reason = "hundreds of rows read better without prefixes")]', "",
           "use super::KeyPlaces::{Anywhere, From, Nowhere, Only};", "use super::words::Role::*;", "use super::words::Step::{AllBut, Counted, Each, Halves, One, Options};",
           "use super::{Categories, CommandId, CommandSpec, Flags};", ""]
    names = sorted(table)
    out.append("/// Every command, by name.")
    out.append(f"pub(super) static TABLE: [CommandSpec; {len(names)}] = [")
    for index, name in enumerate(names):
        row = table[name]
        if name in words:
            steps = words[name]
        else:
            steps = row["words"] if "words" in row else steps_of(row["docs"])
        flags = set(row["flags"]) - {"movablekeys", "no_mandatory_keys"}
        if flags & {"skip_slowlog", "skip_commandlog"}:
            flags = flags - {"skip_commandlog"} | {"skip_slowlog"}
        subcommands = sum(1 for n in names if n.startswith(name + " "))
        first_key, count = fixed_first_key(steps), keys_in(steps)
        first_key = 0 if first_key is None else first_key + 1 + name.count(" ")
        if row["keys"] is not None:
            check_first_key(name, row["keys"], first_key)
        places = "Nowhere" if not count else "Anywhere" if not first_key else f"{'Only' if count == 1 else 'From'}({first_key})"
        out.append(f"    CommandSpec {{ id: CommandId({index}), name: \"{name}\", arity: {row['arity']}, "
                   f"flags: {rust_bits('Flags', flags)}, categories: {rust_bits('Categories', row['categories'])}, "
                   f"subcommands: {subcommands}, keys: {places}, words: {rust_steps(steps)} }},")
    out += ["];", ""]
    slots, seeds = perfect_hash([(i, n) for i, n in enumerate(names) if " " not in n])
    out.append("/// Index in [`TABLE`] by hash; 65535 where there is none.")
    out.append(f"pub(super) static SLOTS: [u16; {HASH_SLOTS}] = [{', '.join(str(65535 if s is None else s) for s in slots)}];")
    out.append("/// Displacement of each bucket of the hash.")
    out.append(f"pub(super) static SEEDS: [u8; {HASH_BUCKETS}] = [{', '.join(map(str, seeds))}];")
    out.append("")
    out.append("/// Ids by name, to match on: `id::CONFIG_SET`.")
    out.append("pub mod id {")
    out.append("    #![allow(missing_docs, reason = \"each is the id of the command it names\")]")
    out.append("    use super::CommandId;")
    for index, name in enumerate(names):
        out.append(f"    pub const {constant(name)}: CommandId = CommandId({index});")
    out.append("}")
    print("\n".join(out))


if __name__ == "__main__":
    main()
