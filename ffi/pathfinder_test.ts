import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { LinkError } from "scan/link.ts";
import { micros } from "units";
import { type NativeLinkOptions, openNativeLink } from "./native_link.ts";
import { evaluate, inNamespace, ipv4, labTest, TestNetwork } from "./testing.ts";

const LOCAL_PORTS = { first: 61_000, count: 16 } as const;

/** The routes to some addresses. */
function routesTo(
  namespace: string,
  addresses: string[],
  options: Omit<NativeLinkOptions, "localPorts"> = {},
) {
  return inNamespace(namespace, () => {
    const link = openNativeLink({ ...options, localPorts: LOCAL_PORTS });
    try {
      return addresses.map((address) => link.route(ipv4(address)));
    } finally {
      link.close();
    }
  });
}

/** The error that the search for a route, or the opening of the link, ends with. */
function failure(...query: Parameters<typeof routesTo>): LinkError {
  return assertThrows(() => routesTo(...query), LinkError);
}

labTest("NativeLink.route() finds gateways, and shares a route among their destinations", () => {
  using network = new TestNetwork();
  network.ip(network.near, "route add 198.51.100.0/24 via 192.0.2.2 mtu 1400");
  const addresses = ["198.51.100.7", "198.51.100.8", "192.0.2.2"];
  const [one, other, gateway] = routesTo(network.near, addresses);
  assertEquals(one!.index, other!.index);
  assertEquals(one!.onLink, false);
  assertEquals(one!.mtu, 1400);
  assertEquals(one!.hardwareAddress, gateway!.hardwareAddress);
});

labTest("NativeLink.route() reports a next hop that does not answer ARP, and asks again", () => {
  using network = new TestNetwork();
  inNamespace(network.near, () => {
    const link = openNativeLink({ localPorts: LOCAL_PORTS });
    const absent = link.route(ipv4("192.0.2.77"));
    assertEquals(absent.reachable, false);
    assertEquals(absent.hardwareAddress, undefined);
    network.ip(network.far, "address add 192.0.2.77/24 dev veth0");
    const present = link.route(ipv4("192.0.2.77"));
    assertEquals(present.reachable, true);
    assertEquals(present.index, absent.index);
    link.close();
  });
});

labTest("NativeLink.route() uses the kernel's neighbour table where it has an entry", () => {
  using network = new TestNetwork();
  network.ip(network.near, "neighbor add 192.0.2.9 lladdr 02:00:00:00:00:09 dev veth0");
  const [route] = routesTo(network.near, ["192.0.2.9"]);
  assertEquals(route!.hardwareAddress, "02:00:00:00:00:09");
});

labTest("NativeLink.route() sends by the interface and from the address it was given", () => {
  using network = new TestNetwork();
  network.ip(network.near, "address add 192.0.2.50/24 dev veth0");
  const options = { interfaceName: "veth0", source: ipv4("192.0.2.50") };
  const [route] = routesTo(network.near, ["192.0.2.2"], options);
  assertEquals(route!.source.join("."), "192.0.2.50");
  assertEquals(route!.interfaceName, "veth0");
});

labTest(
  "NativeLink.route() stays on the loopback for own addresses, whatever the interface",
  () => {
    using network = new TestNetwork();
    const addresses = ["127.0.0.1", "192.0.2.1"];
    for (const route of routesTo(network.near, addresses, { interfaceName: "veth0" })) {
      assertEquals(route.local, true);
      assertEquals(route.interfaceName, "lo");
    }
  },
);

labTest("NativeLink.route() throws when there is no route", () => {
  using network = new TestNetwork();
  const { code, message } = failure(network.near, ["203.0.113.1"]);
  assertEquals(code, "no-route");
  assertEquals(
    message,
    "Cannot find a route to 203.0.113.1: ENETUNREACH. " +
      "There is no route: check it with `ip route`.",
  );
});

