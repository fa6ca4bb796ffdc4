/**
 * What is known of each pair of a flow, in columns: state, reason, tries, and the silences counted
 * against it. Remembers nothing of single transmissions but the newest one per pair.
 */
import { PortState, type Reason } from "./port_state.ts";

/** Classes of answer that a SYN draws; a silence counts against those proven alive around it. */
export const ReplyClass = { SYN_ACK: 0, RST: 1, OTHER: 2 } as const;
/** A class of answer. */
export type ReplyClass = (typeof ReplyClass)[keyof typeof ReplyClass];

/** Silences are counted up to this (4 bits per class). */
export const MAX_SILENCES = 15;

/** Bits of the columns packed into `#silences`: any class, SYN-ACK, RST; and excused tries. */
const ANY_SHIFT = 0;
const SYN_ACK_SHIFT = 4;
const RST_SHIFT = 8;
const EXCUSED_SHIFT = 12;

/** Columns indexed by pair. */
export class Outcomes {
  /** {@linkcode PortState} of each pair. */
  readonly state: Uint8Array;
  /** {@linkcode Reason} of each pair. */
  readonly reason: Uint8Array;
  /** TTL of the answer that settled the pair. */
  readonly ttl: Uint8Array;
  /** How often the pair was asked. */
  readonly tries: Uint8Array;
  /** Serial of the pair's newest transmission. */
  readonly newest: Uint32Array;
  readonly #silences: Uint16Array;
  /** Pairs whose state is settled. */
  settled = 0;
  /** Pairs that answered by SYN-ACK or RST. */
  answered = 0;
  /** Open pairs. */
  open = 0;
  /** Silences counted against pairs that are not settled (yet). */
  silencesCounted = 0;

  /** Makes columns for so many pairs. */
  constructor(size: number) {
    this.state = new Uint8Array(size);
    this.reason = new Uint8Array(size);
    this.ttl = new Uint8Array(size);
    this.tries = new Uint8Array(size);
    this.newest = new Uint32Array(size);
    this.#silences = new Uint16Array(size);
  }

  /** True once the pair's state is known. */
  isSettled(pair: number): boolean {
    return this.state[pair] !== PortState.UNKNOWN;
  }

  /** Settles a pair, or corrects its verdict upward (filtered → closed or open). */
  settle(pair: number, state: PortState, reason: Reason, ttl: number): void {
    const before = this.state[pair]!;
    if (before === PortState.UNKNOWN) {
      this.settled++;
      this.silencesCounted -= this.silences(pair);
    }
    if (isAnswer(state) && !isAnswer(before)) this.answered++;
    if (state === PortState.OPEN && before !== PortState.OPEN) this.open++;
    this.state[pair] = state;
    this.reason[pair] = reason;
    this.ttl[pair] = ttl;
  }

  /** Counts a silence against the classes that were alive around it. */
  addSilence(pair: number, synAckAlive: boolean, rstAlive: boolean): void {
    const counts = this.#silences[pair]!;
    this.silencesCounted++;
    let next = bump(counts, ANY_SHIFT);
    if (synAckAlive) next = bump(next, SYN_ACK_SHIFT);
    if (rstAlive) next = bump(next, RST_SHIFT);
    this.#silences[pair] = next;
  }

  /** A try met the target's absence: its loss says nothing about the path. */
  excuse(pair: number): void {
    this.#silences[pair] = bump(this.#silences[pair]!, EXCUSED_SHIFT);
  }

  /** How many tries were excused. */
  excused(pair: number): number {
    return (this.#silences[pair]! >>> EXCUSED_SHIFT) & MAX_SILENCES;
  }

  /** Silences whatever class was alive. */
  silences(pair: number): number {
    return (this.#silences[pair]! >>> ANY_SHIFT) & MAX_SILENCES;
  }

  /** Silences while SYN-ACKs were alive: they say "not open". */
  silencesAgainstOpen(pair: number): number {
    return (this.#silences[pair]! >>> SYN_ACK_SHIFT) & MAX_SILENCES;
  }

  /** Silences while RSTs were alive: they say "not closed". */
  silencesAgainstClosed(pair: number): number {
    return (this.#silences[pair]! >>> RST_SHIFT) & MAX_SILENCES;
  }
}

/** True for states that only an answer by TCP can give. */
function isAnswer(state: number): boolean {
  return state === PortState.OPEN || state === PortState.CLOSED;
}

function bump(counts: number, shift: number): number {
  return ((counts >>> shift) & MAX_SILENCES) === MAX_SILENCES ? counts : counts + (1 << shift);
}
