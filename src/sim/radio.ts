/**
 * A WiFi hop: one radio channel that both directions and the neighbours share. What it models, in
 * the order in which a scan feels it:
 *
 * - *Half-duplex contention* (802.11 DCF/EDCA): who wants to send waits AIFS and a random number of
 *   slots, the smallest goes first, equal ones collide and draw from twice as many. SYNs and their
 *   answers compete for the same air (Bianchi 2000).
 * - *A cost per turn*: preamble, gaps, backoff and acknowledgment take 200 µs whatever is sent. So
 *   small frames one by one get 4,000 turns a second, not what the bit rate promises.
 * - *Aggregation* (802.11n A-MPDU): who has more waiting sends up to 64 frames in one turn. They
 *   arrive at one moment: bunches, between which nothing comes (Ginzburg and Kesselman 2007; Kim et
 *   al. 2022 tell WiFi from wire by them).
 * - *Retries*: lost frames are sent again in a later turn, and what is behind them waits. So the
 *   air's losses become jitter, and only what is lost again and again is lost at all.
 * - *Neighbours*: other stations win turns of their own, as often as ours and however long they
 *   take (Heusse et al. 2003).
 * - *Stalls*: now and then nothing passes for tens of ms: scanning of other channels, power save,
 *   interference.
 *
 * Left out: rate adaptation (the bit rate is fixed), RTS/CTS, hidden stations, capture. Frames of
 * the neighbours are not simulated, only the time that they take. Who gets something to send while
 * others wait for their turn already draws for the turn after that.
 *
 * The numbers are those of 802.11n with 20 MHz, one stream, MCS 4, in a house of several networks:
 * with the default neighbours full-size packets pass at about 20 Mbit/s, and minimal ones at about
 * 10,000 per second one way (`radio_test.ts`; the window of 64 frames stands while its first is
 * repeated).
 */
import type { Random } from "random";
import { type Micros, micros, MILLISECOND, SECOND } from "units";
import { type Medium, NOT_DRAWN, RadioStation } from "./radio_station.ts";

/** How busy the channel is with others. */
export interface NeighbourOptions {
  /** Probability that some neighbour has something to send when we contend. */
  readonly load: number;
  /** Time that a turn of his takes, µs. */
  readonly turn: number;
}

/** How often nothing passes, and for how long. */
export interface StallOptions {
  /** Mean time between two stalls, µs. */
  readonly every: number;
  /** Mean length, µs; each is between half and one and a half of it. */
  readonly lasts: number;
}

/** What a radio hop is like. */
export interface RadioOptions {
  /** Bits per second on the air. @default {39_000_000} MCS 4, 20 MHz, one stream. */
  readonly bitsPerSecond?: number;
  /** Packets that may wait at each end. @default {256} */
  readonly queuePackets?: number;
  /** Probability that a frame of an aggregate is lost. @default {0.1} What rate control aims at. */
  readonly frameLoss?: number;
  /** Times that a frame is sent again. @default {7} 802.11's short retry limit. */
  readonly retries?: number;
  /** Time on the air of the frames of one turn at most, µs. @default {4000} As ath9k. */
  readonly longestTurn?: number;
  /** @default {{ load: 0.9, turn: 2000 }} */
  readonly neighbours?: NeighbourOptions;
  /** @default {undefined} None. */
  readonly stalls?: StallOptions;
}

/** Times of 802.11n at 5 GHz, µs (802.11-2016 table 19-22; §9.4.2.29 for best effort's AIFSN 3). */
const SLOT = 9;
const SIFS = 16;
const AIFS = SIFS + 3 * SLOT;

/** Preamble and header of an HT-mixed frame of one stream, µs. */
const PREAMBLE = 36;

/** A block acknowledgment at 24 Mbit/s, preamble included, µs. */
const BLOCK_ACK = 32;

/** Contention windows of best effort, slots. */
const LEAST_CONTENTION = 15;
const LARGEST_CONTENTION = 1_023;

/** Bytes beside the IP packet: MAC 26, LLC 8, CCMP 16, FCS 4, and the delimiter of A-MPDU, 4. */
const FRAME_OVERHEAD = 58;

/** What the channel does. */
type Phase = "idle" | "contending" | "busy";

/** See the file's comment. */
export class Radio implements Medium {
  /** The two directions: what is sent from this side, and what is sent to it. */
  readonly out: RadioStation;
  readonly back: RadioStation;
  readonly #stations: readonly RadioStation[];
  readonly #random: Random;
  readonly #microsPerByte: number;
  readonly #neighbours: NeighbourOptions;
  readonly #stalls: StallOptions | undefined;
  #phase: Phase = "idle";
  #neighbourSlots = NOT_DRAWN;
  #neighbourContention = LEAST_CONTENTION;
  /** Stations that send now, as bits by their place. */
  #senders = 0;
  #neighbourSends = false;
  #nextStallAt = Infinity;
  #stallEndsAt = 0;
  /** Turns in which two sent at once. */
  collisions = 0;
  /** Stalls that somebody waited for. */
  stalled = 0;

