import { assertEquals, assertRejects } from "@std/assert";
import { parseAddress } from "wire/address.ts";
import { LinkError } from "./link.ts";
import type { TargetSet } from "./target_set.ts";
import { resolveTargets, type TargetRequest } from "./targets.ts";

/** A resolver that knows three names. */
function resolve(name: string): Promise<Uint8Array[]> {
  const known: Record<string, string[]> = {
    "both.invalid": ["2001:db8::7", "192.0.2.7"],
    "six.invalid": ["2001:db8::6"],
    "four.invalid": ["192.0.2.4"],
  };
  const addresses = known[name];
  if (addresses === undefined) return Promise.reject(new Error("no such name"));
  return Promise.resolve(addresses.map((text) => parseAddress(text)!));
}

async function targetsOf(
  words: string[],
  rest: Partial<TargetRequest> = {},
): Promise<{ ips: string[]; set: TargetSet; notes: string[] }> {
  const { targets, notes } = await resolveTargets({ words, resolve, ...rest });
  const ips = Array.from({ length: targets.size }, (_, place) => targets.at(place).ip);
  return { ips, set: targets, notes };
}

Deno.test("resolveTargets() takes the first IPv4 address of a name, or what is asked", async () => {
  const { ips, set } = await targetsOf(["both.invalid", "192.0.2.7", "192.0.2.8"]);
  assertEquals(ips, ["192.0.2.7", "192.0.2.8"]);
  assertEquals(set.at(0).name, "both.invalid");
  assertEquals((await targetsOf(["both.invalid"], { family: "ipv6" })).ips, ["2001:db8::7"]);
  assertEquals((await targetsOf(["six.invalid"])).ips, ["2001:db8::6"]);
});

Deno.test("resolveTargets() takes away what is excluded, names as well", async () => {
  const excluded = ["192.0.2.0/30", "four.invalid"];
  assertEquals((await targetsOf(["192.0.2.0/29"], { excluded })).ips, [
    "192.0.2.5",
    "192.0.2.6",
    "192.0.2.7",
  ]);
  await assertRejects(
    () => targetsOf(["192.0.2.1"], { excluded }),
    LinkError,
    "every target is excluded",
  );
});

Deno.test("resolveTargets() refuses reserved blocks unless told otherwise", async () => {
  for (const word of ["0.0.0.0/0", "224.0.0.1", "255.255.255.255", "223.255.255.0-224.0.0.0"]) {
    await assertRejects(() => targetsOf([word]), RangeError, "--allow-reserved");
  }
  assertEquals((await targetsOf(["224.0.0.1"], { allowReserved: true })).ips, ["224.0.0.1"]);
});

Deno.test("resolveTargets() leaves own addresses out of blocks, and says so", async () => {
  const ownAddresses = [parseAddress("192.0.2.1")!, parseAddress("127.0.0.1")!];
  const { ips, notes } = await targetsOf(["192.0.2.0/30"], { ownAddresses });
  assertEquals([ips, notes.length], [["192.0.2.0", "192.0.2.2", "192.0.2.3"], 1]);
  for (const words of [["192.0.2.1"], ["192.0.2.0/30", "192.0.2.1"]]) {
    assertEquals((await targetsOf(words, { ownAddresses })).notes, []);
  }
});

Deno.test("resolveTargets() says which name does not resolve", async () => {
  await assertRejects(
    () => targetsOf(["gone.invalid"]),
    LinkError,
    'Cannot find "gone.invalid": the name does not resolve (no such name)',
  );
  await assertRejects(
    () => targetsOf(["six.invalid"], { family: "ipv4" }),
    LinkError,
    "no IPv4 address",
  );
});
