/**
 * How the scan of many targets for few ports is told to people: a line per target that has one of
 * them open, and at the end how many have it.
 */
import { PortState, REASON_NAMES } from "engine/port_state.ts";
import type { EndEvent, StartEvent, TargetEvent } from "scan/event.ts";
import { serviceName } from "scan/services.ts";
import { escapeText } from "./escape.ts";
import { counted, formatCount } from "./numbers.ts";

/** Width of the column of addresses: the longest of IPv4. */
const ADDRESS_WIDTH = 15;

/** Counts the targets of a wide scan and words what is told of them. */
export class WideText {
  readonly #start: StartEvent;
  /** Targets on which each port is open. */
  readonly #open = new Map<number, number>();

  /** Begins with the scan. */
  constructor(start: StartEvent) {
    this.#start = start;
    for (const port of start.ports) this.#open.set(port, 0);
  }

  /** A line per open port of a target. */
  target(target: TargetEvent): string {
    const lines: string[] = [];
    target.ports.forEach((port, index) => {
      if (target.states[index] !== PortState.OPEN) return;
      this.#open.set(port, (this.#open.get(port) ?? 0) + 1);
      const name = target.name === undefined ? "" : ` ${escapeText(target.name)}`;
      lines.push(
        `${target.ip.padEnd(ADDRESS_WIDTH)} ${`${port}/tcp`.padEnd(9)} open ` +
          `${(serviceName(port) ?? "unknown").padEnd(12)} ${REASON_NAMES[target.reasons[index]!]}` +
          ` ttl ${target.ttls[index]}${name}\n`,
      );
    });
    return lines.join("");
  }

  /** The sentences at the end. */
  end({ up }: EndEvent): string {
    const { targets, ports } = this.#start;
    const all = formatCount(targets);
    const sentences = [...this.#open].map(([port, open]) =>
      `${formatCount(open)} of ${all} addresses ${open === 1 ? "has" : "have"} port ${port} open.`
    );
    const what = `${counted(ports.length, "port")} on ${all} addresses`;
    return `\n${sentences.join("\n")}\n` +
      `${counted(up, "address")} answered. Asked as one flow, because they were ${what}.\n`;
  }
}
