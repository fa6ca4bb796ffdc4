/**
 * The pairs (target, question) of one flow, numbered: targets are consecutive indices, questions a
 * list, and pair = target × questions + position. A deep flow has one target, a wide one many. A
 * question is a port that is asked by SYN; the search asks by other kinds as well.
 */
import { assert } from "assertion";
import { PORT_COUNT } from "units";
import { Kind } from "./kind.ts";

/** Positions by port; flows that share a list of ports share its table (256 KiB). */
const TABLES = new WeakMap<Uint16Array, Int32Array>();

/** Numbers the pairs of a flow. */
export class PairSpace {
  /** Index of the first target. */
  readonly firstTarget: number;
  /** How many targets there are. */
  readonly targetCount: number;
  /** Ports, in the order of their positions; 0 where the kind has none. */
  readonly ports: Uint16Array;
  /** How many pairs there are. */
  readonly size: number;
  /** {@linkcode Kind} by position; undefined: all are SYNs. */
  readonly #kinds: Uint8Array | undefined;
  readonly #positionOf: Int32Array;

  /** Numbers the pairs of consecutive targets and a list of ports. */
  constructor(firstTarget: number, targetCount: number, ports: Uint16Array, kinds?: Uint8Array) {
    assert(targetCount > 0 && ports.length > 0, "A flow needs at least one pair");
    assert(kinds === undefined || kinds.length === ports.length, "Each question has a kind");
    this.firstTarget = firstTarget;
    this.targetCount = targetCount;
    this.ports = ports;
    this.size = targetCount * ports.length;
    this.#kinds = kinds;
    this.#positionOf = TABLES.get(ports) ?? makeTable(ports, kinds);
    TABLES.set(ports, this.#positionOf);
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

  /** How the pair is asked. */
  kindOf(pair: number): Kind {
    if (this.#kinds === undefined) return Kind.SYN;
    return this.#kinds[pair % this.ports.length]! as Kind;
  }

  /** The pair that is asked by SYN, or −1 if this flow does not ask for it. */
  pairOf(target: number, port: number): number {
    return this.#pairAt(target, this.#positionOf[port]!);
  }

  /** The pair that is asked by a kind, or −1. */
  pairOfKind(target: number, port: number, kind: Kind): number {
    if (kind === Kind.SYN) return this.pairOf(target, port);
    if (this.#kinds === undefined) return -1;
    for (let position = 0; position < this.ports.length; position++) {
      if (this.#kinds[position] !== kind || this.ports[position] !== port) continue;
      return this.#pairAt(target, position);
    }
    return -1;
  }

  #pairAt(target: number, position: number): number {
    const offset = target - this.firstTarget;
    if (position < 0 || offset < 0 || offset >= this.targetCount) return -1;
    return offset * this.ports.length + position;
  }
}

function makeTable(ports: Uint16Array, kinds: Uint8Array | undefined): Int32Array {
  const table = new Int32Array(PORT_COUNT).fill(-1);
  ports.forEach((port, position) => {
    if (kinds === undefined || kinds[position] === Kind.SYN) table[port] = position;
  });
  return table;
}
