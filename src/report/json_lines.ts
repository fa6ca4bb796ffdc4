/**
 * JSON lines: one object per line, one line per event, in the order of events. The fields are
 * described in `docs/json-lines.md`; a change of their meaning raises {@linkcode
 * JSON_LINES_VERSION}.
 * Times and durations are µs, rates packets per second; what is unknown is null or absent.
 */
import type {
  EndEvent,
  PortEvent,
  SampleEvent,
  ScanEvent,
  StartEvent,
  TargetEvent,
  TargetUpEvent,
} from "scan/event.ts";
import { safeJson } from "./escape.ts";
import type { Format } from "./format.ts";
import { groupPorts } from "./port_groups.ts";
import { formatRanges } from "./ranges.ts";

/** Version of the format, in the `start` line. Readers skip types and fields they do not know. */
export const JSON_LINES_VERSION = 1;

/** A line before it is text. */
type Fields = Record<string, unknown>;

/** Writes events as JSON lines. */
export class JsonLines implements Format {
  /** The event's line. */
  render(event: ScanEvent): string {
    return `${safeJson(fieldsOf(event))}\n`;
  }
}

function fieldsOf(event: ScanEvent): Fields {
  switch (event.type) {
    case "start":
      return startFields(event);
    case "target-up":
      return upFields(event);
    case "port":
      return portFields(event);
    case "verdict": {
      const { type, ip, timeUs, verdict, text, evidence } = event;
      return { type, ...optional("ip", ip), verdict, text, evidence, time_us: timeUs };
    }
    case "sample":
      return sampleFields(event);
    case "warning":
      return { type: event.type, ...optional("ip", event.ip), message: event.message };
    case "target":
      return targetFields(event);
    case "down":
      return { type: event.type, count: event.count, time_us: Math.round(event.timeUs) };
    case "end":
      return endFields(event);
  }
}

function startFields(event: StartEvent): Fields {
  return {
    type: "start",
    format: JSON_LINES_VERSION,
    scanner: "portbunny",
    version: event.version,
    args: event.args,
    seed: event.seed,
    time_us: event.timeUs,
    targets: event.targets,
    plan: event.plan,
    ports: formatRanges(event.ports),
  };
}

function upFields(event: TargetUpEvent): Fields {
  return {
    type: "target-up",
    ip: event.ip,
    ...optional("name", event.name),
    reason: event.reason,
    ttl: event.ttl,
    rtt_us: rounded(event.rttUs),
  };
}

function portFields(event: PortEvent): Fields {
  return {
    type: "port",
    ip: event.ip,
    port: event.port,
    state: event.state,
    reason: event.reason,
    ttl: event.ttl,
    rtt_us: rounded(event.rttUs),
    time_us: Math.round(event.timeUs),
  };
}

function sampleFields(event: SampleEvent): Fields {
  return {
    type: "sample",
    ip: event.ip,
    elapsed_us: Math.round(event.elapsedUs),
    cwnd: rounded(event.cwnd, 2),
    ssthresh: rounded(event.ssthresh, 2),
    in_flight: event.inFlight,
    srtt_us: rounded(event.srttUs),
    rto_us: rounded(event.rtoUs),
    send_rate: rounded(event.sendRate),
    reply_rate: rounded(event.replyRate),
    sent: event.sent,
    received: event.received,
    lost: event.lost,
    done: rounded(event.done),
    total: event.total,
    open: event.open,
    remaining_us: rounded(event.remainingUs),
    limited_by: event.limitedBy,
  };
}

function targetFields(event: TargetEvent): Fields {
  const head = targetHead(event);
  if (event.state === "down") {
    return { ...head, probes: event.stats.probes, triggers: event.stats.triggers };
  }
  return {
    ...head,
    ...portColumns(event),
    ...optional("stopped_after", event.stoppedAfter),
    ...optional("undecided_because", event.undecidedBecause),
    ...statsFields(event),
  };
}

function targetHead(event: TargetEvent): Fields {
  return {
    type: "target",
    ip: event.ip,
    ...optional("name", event.name),
    state: event.state,
    reason: event.reason,
    start_us: Math.round(event.startUs),
    duration_us: Math.round(event.durationUs),
    ...optional("mac", event.hardwareAddress),
  };
}

function portColumns(event: TargetEvent): Fields {
  const states: Record<string, string> = {};
  const counts: Record<string, number> = {};
  const reasons: Record<string, Record<string, string>> = {};
  for (const group of groupPorts(event)) {
    states[group.state] = formatRanges(group.ports);
    counts[group.state] = group.ports.length;
    reasons[group.state] = Object.fromEntries(
      [...group.reasons].map(([reason, ports]) => [reason, formatRanges(ports)]),
    );
  }
  return { states, counts, reasons };
}

function statsFields({ stats }: TargetEvent): Fields {
  return {
    probes: stats.probes,
    triggers: stats.triggers,
    replies: stats.replies,
    stray: stats.stray,
    loss: stats.lossRate,
    losses: stats.losses,
    loss_samples: stats.lossSamples,
    silences: stats.silences,
    residual_error: stats.residualError,
    assumes_echo: stats.assumesEcho,
    srtt_us: rounded(stats.srttUs),
    min_rtt_us: rounded(stats.minRttUs),
    max_rtt_us: rounded(stats.maxRttUs),
    rttvar_us: rounded(stats.rttvarUs),
    rto_us: rounded(stats.rtoUs),
    algorithm: stats.algorithm,
    rate: rounded(stats.rate),
    max_cwnd: rounded(stats.maxCwnd, 2),
  };
}

function endFields(event: EndEvent): Fields {
  return {
    type: "end",
    exit: event.exit,
    time_us: event.timeUs,
    elapsed_us: Math.round(event.elapsedUs),
    targets: event.targets,
    up: event.up,
    open: event.open,
    packets_sent: event.packetsSent,
    packets_received: event.packetsReceived,
    capture_dropped: event.captureDropped,
  };
}

function optional(name: string, value: string | number | undefined): Fields {
  return value === undefined ? {} : { [name]: value };
}

function rounded(value: number, decimals = 0): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}
