/**
 * The simulator's host beside a real Linux one, step by step: the same packets are sent to both,
 * and their answers are the same but for first sequence numbers and for the time.
 */
import { openNativeLink } from "ffi/native_link.ts";
import { inNamespace, ipv4, labTest, TestNetwork } from "ffi/testing.ts";
import { LINUX_LIMITS } from "sim/reply_limits.ts";
import { makeScenario } from "sim/scenario.ts";
import { assertEquals } from "@std/assert";
import { ipv4ToNumber } from "wire/address.ts";
import { IcmpType } from "wire/icmp.ts";
import { addSequence } from "wire/seq.ts";
import { TcpFlag } from "wire/tcp.ts";
import {
  addDatagram,
  addQuery,
  type Answer,
  ask,
  flush,
  listen,
  type ProbeSite,
} from "../support/sim_probe.ts";

/** Where the real host is. */
const FAR = "192.0.2.2";

/** The scanner's kernel must not end what the steps begin. */
const NO_RESETS =
  "table ip t { chain c { type filter hook output priority 0; tcp flags & rst == rst drop; }; }";

/** A port that is open, and one that is not. */
const OPEN = 80;
const CLOSED = 81;

/** Sequence number of the first SYN. */
const BASE = 0xffff_f000;

/** How long answers are waited for after a step, ms; the limit on repeated answers, and more. */
const WAIT = 25;
const LIMIT_OVER = 540;

/** A run that took longer between two steps has met retransmissions, and is made again. */
const TOO_LONG = 900_000;
const ATTEMPTS = 5;

/** One step: a segment, its numbers relative to {@linkcode BASE} and to the host's own first. */
interface Step {
  readonly flags?: number;
  readonly sequence?: number;
  /** Relative to the host's first sequence number. */
  readonly acknowledgment?: number;
  readonly port?: number;
  /** Pause before it, ms. */
  readonly pause?: number;
}

/** What becomes of a half-open connection. */
const HALF_OPEN: readonly Step[] = [
  { sequence: 0 },
  { sequence: 0 },
  { sequence: 0 },
  { sequence: -1_000, pause: LIMIT_OVER },
  { sequence: -1_000 },
  { sequence: 1, flags: TcpFlag.ACK, acknowledgment: 99 },
  { sequence: 10 },
  { sequence: 20 },
];

/** What ends one. */
const RESETS: readonly Step[] = [
  { sequence: 0 },
  { sequence: 70_000, flags: TcpFlag.RST },
  { sequence: 0 },
  { sequence: 1, flags: TcpFlag.RST },
  { sequence: 500 },
  { sequence: 900, flags: TcpFlag.RST },
  { sequence: -9_000 },
  { sequence: -8_999, flags: TcpFlag.ACK, acknowledgment: 1 },
];

/** Segments that begin no connection. */
const STRAY: readonly Step[] = [CLOSED, OPEN].flatMap((port) =>
  [
    0,
    TcpFlag.FIN,
    TcpFlag.FIN | TcpFlag.PSH | TcpFlag.URG,
    TcpFlag.SYN | TcpFlag.ACK,
    TcpFlag.ACK,
    TcpFlag.RST,
    TcpFlag.RST | TcpFlag.ACK,
    TcpFlag.SYN | TcpFlag.FIN,
  ].map((flags) => ({ port, flags, sequence: 7, acknowledgment: 5 }))
);

/** Sends the steps one after the other; the answers to each, with relative numbers. */
function walk(site: ProbeSite, steps: readonly Step[], localPort: number): string[] | undefined {
  const results: string[] = [];
  let own = 0;
  let last = site.link.now();
  for (const step of steps) {
    if (step.pause !== undefined) listen(site, step.pause);
    const answers = ask(site, {
      port: step.port ?? OPEN,
      localPort,
      sequence: addSequence(BASE, step.sequence ?? 0),
      acknowledgment: addSequence(own, step.acknowledgment ?? 0),
      flags: step.flags ?? TcpFlag.SYN,
    }, WAIT);
    if (site.link.now() - last > TOO_LONG) return undefined;
    last = site.link.now();
    const synAck = answers.find(({ kind }) => kind === "syn-ack");
    if (synAck !== undefined) own = synAck.sequence;
    results.push(answers.map((answer) => describe(answer, own)).join(" + ") || "nothing");
  }
  return results;
}

/** An answer in words; sequence numbers relative to the host's own first, or to nothing. */
function describe(answer: Answer, own: number): string {
  const { kind, window, ttl, tos, length } = answer;
  const isReset = kind.startsWith("rst");
  const sequence = isReset && kind === "rst-ack" ? answer.sequence : (answer.sequence - own) | 0;
  const acknowledged = kind === "rst" ? 0 : (answer.acknowledgment - BASE) | 0;
  return `${kind} ${sequence} ${acknowledged} window ${isReset ? 0 : window} ` +
    `ttl ${ttl} tos ${tos} length ${length}`;
}

/** Walks until no step has met a retransmission. */
function walkInTime(site: ProbeSite, steps: readonly Step[], firstPort: number): string[] {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const results = walk(site, steps, firstPort + attempt);
    if (results !== undefined) return results;
  }
  throw new Error("The machine is too busy to send a few packets in a second");
}

/** ICMP: queries with and without a congestion mark, and datagrams to closed ports. */
function query(site: ProbeSite): string[] {
  const results: string[] = [];
  const note = () => {
    const answers = listen(site, WAIT);
    results.push(
      answers.map(({ kind, code, ttl, tos, length, rest }) =>
        `${kind} ${code} ttl ${ttl} tos ${tos} length ${length} rest ${rest}`
      ).join(" + ") || "nothing",
    );
  };
  for (const tos of [0, 0x03, 0xb8]) {
    addQuery(site, { type: IcmpType.ECHO, bytes: 100, tos });
    flush(site);
    note();
  }
  for (const type of [IcmpType.TIMESTAMP, IcmpType.MASK, IcmpType.ECHO_REPLY]) {
    addQuery(site, { type });
    flush(site);
    note();
  }
  for (let i = 0; i < 10; i++) addDatagram(site, 40_000 + i);
  flush(site);
  note();
  return results;
}

/** All walks. */
function examine(site: ProbeSite): Record<string, string[]> {
  return {
    halfOpen: walkInTime(site, HALF_OPEN, 62_000),
    resets: walkInTime(site, RESETS, 62_005),
    stray: walkInTime(site, STRAY, 62_010),
    icmp: query(site),
  };
}

/** The real host's answers. */
function examineLinux(network: TestNetwork): Record<string, string[]> {
  network.exec(network.near, "nft", NO_RESETS);
  const listener = inNamespace(
    network.far,
    () => Deno.listen({ hostname: FAR, port: OPEN }),
  );
  try {
    return inNamespace(network.near, () => {
      const link = openNativeLink({ localPorts: { first: 62_000, count: 16 } });
      const route = link.route(ipv4(FAR));
      const results = examine({
        link,
        address: ipv4ToNumber(ipv4(FAR)),
        source: ipv4ToNumber(route.source),
        route: route.index,
      });
      link.close();
      return results;
    });
  } finally {
    listener.close();
  }
}

labTest("lab: the simulator's host answers as Linux does, step by step", () => {
  using network = new TestNetwork();
  const real = examineLinux(network);
  const simulated = examine(makeScenario({
    open: [OPEN],
    rest: "closed",
    rttMs: 0.2,
    kernelResets: false,
    timestamp: true,
    udp: true,
    limits: LINUX_LIMITS,
  }));
  assertEquals(simulated, real);
});
