/**
 * What an answer means for the window: frees the slots of its transmission and of all probes sent
 * before it, measures how fast packets get through, and tells the controller.
 */
import { type Micros, micros } from "units";
import type { Ack } from "./congestion/controller.ts";
import { Fate, NO_SERIAL, type Released } from "./flight.ts";
import type { LossDetector } from "./loss_detector.ts";
import type { FlowState } from "./state.ts";

/** Weight of one probe in the share of probes that answer. */
const SHARE_GAIN = 1 / 64;

/** An answer, as far as the window is concerned; one record, reused. */
export interface Arrival {
  /** Transmission that was answered. */
  serial: number;
  /** Who has answered. */
  target: number;
  /** When the kernel saw the answer. */
  time: Micros;
  /** Smallest round trip of its kind and target, µs. */
  minRtt: number;
  /** What its own was above that, µs; NaN if unknown. */
  delay: number;
}

/** See the file's comment. */
export class Acknowledger {
  readonly #state: FlowState;
  readonly #detector: LossDetector;
  readonly #ack: Ack = {
    now: micros(0),
    packets: 0,
    minRtt: 0,
    delay: 0,
    srtt: 0,
    rttvar: 0,
    lag: 0,
    inFlight: 0,
    capacity: NaN,
    delivered: 0,
    isAppLimited: false,
    isRoundStart: false,
    answered: 0,
    lost: 0,
  };

  constructor(state: FlowState, detector: LossDetector) {
    this.#state = state;
    this.#detector = detector;
  }

  /** A probe has answered by itself. */
  noteAnswerOfProbe(): void {
    this.#state.answerShare += SHARE_GAIN * (1 - this.#state.answerShare);
  }

  /** A transmission was answered. */
  acknowledge(arrival: Arrival, now: Micros): void {
    const { flight } = this.#state;
    const { serial } = arrival;
    if (serial === NO_SERIAL || !flight.has(serial)) return;
    const fate = flight.fate(serial);
    if (fate === Fate.ANSWERED) return;
    const ack = this.#ack;
    ack.inFlight = flight.outstanding;
    flight.close(serial, Fate.ANSWERED);
    const released = flight.releaseBefore(serial);
    this.#noteShare(released.packets);
    this.#detector.onAnswered(serial, now);
    ack.packets = released.packets + (fate === Fate.OUTSTANDING ? 1 : 0);
    const delivered = this.#deliveredBy(serial, fate, released);
    if (ack.packets + delivered === 0) return;
    this.#measure(arrival, delivered, now);
    this.#tell();
  }

  #noteShare(silent: number): void {
    if (silent > 0) this.#state.answerShare *= (1 - SHARE_GAIN) ** silent;
  }

  /**
   * Packets that have got through, as far as this answer tells. Where most first tries answer, each
   * answer counts; elsewhere only triggers do, for the whole batch that they end: an answer of one
   * probe in ten would say that those before it have passed, and never that it is missing.
   */
  #deliveredBy(serial: number, fate: Fate, released: Released): number {
    const { flight, credit } = this.#state;
    const isTrigger = flight.isTrigger(serial);
    const isTry = !isTrigger && flight.isFirstTry(serial);
    credit.onSilent(released.firstTries - (isTry && fate !== Fate.OUTSTANDING ? 1 : 0));
    if (isTry) credit.onAnswered(1);
    if (!isTrigger) return isTry && credit.isAnswering ? credit.ofAnswer : 0;
    const batch = flight.batchOf(serial);
    const counted = credit.isAnswering ? batch.packets - batch.firstTries : batch.packets;
    return (1 + counted) * credit.ofVouched;
  }

  #measure(arrival: Arrival, delivered: number, now: Micros): void {
    const { flight, delivery, rtt, counters, credit, dispersion, controller } = this.#state;
    const { serial, target, time } = arrival;
    dispersion.onAnswered(serial, flight.sentAt(serial), time, target);
    delivery.onAnswered(flight, serial, delivered);
    const ack = this.#ack;
    const lost = counters.lost - counters.late;
    credit.onTriggers(counters.confirmed - ack.answered, lost - ack.lost);
    ack.now = time;
    ack.lag = now - time;
    ack.minRtt = arrival.minRtt;
    ack.delay = arrival.delay;
    // The first answer may be too late to be a sample.
    ack.srtt = rtt.samples > 0 ? rtt.srtt : 0;
    ack.rttvar = rtt.rttvar;
    ack.delivered = delivery.total;
    ack.isAppLimited = delivery.isAppLimited;
    ack.isRoundStart = delivery.isRoundStart;
    ack.answered = counters.confirmed;
    ack.lost = lost;
    if (!ack.isRoundStart) return;
    credit.onRound(!controller.isQueueing);
    ack.capacity = dispersion.capacity;
  }

  #tell(): void {
    const { controller, reduction, pacer, counters } = this.#state;
    controller.onAck(this.#ack);
    reduction.onDelivered(this.#ack.packets);
    pacer.onPassed(this.#ack.packets);
    if (controller.cwnd > counters.maxCwnd) counters.maxCwnd = controller.cwnd;
  }
}
