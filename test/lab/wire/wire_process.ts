/**
 * The wire's process: `wire_process.ts PLAN INTERFACE …`. The last two interfaces are a cable of
 * its own to practise on. It prints `ready` once packets pass, a line of figures for each line
 * `stats` on its standard input and one more at its end, which comes with the end of that input.
 */
import { Clock } from "ffi/clock.ts";
import { interfaceByName, type NetworkInterface } from "ffi/interfaces.ts";
import { Netlink } from "ffi/netlink.ts";
import { ControlPipe, STDIN_DESCRIPTOR } from "./control_pipe.ts";
import { OpenedWire } from "./opened_wire.ts";
import { becomeRealtime } from "./priority.ts";
import { rehearse } from "./rehearsal.ts";
import { WireLoop } from "./wire_loop.ts";
import type { WirePlan } from "./wire_plan.ts";

if (import.meta.main) main(Deno.args);

/** Opens the ends and runs the loop. */
function main([text, ...names]: string[]): void {
  becomeRealtime();
  const plan: WirePlan = JSON.parse(text!);
  const clock = new Clock();
  const interfaces = findInterfaces(names);
  rehearse(plan, interfaces.slice(-2), clock);
  const wire = new OpenedWire(plan, interfaces.slice(0, -2), clock);
  const control = new ControlPipe();
  const loop = new WireLoop(wire.fabric, clock, STDIN_DESCRIPTOR);
  say("ready");
  loop.run(() => {
    for (const line of control.poll()) if (line === "stats") say(JSON.stringify(wire.stats()));
    return !control.isClosed;
  });
  say(JSON.stringify(wire.stats()));
  wire.close();
}

function findInterfaces(names: string[]): NetworkInterface[] {
  const netlink = new Netlink();
  const found = names.map((name) => interfaceByName(netlink, name));
  netlink.close();
  return found;
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
