import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { LinkError } from "./link.ts";
import { parseTarget, resolveTargets } from "./targets.ts";

/** Addresses that a word stands for, as text. */
function addresses(text: string): string[] {
  const parsed = parseTarget(text);
  return parsed.kind === "addresses" ? parsed.addresses.map((bytes) => bytes.join(".")) : [];
}

/** A resolver that knows two names. */
function resolve(name: string): Promise<Uint8Array[]> {
  if (name === "both.invalid") {
    return Promise.resolve([new Uint8Array(16), new Uint8Array([192, 0, 2, 7])]);
  }
  if (name === "six.invalid") return Promise.resolve([new Uint8Array(16)]);
  return Promise.reject(new Error("no such name"));
}

Deno.test("parseTarget() reads addresses, blocks and octet ranges", () => {
  assertEquals(addresses("192.0.2.1"), ["192.0.2.1"]);
  assertEquals(addresses("192.0.2.77/30"), [
    "192.0.2.76",
    "192.0.2.77",
    "192.0.2.78",
    "192.0.2.79",
  ]);
  assertEquals(addresses("192.0.2.254-"), ["192.0.2.254", "192.0.2.255"]);
  assertEquals(addresses("10.0.2-3.1,9"), ["10.0.2.1", "10.0.2.9", "10.0.3.1", "10.0.3.9"]);
  assertEquals(addresses("203.0.113.*").length, 256);
  assertEquals(addresses("255.255.255.255"), ["255.255.255.255"]);
});

Deno.test("parseTarget() reads names", () => {
  for (
    const name of ["localhost", "www.example.com", "a_b.example.", "3com.example", "bücher.de"]
  ) {
    assertEquals(parseTarget(name), { kind: "name", name });
  }
});

Deno.test("parseTarget() quotes what it cannot use and says why", () => {
  const cases: [string, string][] = [
    ["10.0.0.300", 'Cannot use "10.0.0.300" as a target: parts of an IPv4 address are 0 to 255'],
    ["192.0.2", 'Cannot use "192.0.2" as a target: an IPv4 address has four parts'],
    ["192.0.2.010", '"010" is not a part of an IPv4 address'],
    ["192.0.2.1/33", "a prefix has 0 to 32 bits"],
    ["192.0.2.9-1", 'the range "9-1" is empty'],
    ["192.0..1", '"" is not a part of an IPv4 address'],
    ["0.0.0.0/0", "more than 65536 addresses"],
    ["", "it is empty"],
    ["-", "an IPv4 address has four parts"],
    ["2001:db8::1", "IPv6 is unsupported"],
    ["http://www.example.com", "give the name without the URL"],
    ["www.example.com:80", "neither an IPv4 address nor a name"],
    ["two words", "neither an IPv4 address nor a name"],
    ["\x1b[31m", "neither an IPv4 address nor a name"],
  ];
  for (const [text, message] of cases) assertThrows(() => parseTarget(text), Error, message);
});

Deno.test("parseTarget() reads back every address that it is given", () => {
  const octet = fc.integer({ min: 0, max: 255 });
  fc.assert(fc.property(octet, octet, octet, octet, (...octets) => {
    assertEquals(addresses(octets.join(".")), [octets.join(".")]);
  }));
});

Deno.test("resolveTargets() takes the first IPv4 address of a name and drops repeats", async () => {
  const specs = await resolveTargets(["both.invalid", "192.0.2.7", "192.0.2.8"], resolve);
  assertEquals(specs, [
    { address: new Uint8Array([192, 0, 2, 7]), ip: "192.0.2.7", name: "both.invalid" },
    { address: new Uint8Array([192, 0, 2, 8]), ip: "192.0.2.8" },
  ]);
});

Deno.test("resolveTargets() says which name does not resolve", async () => {
  await assertRejects(
    () => resolveTargets(["gone.invalid"], resolve),
    LinkError,
    'Cannot find "gone.invalid": the name does not resolve (no such name)',
  );
  await assertRejects(() => resolveTargets(["six.invalid"], resolve), LinkError, "no IPv4 address");
});
