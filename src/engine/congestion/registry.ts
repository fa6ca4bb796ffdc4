/** All controllers by the name that `--timing` takes; help and tests follow from this table. */
import { PathMemory } from "../path.ts";
import { Bic } from "./bic.ts";
import type { Controller } from "./controller.ts";
import { Cubic } from "./cubic.ts";
import { DeliveryRate } from "./delivery_rate.ts";
import { Fixed } from "./fixed.ts";
import { LossBased } from "./loss_based.ts";
import { Paced } from "./paced.ts";
import { Reno } from "./reno.ts";
import { Scalable } from "./scalable.ts";
import { Vegas } from "./vegas.ts";

/** Largest window that `fixed:N` takes: what the flight table can hold with room to spare. */
const MAX_FIXED_WINDOW = 1_000_000;

/** Smallest: a probe and the trigger that releases it. */
const MIN_FIXED_WINDOW = 2;

/** Largest rate that `paced` takes, packets per second: above 10 Gbit/s of smallest frames. */
const MAX_RATE = 20_000_000;

/** Burst of `paced` if none is given: every packet by itself. */
const DEFAULT_BURST = 1;

/** Largest burst that `paced` takes: one batch of the link. */
const MAX_PACED_BURST = 64;

/** Which timing is used if none is named. */
export const DEFAULT_TIMING = "delivery-rate";

/** One entry: how arguments are written, and how the controller is made from them. */
interface Entry {
  readonly form: string;
  readonly make: (path: PathMemory, argument: string) => Controller;
}

/** Makes each controller; those with an argument get the text after the first colon. */
export const CONTROLLERS = {
  reno: { form: "reno", make: (path) => new LossBased(new Reno(), path) },
  scalable: { form: "scalable", make: (path) => new LossBased(new Scalable(), path) },
  bic: { form: "bic", make: (path) => new LossBased(new Bic(), path) },
  vegas: { form: "vegas", make: (path) => new LossBased(new Vegas(), path) },
  cubic: { form: "cubic", make: (path) => new LossBased(new Cubic(), path) },
  "delivery-rate": { form: "delivery-rate", make: (path) => new DeliveryRate(path) },
  paced: { form: "paced:RATE[:BURST]", make: (_path, argument) => makePaced(argument) },
  fixed: { form: "fixed:N", make: (_path, argument) => new Fixed(parseWindow(argument)) },
} as const satisfies Record<string, Entry>;

/** Name of a controller. */
export type ControllerName = keyof typeof CONTROLLERS;

/** What may stand behind `--timing`, in one line. */
export const TIMING_FORMS: string = Object.values(CONTROLLERS).map(({ form }) => form).join(", ");

/**
 * Makes the controller that `--timing` names.
 *
 * @param path What other flows have learnt about the same path.
 * @throws {RangeError} If there is no such controller or its argument is wrong.
 */
export function makeController(timing: string, path: PathMemory = new PathMemory()): Controller {
  const colon = timing.indexOf(":");
  const name = colon < 0 ? timing : timing.slice(0, colon);
  const argument = colon < 0 ? "" : timing.slice(colon + 1);
  if (!Object.hasOwn(CONTROLLERS, name)) refuse(timing, `use one of ${TIMING_FORMS}`);
  const entry: Entry = CONTROLLERS[name as ControllerName];
  if (!entry.form.includes(":") && colon >= 0) refuse(timing, `use one of ${TIMING_FORMS}`);
  return entry.make(path, argument);
}

function parseWindow(text: string): number {
  const window = Number(text);
  if (!/^\d+$/.test(text) || window < MIN_FIXED_WINDOW || window > MAX_FIXED_WINDOW) {
    refuse(
      `fixed:${text}`,
      `give a window of ${MIN_FIXED_WINDOW} to ${MAX_FIXED_WINDOW} packets, as in fixed:100`,
    );
  }
  return window;
}

function makePaced(text: string): Controller {
  const match = /^(\d+(?:\.\d+)?)(?::(\d+))?$/.exec(text);
  const rate = Number(match?.[1]);
  const burst = Number(match?.[2] ?? DEFAULT_BURST);
  const isRate = rate > 0 && rate <= MAX_RATE;
  if (!isRate || !(burst >= 1 && burst <= MAX_PACED_BURST)) {
    refuse(
      `paced:${text}`,
      `give a rate in packets per second and a burst of 1 to ${MAX_PACED_BURST}, ` +
        `as in paced:400 or paced:400:16`,
    );
  }
  return new Paced(rate, burst);
}

function refuse(timing: string, remedy: string): never {
  throw new RangeError(`Cannot use "${timing}" as a timing algorithm: ${remedy}`);
}
