/**
 * Tests that need the lab: where none can be built they are ignored, with the reason and the remedy
 * in their name, or fail if `PORTBUNNY_REQUIRE_LAB` says that they must run.
 */
import { Lab, type LabOptions } from "./lab.ts";
import { findObstacle } from "./preflight.ts";

/** Registers a test that runs in a lab of its own. */
export function labTest(
  name: string,
  body: (lab: Lab) => Promise<void>,
  options: LabOptions = {},
): void {
  const obstacle = findObstacle();
  const title = `lab: ${name}`;
  if (obstacle === undefined) {
    Deno.test(title, async () => {
      await using lab = await Lab.open(options);
      await body(lab);
    });
    return;
  }
  const why = `${obstacle.reason}; ${obstacle.remedy}`;
  const required = Deno.env.get("PORTBUNNY_REQUIRE_LAB") === "1";
  Deno.test({ name: `${title} [${why}]`, ignore: !required, fn: () => refuse(why) });
}

/** Fails a test that could not run. */
function refuse(why: string): never {
  throw new Error(`The lab is required, but cannot be built: ${why}`);
}
