import { assertEquals } from "@std/assert";
import { makeSample, makeStart } from "../../test/support/events.ts";
import { Progress } from "./progress.ts";
import { statusJson, statusLines } from "./status_text.ts";

/** Half-way. */
function makeProgress(): Progress {
  const progress = new Progress(0);
  progress.update(makeStart());
  progress.update(makeSample());
  return progress;
}

Deno.test("statusLines() says how far, how fast, and why not faster", () => {
  assertEquals(statusLines(makeProgress().at(5_000), "running"), [
    "Stats: 0:00:05 elapsed; 0 hosts completed (0 up), 1 undergoing SYN scan",
    "SYN scan: about 50.00% done, 0:00:12 left; 3 open",
    "Path: 30,000 packets/s, 0.10% lost, cwnd 64, RTT 2.1 ms, limited by: path",
  ]);
  assertEquals(statusLines(makeProgress().at(5_000), "paused").slice(0, 2), [
    "Stats: 0:00:05 elapsed; 0 hosts completed (0 up), 1 paused",
    "SYN scan: about 50.00% done; 3 open",
  ]);
  assertEquals(statusLines(new Progress(0).at(0), "running").slice(1), [
    "SYN scan: about 0.00% done; 0 open",
    "Path: 0 packets/s, 0% lost, cwnd 0",
  ]);
});

Deno.test("statusJson() has every figure, and null for what is not known", () => {
  assertEquals(JSON.parse(statusJson(makeProgress().at(5_000), "running")), {
    type: "status",
    state: "running",
    elapsed_us: 5e6,
    percent: 50,
    remaining_us: 12e6,
    targets: 1,
    finished: 0,
    up: 0,
    running: 1,
    open: 3,
    rate: 30_000,
    loss: 0.001,
    cwnd: 64.12,
    in_flight: 60,
    srtt_us: 2_100,
    limited_by: "path",
  });
  const { remaining_us, srtt_us, limited_by } = JSON.parse(
    statusJson(new Progress(0).at(0), "done"),
  );
  assertEquals([remaining_us, srtt_us, limited_by], [null, null, null]);
});
