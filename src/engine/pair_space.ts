/**
 * The pairs (target, port) of one flow, numbered: targets are consecutive indices, ports a list,
 * and pair = target × ports + position. A deep flow has one target, a wide one many.
 */
import { assert } from "assertion";
import { PORT_COUNT } from "units";

/** Numbers the pairs of a flow. */
export class PairSpace {
  /** Index of the first target. */
  readonly firstTarget: number;
  /** How many targets there are. */
  readonly targetCount: number;
  /** Ports, in the order of their positions. */
  readonly ports: Uint16Array;
  /** How many pairs there are. */
  readonly size: number;
  readonly #positionOf: Int32Array = new Int32Array(PORT_COUNT).fill(-1);

  /** Numbers the pairs of consecutive targets and a list of ports. */
  constructor(firstTarget: number, targetCount: number, ports: Uint16Array) {
    assert(targetCount > 0 && ports.length > 0, "A flow needs at least one pair");
    this.firstTarget = firstTarget;
    this.targetCount = targetCount;
    this.ports = ports;
    this.size = targetCount * ports.length;
    ports.forEach((port, position) => this.#positionOf[port] = position);
  }

  /** The pair's target. */
  targetOf(pair: number): number {
    return this.targetCount === 1
      ? this.firstTarget
      : this.firstTarget + Math.floor(pair / this.ports.length);
  }

  /** The pair's port. */
  portOf(pair: number): number {
    return this.targetCount === 1 ? this.ports[pair]! : this.ports[pair % this.ports.length]!;
  }

  /** The pair, or −1 if this flow does not ask for it. */
  pairOf(target: number, port: number): number {
    const position = this.#positionOf[port]!;
    const offset = target - this.firstTarget;
    if (position < 0 || offset < 0 || offset >= this.targetCount) return -1;
    return offset * this.ports.length + position;
  }
}
