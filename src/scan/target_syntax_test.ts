import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { formatAddress } from "wire/address.ts";
import { TargetSet } from "./target_set.ts";
import { parseTarget } from "./target_syntax.ts";

/** Addresses that a word stands for, as text. */
function addresses(text: string): string[] {
  const parsed = parseTarget(text);
  if (parsed.kind === "ipv6") return parsed.addresses.map((it) => formatAddress(it));
  if (parsed.kind === "name") return [];
  const set = TargetSet.ofRanges(parsed.ranges);
  return Array.from({ length: set.size }, (_, place) => set.at(place).ip);
}

Deno.test("parseTarget() reads addresses, blocks, ranges and octet ranges", () => {
  assertEquals(addresses("192.0.2.1"), ["192.0.2.1"]);
  assertEquals(addresses("192.0.2.77/30"), [
    "192.0.2.76",
    "192.0.2.77",
    "192.0.2.78",
    "192.0.2.79",
  ]);
  assertEquals(addresses("192.0.2.254-"), ["192.0.2.254", "192.0.2.255"]);
  assertEquals(addresses("192.0.2.254-192.0.2.255").length, 2);
  assertEquals(addresses("192.0.2.0-192.0.2.9").length, 10);
  assertEquals(addresses("198.51.100-101.1,9").length, 4);
  assertEquals(addresses("192.0.2.1,9"), ["192.0.2.1", "192.0.2.9"]);
  assertEquals(addresses("203.0.113.*").length, 256);
  assertEquals(addresses("198.51.100-101.0/25").length, 256);
  assertEquals(addresses("255.255.255.255"), ["255.255.255.255"]);
});

Deno.test("parseTarget() never expands what is whole", () => {
  for (const [text, count] of [["0.0.0.0/0", 1], ["10.0-3,7.1.1-254", 5], ["*.*.1.*", 65_536]]) {
    const parsed = parseTarget(`${text}`);
    assertEquals(parsed.kind === "ranges" ? parsed.ranges.length : 0, count);
  }
});

Deno.test("parseTarget() reads IPv6, with and without brackets", () => {
  assertEquals(addresses("2001:db8::1"), ["2001:db8::1"]);
  assertEquals(addresses("[2001:db8::1]"), ["2001:db8::1"]);
  assertEquals(addresses("2001:db8::ff/126"), [
    "2001:db8::fc",
    "2001:db8::fd",
    "2001:db8::fe",
    "2001:db8::ff",
  ]);
});

Deno.test("parseTarget() reads ports behind a target", () => {
  const ports = (text: string) => [...parseTarget(text).ports ?? []];
  assertEquals(ports("192.0.2.1:80"), [80]);
  assertEquals(ports("192.0.2.0/24:80,443"), [80, 443]);
  assertEquals(ports("[2001:db8::1]:22-24"), [22, 23, 24]);
  assertEquals(ports("www.example.com:https"), [443]);
  assertEquals(ports("192.0.2.1"), []);
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
    ["192.0.2.9-192.0.2.1", "the range is empty"],
    ["192.0..1", '"" is not a part of an IPv4 address'],
    ["*.*.*.1", "more than 65536 ranges"],
    ["2001:db8::/64", "more than 65536 addresses"],
    ["2001:db8::/129", "a prefix of IPv6 has 0 to 128 bits"],
    ["2001:db8::1::2", "it is not an IPv6 address"],
    ["[192.0.2.1]:80", "[] is for IPv6"],
    ["", "it is empty"],
    ["-", "an IPv4 address has four parts"],
    ["http://www.example.com", "give the name without the URL"],
    ["two words", "neither an address nor a name"],
    ["\x1b[31m", "neither an address nor a name"],
    ["192.0.2.1:70000", "as a port"],
  ];
  for (const [text, message] of cases) assertThrows(() => parseTarget(text), Error, message);
});

Deno.test("parseTarget() reads back every address that it is given", () => {
  const octet = fc.integer({ min: 0, max: 255 });
  fc.assert(fc.property(octet, octet, octet, octet, (...octets) => {
    assertEquals(addresses(octets.join(".")), [octets.join(".")]);
  }));
});
