/**
 * From exec to the first packet: the program is started as a user starts it, and the time stamp of
 * the first IP packet that arrives at the host is the end. Modules and files are in the caches.
 */
import { SCANNER_ADDRESS } from "../test/lab/lab.ts";
import { HOST_ADDRESS, HOST_INTERFACE, type Lab, portbunny } from "../test/lab/lab.ts";
import { FIRST } from "./measured_run.ts";
import { Clock } from "ffi/clock.ts";
import { libpcap } from "ffi/libpcap.ts";
import { PcapCapture } from "ffi/pcap_capture.ts";
import { inNamespace } from "ffi/testing.ts";
import { ReceivedPacket } from "scan/link.ts";

/** One port is enough for a first packet. */
const ARGS = ["-n", "-q", "-p", "9", HOST_ADDRESS];

/** Starts the scanner `runs` times; returns the time to the first packet of each, ms. */
export async function measureStartups(lab: Lab, runs: number): Promise<number[]> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) times.push(await measureStartup(lab, portbunny(ARGS)));
  return times;
}

/** Starts a scanner by its words, and returns the time to its first packet, ms. */
export async function measureStartup(lab: Lab, words: readonly string[]): Promise<number> {
  const clock = new Clock();
  const packet = new ReceivedPacket();
  const library = libpcap();
  if (library === undefined) throw new Error("Cannot measure start-up: libpcap is missing");
  const filter = `ip and src host ${SCANNER_ADDRESS}`;
  const options = { interfaceName: HOST_INTERFACE, filter, clock, packet };
  const capture = inNamespace(lab.host.name, () => new PcapCapture(library, options));
  try {
    const start = clock.now();
    await lab.run([...FIRST, ...words]);
    clock.sync();
    if (!capture.next()) throw new Error("Cannot measure start-up: no packet was sent");
    return (packet.time - start) / 1_000;
  } finally {
    capture.close();
  }
}
