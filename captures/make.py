#!/usr/bin/env python3
"""Makes the captures of this folder again: real Redis, real TCP, fake data.

    sudo captures/make.py [--into DIR] [NAME ...]        # no NAME: all of them; --list names them

Debian 12:  apt-get install redis-server redis-tools tcpdump iproute2 ethtool openssl zstd python3

Four hosts in network namespaces of their own hang on one bridge (MTU 1500, every offload off, so that
a capture looks like one from an Ethernet wire); tcpdump listens on the bridge, or on a host's loopback
where the name of the capture's function says so. Nothing outside these namespaces is touched, and
all of it is gone when the script ends.

Time stamps, initial sequence numbers, redis-cli's ports and Redis's own ids differ from run to run;
what is said does not. Each function below is one capture, and says what is in it; README.md counts it.
"""
import argparse, contextlib, ctypes, inspect, os, random, select, shutil, signal, socket, ssl, struct, subprocess
import sys, tempfile, threading, time, warnings

HERE = os.path.dirname(os.path.abspath(__file__))
PREFIX = f"rsn{os.getpid() % 100000}"
STORY = [
    "hset user:1:secret gender m birthdate 19790101 ccn 5270426764505555 ccn_expire 1224",
    "hgetall user:1:secret",
    "config set protected-mode no",
]
CAPTURES = {}


def capture(function):
    """Registers a capture under the function's name, `_` written as `-`."""
    CAPTURES[function.__name__.replace("_", "-")] = function
    return function


# ---------------------------------------------------------------- the story, in the clear and not

@capture
def horror_story(lab):
    """Loopback: one HSET with a card, its expiry, a birth date and a gender; its HGETALL; protected
    mode switched off. Three redis-cli runs, three connections."""
    lab.redis(1, 6379)
    with lab.tcpdump("horror-story.pcap", on=(1, "lo")):
        for line in STORY:
            lab.cli(1, *line.split())


def tls_story(lab, name, server, client):
    lab.redis(2, 0, "--tls-port", "6380", "--tls-cert-file", lab.pki["server.crt"], "--tls-key-file",
              lab.pki["server.key"], "--tls-ca-cert-file", lab.pki["ca.crt"], *server)
    with lab.tcpdump(f"{name}.pcap"):
        for line in STORY:
            lab.cli(1, "--tls", "--cacert", lab.pki["ca.crt"], *client, "-h", "10.9.0.2", "-p", "6380",
                    *line.split())


@capture
def horror_story_tls12(lab):
    """The story over TLS 1.2, no client certificate asked for."""
    tls_story(lab, "horror-story-tls12", ["--tls-protocols", "TLSv1.2", "--tls-auth-clients", "no"], [])


@capture
def horror_story_tls13(lab):
    """The story over TLS 1.3, no client certificate asked for."""
    tls_story(lab, "horror-story-tls13", ["--tls-protocols", "TLSv1.3", "--tls-auth-clients", "no"], [])


@capture
def horror_story_mtls(lab):
    """The story over TLS 1.3 with client certificates required and shown."""
    tls_story(lab, "horror-story-mtls", ["--tls-auth-clients", "yes"],
              ["--cert", lab.pki["client.crt"], "--key", lab.pki["client.key"]])


# ---------------------------------------------------------------- protocol

@capture
def resp2(lab):
    """Every reply type of RESP2, one command at a time: simple string, error, integer, bulk (empty,
    binary, null), array (empty, null, nested)."""
    lab.redis(2, 6379)
    with lab.tcpdump("resp2.pcap"):
        c = lab.client(1)
        for words in [
            ["PING"], ["PING", "hello"], ["SET", "greeting", "hello"], ["GET", "greeting"], ["GET", "nothing"],
            ["SET", "empty", ""], ["GET", "empty"], ["SET", b"bin\x00\xff\r\nkey", bytes(range(256))],
            ["GET", b"bin\x00\xff\r\nkey"], ["INCR", "counter"], ["DECRBY", "counter", "5"],
            ["RPUSH", "list", "a", "b", "c"], ["LRANGE", "list", "0", "-1"], ["LRANGE", "none", "0", "-1"],
            ["BLPOP", "none", "0.05"], ["MGET", "greeting", "none", "empty"], ["HSET", "h", "f", "v", "g", "w"],
            ["HGETALL", "h"], ["XADD", "s", "1-1", "temp", "21"], ["XADD", "s", "1-2", "temp", "22"],
            ["XRANGE", "s", "-", "+"], ["EVAL", "return {1,{2,{3,'x'}},redis.status_reply('FINE')}", "0"],
            ["GEOADD", "g", "13.361389", "38.115556", "Palermo"], ["GEOPOS", "g", "Palermo", "Nowhere"],
            ["INCR", "greeting"], ["NOSUCHCOMMAND", "x"], ["SELECT", "3"], ["SET", "there", "1"], ["DBSIZE"],
            ["QUIT"],
        ]:
            c.command(*words)
        c.close()


@capture
def resp3(lab):
    """HELLO 3 with a name, then every RESP3 type that Redis can be made to send: map, set, double, null,
    boolean, big number, verbatim string, push, attribute; client tracking with an invalidation."""
    lab.redis(2, 6379, "--enable-debug-command", "yes")
    with lab.tcpdump("resp3.pcap"):
        c, other = lab.client(1), lab.client(1)
        c.command("HELLO", "3", "SETNAME", "resp3-client")
        c.command("HSET", "h", "f", "v", "g", "w"); c.command("HGETALL", "h")
        c.command("SADD", "set", "a", "b"); c.command("SMEMBERS", "set")
        c.command("ZADD", "z", "1.5", "one", "-inf", "least"); c.command("ZRANGE", "z", "0", "-1", "WITHSCORES")
        c.command("ZSCORE", "z", "one"); c.command("GET", "nothing")
        for kind in ["string", "integer", "double", "null", "array", "set", "map", "bignum", "true", "false", "verbatim"]:
            c.command("DEBUG", "PROTOCOL", kind)
        c.command("DEBUG", "PROTOCOL", "attrib"); c.send("DEBUG", "PROTOCOL", "push"); c.replies(2)
        c.command("CLIENT", "TRACKING", "ON"); c.command("GET", "watched")
        other.command("SET", "watched", "1"); c.push()
        c.command("LATENCY", "DOCTOR"); c.command("CONFIG", "GET", "maxmemory*")
        c.command("RESET"); c.command("HGETALL", "h"); c.command("HELLO", "2"); c.command("HELLO", "9")
        c.close(); other.close()


