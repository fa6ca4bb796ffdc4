import {
  assertEquals,
  assertGreaterOrEqual,
  assertLess,
  assertMatch,
  assertThrows,
} from "@std/assert";
import { LinkError } from "scan/link.ts";
import { micros } from "units";
import { type NativeLink, type NativeLinkOptions, openNativeLink } from "./native_link.ts";
import { reservePorts } from "./port_reservation.ts";
import {
  addSyn,
  inNamespace,
  ipv4,
  labTest,
  receiveUntil,
  TestNetwork,
  TunDevice,
  tunTest,
} from "./testing.ts";

const SYN_ACK = 0x12;
const RST_ACK = 0x14;
const TCP_FLAGS = 33;

/** Opens a link in a namespace, with ports to send from, and gives both back. */
function withLink(
  namespace: string,
  options: Omit<NativeLinkOptions, "localPorts">,
  action: (link: NativeLink, localPort: number) => void,
): void {
  inNamespace(namespace, () => {
    const ports = reservePorts(16);
    try {
      const link = openNativeLink({ ...options, localPorts: ports });
      try {
        action(link, ports.first);
      } finally {
        link.close();
        link.close();
      }
    } finally {
      ports.close();
    }
  });
}

/** Sends one SYN to each port and returns the flags of the answers by port. */
function ask(
  link: NativeLink,
  { address, ports, localPort }: { address: string; ports: number[]; localPort: number },
): Map<number, number> {
  const destination = ipv4(address);
  const route = link.route(destination);
  link.outgoing.count = 0;
  for (const port of ports) {
    addSyn(link, route, { destination, port, localPort, sequence: 1000 + port });
  }
  assertEquals(link.send(), ports.length);
  const flags = new Map<number, number>();
  receiveUntil(link, ports.length, (start) => {
    const { view, length } = link.incoming;
    const port = view.getUint16(start + 20);
    flags.set(port, view.getUint8(start + TCP_FLAGS));
    assertGreaterOrEqual(length, 40);
    if (ports.includes(port)) assertEquals(view.getUint32(start + 28), 1001 + port);
  });
  return flags;
}

