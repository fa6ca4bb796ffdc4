/**
 * How many packets a second pass through the real link: out, in, and both at once, over a veth pair
 * between two namespaces, with one thread doing everything. `deno task bench link`.
 */
import { assert } from "assertion";
import { BATCH_CAPACITY, HEADROOM, type Route, SLOT_SIZE } from "scan/link.ts";
import { micros } from "units";
import { type NativeLink, openNativeLink } from "ffi/native_link.ts";
import { addSyn, inNamespace, ipv4, TestNetwork } from "ffi/testing.ts";
import { formatTable } from "./table.ts";

/** How long each measurement runs, µs. */
const DURATION = 1_000_000;

/** Packets that wait in the capture before a drain is timed: fewer than it holds. */
const BACKLOG = 12_000;

/** How long the last answers are waited for, µs. */
const TAIL = 1_000;

/** Local ports: probes leave from the first, and what is sent to it is captured. */
const LOCAL_PORTS = { first: 62_000, count: 16 } as const;

const FAR = "192.0.2.2";
const NEAR = "192.0.2.1";

/** One row of the table. */
interface Row {
  what: string;
  /** Packets per second. */
  rate: number;
  /** Time of one packet, ns. */
  cost: number;
  note: string;
}

/** Fills the link's batch with SYNs and returns their route. */
function fill(link: NativeLink, address: string, port: number): Route {
  const destination = ipv4(address);
  const route = link.route(destination);
  link.outgoing.count = 0;
  while (link.outgoing.count < BATCH_CAPACITY) {
    addSyn(link, route, { destination, port, localPort: LOCAL_PORTS.first });
  }
  return route;
}

/** Sends one full batch; what is refused is offered again until it has left. */
function sendAll(link: NativeLink): void {
  const batch = link.outgoing;
  batch.count = BATCH_CAPACITY;
  while (batch.count > 0) batch.count -= link.send();
}

/** Packets out, dropped at the far end's entrance. */
function measureOut(): Row {
  using network = new TestNetwork();
  const rules = 'table netdev t { chain c { type filter hook ingress device "veth0" priority 0; ' +
    "policy drop; }; }";
  return inNamespace(network.near, () => {
    const link = openNativeLink({ localPorts: LOCAL_PORTS });
    fill(link, FAR, 9);
    network.exec(network.far, "nft", rules);
    const start = link.now();
    while (link.now() - start < DURATION) sendAll(link);
    const row = rowOf("out, AF_PACKET", link.counters.sent, link.now() - start);
    link.close();
    return row;
  });
}

/** Packets out through a raw IP socket: to an address of our own, where nothing answers RST. */
function measureLocal(): Row {
  using network = new TestNetwork();
  const rules =
    "table ip t { chain c { type filter hook prerouting priority -300; policy drop; }; }";
  return inNamespace(network.near, () => {
    const link = openNativeLink({ localPorts: LOCAL_PORTS });
    fill(link, NEAR, 9);
    network.exec(network.near, "nft", rules);
    const start = link.now();
    while (link.now() - start < DURATION) sendAll(link);
    const row = rowOf("out, raw IP into lo", link.counters.sent, link.now() - start);
    link.close();
    return row;
  });
}

/** Drains of a capture that was filled before; only the drains are timed. */
function measureIn(capture: "libpcap" | "ring"): Row {
  using network = new TestNetwork();
  const rules =
    "table ip t { chain c { type filter hook prerouting priority -300; policy drop; }; }";
  network.exec(network.near, "nft", rules);
  const far = inNamespace(network.far, () => openNativeLink({ localPorts: LOCAL_PORTS }));
  const near = inNamespace(network.near, () => {
    const link = openNativeLink({ localPorts: LOCAL_PORTS, capture });
    link.route(ipv4(FAR));
    return link;
  });
  inNamespace(network.far, () => fill(far, NEAR, LOCAL_PORTS.first));
  let spent = 0;
  const end = near.now() + DURATION;
  while (near.now() < end) {
    for (let sent = 0; sent < BACKLOG; sent += BATCH_CAPACITY) sendAll(far);
    const start = near.now();
    while (near.receive());
    spent += near.now() - start;
  }
  const { received, captureDropped } = near.counters;
  const row = rowOf(`in, ${capture}, drain alone`, received, spent);
  row.note = `${far.counters.sent - received} missing, ${captureDropped} dropped`;
  near.close();
  far.close();
  return row;
}

/** SYNs out, RSTs of a real stack in. */
function measureBoth(capture: "libpcap" | "ring"): Row {
  using network = new TestNetwork();
  return inNamespace(network.near, () => {
    const link = openNativeLink({ localPorts: LOCAL_PORTS, capture });
    const route = fill(link, FAR, 9);
    assert(route.reachable);
    const start = link.now();
    while (link.now() - start < DURATION) {
      vary(link);
      sendAll(link);
      while (link.receive());
    }
    const spent = link.now() - start;
    link.wait(micros(link.now() + TAIL));
    while (link.receive());
    const { sent, received } = link.counters;
    const row = rowOf(`out and in, ${capture}`, sent, spent);
    row.note = `${(100 * received / sent).toFixed(2)} % answered`;
    link.close();
    return row;
  });
}

/** Changes the ports, as a scan would. */
function vary(link: NativeLink): void {
  const { view } = link.outgoing;
  for (let slot = 0; slot < BATCH_CAPACITY; slot++) {
    const at = slot * SLOT_SIZE + HEADROOM + 20;
    const port = view.getUint16(at + 2);
    const checksum = view.getUint16(at + 16);
    // One up, the other down: the sum stays.
    view.setUint16(at + 2, port === 9 ? 10 : 9);
    view.setUint16(at + 16, checksum + (port === 9 ? -1 : 1));
  }
}

function rowOf(what: string, packets: number, spent: number): Row {
  return { what, rate: packets * 1e6 / spent, cost: spent * 1e3 / packets, note: "" };
}

/** The rows for people. */
function format(rows: readonly Row[]): string {
  return formatTable({
    columns: [
      { title: "way" },
      { title: "packets/s", align: "right" },
      { title: "ns/packet", align: "right" },
      { title: "note" },
    ],
    rows: rows.map(({ what, rate, cost, note }) => [
      what,
      Math.round(rate).toLocaleString("en"),
      `${Math.round(cost)}`,
      note,
    ]),
  });
}

if (import.meta.main) {
  const rows = [
    measureOut(),
    measureLocal(),
    measureIn("libpcap"),
    measureIn("ring"),
    measureBoth("libpcap"),
    measureBoth("ring"),
  ];
  const text = Deno.args.includes("--json") ? `${JSON.stringify(rows)}\n` : format(rows);
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}