@capture
def pipelined(lab):
    """300 SET and 300 GET in two writes; then 100 INCR cut into segments of 7 bytes."""
    lab.redis(2, 6379)
    with lab.tcpdump("pipelined.pcap"):
        c = lab.client(1)
        c.pipeline([["SET", f"key:{n}", f"value-{n * n}"] for n in range(300)])
        c.pipeline([["GET", f"key:{n}"] for n in range(300)])
        c.pipeline([["INCR", "hits"] for _ in range(100)], cut=7)
        c.close()


@capture
def pubsub(lab):
    """SUBSCRIBE, PSUBSCRIBE and SSUBSCRIBE of several channels, messages, PING while subscribed, UNSUBSCRIBE
    of one, of all and of none; the same under RESP3, where commands go on; two publishers."""
    lab.redis(2, 6379)
    with lab.tcpdump("pubsub.pcap"):
        two, three, publisher = lab.client(1), lab.client(1), lab.client(1)
        two.send("SUBSCRIBE", "news", "weather"); two.replies(2)
        two.send("PSUBSCRIBE", "order.*"); two.replies(1)
        two.send("PING"); two.replies(1); two.send("PING", "still here"); two.replies(1)
        three.command("HELLO", "3"); three.send("SUBSCRIBE", "news"); three.replies(1)
        three.send("SSUBSCRIBE", "shard"); three.replies(1)
        publisher.command("PUBLISH", "news", "first"); two.replies(1); three.replies(1)
        publisher.command("PUBLISH", "order.17", '{"email":"mary@example.com","total":12}'); two.replies(1)
        publisher.command("SPUBLISH", "shard", "sharded"); three.replies(1)
        three.command("SET", "k", "v"); three.command("GET", "k")
        publisher.command("PUBLISH", "nobody", "listens")
        two.send("UNSUBSCRIBE", "news"); two.replies(1)
        two.send("UNSUBSCRIBE"); two.replies(1); two.send("PUNSUBSCRIBE"); two.replies(1)
        two.send("UNSUBSCRIBE"); two.replies(1); two.command("GET", "k")
        three.send("UNSUBSCRIBE"); three.replies(1)
        two.send("SUBSCRIBE", "a"); two.replies(1); two.send("RESET"); two.replies(1); two.command("PING")
        for c in (two, three, publisher):
            c.close()


@capture
def multi(lab):
    """MULTI with EXEC, DISCARD, a queueing error (EXECABORT), an error inside EXEC, a WATCH that fails,
    SELECT inside MULTI, an empty MULTI, and MULTI sent as one pipeline."""
    lab.redis(2, 6379)
    with lab.tcpdump("multi.pcap"):
        c, other = lab.client(1), lab.client(1)
        def run(*lines):
            for line in lines:
                c.command(*line.split())
        run("MULTI", "SET a 1", "INCR a", "HSET h f v", "HGETALL h", "EXEC")
        run("MULTI", "SET a 7", "DISCARD", "GET a")
        run("MULTI", "SET a", "GET a", "EXEC")
        run("MULTI", "LPUSH a x", "GET a", "EXEC")
        run("WATCH a"); other.command("SET", "a", "changed"); run("MULTI", "GET a", "EXEC")
        run("WATCH a", "UNWATCH", "MULTI", "SELECT 5", "SET inside 5", "EXEC", "GET inside", "SELECT 0", "GET inside")
        run("MULTI", "EXEC", "EXEC", "DISCARD")
        c.pipeline([["MULTI"], ["SET", "p", "1"], ["EVAL", "return {1,2,{3}}", "0"], ["EXEC"], ["GET", "p"]])
        c.close(); other.close()


@capture
def monitor(lab):
    """MONITOR on one connection; on two others a login attempt, writes to two databases, a script and bytes that
    MONITOR escapes; then RESET ends it."""
    lab.redis(2, 6379)
    with lab.tcpdump("monitor.pcap"):
        watcher, c = lab.client(1), lab.client(1)
        watcher.command("MONITOR")
        c.command("SET", "session:9f86d081884c7d65", "user=17"); watcher.replies(1)
        c.command("SELECT", "2"); watcher.replies(1)
        c.command("HSET", "user:2", "email", "mary@example.com", "note", 'quote " and \n line'); watcher.replies(1)
        c.command("EVAL", "return redis.call('GET', KEYS[1])", "1", "user:x"); watcher.replies(2)
        c.command("SET", b"bin\x01", b"\xff\x00"); watcher.replies(1)
        c.command("AUTH", "no-such-password")
        watcher.send("RESET"); watcher.replies(1); watcher.command("PING")
        c.close(); watcher.close()


@capture
def client_reply(lab):
    """CLIENT REPLY OFF, ON and SKIP, one at a time and pipelined: 16 commands, 9 replies."""
    lab.redis(2, 6379)
    with lab.tcpdump("client-reply.pcap"):
        c = lab.client(1)
        c.command("SET", "a", "1")
        c.send("CLIENT", "REPLY", "OFF"); c.send("SET", "a", "2"); c.send("GET", "a")
        c.command("CLIENT", "REPLY", "ON"); c.command("GET", "a")
        c.send("CLIENT", "REPLY", "SKIP"); c.send("SET", "a", "3"); c.command("GET", "a")
        c.raw(b"".join(encode(w) for w in [
            ["PING"], ["CLIENT", "REPLY", "SKIP"], ["INCR", "a"], ["INCR", "a"], ["CLIENT", "REPLY", "ON"], ["ECHO", "end"],
        ]))
        c.replies(4)
        c.command("CLIENT", "ID"); c.close()


