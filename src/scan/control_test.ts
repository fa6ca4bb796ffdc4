import { assertEquals, assertGreater, assertLess, assertThrows } from "@std/assert";
import { makeScenario, type Scenario } from "sim/scenario.ts";
import { MILLISECOND, SECOND } from "units";
import { ipv4FromNumber } from "wire/address.ts";
import { ScanControl } from "./control.ts";
import { EmbeddedScan } from "./embedded_scan.ts";
import type { ScanEvent } from "./event.ts";
import type { ScanOptions } from "./options.ts";

/** A scan of 2,000 mostly silent ports that can be asked for things while it runs. */
class SteeredScan {
  readonly control = new ScanControl();
  readonly events: ScanEvent[] = [];
  readonly #scenario: Scenario;
  readonly #scan: EmbeddedScan;

  constructor(options: Partial<ScanOptions> = {}, hosts = 1) {
    const dropped = Array.from({ length: 1_500 }, (_, i) => 500 + i);
    const scenario = makeScenario({ hosts, open: [22], dropped, rttMs: 40 });
    this.#scenario = scenario;
    this.#scan = new EmbeddedScan({
      scan: {
        targets: scenario.targets,
        ports: Uint16Array.from({ length: 2_000 }, (_, i) => i + 1),
        control: this.control,
        maxRate: 2_000,
        ...options,
      },
      link: scenario.link,
      firstPort: 61_000,
      epoch: 0,
      seed: 5,
      key: [3, 4],
      emit: (event) => this.events.push(event),
    });
  }

  /** Lets virtual time pass; true if the scan is over. */
  run(length = Infinity): boolean {
    const until = this.#scenario.link.now() + length;
    while (!this.#scan.isDone && this.#scenario.link.now() < until) {
      const deadline = this.#scan.step();
      if (!this.#scan.isDone) this.#scenario.link.wait(deadline);
    }
    return this.#scan.isDone;
  }

  get sent(): number {
    return this.#scenario.link.counters.sent;
  }

  /** Why the ports of each target are undecided, by its address. */
  get ends(): Record<string, string | undefined> {
    const targets = this.events.filter((event) => event.type === "target");
    return Object.fromEntries(targets.map(({ ip, undecidedBecause }) => [ip, undecidedBecause]));
  }
}

Deno.test("ScanControl.isPaused stops a scan, and lets it go on as if no time had passed", () => {
  for (const before of [5 * MILLISECOND, 400 * MILLISECOND]) {
    const scan = new SteeredScan({ hostTimeoutUs: 10 * SECOND });
    assertEquals(scan.run(before), false);
    scan.control.isPaused = true;
    scan.run(100 * MILLISECOND);
    const { sent } = scan;
    assertGreater(sent, 0);
    scan.run(3_600 * SECOND);
    assertEquals(scan.sent, sent, "nothing is sent for an hour");
    scan.control.isPaused = false;
    assertEquals(scan.run(60 * SECOND), true);
    const target = scan.events.find((event) => event.type === "target")!;
    assertEquals([target.state, target.undecidedBecause], ["up", undefined]);
    const open = target.ports.filter((_, index) => target.states[index] === 1);
    assertEquals([...open], [22]);
    const stopped = scan.events.filter((it) =>
      it.type === "verdict" && it.verdict === "stopped-answering"
    );
    assertEquals(stopped, []);
  }
});

Deno.test("ScanControl.maxRate holds from now on, lower and higher than the options", () => {
  const scan = new SteeredScan();
  scan.run(200 * MILLISECOND);
  const rateOver = (length: number) => {
    const before = scan.sent;
    scan.run(length);
    return (scan.sent - before) * SECOND / length;
  };
  scan.control.maxRate = 100;
  assertLess(rateOver(500 * MILLISECOND), 120);
  scan.control.maxRate = 4_000;
  assertGreater(rateOver(200 * MILLISECOND), 2_500);
});

Deno.test("ScanControl.skip() gives one target up, and the others go on", () => {
  const scan = new SteeredScan({}, 2);
  scan.run(100 * MILLISECOND);
  scan.control.skip(Uint8Array.of(203, 0, 113, 7));
  scan.run(100 * MILLISECOND);
  assertEquals(scan.ends, {}, "an address that is not being scanned is no matter");
  scan.control.skip(ipv4FromNumber(0xc0000201));
  assertEquals(scan.run(), true);
  assertEquals(scan.ends, { "192.0.2.1": "skipped", "192.0.2.2": undefined });
});

Deno.test("ScanControl() reads at one end what was written at the other", () => {
  const near = new ScanControl();
  const far = new ScanControl(near.buffer);
  assertEquals([far.isStopped, far.isPaused, far.maxRate, far.skips], [
    false,
    false,
    undefined,
    0,
  ]);
  near.stop();
  near.isPaused = true;
  near.maxRate = 0.5;
  near.skip(Uint8Array.of(192, 0, 2, 9));
  assertEquals([far.isStopped, far.isPaused, far.maxRate, far.skips], [true, true, 0.5, 1]);
  assertEquals(far.skipped, Uint8Array.of(192, 0, 2, 9));
  near.maxRate = Infinity;
  assertEquals(far.maxRate, Infinity);
  assertThrows(() => near.maxRate = 0, RangeError, "above 0");
});
