/**
 * Tests that need the lab: where none can be built they are ignored, with the reason and the remedy
 * in their name, or fail if `PORTBUNNY_REQUIRE_LAB` says that they must run. Each ends with the
 * proof that nothing of it is left.
 */
import type { PresetName } from "sim/presets.ts";
import { Lab, type LabOptions } from "./lab.ts";
import { PlayedPreset } from "./played_preset.ts";
import { findObstacle, findTunObstacle, hasProgram, type Obstacle } from "./preflight.ts";
import { Teardown } from "./teardown.ts";

/** How a lab is made, and what else a test needs. */
export interface LabTestOptions extends LabOptions {
  /** Programs that the test runs beside ours. */
  programs?: readonly string[];
  /** True if the test makes tun devices. */
  tun?: boolean;
}

/** Registers a test that runs in a lab of its own, with a real Linux host. */
export function labTest(
  name: string,
  body: (lab: Lab) => Promise<void>,
  options: LabTestOptions = {},
): void {
  const { programs = [], tun = false } = options;
  register(name, { open: () => Lab.open(options), body, programs, tun });
}

/** Registers a test that runs before a preset of its own, on real packets. */
export function presetTest(
  name: string,
  body: (network: PlayedPreset) => Promise<void>,
  { preset, seed }: { preset: PresetName; seed: number },
): void {
  register(name, { open: () => PlayedPreset.open(preset, seed), body, programs: [], tun: false });
}

/** A test and the place that it runs in. */
interface LabTest<Place extends AsyncDisposable> {
  open: () => Promise<Place>;
  body: (place: Place) => Promise<void>;
  programs: readonly string[];
  tun: boolean;
}

/** Registers a test, or why it cannot run. */
function register<Place extends AsyncDisposable>(
  name: string,
  { open, body, programs, tun }: LabTest<Place>,
): void {
  const obstacle = findObstacle() ?? findMissing(programs) ?? (tun ? findTunObstacle() : undefined);
  const title = `lab: ${name}`;
  if (obstacle === undefined) {
    Deno.test(title, async () => {
      const teardown = new Teardown();
      {
        await using place = await open();
        await body(place);
      }
      await teardown.prove();
    });
    return;
  }
  const why = `${obstacle.reason}; ${obstacle.remedy}`;
  const required = Deno.env.get("PORTBUNNY_REQUIRE_LAB") === "1";
  Deno.test({ name: `${title} [${why}]`, ignore: !required, fn: () => refuse(why) });
}

/** The first program that is missing, if one is. */
function findMissing(programs: readonly string[]): Obstacle | undefined {
  const program = programs.find((name) => !hasProgram(name));
  if (program === undefined) return undefined;
  return { reason: `${program} is missing`, remedy: "deno run -A tools/setup.ts scan lab test" };
}

/** Fails a test that could not run. */
function refuse(why: string): never {
  throw new Error(`The lab is required, but cannot be built: ${why}`);
}
