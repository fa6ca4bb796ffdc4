/**
 * One end of a WiFi hop: the queue of what it has to send, and the frames under way. It sends many
 * frames at one go (A-MPDU); each of them may be lost and is sent again, and what came behind a
 * lost one waits for it, for the receiver keeps the order (block acknowledgment). Whose turn it is
 * to send, and how long that takes, says the medium: `radio.ts`.
 */
import type { Random } from "random";
import type { Micros } from "units";
import type { Node, Site } from "./node.ts";
import { PacketQueue } from "./packet_queue.ts";

/** Frames that a block acknowledgment covers, and so may be under way (802.11-2016 §10.24). */
export const BLOCK_WINDOW = 64;

/** No backoff has been drawn. */
export const NOT_DRAWN = -1;

/** What stations share. */
export interface Medium {
  /** A station has something to send and had nothing before. */
  request(station: RadioStation, now: Micros): void;
  /** A time that the medium asked for has come. */
  wake(now: Micros): void;
  /** Time on the air of one frame within an aggregate, µs. */
  frameTime(ipLength: number): number;
}

/** How a station sends. */
export interface StationOptions {
  readonly queuePackets: number;
  /** Time on the air of the frames of one turn at most, µs; one frame is always sent. */
  readonly longestTurn: number;
  /** Times that a lost frame is sent again. */
  readonly retries: number;
  /** Probability that a frame of an aggregate is lost. */
  readonly frameLoss: number;
}

/** See the file's comment. It stands on one direction of the hop. */
export class RadioStation implements Node {
  /** Slots that it has to wait for its turn, and the contention window that they are drawn from. */
  slots: number = NOT_DRAWN;
  contention = 0;
  readonly #medium: Medium;
  readonly #options: StationOptions;
  readonly #random: Random;
  readonly #queue: PacketQueue;
  /** Of the first {@linkcode BLOCK_WINDOW} in the queue: times sent, and whether it has arrived. */
  readonly #tries = new Uint8Array(BLOCK_WINDOW);
  readonly #arrived = new Uint8Array(BLOCK_WINDOW);
  readonly #gone = new Uint8Array(BLOCK_WINDOW);
  /** Places in the queue of the frames of this turn. */
  readonly #turn = new Uint8Array(BLOCK_WINDOW);
  #turnSize = 0;
  #site: Site | undefined;
  /** Packets that found the queue full. */
  overflowed = 0;
  /** Packets given up after all retries. */
  lost = 0;
  /** Frames sent, retries included, and turns that they were sent in. */
  frames = 0;
  turns = 0;

  constructor(medium: Medium, options: StationOptions, random: Random) {
    this.#medium = medium;
    this.#options = options;
    this.#random = random;
    this.#queue = new PacketQueue(options.queuePackets);
  }

  /** Packets that wait or are under way. */
  get backlog(): number {
    return this.#queue.size;
  }

  accept(packet: number, now: Micros, site: Site): void {
    this.#site = site;
    if (!this.#queue.push(packet)) {
      this.overflowed++;
      return site.drop(packet);
    }
    if (this.#queue.size === 1) this.#medium.request(this, now);
  }

  wake(now: Micros): void {
    this.#medium.wake(now);
  }

  /** Asks for a wake-up of the medium; something has been accepted before. */
  wakeAt(at: Micros): void {
    this.#site!.wakeAt(at, 0);
  }

  /** Picks the frames of a turn: retries first, then new ones; returns their time on the air. */
  beginTurn(): number {
    const { pool } = this.#site!;
    const inWindow = Math.min(this.#queue.size, BLOCK_WINDOW);
    let time = 0;
    this.#turnSize = 0;
    for (let place = 0; place < inWindow; place++) {
      if (this.#arrived[place] === 1) continue;
      const more = this.#medium.frameTime(pool.length[this.#queue.peek(place)]!);
      if (this.#turnSize > 0 && time + more > this.#options.longestTurn) break;
      time += more;
      this.#turn[this.#turnSize++] = place;
    }
    this.turns++;
    this.frames += this.#turnSize;
    return time;
  }

  /** The turn is over. Nothing of it arrived if it collided with somebody else's. */
  endTurn(now: Micros, collided: boolean): void {
    for (let i = 0; i < this.#turnSize; i++) {
      const place = this.#turn[i]!;
      this.#tries[place]!++;
      if (!collided && !this.#random.chance(this.#options.frameLoss)) this.#arrived[place] = 1;
    }
    this.#turnSize = 0;
    this.#release(now);
  }

  /** Lets go, in order, what has arrived or is given up. */
  #release(now: Micros): void {
    const inWindow = Math.min(this.#queue.size, BLOCK_WINDOW);
    let count = 0;
    while (count < inWindow && this.#isSettled(count)) count++;
    if (count === 0) return;
    // The marks move before the packets do: what leaves may come back to this station at once.
    this.#gone.set(this.#arrived);
    this.#tries.copyWithin(0, count).fill(0, BLOCK_WINDOW - count);
    this.#arrived.copyWithin(0, count).fill(0, BLOCK_WINDOW - count);
    const site = this.#site!;
    for (let i = 0; i < count; i++) {
      const packet = this.#queue.shift();
      if (this.#gone[i] === 1) site.pass(packet, now);
      else {
        this.lost++;
        site.drop(packet);
      }
    }
  }

  #isSettled(place: number): boolean {
    return this.#arrived[place] === 1 || this.#tries[place]! > this.#options.retries;
  }
}