@capture
def inline(lab):
    """Inline commands as telnet sends them: quotes of both kinds, escapes, a bare line feed, blank lines, an empty
    multibulk; then one connection ended by unbalanced quotes, and a multibulk on the same connection as inline."""
    lab.redis(2, 6379)
    with lab.tcpdump("inline.pcap"):
        c = lab.client(1)
        for line in [b"PING\r\n", b"SET key value\r\n", b"get key\r\n", b'SET quoted "a \\x41\\n\\"b\\""\r\n', b"GET quoted\r\n",
                     b"SET 'single quoted' 'it\\'s'\r\n", b"GET  'single quoted'  \r\n", b"ECHO lf\n"]:
            c.raw(line); c.replies(1)
        c.raw(b"\r\n\r\n*0\r\nPING after-blank\r\n"); c.replies(1)
        c.raw(b'HSET user:3 email "joe@example.com" ssn 078-05-1120\r\n'); c.replies(1)
        c.command("GET", "key"); c.close()
        broken = lab.client(1)
        broken.raw(b'SET key "unbalanced\r\n'); broken.replies(1); broken.expect_close()


@capture
def auth(lab):
    """Logins of every form: AUTH with one and two words, HELLO AUTH SETNAME, wrong ones, RESET; NOAUTH and NOPERM;
    ACL SETUSER, ACL LIST, ACL GETUSER, CONFIG SET and GET requirepass, CONFIG SET masterauth. All passwords are fake."""
    lab.redis(2, 6379, "--requirepass", "hunter2-not-real", "--user", *"reader on >reader-pass-1 ~public:* +@read +@connection".split())
    with lab.tcpdump("auth.pcap"):
        c = lab.client(1)
        c.command("GET", "public:x"); c.command("AUTH", "wrong-guess"); c.command("AUTH", "hunter2-not-real")
        c.command("SET", "public:x", "1"); c.command("ACL", "WHOAMI")
        c.command("ACL", "SETUSER", "app", "on", ">app-pass-42", "~app:*", "+@all", "-@dangerous"); c.command("ACL", "LIST")
        c.command("ACL", "GETUSER", "app"); c.command("CONFIG", "GET", "requirepass")
        c.command("CONFIG", "SET", "requirepass", "changed-not-real", "masterauth", "master-pass-3"); c.command("ACL", "GENPASS")
        c.close()
        c = lab.client(1)
        c.command("AUTH", "reader", "wrong"); c.command("AUTH", "nobody", "wrong"); c.command("AUTH", "reader", "reader-pass-1")
        c.command("GET", "public:x"); c.command("SET", "public:x", "2"); c.command("GET", "private:x"); c.command("KEYS", "*")
        c.command("RESET"); c.command("GET", "public:x"); c.close()
        c = lab.client(1)
        c.command("HELLO", "3"); c.command("HELLO", "3", "AUTH", "app", "app-pass-42", "SETNAME", "billing")
        c.command("SET", "app:1", "x"); c.command("FLUSHALL"); c.command("CLIENT", "SETNAME", "billing-2"); c.command("CLIENT", "LIST")
        c.close()


@capture
def errors(lab):
    """An error of each class that one server can be made to send, and protocol errors, each of which ends its
    connection; an HTTP request sent to Redis."""
    lab.redis(2, 6379, "--maxmemory", "1mb", "--maxmemory-policy", "noeviction")
    lab.redis(3, 6379, "--replicaof", "10.9.0.99 6379", "--replica-serve-stale-data", "no")
    with lab.tcpdump("errors.pcap"):
        c = lab.client(1)
        c.command("SET", "s", "text")
        for line in ["LPUSH s x", "INCR s", "GET", "NOSUCH a b", "EVALSHA ffffffffffffffffffffffffffffffffffffffff 0",
                     "XGROUP CREATE st g $ MKSTREAM", "XGROUP CREATE st g $", "XREADGROUP GROUP none c STREAMS st >",
                     "EXEC", "RESTORE s 0 bad", "CLUSTER INFO", "CONFIG SET nosuch 1", "SELECT 99", "OBJECT FREQ s",
                     "SET s x EX 0", "DEBUG SLEEP 0", "FAILOVER", "CLIENT KILL ID 99999", "EVAL return{err='MYERR_own_text'} 0"]:
            c.command(*line.split())
        c.command("SET", "big", "x" * 1000); c.command("EVAL", "error('boom')", "0"); c.close()
        for raw in [b"*1\r\n$-5\r\n", b"*99999999999\r\n", b"*1\r\n:5\r\n", b"*2\r\n$3\r\nGET\r\n$999999999999\r\n"]:
            c = lab.client(1); c.raw(raw); c.replies(1); c.expect_close()
        c = lab.client(1); c.raw(b"POST /index HTTP/1.1\r\nHost: 10.9.0.2:6379\r\n\r\n"); c.expect_close()
        stale = lab.client(1, "10.9.0.3"); stale.command("GET", "s"); stale.command("SET", "s", "1"); stale.command("INFO", "replication")
        stale.close()
        lab.client(1).command("CONFIG", "SET", "maxmemory", "1"); c = lab.client(1); c.command("SET", "more", "x"); c.close()


@capture
def big_value(lab):
    """A value of 1,048,576 bytes set and read back, with small commands around it."""
    lab.redis(2, 6379)
    value = "".join(f"{n:07d} all work and no play makes a dull cache.\n" for n in range(22000))[:1 << 20]
    with lab.tcpdump("big-value.pcap", then="zstd"):
        c = lab.client(1)
        c.command("SET", "before", "1"); c.command("SET", "big", value); c.command("STRLEN", "big")
        c.command("GET", "big"); c.command("GET", "before"); c.close()


# ---------------------------------------------------------------- replication, cluster, Sentinel

def some_data(lab, host):
    """What the primary holds before a replica comes: the story's hash, 45 fake cards, every value type."""
    c = lab.client(host)
    c.command(*STORY[0].split())
    rng = random.Random(7)
    cards = [luhn("52" + "".join(str(rng.randrange(10)) for _ in range(13))) for _ in range(45)]
    for n, card in enumerate(cards[:40]):   # in a listpack: 64-bit integers in the RDB, digits nowhere
        c.command("HSET", f"customer:{n}:card", "ccn", card, "ccn_expire", "1228")
    for n, card in enumerate(cards[40:]):   # a string of digits in the RDB
        c.command("SET", f"card:{n}", card)
    c.command("RPUSH", "list", *[f"item-{n}" for n in range(50)]); c.command("SADD", "ints", *range(20))
    c.command("SADD", "names", "alice", "bob", "carol"); c.command("ZADD", "z", "1", "a", "2.5", "b")
    c.command("XADD", "stream", "1-1", "email", "mary@example.com"); c.command("SET", "compressible", "ab" * 500)
    c.command("SETEX", "session:1", "10000", "token-of-nobody"); c.command("SELECT", "4"); c.command("SET", "in-db-4", "x")
    c.close()


