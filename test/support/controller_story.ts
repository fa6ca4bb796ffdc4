/**
 * Tells a controller a story in four verbs: send, ack, lose, advance. A path without surprises:
 * what the story does not say does not happen.
 */
import { assert } from "assertion";
import type { Ack, Controller } from "engine/congestion/controller.ts";
import { type Micros, micros, MILLISECOND, SECOND } from "units";

/** What may be said about an answer. */
export interface AckDetails {
  /** Round trip; default: the story's. */
  rttMs?: number;
  /** Packets per second by the spread of packet trains; default: not known. */
  capacity?: number;
  /** True if there was too little to send. */
  isAppLimited?: boolean;
}

/** See the file's comment. */
export class Story {
  readonly controller: Controller;
  /** Round trip of the empty path. */
  readonly baseMs: number;
  /** Packets sent and neither answered nor lost. */
  inFlight = 0;
  #now = 1 * SECOND;
  #sent = 0;
  #acked = 0;
  #roundEnd = 0;
  #answered = 0;
  #lost = 0;

  constructor(controller: Controller, baseMs = 100) {
    this.controller = controller;
    this.baseMs = baseMs;
  }

  /** Virtual time. */
  get now(): Micros {
    return micros(this.#now);
  }

  /** Packets leave; by default as many as window and rate allow in a round trip. */
  send(packets: number = this.#room): this {
    this.inFlight += Math.max(0, packets);
    this.#sent += Math.max(0, packets);
    return this;
  }

  /** Packets are answered, one by one. */
  ack(packets: number, details: AckDetails = {}): this {
    assert(packets <= this.inFlight, "More is answered than was sent");
    for (let i = 0; i < packets; i++) this.#ackOne(details);
    return this;
  }

  /** Packets are lost; the controller hears of it once. */
  lose(packets: number): this {
    assert(packets <= this.inFlight, "More is lost than was sent");
    const inFlight = this.inFlight;
    this.inFlight -= packets;
    this.#lost += packets;
    this.controller.onLoss(this.now, inFlight);
    return this;
  }

  /** Time passes. */
  advance(ms: number): this {
    this.#now += ms * MILLISECOND;
    return this;
  }

  /** A round trip passes and what was out is answered, each answer followed by what it lets go. */
  rounds(count: number, details: AckDetails = {}): this {
    for (let round = 0; round < count; round++) {
      this.send();
      this.advance(details.rttMs ?? this.baseMs);
      for (let left = this.inFlight; left > 0; left--) this.ack(1, details).send();
    }
    return this;
  }

  get #room(): number {
    const roundTrip = this.baseMs * MILLISECOND;
    const paced = (this.controller.pacingRate(roundTrip) * roundTrip) / SECOND;
    return Math.round(Math.min(Math.floor(this.controller.cwnd), paced)) - this.inFlight;
  }

  #ackOne(details: AckDetails): void {
    const rtt = (details.rttMs ?? this.baseMs) * MILLISECOND;
    const ack: Ack = {
      now: this.now,
      packets: 1,
      minRtt: this.baseMs * MILLISECOND,
      delay: rtt - this.baseMs * MILLISECOND,
      srtt: rtt,
      rttvar: 0,
      lag: 0,
      inFlight: this.inFlight,
      delivered: this.#acked + 1,
      capacity: details.capacity ?? NaN,
      isAppLimited: details.isAppLimited ?? false,
      isRoundStart: this.#acked >= this.#roundEnd,
      answered: ++this.#answered,
      lost: this.#lost,
    };
    if (ack.isRoundStart) this.#roundEnd = this.#sent;
    this.inFlight--;
    this.#acked++;
    this.controller.onAck(ack);
  }
}
