/**
 * Composition root of a worker: joins the real link with the scan's loop. Started by URL, from
 * source by `scan/scan.ts`, in a bundle by `main.ts` in the worker's role.
 */
import type { Job } from "scan/messages.ts";
import { LOCAL_PORTS } from "scan/job_runner.ts";
import { type OpenedLink, serveWorker } from "scan/worker.ts";
import { confineWorker, giveUpRights } from "./confinement.ts";
import { openNativeLink } from "./native_link.ts";
import { type PortReservation, reservePorts } from "./port_reservation.ts";

/** Held for the worker's life: the kernel must not give these ports to anybody else. */
let reservation: PortReservation | undefined;

/** Waits for a job and runs it on the real network. */
export function run(): void {
  serveWorker(openJobLink);
}

function openJobLink(job: Job): OpenedLink {
  confineWorker();
  const localPorts = job.sourcePort === undefined ? reserve() : { first: job.sourcePort, count: 1 };
  const link = openNativeLink({
    localPorts,
    ...(job.interfaceName === undefined ? {} : { interfaceName: job.interfaceName }),
    ...(job.source === undefined ? {} : { source: job.source }),
  });
  const epoch = Date.now() * 1_000 - link.now();
  return { link, firstPort: localPorts.first, epoch, onRoutesKnown: giveUpRights };
}

function reserve(): { first: number; count: number } {
  reservation = reservePorts(LOCAL_PORTS.total);
  return { first: reservation.first, count: LOCAL_PORTS.total };
}

/** True in a worker's global scope; the main thread imports this file without starting anything. */
function isWorker(): boolean {
  const scope = Reflect.get(globalThis, "WorkerGlobalScope");
  return typeof scope === "function" && globalThis instanceof scope;
}

if (isWorker()) run();