def replication(lab, name, diskless):
    lab.redis(2, 6379, "--repl-diskless-sync", diskless, "--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1",
              "--requirepass", "primary-pass-9")
    lab.default_auth = ["AUTH", "primary-pass-9"]
    some_data(lab, 2)
    with lab.tcpdump(f"{name}.pcap", filter="tcp port 6379 and host 10.9.0.2"):
        lab.redis(3, 6379, "--replicaof", "10.9.0.2 6379", "--masterauth", "primary-pass-9", "--repl-diskless-load",
                  "disabled", "--requirepass", "replica-pass-9")
        lab.until(lambda: b"master_link_status:up" in lab.ask(3, "INFO", "replication", auth="replica-pass-9"))
        c = lab.client(1)
        c.command("SET", "after", "the sync"); c.command("HSET", "user:9", "ssn", "078-05-1120", "email", "joe@example.com")
        c.command("MULTI"); c.command("INCR", "n"); c.command("INCR", "n"); c.command("EXEC")
        c.command("SELECT", "4"); c.command("SET", "in-db-4", "y"); c.command("WAIT", "1", "1000")
        # A dropped link comes back with a partial resynchronisation: +CONTINUE.
        c.command("CLIENT", "KILL", "TYPE", "REPLICA"); c.command("SET", "while", "away")
        lab.until(lambda: b"state=online" in lab.ask(2, "INFO", "replication", auth="primary-pass-9"))
        c.command("SET", "back", "again"); c.command("WAIT", "1", "1000"); time.sleep(1.2); c.close()


@capture
def replication_disk(lab):
    """AUTH, REPLCONF, PSYNC, a full sync with the RDB from disk ($len), the command stream, WAIT and its GETACK; the
    link cut and taken up again with +CONTINUE."""
    replication(lab, "replication-disk", "no")


@capture
def replication_diskless(lab):
    """The same with a diskless RDB ($EOF:)."""
    replication(lab, "replication-diskless", "yes")


@capture
def rdb_dump(lab):
    """redis-cli --rdb: the whole data set to a file, by SYNC."""
    lab.redis(2, 6379)
    some_data(lab, 2)
    with lab.tcpdump("rdb-dump.pcap"):
        lab.cli(1, "-h", "10.9.0.2", "--rdb", os.path.join(lab.dir, "dump.rdb"))


@capture
def cluster(lab):
    """Three masters on three hosts meeting, with their bus in the clear; a client that is sent elsewhere (MOVED), asked
    elsewhere (ASK), refused (CROSSSLOT) and tells all nodes by PUBLISH."""
    for host in (2, 3, 4):
        lab.redis(host, 7000, "--cluster-enabled", "yes", "--cluster-config-file", f"nodes-{host}.conf",
                  "--cluster-node-timeout", "5000")
    with lab.tcpdump("cluster.pcap", then="zstd"):
        lab.cli(1, "--cluster", "create", "10.9.0.2:7000", "10.9.0.3:7000", "10.9.0.4:7000", "--cluster-yes")
        c = lab.client(1, "10.9.0.2", 7000)
        for n in range(5):
            c.command("SET", f"{{user{n}}}:email", f"user{n}@example.com")
        c.command("MSET", "a", "1", "b", "2"); c.command("CLUSTER", "SHARDS"); c.command("CLUSTER", "KEYSLOT", "a")
        c.command("PUBLISH", "alerts", "call mary@example.com"); c.command("CLUSTER", "NODES")
        other = lab.client(1, "10.9.0.3", 7000); ids = dict((line.split()[1].split(b"@")[0], line.split()[0]) for line in c.last[2].splitlines())
        slot = 4000
        c.command("CLUSTER", "SETSLOT", slot, "MIGRATING", ids[b"10.9.0.3:7000"])
        other.command("CLUSTER", "SETSLOT", slot, "IMPORTING", ids[b"10.9.0.2:7000"])
        key = next(f"k{n}" for n in range(100000) if key_slot(f"k{n}") == slot)
        c.command("GET", key); other.command("ASKING"); other.command("SET", key, "moved"); time.sleep(1.0)
        c.close(); other.close()


@capture
def sentinel(lab):
    """A Sentinel watching a primary with a password and its replica; a client that asks it for the primary, subscribes
    to +switch-master and sets auth-pass."""
    lab.redis(2, 6379, "--requirepass", "primary-pass-9", "--masterauth", "primary-pass-9")
    lab.redis(3, 6379, "--replicaof", "10.9.0.2 6379", "--masterauth", "primary-pass-9", "--requirepass", "primary-pass-9")
    conf = os.path.join(lab.dir, "sentinel.conf")
    with open(conf, "w") as f:
        f.write("port 26379\nsentinel monitor shop 10.9.0.2 6379 1\nsentinel auth-pass shop primary-pass-9\n"
                "sentinel down-after-milliseconds shop 3000\nprotected-mode no\n")
    with lab.tcpdump("sentinel.pcap"):
        lab.server(4, [conf, "--sentinel"], 26379)
        c, sub = lab.client(1, "10.9.0.4", 26379), lab.client(1, "10.9.0.4", 26379)
        sub.send("SUBSCRIBE", "+switch-master"); sub.replies(1)
        c.command("PING"); c.command("SENTINEL", "get-master-addr-by-name", "shop"); c.command("SENTINEL", "MASTERS")
        c.command("SENTINEL", "SET", "shop", "auth-pass", "primary-pass-9"); c.command("SENTINEL", "CKQUORUM", "shop")
        time.sleep(2.5); c.command("SENTINEL", "REPLICAS", "shop"); c.close(); sub.close()


# ---------------------------------------------------------------- what a sniffer meets

