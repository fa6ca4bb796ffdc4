import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  formatAddress,
  formatIpv4,
  ipv4FromNumber,
  ipv4ToNumber,
  parseAddress,
  parseIpv4,
  parseIpv6,
} from "./address.ts";

Deno.test("parseIpv4() refuses what other programs read as something else", () => {
  const wrong = [
    "",
    "192.0.2",
    "192.0.2.1.1",
    "192.0.2.01",
    "192.0.2.0x1",
    "192.0.2.256",
    "10.0.0.300",
    " 192.0.2.1",
    "192.0.2.1 ",
    "192.0.2.-1",
    "192.0.2.1e1",
    "192.0.2.",
    "3221225985",
    "192.0.2.1/32",
  ];
  for (const text of wrong) assertEquals(parseIpv4(text), undefined, text);
});

Deno.test("parseIpv4() reads what formatAddress() and formatIpv4() print", () => {
  fc.assert(fc.property(fc.nat(0xffffffff), (number) => {
    const bytes = ipv4FromNumber(number);
    assertEquals(formatAddress(bytes), formatIpv4(number));
    assertEquals(formatIpv4(number | 0), formatIpv4(number));
    assertEquals(ipv4ToNumber(parseIpv4(formatIpv4(number))!), number);
  }));
});

Deno.test("parseIpv6() refuses what is no address", () => {
  const wrong = [
    "",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7::8",
    ":1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:",
    "12345::",
    "g::",
    "::1%eth0",
    "192.0.2.1::",
    "::192.0.2.1:5",
    "::192.0.2",
    "1:2:3:4:5:6:7:192.0.2.1",
    "::-1",
  ];
  for (const text of wrong) assertEquals(parseIpv6(text), undefined, text);
});

Deno.test("formatAddress() prints IPv6 as RFC 5952 demands", () => {
  const cases: [string, string][] = [
    ["0:0:0:0:0:0:0:0", "::"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["2001:0DB8::0001", "2001:db8::1"],
    ["2001:db8:0:0:0:0:2:1", "2001:db8::2:1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["fd00:0:0:1:0:0:0:1", "fd00:0:0:1::1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["::ffff:c000:201", "::ffff:192.0.2.1"],
    ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
  ];
  for (const [text, expected] of cases) assertEquals(formatAddress(parseIpv6(text)!), expected);
});

Deno.test("parseAddress() reads back every IPv6 address that formatAddress() prints", () => {
  const sparse = fc.array(fc.constantFrom(0, 0, 0, 1, 0xff), { minLength: 16, maxLength: 16 });
  fc.assert(fc.property(sparse, (octets) => {
    const bytes = Uint8Array.from(octets);
    assertEquals(parseAddress(formatAddress(bytes)), bytes);
  }));
});

Deno.test("formatAddress() throws when the length is that of no address", () => {
  assertThrows(() => formatAddress(new Uint8Array(5)), RangeError, "5 bytes");
});

Deno.test("parseAddress() never throws", () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(..."0123af:.%") }), (text) => {
    parseAddress(text);
  }));
});
