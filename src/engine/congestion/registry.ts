/** All controllers by the name that `--timing` takes; help and tests follow from this table. */
import { type Controller, MIN_WINDOW } from "./controller.ts";
import { Fixed } from "./fixed.ts";
import { Reno } from "./reno.ts";

/** Largest window that `fixed:N` takes: what the flight table can hold with room to spare. */
const MAX_FIXED_WINDOW = 1_000_000;

/** Makes each controller; those with an argument get the text after the colon. */
export const CONTROLLERS = {
  reno: () => new Reno(),
  fixed: (argument: string) => new Fixed(parseWindow(argument)),
} as const satisfies Record<string, (argument: string) => Controller>;

/** Name of a controller. */
export type ControllerName = keyof typeof CONTROLLERS;

/**
 * Makes the controller that `--timing` names: `reno` or `fixed:N`.
 *
 * @throws {RangeError} If there is no such controller or its argument is wrong.
 */
export function makeController(timing: string): Controller {
  const colon = timing.indexOf(":");
  const name = colon < 0 ? timing : timing.slice(0, colon);
  const argument = colon < 0 ? "" : timing.slice(colon + 1);
  if (!Object.hasOwn(CONTROLLERS, name) || (name !== "fixed" && argument !== "")) {
    throw new RangeError(
      `Cannot use "${timing}" as a timing algorithm: use one of reno, fixed:N`,
    );
  }
  return CONTROLLERS[name as ControllerName](argument);
}

function parseWindow(text: string): number {
  const window = Number(text);
  if (!/^\d+$/.test(text) || window < MIN_WINDOW || window > MAX_FIXED_WINDOW) {
    throw new RangeError(
      `Cannot use "fixed:${text}" as a timing algorithm: give a window of ${MIN_WINDOW} to ` +
        `${MAX_FIXED_WINDOW} packets, as in fixed:100`,
    );
  }
  return window;
}
