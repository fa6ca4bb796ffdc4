import { assertRejects } from "@std/assert";
import { runSystem } from "./command.ts";
import { findObstacle } from "./preflight.ts";
import { Teardown } from "./teardown.ts";

/** Runs until the word it is given is no longer 0; says when it has begun. */
const LOOP = `onmessage = ({ data }) => {
  const word = new Int32Array(data);
  postMessage("begun");
  while (Atomics.load(word, 0) === 0);
  close();
}`;

Deno.test("Teardown.prove() is content when there is what was there before", async () => {
  const child = new Deno.Command("sleep", { args: ["60"] }).spawn();
  await new Teardown().prove(0);
  child.kill();
  await child.status;
});

Deno.test("Teardown.prove() complains about a process, until it has ended", async () => {
  const teardown = new Teardown();
  const child = new Deno.Command("sleep", { args: ["60"] }).spawn();
  await assertRejects(() => teardown.prove(0), Error, `process ${child.pid} (`);
  child.kill();
  await child.status;
  await teardown.prove();
});

Deno.test("Teardown.prove() complains about a process that has lost its parent", async () => {
  const teardown = new Teardown();
  const pid = runSystem(["sh", "-c", "sleep 60 >&- 2>&- & echo $!"]).trim();
  await assertRejects(() => teardown.prove(0), Error, `process ${pid} (sleep)`);
  Deno.kill(Number(pid), "SIGKILL");
  await teardown.prove();
});

Deno.test("Teardown.prove() complains about a worker that does not end", async () => {
  const teardown = new Teardown();
  const word = new Int32Array(new SharedArrayBuffer(4));
  const url = `data:application/javascript,${encodeURIComponent(LOOP)}`;
  const worker = new Worker(url, { type: "module" });
  worker.postMessage(word.buffer);
  await new Promise((resolve) => worker.onmessage = resolve);
  // What is in a loop goes on after this.
  worker.terminate();
  await assertRejects(() => teardown.prove(0), Error, "thread worker-");
  Atomics.store(word, 0, 1);
  await teardown.prove();
});

Deno.test({
  name: "Teardown.prove() complains about a namespace",
  ignore: findObstacle() !== undefined,
  fn: async () => {
    const teardown = new Teardown();
    const name = `pblab${Deno.pid}-left`;
    runSystem(["ip", "netns", "add", name]);
    await assertRejects(() => teardown.prove(0), Error, `namespace ${name}`);
    runSystem(["ip", "netns", "delete", name]);
    await teardown.prove();
  },
});
