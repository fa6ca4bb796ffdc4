import { assertEquals } from "@std/assert";
import {
  IPV4_LENGTH,
  ipv4Protocol,
  ipv4Tos,
  ipv4Ttl,
  isIpv4Intact,
  Protocol,
  setIpv4Tos,
  setIpv4Ttl,
  writeIpv4,
} from "./ipv4.ts";

function header(): DataView {
  const view = new DataView(new ArrayBuffer(IPV4_LENGTH));
  writeIpv4(view, 0, {
    length: 40,
    id: 7,
    ttl: 64,
    tos: 0x02,
    protocol: Protocol.TCP,
    source: 0xc6336401,
    destination: 0xc0000201,
  });
  return view;
}

Deno.test("setIpv4Ttl() and setIpv4Tos() change one byte and keep the checksum right", () => {
  const view = header();
  for (let ttl = 64; ttl >= 0; ttl--) {
    setIpv4Ttl(view, 0, ttl);
    setIpv4Tos(view, 0, 255 - ttl);
    assertEquals([ipv4Ttl(view, 0), ipv4Tos(view, 0)], [ttl, 255 - ttl]);
    assertEquals(ipv4Protocol(view, 0), Protocol.TCP);
    assertEquals(isIpv4Intact(view, 0), true);
  }
});

Deno.test("setIpv4Ttl() and setIpv4Tos() leave a damaged header damaged", () => {
  const view = header();
  view.setUint8(13, view.getUint8(13) ^ 0x10);
  setIpv4Ttl(view, 0, 63);
  setIpv4Tos(view, 0, 0x03);
  assertEquals(isIpv4Intact(view, 0), false);
});