labTest("NativeLink.route() throws for routes that lead nowhere, and for broadcast", () => {
  using network = new TestNetwork();
  network.ip(network.near, "route add blackhole 198.51.100.0/25");
  network.ip(network.near, "route add unreachable 198.51.100.128/25");
  for (const address of ["198.51.100.1", "198.51.100.129", "192.0.2.255", "224.0.0.1"]) {
    network.ip(network.near, "route replace default via 192.0.2.2");
    assertEquals(failure(network.near, [address]).code, "no-route");
  }
});

labTest("openNativeLink() throws when the interface does not exist", () => {
  using network = new TestNetwork();
  const { code, message } = failure(network.near, [], { interfaceName: "eth77" });
  assertEquals(code, "no-interface");
  assertEquals(message.includes("This machine has: lo"), true);
  assertEquals(message.includes("veth0"), true);
});

labTest("openNativeLink() throws when the interface is down", () => {
  using network = new TestNetwork();
  network.ip(network.near, "link set veth0 down");
  const { code, message } = failure(network.near, [], { interfaceName: "veth0" });
  assertEquals(code, "down");
  assertEquals(message.includes("ip link set veth0 up"), true);
});

labTest("openNativeLink() throws when the source address is not the machine's", () => {
  using network = new TestNetwork();
  const { code, message } = failure(network.near, [], { source: ipv4("192.0.2.2") });
  assertEquals(code, "address");
  assertEquals(message.includes("192.0.2.1"), true);
});

labTest("openNativeLink() names the missing right and how to grant it", () => {
  const output = evaluate(
    `import { openNativeLink } from "ffi/native_link.ts";
    try {
      openNativeLink({ localPorts: { first: 61000, count: 1 } });
    } catch (error) {
      console.log(error.code, error.message);
    }`,
    ["setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw"],
  );
  assertEquals(output.startsWith("no-rights Cannot open a raw socket: EPERM."), true, output);
  for (const remedy of ["CAP_NET_RAW", "--cap-add NET_RAW"]) {
    assertStringIncludes(output, remedy);
  }
});

labTest(
  "NativeLink.findRoute() does not wait; solicit() and pollReachable() find next hops",
  () => {
    using network = new TestNetwork();
    network.ip(network.far, "address add 192.0.2.77/24 dev veth0");
    inNamespace(network.near, () => {
      const link = openNativeLink({ localPorts: LOCAL_PORTS });
      const [there, absent] = ["192.0.2.77", "192.0.2.78"].map((it) => link.findRoute(ipv4(it)));
      assertEquals([there!.reachable, absent!.reachable], [false, false]);
      assertEquals(link.pollReachable(), undefined);
      link.solicit(there!);
      link.solicit(absent!);
      let found = link.pollReachable();
      for (let tries = 0; found === undefined && tries < 200; tries++) {
        link.wait(micros(link.now() + 10_000));
        found = link.pollReachable();
      }
      assertEquals([found?.index, found?.reachable], [there!.index, true]);
      assertEquals(link.pollReachable(), undefined);
      assertEquals(link.route(ipv4("192.0.2.77")).hardwareAddress, found?.hardwareAddress);
      link.close();
    });
  },
);

labTest("NativeLink.findRoute() knows thousands of destinations, and longer prefixes too", () => {
  using network = new TestNetwork();
  network.ip(network.near, "route add 198.51.100.0/24 via 192.0.2.2");
  network.ip(network.near, "route add 203.0.113.0/24 via 192.0.2.2");
  network.ip(network.near, "route add 203.0.113.128/25 via 192.0.2.9");
  inNamespace(network.near, () => {
    const link = openNativeLink({ localPorts: LOCAL_PORTS });
    const indices = (block: string) =>
      Array.from({ length: 256 }, (_, i) => link.findRoute(ipv4(`${block}.${i}`)).index);
    const first = indices("198.51.100");
    assertEquals(new Set(first).size, 1);
    const second = indices("203.0.113");
    assertEquals(second.map((index) => index === first[0]), second.map((_, i) => i < 128));
    link.close();
  });
});
