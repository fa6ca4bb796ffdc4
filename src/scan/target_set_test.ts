import { assertEquals } from "@std/assert";
import { parseAddress } from "wire/address.ts";
import type { TargetSpec } from "./target_spec.ts";
import { TargetSet } from "./target_set.ts";
import { parseTarget } from "./target_syntax.ts";

function spec(ip: string, rest: Partial<TargetSpec> = {}): TargetSpec {
  return { address: parseAddress(ip)!, ip, ...rest };
}

function block(text: string) {
  const parsed = parseTarget(text);
  return parsed.kind === "ranges" ? parsed.ranges : [];
}

function listed(set: TargetSet): string[] {
  return Array.from({ length: set.size }, (_, place) => set.at(place).ip);
}

Deno.test("TargetSet.at() lists both families, each address once", () => {
  const set = TargetSet.ofSpecs([
    spec("2001:db8::1"),
    spec("192.0.2.9"),
    spec("192.0.2.1"),
    spec("2001:db8::1"),
    spec("192.0.2.9", { name: "nine.invalid" }),
  ]);
  assertEquals(listed(set), ["192.0.2.1", "192.0.2.9", "2001:db8::1"]);
  assertEquals(set.at(1).name, "nine.invalid");
});

Deno.test("TargetSet unites ports of one address, unless it is asked for plainly as well", () => {
  const own = (...ports: number[]) => ({ ports: Uint16Array.from(ports) });
  const set = TargetSet.ofSpecsAndRanges([
    spec("192.0.2.1", own(443)),
    spec("192.0.2.1", own(80)),
    spec("192.0.2.2", own(80)),
    spec("192.0.2.2"),
    spec("192.0.2.9", own(80)),
  ], block("192.0.2.8/29"));
  assertEquals(set.at(0).ports, Uint16Array.of(80, 443));
  assertEquals(set.at(1).ports, undefined);
  assertEquals(set.at(3), { address: parseAddress("192.0.2.9")!, ip: "192.0.2.9" });
});

Deno.test("TargetSet.without() takes addresses of both families away", () => {
  const set = TargetSet.ofSpecsAndRanges([spec("2001:db8::1")], block("192.0.2.0/29"));
  const left = set.without(
    TargetSet.ofSpecsAndRanges([spec("2001:db8::1")], block("192.0.2.2-5")),
  );
  assertEquals(listed(left), ["192.0.2.0", "192.0.2.1", "192.0.2.6", "192.0.2.7"]);
});

Deno.test("TargetSet.fromData() is the set that gave the data", () => {
  const set = TargetSet.ofSpecsAndRanges(
    [spec("192.0.2.1", { name: "one.invalid" }), spec("2001:db8::7")],
    block("198.51.100.0/24"),
  );
  const copy = TargetSet.fromData(structuredClone(set.data));
  assertEquals(listed(copy), listed(set));
  assertEquals(copy.at(0).name, "one.invalid");
});
