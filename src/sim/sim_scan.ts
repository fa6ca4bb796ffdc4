/**
 * A whole scan in virtual time: the job runner of the real scanner on a virtual link. Several run
 * beside each other as several workers do.
 */
import type { ScanEvent } from "scan/event.ts";
import { JobRunner } from "scan/job_runner.ts";
import type { Job, WorkerTotals } from "scan/messages.ts";
import type { TargetSpec } from "scan/options.ts";
import { LIKELY_TRIGGER_PORTS } from "scan/services.ts";
import { type Micros, micros, SECOND } from "units";
import { formatIpv4, ipv4FromNumber } from "wire/address.ts";
import type { SimLink } from "./sim_link.ts";
import type { Runner, Simulator } from "./simulator.ts";
