import { assertEquals, assertGreater, assertGreaterOrEqual, assertMatch } from "@std/assert";
import { openNativeLink } from "./native_link.ts";
import { reservePorts } from "./port_reservation.ts";
import { addSyn, inNamespace, ipv4, receiveUntil, TestNetwork } from "./testing.ts";

const SYN_ACK = 0x12;
const RST_ACK = 0x14;

Deno.test("NativeLink sends SYNs over Ethernet and receives what the target answers", () => {
  using network = new TestNetwork();
  const far = inNamespace(network.far, () => Deno.listen({ hostname: "192.0.2.2", port: 80 }));
  inNamespace(network.near, () => {
    const ports = reservePorts(16);
    const link = openNativeLink({ localPorts: ports });
    const destination = ipv4("192.0.2.2");
    const route = link.route(destination);
    assertEquals(route.local, false);
    assertEquals(route.onLink, true);
    assertEquals(route.reachable, true);
    assertEquals(route.source.join("."), "192.0.2.1");
    assertEquals(route.mtu, 1500);
    assertMatch(route.hardwareAddress!, /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
    for (const port of [80, 81]) {
      addSyn(link, route, { destination, port, localPort: ports.first, sequence: 1000 + port });
    }
    const before = link.now();
    assertEquals(link.send(), 2);
    const flags = new Map<number, number>();
    receiveUntil(link, 2, (start) => {
      const { view, time, length } = link.incoming;
      flags.set(view.getUint16(start + 20), view.getUint8(start + 33));
      assertGreaterOrEqual(length, 40);
      assertEquals(view.getUint32(start + 28), 1001 + view.getUint16(start + 20));
      assertGreaterOrEqual(time, before - 1000);
      assertGreaterOrEqual(link.now() + 1000, time);
    });
    assertEquals(flags, new Map([[80, SYN_ACK], [81, RST_ACK]]));
    assertEquals(link.counters.sent, 2);
    assertEquals(link.counters.received, 2);
    link.close();
    link.close();
    ports.close();
  });
  far.close();
});

for (const address of ["127.0.0.1", "127.1.2.3", "192.0.2.1"]) {
  Deno.test(`NativeLink sends to and receives from ${address}, an address of its own`, () => {
    using network = new TestNetwork();
    inNamespace(network.near, () => {
      const ports = reservePorts(4);
      const link = openNativeLink({ localPorts: ports });
      const destination = ipv4(address);
      const route = link.route(destination);
      assertEquals(route.local, true);
      assertEquals(route.interfaceName, "lo");
      addSyn(link, route, { destination, port: 9, localPort: ports.first });
      assertEquals(link.send(), 1);
      const seen: number[] = [];
      receiveUntil(link, 1, (start) => seen.push(link.incoming.view.getUint8(start + 33)));
      while (link.receive()) seen.push(-1);
      assertEquals(seen, [RST_ACK]);
      assertGreater(link.counters.sent, 0);
      link.close();
      ports.close();
    });
  });
}
