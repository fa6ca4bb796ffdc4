/**
 * What the window algorithms have in common: slow start and its two ends, the reduction, its undo,
 * the memory of the path. What they differ in, how a window grows and how far it falls, is an
 * {@linkcode Avoidance}, one file each.
 */
import type { Micros } from "units";
import type { PathMemory } from "../path.ts";
import {
  type Ack,
  AVOIDANCE_PACING,
  type Controller,
  INITIAL_WINDOW,
  MIN_WINDOW,
  SLOW_START_PACING,
  windowRate,
} from "./controller.ts";
import { HyStart } from "./hystart.ts";

/** Share of the window that must be in use for it to grow (RFC 7661, 4.3, in spirit). */
const IN_USE = 0.5;

/** Window after a time-out (RFC 5681, 3.1, the loss window). */
const LOSS_WINDOW = 1;

/**
 * Growth of a small window per packet, at the most, as a share of it. One packet per round trip is
 * too much for many flows at less than a packet each: nothing would hold them there. With this
 * share windows below 2 are in balance at 26 % (r × (1 − p) = p × ln 2): more than paths lose by
 * chance, or chance alone would take every window to its floor.
 */
const SMALL_WINDOW_GROWTH = 1 / 4;

/** One algorithm's rule once slow start is over. */
export interface Avoidance {
  /** Name as in `--timing`. */
  readonly name: string;
  /** Packets to add to the window because of an answer; negative ones are taken away. */
  increase(cwnd: number, ack: Ack): number;
  /** The window that follows a loss. */
  decrease(cwnd: number, inFlight: number): number;
  /** True if slow start should end now; beside delay growth and loss. */
  endsSlowStart?(cwnd: number, ack: Ack): boolean;
  /** Keeps what {@linkcode restore} brings back: a reduction follows. */
  save?(): void;
  /** The reduction was wrong. */
  restore?(): void;
  /** Everything timed out: what the rule knows of the path is void. */
  forget?(): void;
}

/** See the file's comment. */
export class LossBased implements Controller {
  readonly burst = Infinity;
  readonly train = 1;
  readonly isQueueing = false;
  readonly #rule: Avoidance;
  readonly #path: PathMemory;
  readonly #hystart = new HyStart();
  #cwnd: number = INITIAL_WINDOW;
  #ssthresh: number;
  #cwndBefore: number = INITIAL_WINDOW;
  #ssthreshBefore = Infinity;
  #isFirstRound = true;
  #hasReduced = false;

  constructor(rule: Avoidance, path: PathMemory) {
    this.#rule = rule;
    this.#path = path;
    this.#ssthresh = path.ssthresh;
  }

  get name(): string {
    return this.#rule.name;
  }

  get cwnd(): number {
    return this.#cwnd;
  }

  get ssthresh(): number {
    return this.#ssthresh;
  }

  pacingRate(srtt: number): number {
    // The initial window takes a round trip: nothing is known of the path yet.
    const gain = this.#isFirstRound
      ? 1
      : this.#cwnd < this.#ssthresh
      ? SLOW_START_PACING
      : AVOIDANCE_PACING;
    return windowRate(gain, this.#cwnd, srtt);
  }

  onAck(ack: Ack): void {
    if (ack.isRoundStart) this.#isFirstRound = false;
    if (this.#cwnd < this.#ssthresh) this.#slowStart(ack);
    else this.#avoid(ack);
  }

  onLoss(_now: Micros, inFlight: number): void {
    this.#save();
    this.#reduce(inFlight);
  }

  /** A mark is answered as a loss is (RFC 3168, 6.1.2). */
  onMark(now: Micros, inFlight: number): void {
    this.onLoss(now, inFlight);
  }

  onTimeout(_now: Micros, inFlight: number): void {
    this.#save();
    this.#reduce(inFlight);
    this.#rule.forget?.();
    this.#cwnd = Math.min(this.#cwnd, LOSS_WINDOW);
  }

  onUndo(_now: Micros): void {
    this.#rule.restore?.();
    this.#cwnd = Math.max(this.#cwnd, this.#cwndBefore);
    this.#ssthresh = Math.max(this.#ssthresh, this.#ssthreshBefore);
  }

  #slowStart(ack: Ack): void {
    // Delay is judged in the first slow start only (RFC 9406, 4.3): later ones know their end.
    const growth = this.#hasReduced ? 1 : this.#hystart.growth(ack);
    if (growth === 0 || this.#rule.endsSlowStart?.(this.#cwnd, ack)) {
      this.#ssthresh = this.#cwnd;
      this.#path.ssthresh = this.#cwnd;
      return;
    }
    if (ack.inFlight < this.#cwnd * IN_USE) return;
    // RFC 5681, 3.1, counted in packets (RFC 3465).
    this.#cwnd = Math.min(this.#cwnd + growth * ack.packets, this.#ssthresh);
  }

  #avoid(ack: Ack): void {
    const change = this.#rule.increase(this.#cwnd, ack);
    if (change > 0 && ack.inFlight < this.#cwnd * IN_USE) return;
    const most = SMALL_WINDOW_GROWTH * this.#cwnd * ack.packets;
    const isSmall = this.#cwnd < 1 / Math.sqrt(SMALL_WINDOW_GROWTH);
    const bounded = isSmall ? Math.min(change, most) : change;
    this.#cwnd = Math.max(MIN_WINDOW, this.#cwnd + bounded);
  }

  #reduce(inFlight: number): void {
    this.#hasReduced = true;
    // A window below one packet has more in flight than it says.
    const cwnd = this.#rule.decrease(this.#cwnd, Math.min(this.#cwnd, inFlight));
    this.#ssthresh = Math.max(MIN_WINDOW, cwnd);
    this.#cwnd = this.#ssthresh;
    this.#path.ssthresh = this.#ssthresh;
  }

  #save(): void {
    this.#rule.save?.();
    this.#cwndBefore = this.#cwnd;
    this.#ssthreshBefore = this.#ssthresh;
  }
}
