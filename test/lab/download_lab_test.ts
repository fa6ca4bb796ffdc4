/**
 * Other people's TCP beside a scan: a real Linux server sends to a real Linux client through the
 * bottleneck that the scan goes through. What the download keeps is what the scan leaves to others.
 */
import { assertEquals, assertGreater } from "@std/assert";
import type { PathOptions } from "sim/path.ts";
import { MILLISECOND } from "units";
import { Download, type DownloadServer } from "./download.ts";
import {
  HOST_ADDRESS,
  HOST_INTERFACE,
  type Lab,
  SCANNER_ADDRESS,
  SCANNER_INTERFACE,
} from "./lab.ts";
import { labTest } from "./lab_test_case.ts";
import type { PortPlan } from "./ports.ts";
import { findMistakes, parseLines, targetLine } from "./results.ts";

/** The link: 20 Mbit/s, a round trip of 50 ms, 100 packets of queue. */
const RATE = 20e6;
const LINK: PathOptions = {
  delay: 25 * MILLISECOND,
  bottleneck: { bitsPerSecond: RATE, queuePackets: 100 },
};

/** What others keep of a link at least, however fast we would like to be. */
const LEAST_SHARE = 0.3;

/** Ports that are scanned: enough for seconds, and none that the download uses. */
const ASKED = Array.from({ length: 6_000 }, (_, index) => index + 1);

/** Slow start and the first loss are over by then, ms. */
const WARM_UP_MS = 2_000;

const CLOSED: PortPlan = { open: [22, 80, 443], dropped: [], reset: [], prohibited: [] };
const FILTERED: PortPlan = {
  open: [22, 80, 443],
  dropped: [[1, 21], [23, 52], [54, 79], [81, 442], [444, 6_000]],
  reset: [],
  prohibited: [],
};

/** Scans beside a download; both have to come off well. */
async function scanBeside(lab: Lab, server: DownloadServer): Promise<void> {
  const client = server.namespace === lab.host ? lab.scanner : lab.host;
  await using download = await Download.open({ server, client, control: "cubic" });
  await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
  await download.lap();
  await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
  assertGreater((await download.lap()) / RATE, 0.8, "the download does not fill the link");
  const words = ["-q", "-p", `1-${ASKED.length}`, "-oJ", "-", HOST_ADDRESS];
  const { stdout, stderr, code } = await lab.scan(words, { timeoutMs: 180_000 });
  const share = (await download.lap()) / RATE;
  assertEquals(code, 0, stderr);
  const target = targetLine(parseLines(stdout));
  assertEquals(findMistakes(target, lab.plan, { ports: ASKED, reasons: false }), []);
  assertGreater(share, LEAST_SHARE);
}

labTest("a TCP download keeps its share beside the answers to a scan", async (lab) => {
  const address = HOST_ADDRESS;
  await scanBeside(lab, { namespace: lab.host, interfaceName: HOST_INTERFACE, address });
}, { plan: CLOSED, paths: { out: [LINK], back: [LINK], seed: 1 } });

labTest("a TCP upload keeps its share beside the probes of a scan", async (lab) => {
  const address = SCANNER_ADDRESS;
  await scanBeside(lab, { namespace: lab.scanner, interfaceName: SCANNER_INTERFACE, address });
}, { plan: FILTERED, paths: { out: [LINK], back: [LINK], seed: 1 } });
