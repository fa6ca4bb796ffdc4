import { assertEquals, assertStringIncludes } from "@std/assert";
import { type RightsFacts, rightsRemedy } from "./rights.ts";
import { evaluate, labTest } from "./testing.ts";

/** All rights that there are. */
const ALL = (1n << 41n) - 1n;
const NET_RAW = 1n << 13n;

/** An ordinary user with a single file. */
const ORDINARY: RightsFacts = {
  effective: 0n,
  bounding: ALL,
  userId: 1000,
  programFile: "/usr/bin/portbunny",
};

Deno.test("rightsRemedy() says which right is missing and how to get it", () => {
  const cases: [Partial<RightsFacts>, string][] = [
    [{}, "`sudo setcap cap_net_raw=ep /usr/bin/portbunny`"],
    [{ userId: 0 }, "taken away from root"],
    [{ userId: 0, bounding: ALL & ~NET_RAW }, "--cap-add NET_RAW"],
    [{ userId: 0, effective: ALL }, "user namespace"],
  ];
  for (const [changes, words] of cases) {
    const remedy = rightsRemedy({ ...ORDINARY, ...changes });
    assertStringIncludes(remedy, "CAP_NET_RAW");
    assertStringIncludes(remedy, words);
  }
});

labTest("keepRights() gives up all rights of the thread but those named", () => {
  const rights = new URL("./rights.ts", import.meta.url);
  const said = evaluate(
    `
    const { keepRights, readRights, Right } = await import("${rights}");
    for (const kept of [[Right.NET_RAW, Right.NET_ADMIN], [Right.NET_RAW], [Right.NET_ADMIN]]) {
      keepRights(kept);
      console.log(readRights().effective.toString(16));
    }`,
    [],
  );
  // What has been given up does not come back.
  assertEquals(said, "3000\n2000\n0\n");
});
