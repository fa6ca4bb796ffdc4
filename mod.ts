/**
 * PortBunny as a library: {@linkcode scan} takes options and yields events.
 *
 * @module
 */
export { scan } from "scan/scan.ts";
export type { ScanOptions } from "scan/options.ts";
export type { TargetSpec } from "scan/target_spec.ts";
export { TargetSet } from "scan/target_set.ts";
export type { Particulars, TargetSetData } from "scan/target_set.ts";
export type {
  EndEvent,
  PortEvent,
  SampleEvent,
  ScanEvent,
  StartEvent,
  TargetEvent,
  TargetStats,
  TargetUpEvent,
  VerdictEvent,
  WarningEvent,
} from "scan/event.ts";
export { LinkError } from "scan/link.ts";
export { REASON_NAMES, STATE_NAMES } from "engine/port_state.ts";
export type { ReasonName, StateName } from "engine/port_state.ts";
