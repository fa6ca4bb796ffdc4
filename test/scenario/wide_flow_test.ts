/** One wide flow, many hosts with few ports each, as packets on the virtual network. */
import { assertEquals, assertLess, assertLessOrEqual } from "@std/assert";
import { Flow } from "engine/flow.ts";
import { PortState } from "engine/port_state.ts";
import { Random } from "random";
import { AddressTable } from "scan/address_table.ts";
import { Demux } from "scan/demux.ts";
import { Driver } from "scan/driver.ts";
import { Packer } from "scan/packer.ts";
import { makeScenario, type ScenarioOptions } from "sim/scenario.ts";
import { micros, SECOND } from "units";
import { ipv4FromNumber } from "wire/address.ts";

/** Local ports, as a worker has them. */
const LOCAL = { probeFirst: 61_000, probeCount: 16, triggerFirst: 61_016, triggerCount: 64 };

const PORTS = [22, 80, 443];

const HOSTS = 200;

/** Where the block of targets starts: the hosts, and as many addresses where nobody is. */
const TARGETS = 2 * HOSTS;

interface WideRun {
  readonly flow: Flow;
  readonly isDone: boolean;
  readonly overflowed: number;
}

/** Scans the hosts and the emptiness behind them as one flow. */
function scanBlock(options: ScenarioOptions & { readonly seed: number }): WideRun {
  const scenario = makeScenario({ hosts: HOSTS, ...options });
  const { link, simulator } = scenario;
  const table = new AddressTable();
  for (let i = 0; i < TARGETS; i++) {
    // Behind the hosts the block goes on: a route, and nobody there.
    const address = ipv4FromNumber(scenario.address + i % HOSTS + (i < HOSTS ? 0 : 0x1_0000));
    table.add(address, { ...link.route(scenario.target), index: i });
  }
  const demux = new Demux(table, { first: 61_000, last: 61_079 });
  const driver = new Driver(link, { packer: new Packer(table), demux, maxRate: Infinity });
  const flow = new Flow({
    firstTarget: 0,
    targetCount: TARGETS,
    ports: Uint16Array.from(PORTS),
    likelyPorts: PORTS,
    key: [options.seed, 7],
    random: new Random(options.seed),
    localPorts: LOCAL,
    timing: "reno",
    limits: { maxError: 0.01, minSilences: 2, maxRetries: 10 },
    maxRate: Infinity,
    skipSearch: false,
    searchOnly: false,
  });
  driver.add(flow);
  const step = () => driver.step();
  const runner = {
    link,
    step,
    get isDone() {
      return flow.isDone;
    },
  };
  const isDone = simulator.run([runner], micros(simulator.now + 600 * SECOND));
  return { flow, isDone, overflowed: scenario.overflowed() };
}

for (const lossEachWay of [0, 0.01, 0.05]) {
  Deno.test(`a wide flow errs no more than announced at ${lossEachWay * 100} % loss`, () => {
    let announced = 0;
    let missed = 0;
    for (let seed = 1; seed <= 10; seed++) {
      const { flow, isDone } = scanBlock({ seed, lossEachWay, mbps: 8, queue: 40, open: [80] });
      assertEquals(isDone, true, `seed ${seed} does not end`);
      announced += flow.stats.residualError;
      flow.outcomes.state.forEach((state, pair) => {
        const isHost = flow.space.targetOf(pair) < HOSTS;
        const isOpen = isHost && flow.space.portOf(pair) === 80;
        const where = `seed ${seed}, pair ${pair}`;
        if (state === PortState.OPEN) assertEquals(isOpen, true, where);
        else if (state === PortState.CLOSED) assertEquals([isHost, isOpen], [true, false], where);
        else if (state === PortState.FILTERED) missed += isHost ? 1 : 0;
        else assertEquals(isHost, true, `${where} is undecided`);
      });
    }
    assertLessOrEqual(missed, announced + 4 * Math.sqrt(announced));
  });
}

Deno.test("a wide flow finds the rate of its path without filling the queue for good", () => {
  let sent = 0;
  let dropped = 0;
  for (let seed = 1; seed <= 10; seed++) {
    const { flow, overflowed } = scanBlock({ seed, mbps: 1, queue: 30, open: [80] });
    sent += flow.stats.probes + flow.stats.triggers;
    dropped += overflowed;
  }
  assertLess(dropped / sent, 0.05);
});
