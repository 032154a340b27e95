#!/usr/bin/env bash
# Client libraries as traffic: redis-py (RESP2 and RESP3), node-redis, ioredis, BullMQ and Celery each do an ordinary day's work
# against Debian's redis-server, under tcpdump; `compare.py` then holds resp-sniff's reading against an independent one.
#
#   sudo tests/traffic/clients.sh DIR [redis-py-2 redis-py-3 node-redis ioredis bullmq celery]
#
# Libraries are installed into DIR, by pip and npm; the traffic stays on the loopback of a network namespace of its own.
# Needs, beside root: redis-server tcpdump iproute2 python3-venv nodejs npm. Writes DIR/NAME.pcap.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mkdir -p "$1" && cd "$1" && pwd)
shift
names=("$@")
if [ ${#names[@]} = 0 ]; then names=(redis-py-2 redis-py-3 node-redis ioredis bullmq celery); fi
[ -d "$dir/venv" ] || { python3 -m venv "$dir/venv" && "$dir/venv/bin/pip" install -q redis hiredis 'celery[redis]'; }
[ -d "$dir/node_modules" ] || (cd "$dir" && npm install --silent --no-fund --no-audit --prefix "$dir" redis ioredis bullmq >/dev/null)
cp "$here/clients.mjs" "$here/clients.py" "$dir/"

ns=rsn-clients-$$
data=$(mktemp -d)
ip netns add "$ns"
ip netns exec "$ns" ip link set lo up
trap 'ip netns pids "$ns" | xargs -r kill 2>/dev/null || true; sleep 0.3; ip netns del "$ns"; rm -rf "$data"' EXIT
ip netns exec "$ns" redis-server --port 6379 --save '' --dir "$data" --daemonize yes --logfile "$data/log" >/dev/null
sleep 0.5
for name in "${names[@]}"; do
  ip netns exec "$ns" redis-cli FLUSHALL >/dev/null
  ip netns exec "$ns" tcpdump -i lo -s 0 -B 65536 -w "$dir/$name.pcap" tcp port 6379 2>"$dir/$name.tcpdump" &
  tcpdump=$!
  sleep 1
  case $name in
    redis-py-* | celery) timeout 90 ip netns exec "$ns" "$dir/venv/bin/python" "$dir/clients.py" "$name" >"$dir/$name.log" 2>&1 || echo "$name failed: $dir/$name.log" ;;
    *) (cd "$dir" && timeout 90 ip netns exec "$ns" node clients.mjs "$name") >"$dir/$name.log" 2>&1 || echo "$name failed: $dir/$name.log" ;;
  esac
  sleep 2
  kill "$tcpdump"
  wait "$tcpdump" || true
  printf '%-12s %9s packets, %s dropped\n' "$name" "$(sed -n 's/ packets\{0,1\} captured//p' "$dir/$name.tcpdump")" \
    "$(sed -n 's/ packets dropped by kernel//p' "$dir/$name.tcpdump")"
done
