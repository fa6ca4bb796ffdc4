/**
 * The receiving end of other people's TCP: puts segments in order, acknowledges every second one at
 * once and a single one after a while (RFC 5681 §4.2), says at once what is out of order (SACK),
 * and counts what it could use: the flow's goodput.
 */
import { type Micros, micros, MILLISECOND } from "units";
import { ipv4Tos } from "wire/ipv4.ts";
import {
  dataSegment,
  ECN_MASK,
  type FlowSegments,
  MAX_BLOCKS,
  SEGMENT_DATA,
} from "./flow_segment.ts";
import type { Node, Site } from "./node.ts";

/** Segments that may be out of order: the receive window, a power of two. */
export const RECEIVE_WINDOW = 8_192;

/** A single segment is acknowledged after this time (Linux's shortest). */
const ACK_DELAY = 40 * MILLISECOND;

/** Time that the receiver takes to answer, µs: so a loop without any delay still takes time. */
const PROCESSING = 20;

/** Blocks that are remembered, the most recent first; older ones are not reported again. */
const KNOWN_BLOCKS = 16;

/** See the file's comment. */
export class FlowReceiver implements Node {
  readonly #segments: FlowSegments;
  /** Route of the acknowledgments. */
  #route = -1;
  /** The segment that is waited for. */
  #next = 0;
  readonly #has = new Uint8Array(RECEIVE_WINDOW);
  /** Pairs: first segment of a block, and the one behind its last; the most recent block first. */
  readonly #blocks = new Float64Array(2 * KNOWN_BLOCKS);
  #blockCount = 0;
  #unacknowledged = 0;
  /** When a single segment has waited long enough. */
  #dueAt = 0;
  #hasTimer = false;
  #echoes = false;
  readonly #sack = { blocks: this.#blocks, count: 0, echoes: false };
  /** Segments that came twice. */
  duplicates = 0;

  constructor(segments: FlowSegments) {
    this.#segments = segments;
  }

  /** Bytes that arrived in order: what the program got. */
  get goodput(): number {
    return this.#next * SEGMENT_DATA;
  }

  /** Says where acknowledgments go; before anything arrives. */
  connect(route: number): void {
    this.#route = route;
  }

  accept(packet: number, now: Micros, site: Site): void {
    const { pool } = site;
    const segment = dataSegment(pool, packet, this.#next);
    const isUsable = pool.damaged[packet] === 0 && segment < this.#next + RECEIVE_WINDOW;
    const isMarked = (ipv4Tos(pool.view(packet), pool.at(packet)) & ECN_MASK) === ECN_MASK;
    site.drop(packet);
    if (!isUsable) return;
    if (isMarked) this.#echoes = true;
    const waitsBefore = this.#blockCount > 0;
    const isNew = this.#take(segment);
    this.#unacknowledged++;
    // What is out of order, fills a gap or came twice is told at once.
    if (!isNew || waitsBefore || this.#blockCount > 0 || this.#unacknowledged >= 2) {
      return this.#acknowledge(now, site);
    }
    this.#dueAt = now + ACK_DELAY;
    this.#armTimer(site);
  }

  /** The single segment has waited long enough. */
  wake(now: Micros, _cookie: number, site: Site): void {
    this.#hasTimer = false;
    if (this.#unacknowledged === 0) return;
    if (now < this.#dueAt) this.#armTimer(site);
    else this.#acknowledge(now, site);
  }

  /** One wake-up is under way at a time; it looks whether it has come too early. */
  #armTimer(site: Site): void {
    if (this.#hasTimer) return;
    this.#hasTimer = true;
    site.wakeAt(micros(this.#dueAt), 0);
  }

  /** @returns False if the segment is not new. */
  #take(segment: number): boolean {
    const mask = RECEIVE_WINDOW - 1;
    if (segment < this.#next || this.#has[segment & mask] === 1) {
      this.duplicates++;
      return false;
    }
    this.#has[segment & mask] = 1;
    if (segment > this.#next) {
      this.#addToBlocks(segment);
      return true;
    }
    while (this.#has[this.#next & mask] === 1) {
      this.#has[this.#next & mask] = 0;
      this.#next++;
    }
    this.#forgetBlocks();
    return true;
  }

  /** Joins a segment to the blocks beside it and puts the result in front. */
  #addToBlocks(segment: number): void {
    const blocks = this.#blocks;
    let first = segment;
    let end = segment + 1;
    let kept = 0;
    for (let i = 0; i < this.#blockCount; i++) {
      const left = blocks[2 * i]!;
      const right = blocks[2 * i + 1]!;
      if (right === segment) first = left;
      else if (left === segment + 1) end = right;
      else {
        blocks[2 * kept] = left;
        blocks[2 * kept + 1] = right;
        kept++;
      }
    }
    kept = Math.min(kept, KNOWN_BLOCKS - 1);
    blocks.copyWithin(2, 0, 2 * kept);
    blocks[0] = first;
    blocks[1] = end;
    this.#blockCount = kept + 1;
  }

  /** Forgets the blocks that are in order now. */
  #forgetBlocks(): void {
    const blocks = this.#blocks;
    let kept = 0;
    for (let i = 0; i < this.#blockCount; i++) {
      if (blocks[2 * i + 1]! <= this.#next) continue;
      blocks[2 * kept] = blocks[2 * i]!;
      blocks[2 * kept + 1] = blocks[2 * i + 1]!;
      kept++;
    }
    this.#blockCount = kept;
  }

  #acknowledge(now: Micros, site: Site): void {
    this.#sack.count = Math.min(this.#blockCount, MAX_BLOCKS);
    this.#sack.echoes = this.#echoes;
    this.#echoes = false;
    this.#unacknowledged = 0;
    const packet = this.#segments.writeAck(site.pool, this.#next, this.#sack);
    site.launch(packet, this.#route, micros(now + PROCESSING));
  }
}
