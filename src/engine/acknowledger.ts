/**
 * What an answer means for the window: frees the slots of its transmission and of all probes sent
 * before it, measures how fast packets get through, and tells the controller.
 */
import { type Micros, micros } from "units";
import type { Ack } from "./congestion/controller.ts";
import { Fate, NO_SERIAL } from "./flight.ts";
import type { LossDetector } from "./loss_detector.ts";
import type { FlowState } from "./state.ts";

/** Weight of one probe in the share of probes that answer. */
const SHARE_GAIN = 1 / 64;

/** An answer, as far as the window is concerned; one record, reused. */
export interface Arrival {
  /** Transmission that was answered. */
  serial: number;
  /** When the kernel saw the answer. */
  time: Micros;
  /** Round trip, µs; NaN if unknown. */
  rtt: number;
  /** Smallest round trip of its kind and target, µs. */
  minRtt: number;
}

/** See the file's comment. */
export class Acknowledger {
  readonly #state: FlowState;
  readonly #detector: LossDetector;
  readonly #ack: Ack = {
    now: micros(0),
    packets: 0,
    rtt: 0,
    minRtt: 0,
    srtt: 0,
    inFlight: 0,
    deliveryRate: NaN,
    isAppLimited: false,
    isRoundStart: false,
    answered: 0,
    lost: 0,
  };
  /** What the sampler is told; one record, reused. */
  readonly #delivery = { packets: 0, time: micros(0), minRtt: 0 };

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
    if (released > 0) this.#state.answerShare *= (1 - SHARE_GAIN) ** released;
    this.#detector.onAnswered(serial, now);
    ack.packets = released + (fate === Fate.OUTSTANDING ? 1 : 0);
    const delivered = this.#deliveredBy(serial, fate);
    if (ack.packets + delivered === 0) return;
    this.#measure(arrival, delivered);
    this.#tell();
  }

  /** Packets that this answer shows to have passed and none before it did. */
  #deliveredBy(serial: number, fate: Fate): number {
    const { flight } = this.#state;
    const own = fate === Fate.RELEASED || fate === Fate.MOOT ? 0 : 1;
    const late = flight.isTrigger(serial) ? flight.clearDoubt(serial) : 0;
    return own + late + flight.credited;
  }

  #measure(arrival: Arrival, delivered: number): void {
    const { flight, sampler, rtt, counters } = this.#state;
    const delivery = this.#delivery;
    delivery.packets = delivered;
    delivery.time = arrival.time;
    delivery.minRtt = rtt.min;
    sampler.onAnswered(flight, arrival.serial, delivery);
    const ack = this.#ack;
    ack.now = arrival.time;
    ack.rtt = arrival.rtt;
    ack.minRtt = arrival.minRtt;
    // The first answer may be too late to be a sample.
    ack.srtt = rtt.samples > 0 ? rtt.srtt : 0;
    ack.deliveryRate = sampler.rate;
    ack.isAppLimited = sampler.isAppLimited;
    ack.isRoundStart = sampler.isRoundStart;
    ack.answered = counters.confirmed;
    ack.lost = counters.lost - counters.late;
  }

  #tell(): void {
    const { controller, reduction, pacer, counters } = this.#state;
    controller.onAck(this.#ack);
    reduction.onDelivered(this.#ack.packets);
    pacer.onPassed(this.#ack.packets);
    if (controller.cwnd > counters.maxCwnd) counters.maxCwnd = controller.cwnd;
  }
}
