// One ordinary day of node-redis, ioredis or BullMQ; see clients.sh.
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

async function nodeRedis() {
  const { createClient } = await import("redis");
  const client = await createClient({ url: "redis://127.0.0.1:6379", name: "day-of-node-redis" }).connect();
  for (let n = 0; n < 200; n++) {
    await client.hSet(`user:${n}`, { email: `user${n}@example.com`, visits: n });
    await client.hGetAll(`user:${n}`);
  }
  await Promise.all(Array.from({ length: 500 }, (_, n) => client.set(`key:${n}`, "v".repeat(n))));
  await Promise.all(Array.from({ length: 500 }, (_, n) => client.get(`key:${n}`)));
  await client.multi().incr("counter").zAdd("board", { score: 1.5, value: "a" }).get("none").exec();
  const listener = client.duplicate();
  await listener.connect();
  let seen = 0;
  await listener.subscribe("news", () => seen++);
  await listener.pSubscribe("order.*", () => seen++);
  for (let n = 0; n < 50; n++) {
    await client.publish("news", `item ${n}`);
    await client.publish(`order.${n}`, "x".repeat(n));
  }
  while (seen < 100) await sleep(10);
  await listener.unsubscribe("news");
  await client.lPush("counter", "wrong type").catch(() => {});
  for await (const keys of client.scanIterator({ MATCH: "user:*", COUNT: 50 })) void keys;
  listener.destroy();
  await client.quit();
}

async function ioredis() {
  const { default: Redis } = await import("ioredis");
  const redis = new Redis({ connectionName: "day-of-ioredis" });
  for (let n = 0; n < 200; n++) {
    await redis.hset(`user:${n}`, "email", `user${n}@example.com`, "bytes", randomBytes(n));
    await redis.hgetallBuffer(`user:${n}`);
  }
  const pipeline = redis.pipeline();
  for (let n = 0; n < 500; n++) pipeline.set(`key:${n}`, "v".repeat(n)).get(`key:${n}`);
  await pipeline.exec();
  await redis.multi().incr("counter").zadd("board", 1, "a").lpush("counter", "x").exec().catch(() => {});
  redis.defineCommand("echo2", { numberOfKeys: 1, lua: "return {KEYS[1], ARGV[1]}" });
  await redis.echo2("k", "v");
  await redis.echo2("k", "w");
  const listener = redis.duplicate();
  let seen = 0;
  listener.on("message", () => seen++).on("pmessage", () => seen++);
  await listener.subscribe("news");
  await listener.psubscribe("order.*");
  for (let n = 0; n < 50; n++) {
    await redis.publish("news", `item ${n}`);
    await redis.publish(`order.${n}`, "x");
  }
  while (seen < 100) await sleep(10);
  for await (const keys of redis.scanStream({ match: "user:*", count: 50 })) void keys;
  listener.disconnect();
  await redis.quit();
}

async function bullmq() {
  const { Queue, Worker } = await import("bullmq");
  const connection = { host: "127.0.0.1", port: 6379 };
  const queue = new Queue("mail", { connection });
  let done = 0;
  const worker = new Worker("mail", async (job) => `sent to ${job.data.to}`, { connection, concurrency: 4 });
  worker.on("completed", () => done++);
  await queue.addBulk(Array.from({ length: 100 }, (_, n) => ({ name: "welcome", data: { to: `user${n}@example.com` } })));
  for (let n = 0; n < 50; n++) await queue.add("single", { to: `one${n}@example.com` }, { delay: n % 5, priority: (n % 3) + 1 });
  while (done < 150) await sleep(20);
  await queue.getJobCounts();
  await worker.close();
  await queue.close();
}

await { "node-redis": nodeRedis, ioredis, bullmq }[process.argv[2]]();
process.exit(0);
