/** The lab itself: it is what it says, and nothing of it is left afterwards. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { runSystem } from "./command.ts";
import { HOST_ADDRESS, Lab, MIXED_HOST } from "./lab.ts";
import { labTest } from "./lab_test_case.ts";
import { removeLeftovers } from "./netns.ts";

labTest("the host answers echo, and there is no route to anywhere else", async (lab) => {
  assertEquals((await lab.run(["ip", "route", "get", HOST_ADDRESS])).code, 0);
  const elsewhere = await lab.run(["ip", "route", "get", "203.0.113.1"]);
  assertStringIncludes(elsewhere.stderr, "unreachable");
  assertEquals(lab.scanner.ip("route show default"), "");
  assertEquals(lab.host.ip("route show default"), "");
});

labTest("listeners and rules are those of the plan", async (lab) => {
  const sockets = await lab.host.run(["ss", "-Htln"]);
  for (const port of MIXED_HOST.open) assertStringIncludes(sockets.stdout, `:${port} `);
  const rules = await lab.host.run(["nft", "list", "ruleset"]);
  assertMatch(rules.stdout, /1000-1999.* drop/);
});

labTest("namespaces are gone after it, those of dead processes at the next start", async (lab) => {
  const names = [lab.scanner.name, lab.host.name];
  await lab[Symbol.asyncDispose]();
  // Process ids end below 2^22 on Linux, so this one is nobody's.
  runSystem(["ip", "netns", "add", "pblab4194305-host"]);
  assertEquals(removeLeftovers().includes("pblab4194305-host"), true);
  const left = runSystem(["ip", "netns", "list"]);
  for (const name of [...names, "pblab4194305-host"]) assertEquals(left.includes(name), false);
});

labTest("a lab that cannot be finished leaves nothing", async (lab) => {
  await lab[Symbol.asyncDispose]();
  const plan = { ...MIXED_HOST, dropped: [[2, 1]] } as const;
  const failure = await Lab.open({ plan }).then(() => "built", String);
  assertStringIncludes(failure, "nft:");
  assertEquals(runSystem(["ip", "netns", "list"]).includes(`pblab${Deno.pid}-`), false);
});