@capture
def midstream(lab):
    """Capture begun in the middle of three connections: one idle between commands, one that waits in BLPOP, one
    subscriber; no handshake of any is seen."""
    lab.redis(2, 6379)
    a, b, s, pusher = (lab.client(1) for _ in range(4))
    a.command("SELECT", "2"); a.command("SET", "x", "1"); b.send("BLPOP", "queue", "5"); s.send("SUBSCRIBE", "news"); s.replies(1)
    pusher.command("PING")
    with lab.tcpdump("midstream.pcap"):
        a.command("GET", "x"); a.command("INCR", "x")
        pusher.command("RPUSH", "queue", "job-1"); b.replies(1); b.command("GET", "y")
        pusher.command("PUBLISH", "news", "hello"); s.replies(1)
        a.command("HSET", "user:5", "email", "joe@example.com")
    for c in (a, b, s, pusher):
        c.close()


@capture
def loss_wire(lab):
    """A wire between the sniffer and the server that loses every 7th data packet and swaps every 11th with the next: TCP
    sends again, and the capture, taken before the wire, shows the lost ones and the repeated ones."""
    lab.redis(2, 6379)
    with lab.bad_wire(lose=7, swap=11), lab.tcpdump("loss-wire.pcap", on=(0, "p1")):
        c = lab.client(1)
        for n in range(25):
            c.command("SET", f"key:{n}", f"value {n} " * 200); c.command("GET", f"key:{n}")
        c.close()


@capture
def disorder_wire(lab):
    """The same wire, but between the client and the sniffer: packets arrive late and in another order, and the capture
    shows what the server got."""
    lab.redis(2, 6379)
    with lab.bad_wire(lose=13, swap=3), lab.tcpdump("disorder-wire.pcap", on=(0, "p2")):
        c = lab.client(1)
        for n in range(20):
            c.command("SET", f"key:{n}", f"value {n} " * 400); c.command("GET", f"key:{n}")
        c.close()


@capture
def loss_capture(lab):
    """The sniffer lost packets: of a capture of pipelined commands and big values, ten data packets taken out afterwards
    by this script (every 6th that carries data, from the 12th on). The network lost nothing."""
    lab.redis(2, 6379)
    with lab.tcpdump("loss-capture.pcap", then=drop_packets):
        c = lab.client(1)
        c.pipeline([["SET", f"key:{n}", "v" * 40] for n in range(60)])
        c.command("SET", "big", "0123456789abcdef" * 1250)
        c.pipeline([["GET", f"key:{n}"] for n in range(60)])
        c.command("GET", "big"); c.command("GET", "key:1"); c.command("PING")
        for n in range(20):
            c.command("INCR", "n")
        c.close()


@capture
def snap_length(lab):
    """Taken with a snap length of 128 bytes: small commands whole, values cut."""
    lab.redis(2, 6379)
    with lab.tcpdump("snap-length.pcap", options=["-s", "128"]):
        c = lab.client(1)
        c.command("SET", "small", "1"); c.command("SET", "large", "x" * 4000); c.command("GET", "small")
        c.command("GET", "large"); c.command("PING"); c.close()


@capture
def ipv6(lab):
    """The story over IPv6, time stamps in nanoseconds."""
    lab.redis(2, 6379)
    with lab.tcpdump("ipv6.pcap", options=["--time-stamp-precision=nano"]):
        for line in STORY:
            lab.cli(1, "-h", "fd09::2", *line.split())


@capture
def port_9999(lab):
    """The story on port 9999: found by content."""
    lab.redis(2, 9999)
    with lab.tcpdump("port-9999.pcap"):
        for line in STORY:
            lab.cli(1, "-h", "10.9.0.2", "-p", "9999", *line.split())


@capture
def any_interface(lab):
    """The story taken with `tcpdump -i any` on the bridge's host: Linux cooked capture v2, each packet twice."""
    lab.redis(2, 6379)
    with lab.tcpdump("any-interface.pcap", on=(0, "any")):
        for line in STORY:
            lab.cli(1, "-h", "10.9.0.2", *line.split())


@capture
def two_interfaces(lab):
    """The story twice, over the bridge and over the server's loopback, taken on both and written into one pcapng by this
    script: two interfaces, one in micro- and one in nanoseconds; compressed with gzip."""
    lab.redis(2, 6379)
    with lab.tcpdump("two-interfaces.br0"), \
            lab.tcpdump("two-interfaces.lo", on=(2, "lo"), options=["--time-stamp-precision=nano"]):
        for line in STORY:
            lab.cli(1, "-h", "10.9.0.2", *line.split())
            lab.cli(2, *line.split())
    parts = [os.path.join(lab.into, f"two-interfaces.{device}") for device in ("br0", "lo")]
    whole = os.path.join(lab.into, "two-interfaces.pcapng")
    merge_to_pcapng(whole, parts, ["br0", "lo"])
    run("gzip", "-9", "-n", "-f", whole)
    for part in parts:
        os.unlink(part)


@capture
def vlan(lab):
    """The story inside VLAN 42: the tags are put into the frames afterwards by this script."""
    lab.redis(2, 6379)
    with lab.tcpdump("vlan.pcap", then=tag_frames):
        for line in STORY:
            lab.cli(1, "-h", "10.9.0.2", *line.split())


