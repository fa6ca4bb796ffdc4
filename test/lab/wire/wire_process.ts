/**
 * The wire's process: `wire_process.ts PLAN INTERFACE …`. The last two interfaces are a cable of
 * its own to practise on. It prints `ready` once packets pass, a line of figures for each line
 * `stats` on its standard input and one more at its end, which comes with the end of that input.
 */
import { Clock } from "ffi/clock.ts";
import { interfaceByName, type NetworkInterface } from "ffi/interfaces.ts";
import { Netlink } from "ffi/netlink.ts";
import { Network } from "sim/network.ts";
import { ControlPipe, STDIN_DESCRIPTOR } from "./control_pipe.ts";
import { type Fabric, Gateway, Passage } from "./fabric.ts";
import { Lateness } from "./lateness.ts";
import { becomeRealtime } from "./priority.ts";
import { rehearse } from "./rehearsal.ts";
import { WireEnd } from "./wire_end.ts";
import { WireLoop } from "./wire_loop.ts";
import {
  buildNetwork,
  buildPaths,
  type BuiltPaths,
  countersOf,
  type WirePlan,
} from "./wire_plan.ts";
import type { WireStats } from "./wire_stats.ts";

if (import.meta.main) main(Deno.args);

/** Opens the ends and runs the loop. */
function main([plan, ...names]: string[]): void {
  becomeRealtime();
  const clock = new Clock();
  const interfaces = findInterfaces(names);
  rehearse(interfaces.slice(-2), clock);
  const wire = open(JSON.parse(plan!), { interfaces: interfaces.slice(0, -2), clock });
  const control = new ControlPipe();
  const loop = new WireLoop(wire.fabric, wire.clock, STDIN_DESCRIPTOR);
  say("ready");
  loop.run(() => {
    for (const line of control.poll()) if (line === "stats") say(JSON.stringify(statsOf(wire)));
    return !control.isClosed;
  });
  say(JSON.stringify(statsOf(wire)));
  for (const end of wire.fabric.ends) end.close();
}

/** A wire whose ends are open. */
interface OpenedWire {
  readonly fabric: Fabric;
  readonly paths: BuiltPaths;
  readonly clock: Clock;
  readonly lateness: Lateness;
}

function open(
  plan: WirePlan,
  { interfaces, clock }: { interfaces: NetworkInterface[]; clock: Clock },
): OpenedWire {
  const network = new Network();
  const lateness = new Lateness();
  const ends = interfaces.map((each) => new WireEnd(each, network.pool, { clock, lateness }));
  const [near, far] = ends;
  const opened = { clock, lateness };
  if (plan.kind === "network") {
    const paths = buildNetwork(network, near!, plan);
    return { ...opened, paths, fabric: new Gateway(network, near!, plan.gateway) };
  }
  const paths = buildPaths(plan);
  return { ...opened, paths, fabric: new Passage(network, { near: near!, far: far! }, paths) };
}

function findInterfaces(names: string[]): NetworkInterface[] {
  const netlink = new Netlink();
  const found = names.map((name) => interfaceByName(netlink, name));
  netlink.close();
  return found;
}

function statsOf({ fabric, paths, lateness }: OpenedWire): WireStats {
  const { network, ends } = fabric;
  return {
    ends: ends.map(({ counters }) => counters),
    paths: countersOf(paths),
    late: lateness.summary(),
    unrouted: network.unrouted,
    underWay: network.pool.inUse,
  };
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