  constructor(options: RadioOptions, random: Random) {
    this.#random = random;
    this.#microsPerByte = (8 * SECOND) / (options.bitsPerSecond ?? 39e6);
    this.#neighbours = options.neighbours ?? { load: 0.9, turn: 2 * MILLISECOND };
    this.#stalls = options.stalls;
    const station = {
      queuePackets: options.queuePackets ?? 256,
      longestTurn: options.longestTurn ?? 4 * MILLISECOND,
      retries: options.retries ?? 7,
      frameLoss: options.frameLoss ?? 0.1,
    };
    this.out = new RadioStation(this, station, random);
    this.back = new RadioStation(this, station, random);
    this.#stations = [this.out, this.back];
    for (const end of this.#stations) end.contention = LEAST_CONTENTION;
    if (this.#stalls !== undefined) this.#nextStallAt = random.exponential(this.#stalls.every);
  }

  frameTime(ipLength: number): number {
    // Frames of an aggregate begin at multiples of 4 bytes.
    return ((ipLength + FRAME_OVERHEAD + 3) & ~3) * this.#microsPerByte;
  }

  request(station: RadioStation, now: Micros): void {
    if (this.#phase !== "idle") return;
    if (this.#random.chance(this.#neighbours.load)) {
      // A neighbour is sending; then everybody who waits draws.
      const left = this.#neighbours.turn * this.#random.unit();
      this.#senders = 0;
      this.#neighbourSends = false;
      return this.#occupy(station, micros(now + left));
    }
    // The air has been free for long: the station may send at once.
    station.slots = 0;
    this.#contend(station, now);
  }

  wake(now: Micros): void {
    if (this.#phase === "contending") this.#beginTurn(now);
    else this.#endTurn(now);
  }

  /** Lets those who have something to send wait for their turn; `waker` is one of them. */
  #contend(waker: RadioStation, now: Micros): void {
    let least = Infinity;
    for (const station of this.#stations) {
      if (station.backlog === 0) continue;
      if (station.slots === NOT_DRAWN) station.slots = this.#random.below(station.contention + 1);
      least = Math.min(least, station.slots);
    }
    if (this.#neighbourSlots === NOT_DRAWN && this.#random.chance(this.#neighbours.load)) {
      this.#neighbourSlots = this.#random.below(this.#neighbourContention + 1);
    }
    if (this.#neighbourSlots !== NOT_DRAWN) least = Math.min(least, this.#neighbourSlots);
    this.#takeOff(least);
    this.#phase = "contending";
    waker.wakeAt(micros(this.#afterStall(now) + AIFS + least * SLOT));
  }

  /** Everybody has waited so many slots. */
  #takeOff(slots: number): void {
    this.#senders = 0;
    for (let place = 0; place < this.#stations.length; place++) {
      const station = this.#stations[place]!;
      if (station.slots === NOT_DRAWN) continue;
      station.slots -= slots;
      if (station.slots === 0) this.#senders |= 1 << place;
    }
    if (this.#neighbourSlots !== NOT_DRAWN) this.#neighbourSlots -= slots;
    this.#neighbourSends = this.#neighbourSlots === 0;
  }

  #beginTurn(now: Micros): void {
    let time = this.#neighbourSends ? this.#neighbours.turn : 0;
    let waker: RadioStation | undefined;
    for (let place = 0; place < this.#stations.length; place++) {
      const station = this.#stations[place]!;
      if (station.backlog > 0) waker ??= station;
      if ((this.#senders & (1 << place)) === 0) continue;
      time = Math.max(time, PREAMBLE + station.beginTurn() + SIFS + BLOCK_ACK);
    }
    this.#occupy(waker!, micros(now + time));
  }

  #occupy(waker: RadioStation, until: Micros): void {
    this.#phase = "busy";
    waker.wakeAt(until);
  }

  #endTurn(now: Micros): void {
    const senders = this.#senders;
    const isAlone = (senders & (senders - 1)) === 0;
    const collided = senders !== 0 && (!isAlone || this.#neighbourSends);
    if (collided) this.collisions++;
    if (this.#neighbourSends) {
      this.#neighbourSlots = NOT_DRAWN;
      this.#neighbourContention = nextContention(this.#neighbourContention, collided);
    }
    this.#senders = 0;
    this.#neighbourSends = false;
    for (let place = 0; place < this.#stations.length; place++) {
      if ((senders & (1 << place)) === 0) continue;
      const station = this.#stations[place]!;
      station.slots = NOT_DRAWN;
      station.contention = nextContention(station.contention, collided);
      station.endTurn(now, collided);
    }
    const waker = this.#stations.find((station) => station.backlog > 0);
    if (waker === undefined) this.#phase = "idle";
    else this.#contend(waker, now);
  }

  /** The earliest time from `now` on at which the radio works. */
  #afterStall(now: number): number {
    const { every, lasts } = this.#stalls ?? { every: Infinity, lasts: 0 };
    while (this.#nextStallAt <= now) {
      this.#stallEndsAt = this.#nextStallAt + lasts * (0.5 + this.#random.unit());
      this.#nextStallAt = this.#stallEndsAt + this.#random.exponential(every);
    }
    if (this.#stallEndsAt <= now) return now;
    this.stalled++;
    return this.#stallEndsAt;
  }
}

function nextContention(contention: number, collided: boolean): number {
  return collided ? Math.min(2 * contention + 1, LARGEST_CONTENTION) : LEAST_CONTENTION;
}
