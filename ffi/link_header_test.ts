import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { ipOffset, isSupportedLinkType, LinkType } from "./link_header.ts";

/** A frame: bytes of link header, then the first bytes of an IPv4 packet. */
function frame(...header: number[]): DataView {
  const bytes = new Uint8Array(header.length + 20);
  bytes.set(header);
  bytes[header.length] = 0x45;
  return new DataView(bytes.buffer);
}

const ADDRESSES = new Array<number>(12).fill(0xaa);

const CASES: [name: string, linkType: number, view: DataView, offset: number][] = [
  ["Ethernet", LinkType.EN10MB, frame(...ADDRESSES, 8, 0), 14],
  ["Ethernet with a VLAN tag", LinkType.EN10MB, frame(...ADDRESSES, 0x81, 0, 0, 5, 8, 0), 18],
  [
    "Ethernet with two VLAN tags",
    LinkType.EN10MB,
    frame(...ADDRESSES, 0x88, 0xa8, 0, 5, 0x81, 0, 0, 6, 8, 0),
    22,
  ],
  ["ARP on Ethernet", LinkType.EN10MB, frame(...ADDRESSES, 8, 6), -1],
  ["cooked", LinkType.LINUX_SLL, frame(...new Array<number>(14).fill(0), 8, 0), 16],
  ["cooked, second version", LinkType.LINUX_SLL2, frame(8, 0, ...new Array<number>(18)), 20],
  ["IPv6 in cooked, second version", LinkType.LINUX_SLL2, frame(0x86, 0xdd, ...ADDRESSES), -1],
  ["bare IP", LinkType.RAW, frame(), 0],
  ["bare IPv4", LinkType.IPV4, frame(), 0],
  ["BSD loopback", LinkType.NULL, frame(2, 0, 0, 0), 4],
];

for (const [name, linkType, view, offset] of CASES) {
  Deno.test(`ipOffset() finds ${offset} in a frame of ${name}`, () => {
    assertEquals(isSupportedLinkType(linkType), true);
    assertEquals(ipOffset(linkType, view, view.byteLength), offset);
  });
}

Deno.test("ipOffset() returns -1 or an offset with a whole header behind it", () => {
  const types = fc.constantFrom(...Object.values(LinkType));
  fc.assert(fc.property(types, fc.uint8Array({ maxLength: 80 }), (linkType, bytes) => {
    const view = new DataView(bytes.slice().buffer);
    const offset = ipOffset(linkType, view, view.byteLength);
    if (offset === -1) return;
    assertEquals(offset + 20 <= view.byteLength, true);
    assertEquals(view.getUint8(offset) >>> 4, 4);
  }));
});

Deno.test("isSupportedLinkType() is false for links that carry no IP", () => {
  assertEquals(isSupportedLinkType(127), false);
});
