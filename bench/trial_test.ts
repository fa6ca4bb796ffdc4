import { assertEquals, assertGreater } from "@std/assert";
import { HOST_ADDRESS, HOST_INTERFACE, MIXED_HOST, SCANNER_ADDRESS } from "../test/lab/lab.ts";
import { SCANNER_INTERFACE } from "../test/lab/lab.ts";
import { labTest } from "../test/lab/lab_test_case.ts";
import { truthOf } from "../test/lab/ports.ts";
import { hardwareAddress } from "./contender.ts";
import { PORTBUNNY } from "./contenders/portbunny.ts";
import { mistakesIn } from "./score.ts";
import { runTrial } from "./trial.ts";

/** The first thousand ports, as a list. */
const PORTS = Array.from({ length: 1_000 }, (_, index) => index + 1);

labTest("runTrial() runs a contender, counts its packets and judges it", async (lab) => {
  const states = truthOf(MIXED_HOST);
  const trial = await runTrial(PORTBUNNY, {
    job: {
      targets: [HOST_ADDRESS],
      ports: `1-${PORTS.length}`,
      interfaceName: SCANNER_INTERFACE,
      source: SCANNER_ADDRESS,
      nextHop: hardwareAddress(lab.host, HOST_INTERFACE),
      pathRate: Infinity,
    },
    truth: { targets: [HOST_ADDRESS], ports: PORTS, stateOf: (_, port) => states[port]!.state },
    namespace: lab.scanner,
    limitMs: 60_000,
  });
  assertEquals([trial.score.openFound, trial.score.openMissed], [4, 0]);
  assertEquals([mistakesIn(trial.score), trial.isCapped], [0, false]);
  assertGreater(trial.sent, PORTS.length);
  assertGreater(trial.received, PORTS.length / 2);
});