@capture
def mixed(lab):
    """A staging network for some seconds: `cart` in the clear and over TLS 1.3 with a replica in the clear, `session`
    over TLS 1.3 with client certificates and one client that speaks plaintext to it, `batch` over TLS 1.0."""
    clients = {name: f"10.20.{rest}" for name, rest in [
        ("checkout", "7.31"), ("web", "7.32"), ("web2", "7.33"), ("worker", "7.34"), ("old", "7.35"), ("wrong", "7.36"), ("admin", "1.5")]}
    servers = {"cart": (2, "10.20.4.11"), "replica": (3, "10.20.4.12"), "session": (4, "10.20.4.13"), "batch": (4, "10.20.4.14")}
    for address in clients.values():
        lab.address(1, address)
    for host, address in servers.values():
        lab.address(host, address)
    tls = ["--tls-cert-file", lab.pki["server.crt"], "--tls-key-file", lab.pki["server.key"], "--tls-ca-cert-file", lab.pki["ca.crt"]]
    lab.redis(2, 6379, "--tls-port", "6380", *tls, "--tls-auth-clients", "no", "--bind", "10.20.4.11", "--repl-diskless-sync", "yes",
              "--repl-diskless-sync-delay", "0", "--user", *"default on >cart-default-pw ~* &* +@all".split(),
              "--user", *"checkout on >checkout-pw-2026 ~* &* +@all -@dangerous".split(),
              "--user", *"replica on >replica-pw +psync +replconf +ping".split())
    lab.redis(4, 0, "--tls-port", "6379", *tls, "--tls-auth-clients", "yes", "--bind", "10.20.4.13")
    lab.redis(4, 0, "--tls-port", "6379", *tls, "--tls-auth-clients", "no", "--bind", "10.20.4.14", "--tls-protocols", "TLSv1",
              "--tls-ciphers", "DEFAULT:@SECLEVEL=0")
    rng = random.Random(2026)
    person = lambda n: (f"19{50 + n % 50}-0{1 + n % 9}-1{n % 10}", f"customer{n}@example.com", f"+1202555{1000 + n % 9000}")
    def connect(name, server, port, context=None):
        host, address = servers[server]
        return lab.client(1, address, port, source=clients[name], context=context)
    early = connect("web", "cart", 6380, lab.context())   # began before the capture
    early.command("AUTH", "checkout", "checkout-pw-2026")
    with lab.tcpdump("mixed.pcap", then="zstd"):
        shop = connect("checkout", "cart", 6379)
        shop.command("AUTH", "checkout", "checkout-pw-2026"); shop.command("CLIENT", "SETNAME", "checkout-api")
        shop.command("CLIENT", "SETINFO", "LIB-NAME", "redis-py"); shop.command("CLIENT", "SETINFO", "LIB-VER", "5.0.1")
        for n in range(40):
            card = luhn("52" + "".join(str(rng.randrange(10)) for _ in range(13)))
            shop.command("HSET", f"customer:{n}:card", "ccn", card, "ccn_expire", "1228", "cvv", f"{rng.randrange(1000):03d}")
            if n % 2:
                shop.command("HGETALL", f"customer:{n}:card")
        for n in range(30):
            born, email, phone = person(n)
            shop.command("HSET", f"profile:{n}", "birthdate", born, "email", email, "phone", phone)
            shop.command("SET", f"sess:{rng.randrange(1 << 64):016x}", f"profile:{n}", "EX", "600")
        lab.redis(3, 6379, "--bind", "10.20.4.12", "--replicaof", "10.20.4.11 6379", "--masteruser", "replica", "--masterauth", "replica-pw")
        lab.until(lambda: b"master_link_status:up" in lab.ask(3, "INFO", "replication", address="10.20.4.12"))
        # The replica says so before its primary does, and only then the stream begins.
        lab.until(lambda: b"state=online" in lab.ask(2, "INFO", "replication", auth="cart-default-pw", address="10.20.4.11"))
        worker = connect("worker", "cart", 6379)
        worker.command("AUTH", "cart-default-pw"); worker.command("CLIENT", "SETNAME", "rq-worker")
        for n in range(15):
            worker.command("LPUSH", "jobs", f'{{"url":"https://svc:pw{n:04d}x@billing.example.com/run","n":{n}}}')
            worker.command("RPOP", "jobs")
        for n in range(3):
            for name, port, server, context in [("web", 6380, "cart", lab.context()), ("web2", 6379, "session", lab.context(cert=True)),
                                                ("old", 6379, "batch", lab.context(version=ssl.TLSVersion.TLSv1))]:
                c = connect(name, server, port, context)
                if server == "cart":
                    c.command("AUTH", "checkout", "checkout-pw-2026")
                for i in range(8):
                    c.command("SET", f"{name}:{n}:{i}", "v" * 60); c.command("GET", f"{name}:{n}:{i}")
                c.close()
        for _ in range(2):
            wrong = connect("wrong", "session", 6379)
            wrong.raw(encode(["AUTH", "session-pw-in-clear"])); wrong.expect_close()
        early.command("PING")
        admin = connect("admin", "cart", 6379)
        admin.command("AUTH", "cart-default-pw"); admin.command("INFO", "server"); admin.command("KEYS", "profile:*"); admin.command("ACL", "LIST")
        eye = connect("admin", "cart", 6379)
        eye.command("AUTH", "default", "cart-default-pw"); eye.command("MONITOR")
        shop.command("HGET", "profile:3", "email"); eye.replies(1); worker.command("LLEN", "jobs"); eye.replies(1)
        admin.command("SLOWLOG", "GET", "2")
    for c in (early, shop, worker, admin, eye):
        c.close()


# ---------------------------------------------------------------- the lab

