/**
 * Delivery rate: sends as fast as the path has been seen to deliver and keeps what that rate holds
 * in flight. In the spirit of BBR (draft-cardwell-iccrg-bbr-congestion-control): a maximum over
 * rounds, the smallest round trip, gains, samples of an idle sender marked. Loss by itself says
 * nothing, so that a path that loses by chance is no slower; loss with a rate that falls does, and
 * so do marks. How the rate is found and followed is in `rate_search.ts`; here are slow start and
 * window.
 */
import { type Micros, SECOND } from "units";
import type { PathMemory } from "../path.ts";
import {
  type Ack,
  type Controller,
  INITIAL_WINDOW,
  MIN_WINDOW,
  SLOW_START_PACING,
  windowRate,
} from "./controller.ts";
import { QueueDelay } from "./queue_delay.ts";
import { RateSearch, type Report } from "./rate_search.ts";
import { Stretch } from "./stretch.ts";

/** Windows of what the rate holds (BBR's cwnd_gain): the window must not hold the rate down. */
const HEADROOM = 2;

/** … changes of the delay beside: a link that delivers in bunches waits for them to be filled … */
const BUNCHES = 4;

/** … and packets: silent probes keep their slots until a trigger releases them. */
const SLACK = 16;

/** Packets that leave together in slow start, for the spread of their answers. */
const TRAIN = 16;

/** Shares of the capacity that packet trains show: where slow start ends, and the first step. */
const CAPACITY_SHARE = { end: 0.9, aim: 0.98 } as const;

/**
 * The end of slow start: rounds in which the rate grows less than that (BBR: 3); or such a loss,
 * and less than this share of what was offered comes back as rate.
 */
const FULL = { growth: 1.25, rounds: 2, loss: 0.05, share: 0.75 } as const;

/** … and the window below which that is not looked at: the first rounds are all beginnings. */
const FULL_WINDOW = 4 * INITIAL_WINDOW;

/** Answers that a report takes; rounds with fewer are taken together. */
const LEAST_ANSWERS = 8;

/**
 * Time that a report takes, as a multiple of what delays change by from round to round: radio links
 * deliver in bunches, and a report has to see some. And as one of what round trips differ by: the
 * answers of far hosts have to be in it as well.
 */
const LEAST_LENGTH = { changes: 8, rttvars: 4 } as const;

/** What is left of the rate after a mark (RFC 8511: 0.85 for marks of small queues). */
const AFTER_MARK = 0.85;

/** Window after a time-out (RFC 5681, 3.1, the loss window, and the trigger that releases it). */
const LOSS_WINDOW = 2;

/** Weight of an answer in the means of round trip and lag. */
const MEAN_GAIN = 1 / 16;