for (const capture of ["libpcap", "ring"] as const) {
  labTest(`NativeLink receives what a target behind Ethernet answers (${capture})`, () => {
    using network = new TestNetwork();
    const far = inNamespace(network.far, () => Deno.listen({ hostname: "192.0.2.2", port: 80 }));
    withLink(network.near, { capture }, (link, localPort) => {
      const route = link.route(ipv4("192.0.2.2"));
      assertEquals(route.local, false);
      assertEquals(route.onLink, true);
      assertEquals(route.reachable, true);
      assertEquals(route.source.join("."), "192.0.2.1");
      assertEquals(route.mtu, 1500);
      assertMatch(route.hardwareAddress!, /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
      const flags = ask(link, { address: "192.0.2.2", ports: [80, 81], localPort });
      assertEquals(flags, new Map([[80, SYN_ACK], [81, RST_ACK]]));
      assertEquals(link.counters.sent, 2);
      assertEquals(link.counters.received, 2);
    });
    far.close();
  });

  for (const address of ["127.0.0.1", "127.1.2.3", "192.0.2.1"]) {
    labTest(
      `NativeLink reaches the machine's own ${address}, each answer once (${capture})`,
      () => {
        using network = new TestNetwork();
        withLink(network.near, { capture }, (link, localPort) => {
          const flags = ask(link, { address, ports: [9], localPort });
          assertEquals(flags, new Map([[9, RST_ACK]]));
          const route = link.route(ipv4(address));
          assertEquals(route.local, true);
          assertEquals(route.interfaceName, "lo");
          while (link.receive());
          assertEquals(link.counters.received, 1);
        });
      },
    );
  }

  tunTest(`NativeLink sends into and receives from a tun device (${capture})`, () => {
    using network = new TestNetwork();
    using tun = inNamespace(network.near, () => new TunDevice("tun0"));
    network.ip(network.near, "address add 198.51.100.1/24 dev tun0");
    network.ip(network.near, "link set tun0 up");
    withLink(network.near, { capture }, (link, localPort) => {
      const destination = ipv4("198.51.100.2");
      const route = link.route(destination);
      assertEquals(route.hardwareAddress, undefined);
      addSyn(link, route, { destination, port: 80, localPort });
      assertEquals(link.send(), 1);
      const packet = readSyn(tun);
      assertEquals(packet.subarray(16, 20), destination);
      answerWithReset(packet);
      tun.write(packet);
      const seen: number[] = [];
      receiveUntil(link, 1, (start) => seen.push(link.incoming.view.getUint16(start + 20)));
      assertEquals(seen, [80]);
    });
  });

  for (const [what, words] of [["down", "set veth0 down"], ["gone", "delete veth0"]] as const) {
    labTest(`NativeLink throws when the interface is ${what} in mid-scan (${capture})`, () => {
      using network = new TestNetwork();
      withLink(network.near, { capture }, (link, localPort) => {
        ask(link, { address: "192.0.2.2", ports: [80], localPort });
        network.ip(network.near, `link ${words}`);
        const sending = assertThrows(() => link.send(), LinkError, "veth0");
        assertEquals(sending.code, "down");
        const receiving = assertThrows(() => receiveUntil(link, 1, ignore), LinkError, "veth0");
        assertEquals(receiving.code, "down");
      });
    });
  }
}

labTest("NativeLink.send() sends a batch of several routes in order", () => {
  using network = new TestNetwork();
  withLink(network.near, {}, (link, localPort) => {
    for (const address of ["192.0.2.2", "127.0.0.1", "192.0.2.1", "192.0.2.2"]) {
      const destination = ipv4(address);
      addSyn(link, link.route(destination), { destination, port: 7, localPort });
    }
    assertEquals(link.send(), 4);
    const sources: string[] = [];
    receiveUntil(link, 4, (start) => {
      sources.push(link.incoming.bytes.subarray(start + 12, start + 16).join("."));
    });
    assertEquals(sources.sort(), ["127.0.0.1", "192.0.2.1", "192.0.2.2", "192.0.2.2"]);
  });
});

labTest("NativeLink.send() takes fewer packets when the queue is full", () => {
  using network = new TestNetwork();
  const queue = "qdisc add dev veth0 root tbf rate 8kbit burst 1600 limit 1700".split(" ");
  network.exec(network.near, "tc", ...queue);
  withLink(network.near, {}, (link, localPort) => {
    const destination = ipv4("192.0.2.2");
    const route = link.route(destination);
    let sent = 0;
    for (let batch = 0; batch < 4; batch++) {
      link.outgoing.count = 0;
      for (let port = 1; port <= 64; port++) addSyn(link, route, { destination, port, localPort });
      sent += link.send();
    }
    assertLess(sent, 256);
    assertEquals(link.counters.sent, sent);
    assertGreaterOrEqual(link.counters.sendRefused, 1);
  });
});

labTest("NativeLink.wait() ends early when a packet arrives, and after 50 ms in any case", () => {
  using network = new TestNetwork();
  withLink(network.near, {}, (link, localPort) => {
    const destination = ipv4("127.0.0.1");
    addSyn(link, link.route(destination), { destination, port: 9, localPort });
    link.send();
    const hour = micros(link.now() + 3_600_000_000);
    link.wait(hour);
    assertEquals(receiveUntil(link, 1, ignore), 1);
    assertEquals(link.receive(), false);
    link.wait(hour);
    link.wait(link.now());
    link.wait(micros(link.now() + 200));
    assertEquals(link.receive(), false);
  });
});

/** Looks at nothing. */
function ignore(): void {}

/** Reads what was sent into the device, without what the kernel says there by itself (IPv6). */
function readSyn(tun: TunDevice): Uint8Array<ArrayBuffer> {
  for (;;) {
    const packet = tun.read();
    if (packet === undefined) throw new Error("Nothing was sent into the device");
    if (packet[0] === 0x45) return packet;
  }
}

/** Turns a SYN into the RST that answers it; captures do not mind its wrong checksums. */
function answerWithReset(packet: Uint8Array<ArrayBuffer>): void {
  const to = packet.slice(12, 16);
  packet.copyWithin(12, 16, 20);
  packet.set(to, 16);
  const port = packet.slice(20, 22);
  packet.copyWithin(20, 22, 24);
  packet.set(port, 22);
  packet[TCP_FLAGS] = RST_ACK;
}
