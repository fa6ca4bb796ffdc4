/**
 * Scans by every kind of link: the loopback, the machine's own addresses, a tunnel without Ethernet
 * header, a gateway, an interface whose queue is full. Ethernet is in `accuracy_lab_test.ts`.
 */
import { assertEquals, assertGreaterOrEqual, assertMatch, assertStringIncludes } from "@std/assert";
import { end, environment } from "./command.ts";
import { HOST_ADDRESS, HOST_INTERFACE, type Lab } from "./lab.ts";
import { SCANNER_ADDRESS, SCANNER_INTERFACE } from "./lab.ts";
import { labTest } from "./lab_test_case.ts";
import type { Namespace } from "./netns.ts";
import { findMistakes, type JsonLine, parseLines, type TargetLine, targetLine } from "./results.ts";

/** Ports with a bit of everything in the lab's usual plan. */
const SOME_PORTS = "1-600,990-1100,50000-50010";

/** The same as numbers. */
const ports = [
  ...Array.from({ length: 600 }, (_, i) => 1 + i),
  ...Array.from({ length: 111 }, (_, i) => 990 + i),
  ...Array.from({ length: 11 }, (_, i) => 50_000 + i),
];

/** Scans, expects the exit code 0, and returns the lines. */
async function scan(lab: Lab, args: string[]): Promise<JsonLine[]> {
  const { code, stdout, stderr } = await lab.scan(["-q", "-oJ", "-", ...args]);
  assertEquals([code, stderr], [0, ""]);
  return parseLines(stdout);
}

/** Scans the host's address on some way, and compares with the plan. */
async function assertRight(lab: Lab, args: string[]): Promise<TargetLine> {
  const target = targetLine(await scan(lab, ["-p", SOME_PORTS, ...args]));
  assertEquals(findMistakes(target, lab.plan, { ports, reasons: true }), []);
  return target!;
}

/** Path of a script beside this file. */
function pathOf(name: string): string {
  return decodeURIComponent(new URL(name, import.meta.url).pathname);
}

/** Counts packets that come into a namespace from now on; call what it returns for the count. */
async function countPackets(namespace: Namespace, match: string): Promise<() => Promise<number>> {
  const rules = `add table ip watch
    delete table ip watch
    table ip watch {
      chain seen { type filter hook prerouting priority -300; ${match} counter; }
    }`;
  const { code, stderr } = await namespace.run(["nft", "-f", "-"], { input: rules });
  assertEquals([code, stderr], [0, ""]);
  return async () => {
    const { stdout } = await namespace.run(["nft", "list", "table", "ip", "watch"]);
    return Number(/packets (\d+)/.exec(stdout)?.[1]);
  };
}

for (const address of ["127.0.0.1", "127.3.2.1", SCANNER_ADDRESS]) {
  labTest(`a scan of the machine's own ${address} finds who listens there`, async (lab) => {
    const script = pathOf("./listeners.ts");
    const words = [Deno.execPath(), "run", "--quiet", "--no-lock", "--allow-net", script];
    const [program, ...args] = lab.scanner.wrap([...words, address, "22", "65535"]);
    const child = new Deno.Command(program!, {
      args,
      env: environment(),
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    try {
      const reader = child.stdout.getReader();
      await reader.read();
      await reader.cancel();
      const lines = await scan(lab, ["-p-", address]);
      assertEquals(targetLine(lines)?.states, { open: "22,65535", closed: "1-21,23-65534" });
      assertEquals(targetLine(lines)?.["mac"], undefined);
    } finally {
      await child.stdin.close();
      end(child, "SIGTERM");
      await child.status;
    }
  });
}

labTest("a scan through a tunnel without Ethernet header is right", async (lab) => {
  const [near, far] = [lab.scanner, lab.host];
  const script = pathOf("./tunnel.ts");
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", script, "tun0", near.name, far.name],
    env: environment(),
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  try {
    const reader = child.stdout.getReader();
    assertEquals((await reader.read()).done, false);
    await reader.cancel();
    near.ip(`link set ${SCANNER_INTERFACE} down`);
    for (const [namespace, address] of [[near, "192.0.2.1"], [far, "192.0.2.2"]] as const) {
      namespace.ip(`address add ${address}/24 dev tun0`);
      namespace.ip("link set tun0 up");
    }
    near.ip(`route add ${HOST_ADDRESS}/32 dev tun0`);
    const target = await assertRight(lab, [HOST_ADDRESS]);
    assertEquals(target["mac"], undefined);
  } finally {
    await child.stdin.close();
    await child.status;
  }
}, { tun: true });

labTest("a scan through a gateway is right, and names no hardware address", async (lab) => {
  lab.host.ip("address add 192.0.2.9/32 dev lo");
  lab.scanner.ip(`route add 192.0.2.9/32 via ${HOST_ADDRESS}`);
  const target = targetLine(await scan(lab, ["-p", "1-50,1000-1010", "192.0.2.9"]));
  assertEquals(target?.states, { closed: "1-50", filtered: "1000-1010" });
  assertEquals(target?.["mac"], undefined);
});

labTest("a scan by interface, source address and source port keeps to them", async (lab) => {
  lab.scanner.ip(`address add 198.51.100.77/24 dev ${SCANNER_INTERFACE}`);
  await assertRight(lab, ["-e", SCANNER_INTERFACE, HOST_ADDRESS]);
  const others = await countPackets(lab.host, "tcp flags syn ip saddr != 198.51.100.77");
  await assertRight(lab, ["-S", "198.51.100.77", HOST_ADDRESS]);
  assertEquals(await others(), 0);
  const otherPorts = await countPackets(lab.host, "tcp flags syn tcp sport != 53");
  await assertRight(lab, ["-g", "53", HOST_ADDRESS]);
  assertEquals(await otherPorts(), 0);
});

labTest("a scan resets connections where a firewall eats the SYN-ACKs", async (lab) => {
  const rules = `table ip local {
    chain eat { type filter hook input priority 0; tcp flags & (syn | ack) == syn | ack drop; }
  }`;
  assertEquals((await lab.scanner.run(["nft", "-f", "-"], { input: rules })).code, 0);
  // The host repeats a SYN-ACK after a second; nobody but us can answer that.
  const resets = await countPackets(lab.host, "tcp flags & rst == rst");
  const target = await assertRight(lab, ["--max-rate", "300", HOST_ADDRESS]);
  assertEquals(target.states?.["open"], "22,25,80,443");
  assertGreaterOrEqual(await resets(), 4);
});

labTest("a scan by an interface whose queue is full is right (ENOBUFS)", async (lab) => {
  const queue = "root tbf rate 400kbit burst 1600 limit 3000";
  await lab.run(["tc", "qdisc", "add", "dev", SCANNER_INTERFACE, ...queue.split(" ")]);
  const target = await assertRight(lab, ["--timing", "fixed:500", HOST_ADDRESS]);
  assertEquals(target["state"], "up");
  const { stdout } = await lab.run(["tc", "-s", "qdisc", "show", "dev", SCANNER_INTERFACE]);
  assertMatch(stdout, /dropped [1-9]/);
});

labTest("a neighbour that is switched off is said to be down", async (lab) => {
  lab.host.ip(`link set ${HOST_INTERFACE} down`);
  const { code, stdout, stderr } = await lab.scan(["-p", "22", HOST_ADDRESS]);
  assertEquals(code, 0);
  assertStringIncludes(stdout, "[host down, received no-response]");
  assertStringIncludes(stderr, `${HOST_ADDRESS} does not answer ARP on ${SCANNER_INTERFACE}`);
});