/** See the file's comment. */
export class DeliveryRate implements Controller {
  readonly name = "delivery-rate";
  readonly burst = Infinity;
  readonly #path: PathMemory;
  readonly #queue = new QueueDelay();
  readonly #search = new RateSearch();
  /** A round of slow start, later the time of a report. */
  readonly #stretch = new Stretch();
  readonly #report: Report = {
    rate: 0,
    loss: 0,
    queue: 0,
    queueNow: 0,
    noise: 0,
    isForeign: false,
    roundTrip: 0,
    held: 0,
  };
  #isStarting = true;
  #isFirstRound = true;
  #cwnd: number = INITIAL_WINDOW;
  #ssthresh: number;
  /** Window when the round began. */
  #roundWindow = 0;
  /** Rate before the last time-out. */
  #rateBefore = 0;
  /** Fastest round of slow start, and rounds since then. */
  #startRate = 0;
  #idleRounds = 0;
  #capacity = NaN;
  /** Round trip without queues, and what our own loop adds, µs. */
  #base = NaN;
  #lag = 0;
  constructor(path: PathMemory) {
    this.#path = path;
    this.#ssthresh = path.ssthresh;
  }

  get cwnd(): number {
    return this.#cwnd;
  }

  get ssthresh(): number {
    return this.#ssthresh;
  }

  get train(): number {
    return this.#isStarting && Number.isNaN(this.#capacity) ? TRAIN : 1;
  }

  get isQueueing(): boolean {
    const { rate } = this.#search;
    return this.#queue.own > this.#queue.noise(this.#roundTrip, rate) ||
      this.#queue.isForeign(this.#roundTrip, rate);
  }

  pacingRate(srtt: number): number {
    if (!this.#isStarting) {
      return Math.max(this.#search.gain * this.#search.rate, windowRate(1, MIN_WINDOW, srtt));
    }
    const gain = this.#isFirstRound ? 1 : SLOW_START_PACING;
    const rate = windowRate(gain, this.#cwnd, srtt);
    return Number.isNaN(this.#capacity) ? rate : Math.min(rate, this.#capacity);
  }

  onAck(ack: Ack): void {
    this.#stretch.onAck(ack);
    this.#watchDelay(ack);
    if (ack.isRoundStart) this.#endRound(ack);
    if (this.#isStarting) this.#grow(ack);
    else this.#cwnd = this.#window;
  }

  /** Counted in {@linkcode Ack.lost} and judged at the end of the round. */
  onLoss(_now: Micros, _inFlight: number): void {}

  onMark(_now: Micros, inFlight: number): void {
    if (this.#isStarting) this.#endStart(windowRate(1, this.#cwnd, this.#roundTrip));
    this.#search.begin(this.#search.rate * AFTER_MARK);
    this.#cwnd = Math.min(this.#cwnd, inFlight);
  }

  /** Slow start again, up to half of what there was (RFC 5681, 3.1, equation 4). */
  onTimeout(_now: Micros, _inFlight: number): void {
    const held = this.#isStarting ? this.#cwnd : this.#held;
    if (!this.#isStarting || held > this.#ssthresh) {
      this.#ssthresh = Math.max(INITIAL_WINDOW, held / 2);
    }
    this.#rateBefore = Math.max(this.#rateBefore, this.#search.rate);
    this.#isStarting = true;
    this.#roundWindow = 0;
    this.#startRate = 0;
    this.#idleRounds = 0;
    this.#cwnd = Math.min(this.#cwnd, LOSS_WINDOW);
  }

  /** The time-out was none: the path had stood still. Losses have taken nothing. */
  onUndo(_now: Micros): void {
    if (!this.#isStarting || this.#rateBefore === 0) return;
    this.#cwnd = Math.max(this.#cwnd, this.#ssthresh);
    this.#endStart(this.#rateBefore);
  }

  /** What the rate holds, twice, and what arrives in bunches beside. */
  get #window(): number {
    const bunches = (BUNCHES * this.#queue.change * this.#search.rate) / SECOND;
    return Math.max(MIN_WINDOW, HEADROOM * this.#held + bunches + SLACK);
  }

  /** Packets that the rate holds in flight, without queues of ours. */
  get #held(): number {
    return (this.#search.rate * this.#roundTrip) / SECOND;
  }

  get #roundTrip(): number {
    return this.#base + this.#queue.others + this.#lag;
  }

  #watchDelay(ack: Ack): void {
    if (Number.isNaN(this.#base)) this.#base = ack.minRtt;
    if (Number.isNaN(ack.delay)) return;
    this.#base += (ack.minRtt - this.#base) * MEAN_GAIN;
    this.#lag += (ack.lag - this.#lag) * MEAN_GAIN;
    this.#queue.sample(ack.delay);
  }

  #endRound(ack: Ack): void {
    this.#isFirstRound = false;
    this.#capacity = ack.capacity;
    this.#queue.onRound(!this.#isStarting && this.#search.isSteady);
    if (this.#isStarting) this.#judgeStart(ack);
    else this.#judgeRounds(ack);
    this.#roundWindow = this.#cwnd;
  }

  #grow(ack: Ack): void {
    const known = (CAPACITY_SHARE.end * this.#capacity * this.#roundTrip) / SECOND;
    if (this.#cwnd >= known) return this.#endStart(CAPACITY_SHARE.end * this.#capacity);
    if (this.#cwnd >= this.#ssthresh) {
      return this.#endStart(windowRate(1, this.#ssthresh, this.#roundTrip));
    }
    if (!ack.isAppLimited || ack.inFlight >= this.#cwnd / 2) this.#cwnd += ack.packets;
  }

  /** A rate that no longer grows, or a loss that takes some of it, shows that the path is full. */
  #judgeStart(ack: Ack): void {
    const stretch = this.#stretch;
    if (stretch.length(ack) < LEAST_LENGTH.rttvars * ack.rttvar) return;
    const rate = stretch.rate(ack);
    const isLossy = stretch.loss(ack) > FULL.loss;
    stretch.begin(ack);
    if (ack.isAppLimited || this.#roundWindow < FULL_WINDOW) return;
    const hasTried = this.#cwnd >= FULL.growth * this.#roundWindow;
    if (rate >= FULL.growth * this.#startRate) this.#idleRounds = 0;
    else if (hasTried) this.#idleRounds++;
    this.#startRate = Math.max(this.#startRate, rate);
    const offered = windowRate(1, this.#roundWindow, this.#roundTrip);
    if (this.#idleRounds >= FULL.rounds || (isLossy && rate < FULL.share * offered)) {
      this.#endStart(Math.max(rate, this.#startRate / 2));
    }
  }

  #endStart(rate: number): void {
    const aim = CAPACITY_SHARE.aim * this.#capacity;
    this.#isStarting = false;
    this.#rateBefore = 0;
    this.#ssthresh = Math.min(this.#ssthresh, this.#cwnd);
    this.#path.ssthresh = this.#ssthresh;
    this.#stretch.restart();
    this.#search.begin(rate, Number.isNaN(aim) ? 0 : aim);
  }

  #judgeRounds(ack: Ack): void {
    const stretch = this.#stretch;
    const isLong = stretch.answers >= LEAST_ANSWERS &&
      stretch.length(ack) >=
        Math.max(LEAST_LENGTH.changes * this.#queue.change, LEAST_LENGTH.rttvars * ack.rttvar);
    if (!isLong) return;
    this.#fillReport(ack);
    const isUseful = !stretch.isAppLimited || this.#report.rate > this.#search.rate;
    stretch.begin(ack);
    if (isUseful && this.#search.onReport(this.#report)) this.#queue.disown();
  }

  #fillReport(ack: Ack): void {
    const report = this.#report;
    report.rate = this.#stretch.rate(ack);
    report.loss = this.#stretch.loss(ack);
    report.queue = this.#queue.own;
    report.queueNow = this.#queue.now;
    report.roundTrip = this.#roundTrip;
    report.noise = this.#queue.noise(report.roundTrip, this.#search.rate);
    report.isForeign = this.#queue.isForeign(report.roundTrip, this.#search.rate);
    report.held = this.#held;
  }
}
