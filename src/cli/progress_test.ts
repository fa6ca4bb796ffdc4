import { PortState, Reason } from "engine/port_state.ts";
import { assertEquals } from "@std/assert";
import { makeSample, makeStart, makeTarget } from "../../test/support/events.ts";
import { Progress } from "./progress.ts";

Deno.test("Progress.at() takes a single target's own estimate", () => {
  const progress = new Progress(1_000);
  assertEquals(progress.at(1_500).remainingUs, NaN);
  assertEquals(progress.at(1_500).limitedBy, "");
  progress.update(makeStart());
  progress.update(makeSample());
  const { elapsedUs, share, remainingUs, open, rate, running, cwnd, limitedBy, sent, lost } =
    progress.at(2_000);
  assertEquals([elapsedUs, share, remainingUs, open, rate], [1e6, 0.5, 12e6, 3, 30_000]);
  assertEquals([running, cwnd, limitedBy, lost / sent], [1, 64.123, "path", 0.001]);
});

Deno.test("Progress.at() adds targets up, and extrapolates their time", () => {
  const progress = new Progress(0);
  progress.update(makeStart({ targets: 4 }));
  progress.update(makeSample({ ip: "192.0.2.1" }));
  progress.update(makeSample({ ip: "192.0.2.2", limitedBy: "rate limit" }));
  progress.update(makeTarget([[22, PortState.OPEN, Reason.SYN_ACK]], { ip: "192.0.2.1" }));
  progress.update(makeTarget([], { ip: "192.0.2.3", state: "down" }));
  const { share, remainingUs, open, finished, up, running, limitedBy } = progress.at(10_000);
  assertEquals([share, remainingUs], [2.5 / 4, 6e6]);
  assertEquals([open, finished, up, running, limitedBy], [4, 2, 1, 1, "target's rate limit"]);
});

Deno.test("Progress.eldest is the target that began first and is not finished", () => {
  const progress = new Progress(0);
  assertEquals(progress.eldest, undefined);
  for (const ip of ["192.0.2.1", "192.0.2.2", "192.0.2.1"]) progress.update(makeSample({ ip }));
  assertEquals(progress.eldest?.ip, "192.0.2.1");
  progress.update(makeTarget([], { ip: "192.0.2.1" }));
  assertEquals(progress.eldest?.ip, "192.0.2.2");
});
