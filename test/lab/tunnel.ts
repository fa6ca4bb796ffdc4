/**
 * Joins two namespaces by a pair of tun devices, links without Ethernet header as VPNs have them:
 * `tunnel.ts INTERFACE NAMESPACE NAMESPACE` makes a device of that name in each, prints `ready`,
 * and passes packets until its standard input ends. Addresses are the caller's business.
 */
import { inNamespace, TunDevice } from "ffi/testing.ts";

/** Between two looks at devices that had nothing to pass on, ms. */
const PAUSE_MS = 1;

/** Packets of one direction that are passed on before the other one is looked at. */
const BURST = 256;

if (import.meta.main) await main(Deno.args);

/** Makes the devices and passes packets. */
async function main([name, ...namespaces]: string[]): Promise<void> {
  const devices = namespaces.map((it) => inNamespace(it, () => new TunDevice(name!)));
  const [near, far] = devices as [TunDevice, TunDevice];
  let isOver = false;
  const ending = Deno.stdin.readable.pipeTo(new WritableStream()).then(() => isOver = true);
  await Deno.stdout.write(new TextEncoder().encode("ready\n"));
  while (!isOver) {
    const passed = pass(near, far) + pass(far, near);
    if (passed === 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    else await Promise.resolve();
  }
  await ending;
  for (const device of devices) device[Symbol.dispose]();
}

/** Passes what waits in one device on to the other; returns how many packets that were. */
function pass(from: TunDevice, to: TunDevice): number {
  let count = 0;
  for (; count < BURST; count++) {
    const packet = from.read();
    if (packet === undefined) break;
    to.write(packet);
  }
  return count;
}