class Lab:
    """Four hosts on a bridge, for one capture."""

    def __init__(self, into):
        self.into, self.dir = into, tempfile.mkdtemp(prefix="rsn-")
        self.processes, self.default_auth, self.source_port = [], None, 40000
        self.names = [f"{PREFIX}-{n}" for n in range(5)]
        self.pki = {name: os.path.join(self.dir, name) for name in ["ca.crt", "server.crt", "server.key", "client.crt", "client.key"]}

    def __enter__(self):
        for n, name in enumerate(self.names):
            run("ip", "netns", "add", name)
            self.ns(n, "ip", "link", "set", "lo", "up")
            self.ns(n, "sysctl", "-qw", "net.ipv4.tcp_timestamps=1", "net.ipv6.conf.all.accept_dad=0", "net.ipv6.conf.default.accept_dad=0")
        self.ns(0, "ip", "link", "add", "br0", "type", "bridge", "mcast_snooping", "0")
        self.ns(0, "ip", "link", "set", "br0", "up")
        for n in range(1, 5):
            run("ip", "link", "add", f"p{n}", "netns", self.names[0], "type", "veth", "peer", "name", "eth0", "netns", self.names[n])
            self.ns(n, "ip", "link", "set", "eth0", "address", f"02:00:00:00:00:0{n}")
            self.ns(n, "ip", "addr", "add", f"10.9.0.{n}/24", "dev", "eth0")
            self.ns(n, "ip", "addr", "add", f"fd09::{n}/64", "dev", "eth0", "nodad")
            for host, device in ((n, "eth0"), (0, f"p{n}")):
                self.ns(host, "ethtool", "-K", device, "tso", "off", "gso", "off", "gro", "off", "tx", "off", "rx", "off",
                        "txvlan", "off", "rxvlan", "off")
            self.ns(n, "ip", "link", "set", "eth0", "up")
            self.ns(0, "ip", "link", "set", f"p{n}", "master", "br0", "up")
        make_pki(self.dir)
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.kill(); process.wait()
        for name in self.names:
            run("ip", "netns", "del", name)
        run("rm", "-rf", self.dir)

    def ns(self, host, *command):
        run("ip", "netns", "exec", self.names[host], *command)

    def address(self, host, address):
        self.ns(host, "ip", "addr", "add", f"{address}/16", "dev", "eth0")

    def redis(self, host, port, *options):
        address = options[options.index("--bind") + 1] if "--bind" in options else None
        data = tempfile.mkdtemp(dir=self.dir)
        bind = [] if address else ["--bind", "0.0.0.0", "::"]
        listening = port or int(options[options.index("--tls-port") + 1])
        self.server(host, ["--port", str(port), *bind, "--protected-mode", "no", "--save", "", "--dir", data, *options], listening, address)

    def server(self, host, arguments, port, address=None):
        log = open(os.path.join(self.dir, f"server-{host}-{port}.log"), "w")
        # By its whole path: INFO tells where the server's program is, else below the folder we were called in.
        redis = shutil.which("redis-server")
        self.processes.append(subprocess.Popen(["ip", "netns", "exec", self.names[host], redis, *arguments], stdout=log, stderr=log))
        def listens():
            out = subprocess.run(["ip", "netns", "exec", self.names[host], "ss", "-Hltn", f"sport = :{port}"], capture_output=True, text=True).stdout
            return (address or "") in out and out.strip()
        self.until(listens)

    def cli(self, host, *words):
        run("ip", "netns", "exec", self.names[host], "redis-cli", *words)

    def client(self, host, address=None, port=6379, source=None, context=None):
        self.source_port += 1
        with inside(self.names[host]):
            address = address or ("10.9.0.2" if host == 1 else "127.0.0.1")
            client = Client(address, port, (source or "", self.source_port), context)
        if self.default_auth:
            client.command(*self.default_auth)
        return client

    def ask(self, host, *words, auth=None, address="127.0.0.1"):
        """A command from the host to itself, which no capture on the bridge sees."""
        with inside(self.names[host]):
            client = Client(address, 6379, ("", 0), None)
        if auth:
            client.command("AUTH", auth)
        reply = client.command(*words)
        client.close()
        return reply if isinstance(reply, bytes) else b""

    def context(self, cert=False, version=ssl.TLSVersion.TLSv1_3):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if version == ssl.TLSVersion.TLSv1:
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version
        if cert:
            context.load_cert_chain(self.pki["client.crt"], self.pki["client.key"])
        return context

    @contextlib.contextmanager
    def tcpdump(self, name, on=(0, "br0"), filter="tcp", options=(), then=None):
        path = os.path.join(self.into, name)
        host, device = on
        process = subprocess.Popen(["ip", "netns", "exec", self.names[host], "tcpdump", "-i", device, "-U", "-B", "65536", "-s", "0", *options,
                                    "-w", path, filter], stderr=subprocess.PIPE, text=True)
        self.processes.append(process)
        line = process.stderr.readline()
        while "listening" not in line:
            assert line, "tcpdump did not start"
            line = process.stderr.readline()
        time.sleep(0.2)
        yield
        time.sleep(1.5)   # longer than the kernel keeps a block open
        process.send_signal(signal.SIGINT)
        report = process.communicate()[1]
        assert "0 packets dropped by kernel" in report, report
        if callable(then):
            then(path)
        elif then == "zstd":
            run("zstd", "-q", "-19", "--rm", "-f", path); path += ".zst"
        size = os.path.getsize(path)
        os.chmod(path, 0o644); os.chown(path, 0, 0)
        assert size < 200_000, f"{path}: {size} bytes"
        print(f"{os.path.basename(path):32} {size:7} bytes  {report.split(' packets captured')[0].split()[-1]:>5} packets")

    @contextlib.contextmanager
    def bad_wire(self, lose, swap):
        """Hosts 1 and 2 no longer on the bridge but joined by this function, which carries frames from one to the other
        and loses every `lose`th that has TCP data and sends every `swap`th after the one that follows it."""
        sockets = []
        for port in ("p1", "p2"):
            self.ns(0, "ip", "link", "set", port, "nomaster")
            with inside(self.names[0]):
                sockets.append(socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)))
            sockets[-1].bind((port, 0))
        stop = threading.Event()
        def carry():
            seen, waiting = 0, None
            while not stop.is_set():
                for source in select.select(sockets, [], [], 0.1)[0]:
                    frame, address = source.recvfrom(65535)
                    if address[2] == socket.PACKET_OUTGOING:
                        continue
                    out = sockets[1 - sockets.index(source)]
                    if frame[12:14] == b"\x08\x00" and len(frame) > 200:
                        seen += 1
                        if seen % lose == 0:
                            continue
                        if seen % swap == 0 and waiting is None:
                            waiting = (out, frame)
                            continue
                    out.send(frame)
                    if waiting:
                        waiting[0].send(waiting[1])
                        waiting = None
        carrier = threading.Thread(target=carry)
        carrier.start()
        try:
            yield
        finally:
            stop.set()
            carrier.join()
            for one in sockets:
                one.close()

    def until(self, condition):
        for _ in range(200):
            with contextlib.suppress(OSError):
                if condition():
                    return
            time.sleep(0.05)
        raise TimeoutError("waited ten seconds for " + inspect.getsource(condition).strip())


class Client:
    """A Redis client that does nothing by itself."""

    def __init__(self, address, port, source, context):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.settimeout(10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((source[0], source[1] if source[1] else 0))
        self.socket.connect((address, port))
        if context:
            self.socket = context.wrap_socket(self.socket)
        self.reader, self.last = self.socket.makefile("rb"), None

    def raw(self, data):
        self.socket.sendall(data)

    def send(self, *words):
        self.raw(encode(words))

    def command(self, *words):
        self.send(*words)
        return self.replies(1)

    def pipeline(self, commands, cut=None):
        data = b"".join(encode(words) for words in commands)
        for at in range(0, len(data), cut or len(data)):
            self.raw(data[at:at + (cut or len(data))])
            if cut:
                time.sleep(0.0003)   # a write of its own, not joined with the next
        self.replies(len(commands))

    def replies(self, count):
        """Reads `count` messages; a push that comes first is kept aside for `push`."""
        for _ in range(count):
            value = read_message(self.reader)
            self.last = (self.last or (None,) * 3)[1:] + (value,)
        return value

    def push(self):
        assert isinstance(read_message(self.reader), list)

    def expect_close(self):
        with contextlib.suppress(ConnectionError):
            while self.socket.recv(4096):
                pass
        self.socket.close()

    def close(self):
        self.reader.close()
        self.socket.close()


def encode(words):
    words = [w if isinstance(w, bytes) else str(w).encode() for w in words]
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in words)


