#!/usr/bin/env bash
# Redis's own test suite as traffic: runs it against Debian's redis-server as an external server and keeps what went
# over the wire. Then `compare.py` holds resp-sniff's reading of it against an independent one.
#
#   sudo tests/traffic/redis-test-suite.sh DIR [unit/protocol unit/type/hash ...]
#
# Everything happens in a network namespace of its own, on its loopback. The suite comes from Debian's source package (its
# deb-src lists are fetched into DIR; the machine's own apt configuration is left alone). Needs, beside root:
# redis-server redis-tools tcpdump iproute2 tcl dpkg-dev. Writes DIR/UNIT.pcap, one a unit, some of them large.
set -euo pipefail
dir=$(mkdir -p "$1" && cd "$1" && pwd)
shift
units=("$@")
if [ ${#units[@]} = 0 ]; then
  units=(unit/protocol unit/auth unit/acl unit/keyspace unit/scan unit/expire unit/quit unit/info unit/multi unit/pubsub
    unit/pubsubshard unit/tracking unit/introspection unit/introspection-2 unit/scripting unit/functions unit/sort
    unit/bitops unit/bitfield unit/geo unit/hyperloglog unit/dump unit/limits unit/querybuf unit/slowlog unit/other
    unit/type/string unit/type/incr unit/type/list unit/type/list-2 unit/type/set unit/type/zset unit/type/hash
    unit/type/stream unit/type/stream-cgroups)
fi

fetch() {
  mkdir -p "$dir/apt/lists/partial" "$dir/apt/parts"
  cat /etc/apt/sources.list.d/*.sources /dev/null | sed 's/^Types: deb$/Types: deb-src/' >"$dir/apt/parts/src.sources"
  sed -n 's/^deb /deb-src /p' /etc/apt/sources.list 2>/dev/null >"$dir/apt/parts/src.list" || true
  local options=(-o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$dir/apt/parts" -o "Dir::State::Lists=$dir/apt/lists")
  apt-get "${options[@]}" update -q >/dev/null || true
  (cd "$dir" && apt-get "${options[@]}" source -q --download-only redis >/dev/null && tar xzf redis_*.orig.tar.gz)
}
suite=$(echo "$dir"/redis-*/runtest)
if [ ! -x "$suite" ]; then
  fetch
  suite=$(echo "$dir"/redis-*/runtest)
fi
# The suite calls its own tree's programs for a few tests.
for program in redis-server redis-cli redis-benchmark; do ln -sf "$(command -v "$program")" "$(dirname "$suite")/src/$program"; done

ns=rsn-suite-$$
data=$(mktemp -d)
ip netns add "$ns"
in_ns() { ip netns exec "$ns" "$@"; }
in_ns ip link set lo up
trap 'ip netns pids "$ns" | xargs -r kill 2>/dev/null || true; sleep 0.3; ip netns del "$ns"; rm -rf "$data"' EXIT
in_ns redis-server --port 6379 --save '' --dir "$data" --enable-debug-command yes --enable-protected-configs yes \
  --daemonize yes --pidfile "$data/pid" --logfile "$data/log" >/dev/null
sleep 0.5
for unit in "${units[@]}"; do
  name=${unit//\//-}
  # Not through the function: $! must be tcpdump itself. It ends cleanly on SIGTERM; a background job ignores SIGINT.
  ip netns exec "$ns" tcpdump -i lo -s 0 -B 262144 -w "$dir/$name.pcap" tcp port 6379 2>"$dir/$name.tcpdump" &
  tcpdump=$!
  sleep 1
  (cd "$(dirname "$suite")" && timeout 300 ip netns exec "$ns" ./runtest --host 127.0.0.1 --port 6379 --single "$unit" \
    --tags -needs:repl --tags -slow) >"$dir/$name.log" 2>&1 || true
  sleep 2
  kill "$tcpdump"
  wait "$tcpdump" || true
  printf '%-24s %4s tests passed, %9s packets, %s dropped\n' "$unit" "$(grep -c 'ok.*\]: ' "$dir/$name.log" || true)" \
    "$(sed -n 's/ packets captured//p' "$dir/$name.tcpdump")" "$(sed -n 's/ packets dropped by kernel//p' "$dir/$name.tcpdump")"
done
