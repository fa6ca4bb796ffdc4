import { assertEquals } from "@std/assert";
import { Kind } from "./kind.ts";
import { ProbeBatch } from "./probe_batch.ts";
import { Reply } from "./reply.ts";
import { Resets } from "./resets.ts";

/** A SYN-ACK that acknowledges `token` + 1. */
function synAck(port: number, token: number): Reply {
  const reply = new Reply();
  reply.target = 3;
  reply.port = port;
  reply.localPort = 61_000;
  reply.token = token;
  return reply;
}

Deno.test("Resets.poll() appends a RST with the number that the target expects", () => {
  const resets = new Resets();
  resets.add(synAck(80, 0xffff_ffff));
  const batch = new ProbeBatch(4);
  resets.poll(batch);
  assertEquals(batch.count, 1);
  const { kind, target, port, localPort, token } = batch;
  assertEquals([kind[0], target[0], port[0], localPort[0]], [Kind.RST, 3, 80, 61_000]);
  assertEquals(token[0], 0);
  resets.poll(batch);
  assertEquals(batch.count, 1);
});

Deno.test("Resets.add() leaves out what it cannot hold, poll() what does not fit", () => {
  const resets = new Resets();
  for (let port = 1; port <= 100; port++) resets.add(synAck(port, port));
  const batch = new ProbeBatch(128);
  batch.limit = 10;
  resets.poll(batch);
  assertEquals(batch.count, 10);
  batch.limit = 128;
  resets.poll(batch);
  assertEquals(batch.count, 64);
});