def read_message(reader):
    line = reader.readline()
    if not line:
        raise ConnectionError("closed")
    kind, rest = line[:1], line[1:-2]
    if kind in b"$=!":
        if rest == b"-1":
            return None
        data = reader.read(int(rest) + 2)
        return data[:-2]
    if kind in b"*~>%|":
        if rest == b"-1":
            return None
        items = [read_message(reader) for _ in range(int(rest) * (2 if kind in b"%|" else 1))]
        return read_message(reader) if kind == b"|" else items
    return rest


def luhn(digits):
    """`digits` with the check digit that makes it pass."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 - place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return digits + str(-total % 10)


def key_slot(key):
    crc = 0
    for byte in key.encode():
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc % 16384


def drop_packets(path):
    """Takes every 6th packet that carries data out of an Ethernet capture, from the 12th on, ten in all."""
    data = open(path, "rb").read()
    kept, at, seen, dropped = [data[:24]], 24, 0, 0
    while at < len(data):
        length = struct.unpack_from("<I", data, at + 8)[0]
        frame = data[at + 16:at + 16 + length]
        payload = struct.unpack_from(">H", frame, 16)[0] - 20 - (frame[46] >> 4) * 4
        seen += payload > 0
        if payload > 0 and seen >= 12 and (seen - 12) % 6 == 0 and dropped < 10:
            dropped += 1
        else:
            kept.append(data[at:at + 16 + length])
        at += 16 + length
    assert dropped == 10, dropped
    open(path, "wb").write(b"".join(kept))


def tag_frames(path):
    """Puts an 802.1Q tag for VLAN 42 into every frame of an Ethernet capture."""
    data = open(path, "rb").read()
    out, at = [data[:24]], 24
    while at < len(data):
        seconds, micros, kept, wire = struct.unpack_from("<IIII", data, at)
        frame = data[at + 16:at + 16 + kept]
        out.append(struct.pack("<IIII", seconds, micros, kept + 4, wire + 4) + frame[:12] + b"\x81\x00\x00\x2a" + frame[12:])
        at += 16 + kept
    open(path, "wb").write(b"".join(out))


def merge_to_pcapng(path, parts, names):
    """Classic captures to one pcapng, an interface each, packets in the order of time."""
    def block(kind, body):
        body += b"\0" * (-len(body) % 4)
        return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
    def option(code, value):
        return struct.pack("<HH", code, len(value)) + value + b"\0" * (-len(value) % 4)
    out = [block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))]
    packets = []
    for interface, (part, name) in enumerate(zip(parts, names)):
        data, at = open(part, "rb").read(), 24
        magic, link = struct.unpack_from("<I", data)[0], struct.unpack_from("<I", data, 20)[0]
        digits = 9 if magic == 0xA1B23C4D else 6
        out.append(block(1, struct.pack("<HHI", link, 0, 262144) + option(2, name.encode()) + option(9, bytes([digits])) + option(0, b"")))
        while at < len(data):
            seconds, part_second, kept, wire = struct.unpack_from("<IIII", data, at)
            ticks = seconds * 10 ** digits + part_second
            packets.append((ticks * 10 ** (9 - digits), interface, ticks, wire, data[at + 16:at + 16 + kept]))
            at += 16 + kept
    for _, interface, ticks, wire, frame in sorted(packets, key=lambda p: p[0]):
        out.append(block(6, struct.pack("<IIIII", interface, ticks >> 32, ticks & 0xFFFFFFFF, len(frame), wire) + frame))
    open(path, "wb").write(b"".join(out))


def make_pki(folder):
    """A CA, a server and a client certificate, for this run only."""
    def openssl(*words):
        run("openssl", *words, cwd=folder)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.crt", "-days", "3650", "-subj", "/CN=Throw-away CA")
    for name, usage in (("server", "serverAuth"), ("client", "clientAuth")):
        extensions = os.path.join(folder, "extensions")
        with open(extensions, "w") as f:
            f.write(f"extendedKeyUsage={usage}\nsubjectAltName=DNS:{name}.example.com,IP:10.9.0.2\n")
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}.example.com")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-out", f"{name}.crt",
                "-days", "365", "-extfile", extensions)


@contextlib.contextmanager
def inside(namespace):
    """What opens a socket in here opens it in that network namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    def enter(path):
        with open(path) as f:
            if libc.setns(f.fileno(), 0x40000000):   # CLONE_NEWNET
                raise OSError(ctypes.get_errno(), "setns")
    home = f"/proc/self/task/{threading.get_native_id()}/ns/net"
    with open(home) as back:
        enter(f"/run/netns/{namespace}")
        try:
            yield
        finally:
            if libc.setns(back.fileno(), 0x40000000):
                raise OSError(ctypes.get_errno(), "setns")


def run(*command, cwd=None):
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout}{done.stderr}")


def main():
    parser = argparse.ArgumentParser(description="Makes the captures of this folder again.")
    parser.add_argument("--into", default=HERE, help="where to write them [default: this folder]")
    parser.add_argument("--list", action="store_true", help="name them and stop")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    warnings.filterwarnings("ignore", category=DeprecationWarning)   # TLS 1.0 is spoken on purpose
    if options.list:
        for name, function in CAPTURES.items():
            print(f"{name:24} {' '.join(function.__doc__.split())}")
        return
    if os.geteuid():
        sys.exit("needs root: network namespaces and tcpdump")
    os.makedirs(options.into, exist_ok=True)
    for name in options.names or CAPTURES:
        with Lab(os.path.abspath(options.into)) as lab:
            CAPTURES[name](lab)


if __name__ == "__main__":
    main()
