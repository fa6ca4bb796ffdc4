/**
 * PortBunny's engine without PortBunny's sockets: for programs that have a way of their own to send
 * packets, a clock of their own, or both. Nothing behind this entry does I/O, reads a clock, waits
 * or draws a random number; time is an argument everywhere (µs on any clock that only grows).
 *
 * There are two ways in, one above the other.
 *
 * {@linkcode EmbeddedScan} is a whole scan. It wants a {@linkcode Link}: something that takes IP
 * packets and gives back those that come in. The caller steps it and waits in between:
 *
 * ```ts ignore
 * const scan = new EmbeddedScan({ scan: { targets, ports }, link, firstPort: 61_000, … });
 * while (!scan.isDone) await packetOrTime(scan.step());
 * ```
 *
 * {@linkcode Flow} is the congestion control alone: one set of (target, port) pairs that share a
 * path. It says which transmission leaves when, and wants to hear what came back; what a
 * transmission is made of, bytes or an order to somebody else, is the caller's business. After the
 * `handle…` calls of one moment, drain `pollEvent()` and `pollTransmit()`, then ask `pollTimeout()`
 * when to call again:
 *
 * ```ts ignore
 * const flow = new Flow({ targetCount: 1, ports, key, random: new Random(seed), … });
 * const batch = new ProbeBatch(64);
 * while (!flow.isDone) {
 *   while (receive(reply)) flow.handleReply(reply, now());
 *   flow.handleTimeout(now());
 *   batch.count = 0;
 *   flow.pollTransmit(now(), batch);
 *   for (let i = 0; i < batch.count; i++) send(batch.kind[i], batch.port[i], batch.token[i], …);
 *   for (let event = flow.pollEvent(); event; event = flow.pollEvent()) tell(event);
 *   await until(flow.pollTimeout(now()));
 * }
 * ```
 *
 * `examples/tunnel_scan.ts` is a program of the first kind.
 *
 * @module
 */
export { Flow } from "engine/flow.ts";
export type { FlowOptions, FlowStats, LocalPorts } from "engine/flow.ts";
export type { FlowEnd, FlowEvent } from "engine/event.ts";
export type { Outcomes } from "engine/outcomes.ts";
export type { PairSpace } from "engine/pair_space.ts";
export type { Limits } from "engine/policy.ts";
export { ProbeBatch } from "engine/probe_batch.ts";
export { Reply, ReplyKind } from "engine/reply.ts";
export { Kind, KIND_NAMES } from "engine/kind.ts";
export { PortState, Reason, REASON_NAMES, STATE_NAMES } from "engine/port_state.ts";
export type { ReasonName, StateName } from "engine/port_state.ts";

export { EmbeddedScan } from "scan/embedded_scan.ts";
export type { EmbeddedOptions } from "scan/embedded_scan.ts";
export { LOCAL_PORTS } from "scan/job_runner.ts";
export { ScanControl } from "scan/control.ts";
export type { ScanOptions } from "scan/options.ts";
export type {
  EndEvent,
  PortEvent,
  SampleEvent,
  ScanEvent,
  StartEvent,
  TargetEvent,
  TargetStats,
  TargetUpEvent,
  VerdictEvent,
  WarningEvent,
} from "scan/event.ts";
export {
  BATCH_CAPACITY,
  HEADROOM,
  LinkError,
  PacketBatch,
  RECEIVE_SIZE,
  ReceivedPacket,
  SLOT_SIZE,
} from "scan/link.ts";
export type { Link, LinkCounters, Route } from "scan/link.ts";
export { parsePorts } from "scan/ports.ts";
export { topPorts } from "scan/services.ts";
export { resolveTargets } from "scan/targets.ts";
export type { Family, ResolvedTargets, TargetRequest } from "scan/targets.ts";
export { TargetSet } from "scan/target_set.ts";
export type { Particulars, TargetSetData } from "scan/target_set.ts";
export type { TargetSpec } from "scan/target_spec.ts";

export { Random } from "random";
export { type Micros, micros, MILLISECOND, NEVER, SECOND } from "units";
