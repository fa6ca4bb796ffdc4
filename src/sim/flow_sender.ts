/**
 * The sending end of other people's TCP: has always more to send, keeps a window of segments in
 * flight, reduces it once per round trip with losses or marks, and starts over when a time-out
 * (RFC 6298) says that nothing arrives any more.
 */
import { type Micros, micros } from "units";
import { FlowBoard } from "./flow_board.ts";
import {
  ackedSegment,
  echoesMark,
  type FlowSegments,
  MAX_BLOCKS,
  readBlocks,
} from "./flow_segment.ts";
import type { FlowWindow } from "./flow_window.ts";
import type { Node, Site } from "./node.ts";
import { RttEstimate } from "./rtt_estimate.ts";

/** Cookies of the wake-ups. */
const START = 0;
const STOP = 1;
const TIMER = 2;

/** See the file's comment. */
export class FlowSender implements Node {
  readonly #segments: FlowSegments;
  readonly #window: FlowWindow;
  readonly #rtt = new RttEstimate();
  readonly #board = new FlowBoard(this.#rtt);
  /** Route of the data. */
  #route = -1;
  #isRunning = false;
  #timeoutAt = Infinity;
  /** When the wake-up comes that is under way. */
  #timerAt = Infinity;
  /** Blocks of the acknowledgment before, which need not be gone through again. */
  readonly #oldBlocks = new Float64Array(2 * MAX_BLOCKS);
  #oldCount = 0;
  readonly #to = { blocks: new Float64Array(2 * MAX_BLOCKS), near: 0 };
  /** Segments sent, those sent again included. */
  sent = 0;
  /** Times that the window was reduced for a loss or a mark. */
  reductions = 0;
  /** Times that everything timed out. */
  timeouts = 0;

  constructor(segments: FlowSegments, window: FlowWindow) {
    this.#segments = segments;
    this.#window = window;
  }

  /** Segments that may be in flight. */
  get window(): number {
    return this.#window.size;
  }

  /** Segments that were sent in vain, or for nothing: all but those that went once. */
  get repeated(): number {
    return this.sent - this.#board.next;
  }

  /** Smoothed round trip, µs; NaN before the first. */
  get srtt(): number {
    return this.#rtt.srtt;
  }

  /** Says where data goes; before the start. */
  connect(route: number): void {
    this.#route = route;
  }

  /** Lets the flow run from `at` on. */
  start(at: Micros, site: Site): void {
    site.wakeAt(at, START);
  }

  /** Ends it at `at`: nothing is sent from then on. */
  stop(at: Micros, site: Site): void {
    site.wakeAt(at, STOP);
  }

  /** An acknowledgment arrives. */
  accept(packet: number, now: Micros, site: Site): void {
    const { pool } = site;
    if (pool.damaged[packet] !== 0) return site.drop(packet);
    const isMarked = echoesMark(pool, packet);
    // The window grows only if it was what held the flow back, and not while losses are repaired.
    const isUsed = this.#board.inFlight + 1 >= this.#window.size;
    const news = this.#read(packet, now, site);
    site.drop(packet);
    const isLossy = this.#board.findLosses();
    if (isLossy || (isMarked && this.#board.isRoundOver)) this.#reduce();
    else if (news > 0 && isUsed && this.#board.isRoundOver) {
      this.#window.onDelivered(news, now, this.#rtt.srtt);
    }
    if (news > 0) {
      this.#rtt.resetBackoff();
      this.#timeoutAt = now + this.#rtt.timeout;
    }
    this.#send(now, site);
  }

  wake(now: Micros, cookie: number, site: Site): void {
    if (cookie === START) {
      this.#isRunning = true;
      this.#send(now, site);
    } else if (cookie === STOP) this.#isRunning = false;
    else this.#handleTimer(now, site);
  }

  /** Takes in what an acknowledgment says; returns how many segments are newly delivered. */
  #read(packet: number, now: Micros, site: Site): number {
    const board = this.#board;
    const to = this.#to;
    const acked = ackedSegment(site.pool, packet, board.first);
    to.near = acked;
    const count = readBlocks(site.pool, packet, to);
    let news = board.acknowledge(acked, now);
    for (let i = 0; i < count; i++) {
      const end = to.blocks[2 * i + 1]!;
      news += board.deliver(this.#unknownFrom(to.blocks[2 * i]!, end), end, now);
    }
    this.#oldBlocks.set(to.blocks);
    this.#oldCount = count;
    return news;
  }

  /** The first segment of a block that the acknowledgment before did not tell of. */
  #unknownFrom(first: number, end: number): number {
    for (let i = 0; i < this.#oldCount; i++) {
      if (this.#oldBlocks[2 * i] === first) return Math.min(this.#oldBlocks[2 * i + 1]!, end);
    }
    return first;
  }

  #reduce(): void {
    this.#board.beginRound();
    this.reductions++;
    this.#window.onReduction();
  }

  #send(now: Micros, site: Site): void {
    if (!this.#isRunning) return;
    const board = this.#board;
    while (board.inFlight < Math.floor(this.#window.size) && (board.lost > 0 || board.hasRoom)) {
      if (board.inFlight === 0) this.#timeoutAt = now + this.#rtt.timeout;
      const packet = this.#segments.writeData(site.pool, board.transmit(now));
      this.sent++;
      site.launch(packet, this.#route, now);
    }
    this.#armTimer(site);
  }

  /** One wake-up is under way at a time; it looks whether it has come too early. */
  #armTimer(site: Site): void {
    if (this.#board.inFlight === 0 || this.#timerAt <= this.#timeoutAt) return;
    this.#timerAt = this.#timeoutAt;
    site.wakeAt(micros(this.#timerAt), TIMER);
  }

  #handleTimer(now: Micros, site: Site): void {
    if (now < this.#timerAt) return;
    this.#timerAt = Infinity;
    if (!this.#isRunning || this.#board.inFlight === 0) return;
    if (now < this.#timeoutAt) return this.#armTimer(site);
    this.timeouts++;
    this.#rtt.backOff();
    this.#window.onTimeout();
    this.#board.loseAll();
    this.#board.beginRound();
    this.#timeoutAt = now + this.#rtt.timeout;
    this.#send(now, site);
  }
}
