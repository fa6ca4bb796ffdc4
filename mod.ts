/**
 * PortBunny as a library: {@linkcode scan} takes options and yields events, the moment that they
 * happen. The command line and all its formats are made of these events and nothing else.
 *
 * @example Open ports as they are found, until one is enough
 * ```ts ignore
 * const stop = new AbortController();
 * const targets = await findTargets(["192.0.2.0/28", "www.example.com"]);
 * for await (const event of scan({ targets, ports: parsePorts("1-1024"), signal: stop.signal })) {
 *   if (event.type === "port") stop.abort(`${event.ip}:${event.port}`);
 *   if (event.type === "target") use(event);
 * }
 * ```
 *
 * Sending needs CAP_NET_RAW; without it {@linkcode scan} throws a {@linkcode LinkError} that says
 * so. Programs with sockets of their own take the engine instead, in `engine.ts`.
 *
 * @module
 */
import { resolveName } from "ffi/resolver.ts";
import { resolveTargets } from "scan/targets.ts";
import type { TargetSet } from "scan/target_set.ts";

export { scan } from "scan/scan.ts";
export { ScanControl } from "scan/control.ts";
export type { ScanOptions } from "scan/options.ts";
export type { TargetSpec } from "scan/target_spec.ts";
export { TargetSet } from "scan/target_set.ts";
export type { Particulars, TargetSetData } from "scan/target_set.ts";
export { parsePorts } from "scan/ports.ts";
export { serviceName, topPorts } from "scan/services.ts";
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
export { LinkError } from "scan/link.ts";
export { PortState, Reason, REASON_NAMES, STATE_NAMES } from "engine/port_state.ts";
export type { ReasonName, StateName } from "engine/port_state.ts";

/**
 * Reads targets as the command line does: addresses, blocks (`192.0.2.0/28`), ranges
 * (`192.0.2.1-20`) and names, which the system looks up.
 *
 * @param excluded What is not to be asked, in the same forms.
 * @throws {RangeError | SyntaxError} If a word cannot be read, or stands for reserved addresses.
 * @throws {LinkError} If a name has no address, or nothing is left to scan.
 */
export async function findTargets(
  words: readonly string[],
  excluded: readonly string[] = [],
): Promise<TargetSet> {
  const request = { words, excluded, family: "ipv4", resolve: resolveName } as const;
  return (await resolveTargets(request)).targets;
}
