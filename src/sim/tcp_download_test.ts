import { assertAlmostEquals, assertEquals, assertGreater, assertLess } from "@std/assert";
import { Random } from "random";
import { micros, SECOND } from "units";
import { Network } from "./network.ts";
import { Path, type PathOptions } from "./path.ts";
import { TcpDownload, type TcpDownloadOptions } from "./tcp_download.ts";

/** Share of the wire's bits that are data: 1,448 of the 1,538 bytes of a frame. */
const DATA_SHARE = 1_448 / 1_538;

interface World {
  network: Network;
  back: Path;
  out: Path;
  downloads: TcpDownload[];
}

/** Downloads over one path of 40 ms round trip, 20 Mbit/s down and 100 up. */
function makeWorld(downloads: TcpDownloadOptions[], changes: PathOptions = {}): World {
  const network = new Network();
  const back = new Path({
    delay: 20_000,
    bottleneck: { bitsPerSecond: 20e6, queuePackets: 60 },
    ...changes,
  }, new Random(1));
  const out = new Path({ delay: 20_000, bottleneck: { bitsPerSecond: 100e6 } }, new Random(2));
  const made = downloads.map((options, i) => {
    const download = new TcpDownload({ port: 50_000 + i, ...options });
    download.connect(network, { data: [back], acks: [out] });
    download.start(micros(i * 100_000));
    return download;
  });
  return { network, back, out, downloads: made };
}

/** Goodput of each download between two times, Mbit/s. */
function rates(world: World, from: number, until: number): number[] {
  world.network.advance(micros(from * SECOND));
  const before = world.downloads.map(({ goodput }) => goodput);
  world.network.advance(micros(until * SECOND));
  return world.downloads.map(({ goodput }, i) =>
    (8 * (goodput - before[i]!)) / (until - from) / 1e6
  );
}

for (const rule of ["reno", "cubic"] as const) {
  Deno.test(`TcpDownload with ${rule} fills a path whose queue is long enough`, () => {
    const world = makeWorld([{ rule }]);
    const [rate] = rates(world, 5, 35);
    assertGreater(rate!, 0.97 * 20 * DATA_SHARE);
    assertLess(rate!, 20 * DATA_SHARE + 0.01);
    const { sender } = world.downloads[0]!;
    assertGreater(sender.reductions, 3);
    assertLess(sender.repeated / sender.sent, 0.02);
    assertEquals(sender.timeouts, 0);
    assertLess(sender.srtt, 40_000 + 61 * 1_538 * 0.4 + 2_000);
  });

  Deno.test(`TcpDownload with ${rule} shares a path with its like`, () => {
    const world = makeWorld([{ rule }, { rule }]);
    const [first, second] = rates(world, 10, 100);
    assertGreater(first! + second!, 0.95 * 20 * DATA_SHARE);
    assertAlmostEquals(first! / second!, 1, 0.35);
  });
}

Deno.test("TcpDownload keeps the window that Reno has at random loss: 1.22 / √p", () => {
  const loss = { kind: "random", probability: 0.005 } as const;
  const bottleneck = { bitsPerSecond: 1e9, queuePackets: 1_000 };
  const world = makeWorld([{ rule: "reno" }], { bottleneck, loss });
  const [rate] = rates(world, 10, 310);
  const window = ((rate! * 1e6) / 8 / 1_448) * 0.04;
  assertAlmostEquals(window / (1.22 / Math.sqrt(0.005)), 1, 0.15);
});

Deno.test("TcpDownload delivers every byte once, whatever the path does to its packets", () => {
  const world = makeWorld([{ rule: "cubic" }], {
    loss: { kind: "bursts", share: 0.03, length: 6, badLoss: 0.8 },
    jitter: { kind: "exponential", mean: 3_000, reorder: true },
    duplicate: 0.02,
    corrupt: 0.01,
  });
  const { network, downloads: [download] } = world;
  download!.stop(micros(60 * SECOND));
  network.advance(micros(200 * SECOND));
  const { sender, receiver } = download!;
  assertGreater(sender.timeouts, 0);
  assertGreater(receiver.duplicates, 0);
  assertGreater(download!.goodput, 1e6);
  assertEquals([network.pool.inUse, network.pending], [0, 0]);
});

Deno.test("TcpDownload starts over after an outage, and finds its rate again", () => {
  const world = makeWorld([{ rule: "cubic" }]);
  const { network, back } = world;
  const lose = (probability: number) => () => back.setLoss({ kind: "random", probability });
  network.schedule(micros(5 * SECOND), lose(1));
  network.schedule(micros(8 * SECOND), lose(0));
  const [during] = rates(world, 6, 8);
  assertEquals(during, 0);
  const [after] = rates(world, 15, 30);
  assertGreater(after!, 0.95 * 20 * DATA_SHARE);
  assertGreater(world.downloads[0]!.sender.timeouts, 1);
});

Deno.test("TcpDownload obeys marks where the queue marks instead of dropping", () => {
  const bottleneck = { bitsPerSecond: 20e6, queuePackets: 500, codel: {} };
  const world = makeWorld([{ rule: "cubic", ecn: true }], { bottleneck });
  const [rate] = rates(world, 5, 35);
  const { sender } = world.downloads[0]!;
  assertGreater(rate!, 0.85 * 20 * DATA_SHARE);
  assertGreater(world.back.counters.marked, 10);
  assertGreater(sender.reductions, 10);
  assertLess(sender.srtt, 70_000, "the queue stays short");
  const { network, back } = world;
  const lostBefore = back.counters.overflowed;
  network.advance(micros(60 * SECOND));
  assertEquals(back.counters.overflowed, lostBefore);
});
