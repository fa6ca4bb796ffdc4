/**
 * The engine embedded over a link of one's own: here, IP packets that travel in UDP datagrams to an
 * agent somewhere else, which puts them on its network and sends back what comes in. The scan runs
 * in an ordinary event loop, with the sockets of this program and a clock of its choice.
 *
 *     deno run -A examples/tunnel_scan.ts AGENT_ADDRESS:PORT SOURCE_ADDRESS 1-1024 TARGET
 */
// deno-lint-ignore-file no-console -- a program: its output is its purpose
import { createSocket, type Socket } from "node:dgram";
import {
  EmbeddedScan,
  HEADROOM,
  type Link,
  type LinkCounters,
  LOCAL_PORTS,
  type Micros,
  micros,
  PacketBatch,
  parsePorts,
  ReceivedPacket,
  resolveTargets,
  type Route,
  type ScanEvent,
  type ScanOptions,
  SLOT_SIZE,
} from "portbunny/engine";

/** First of the agent's local ports that nobody there uses. */
const FIRST_PORT = 61_000;

/** Packets that may wait to be read; what comes beyond is lost, as on any network. */
const LARGEST_BACKLOG = 4_096;

/** What a datagram can carry beside the packet's own headers on any path, bytes. */
const MTU = 1_400;

/** Where an agent listens. */
export interface Agent {
  readonly hostname: string;
  readonly port: number;
}

/** A network behind an agent. */
export class TunnelLink implements Link {
  readonly outgoing = new PacketBatch();
  readonly incoming = new ReceivedPacket();
  readonly counters: LinkCounters = { sent: 0, received: 0, captureDropped: 0, sendRefused: 0 };
  readonly #socket: Socket = createSocket("udp4");
  readonly #agent: Agent;
  readonly #route: Route;
  readonly #arrived: { packet: Uint8Array; time: Micros }[] = [];
  #onArrival: () => void = () => {};

  /** @param source The address that the agent's network answers to, 4 bytes. */
  constructor(agent: Agent, source: Uint8Array) {
    this.#agent = agent;
    this.#route = {
      index: 0,
      source,
      mtu: MTU,
      interfaceName: "tunnel",
      local: false,
      reachable: true,
      onLink: false,
    };
    this.#socket.on("message", (packet) => this.#take(packet));
    // A datagram that cannot be sent is a lost packet: the engine is made for such.
    this.#socket.on("error", () => {});
  }

  now(): Micros {
    return micros(performance.now() * 1_000);
  }

  route(): Route {
    return this.#route;
  }

  findRoute(): Route {
    return this.#route;
  }

  /** The agent finds its own next hops. */
  solicit(): void {}

  pollReachable(): undefined {}

  send(): number {
    const { bytes, lengths, count } = this.outgoing;
    for (let i = 0; i < count; i++) {
      const start = i * SLOT_SIZE + HEADROOM;
      const packet = bytes.slice(start, start + lengths[i]!);
      this.#socket.send(packet, this.#agent.port, this.#agent.hostname);
    }
    this.counters.sent += count;
    return count;
  }

  receive(): boolean {
    const next = this.#arrived.shift();
    if (next === undefined) return false;
    const { incoming } = this;
    incoming.start = 0;
    incoming.length = Math.min(next.packet.length, incoming.bytes.length);
    incoming.bytes.set(next.packet.subarray(0, incoming.length));
    incoming.time = next.time;
    this.counters.received++;
    return true;
  }

  wait(): void {
    throw new Error("An embedded scan never waits: its caller does, by nextPacket()");
  }

  close(): void {
    this.#socket.close();
  }

  /** Resolves when a packet comes in, or when it is time. */
  async nextPacket(deadline: Micros): Promise<void> {
    if (this.#arrived.length > 0) return;
    const waitMs = Math.max(0, deadline - this.now()) / 1_000;
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      this.#onArrival = resolve;
      timer = setTimeout(resolve, waitMs);
    });
    clearTimeout(timer);
  }

  #take(packet: Uint8Array): void {
    if (this.#arrived.length < LARGEST_BACKLOG) {
      this.#arrived.push({ packet, time: this.now() });
    } else {
      this.counters.captureDropped++;
    }
    this.#onArrival();
  }
}

/** Scans through a tunnel, and yields what becomes known. */
export async function* scanThrough(
  link: TunnelLink,
  options: ScanOptions,
): AsyncIterable<ScanEvent> {
  const events: ScanEvent[] = [];
  const random = crypto.getRandomValues(new Int32Array(3));
  const scan = new EmbeddedScan({
    scan: options,
    link,
    firstPort: FIRST_PORT,
    epoch: performance.timeOrigin * 1_000,
    seed: random[0]! >>> 0,
    key: [random[1]!, random[2]!],
    emit: (event) => events.push(event),
  });
  while (!scan.isDone) {
    const deadline = scan.step();
    while (events.length > 0) yield events.shift()!;
    if (!scan.isDone) await link.nextPacket(deadline);
  }
}

/** Scans as the command line says, and prints open ports. */
async function main([agent, source, ports, ...words]: string[]): Promise<void> {
  const [, hostname, port] = /^(.+):(\d+)$/.exec(agent ?? "") ?? [];
  if (hostname === undefined || source === undefined || words.length === 0) {
    console.error("usage: tunnel_scan.ts AGENT_ADDRESS:PORT SOURCE_ADDRESS PORTS TARGET …");
    Deno.exit(1);
  }
  const link = new TunnelLink({ hostname, port: Number(port) }, bytesOf(source));
  const resolve = (name: string) => Deno.resolveDns(name, "A").then((all) => all.map(bytesOf));
  const { targets } = await resolveTargets({ words, resolve });
  console.error(
    `The agent leaves ports ${FIRST_PORT} to ${FIRST_PORT + LOCAL_PORTS.total - 1} free`,
  );
  for await (const event of scanThrough(link, { targets, ports: parsePorts(ports!) })) {
    if (event.type === "port") console.log(`${event.ip}:${event.port} ${event.state}`);
  }
  link.close();
}

function bytesOf(address: string): Uint8Array {
  return Uint8Array.from(address.split("."), Number);
}

if (import.meta.main) await main(Deno.args);
