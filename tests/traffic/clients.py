"""One ordinary day of redis-py or Celery; see clients.sh."""
import os, subprocess, sys, threading, time


def redis_py(protocol):
    import redis
    pool = redis.ConnectionPool(host="127.0.0.1", port=6379, protocol=protocol, client_name="day-of-redis-py", max_connections=8)
    r = redis.Redis(connection_pool=pool)
    for n in range(200):
        r.hset(f"user:{n}", mapping={"email": f"user{n}@example.com", "visits": n, "note": "ü" * (n % 50)})
        r.hgetall(f"user:{n}")
        r.set(f"bytes:{n}", os.urandom(n * 7), ex=60)
        r.get(f"bytes:{n}")
    with r.pipeline(transaction=True) as p:
        for n in range(100):
            p.incr("counter").zadd("board", {f"player{n}": n})
        p.execute()
    with r.pipeline(transaction=False) as p:
        for n in range(500):
            p.get(f"user:{n}")
            p.hget(f"user:{n % 200}", "email")
        p.execute(raise_on_error=False)
    r.zrange("board", 0, -1, withscores=True)
    r.xadd("stream", {"a": 1, "b": "two"}); r.xgroup_create("stream", "g", id="0"); r.xreadgroup("g", "me", {"stream": ">"})
    r.register_script("return {KEYS[1], ARGV[1], 3.5, false}")(keys=["k"], args=["v"])
    seen = []
    with r.pubsub() as listener:
        listener.subscribe("news"); listener.psubscribe("order.*")
        time.sleep(0.2)
        for n in range(50):
            r.publish("news", f"item {n}"); r.publish(f"order.{n}", "x" * n)
        until = time.time() + 5
        while len(seen) < 102 and time.time() < until:
            message = listener.get_message(timeout=0.2)
            if message:
                seen.append(message)
    assert len(seen) == 102, len(seen)

    def work(k):
        for n in range(100):
            r.lpush("queue", f"{k}:{n}"); r.brpop("queue", timeout=1)
    threads = [threading.Thread(target=work, args=(k,)) for k in range(6)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    for k in r.scan_iter("user:*", count=50):
        r.type(k)
    r.set("big", b"0123456789" * 300_000); assert len(r.get("big")) == 3_000_000
    try:
        r.lpush("counter", "wrong type")
    except redis.ResponseError:
        pass


def celery_day():
    with open("tasks.py", "w") as f:
        f.write("from celery import Celery\n"
                "app = Celery('tasks', broker='redis://127.0.0.1:6379/0', backend='redis://127.0.0.1:6379/1')\n"
                "@app.task\ndef add(x, y):\n    return x + y\n")
    worker = subprocess.Popen([sys.executable, "-m", "celery", "-A", "tasks", "worker", "--concurrency=2", "--loglevel=WARNING"])
    try:
        sys.path.insert(0, ".")
        import tasks
        time.sleep(3)
        results = [tasks.add.delay(n, n) for n in range(100)]
        assert [r.get(timeout=30) for r in results] == [2 * n for n in range(100)]
    finally:
        worker.terminate(); worker.wait(timeout=20)


if __name__ == "__main__":
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    celery_day() if sys.argv[1] == "celery" else redis_py(int(sys.argv[1][-1]))
