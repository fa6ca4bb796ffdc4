/**
 * One synchronous step of a scan over one link: drain the capture, hand each reply to its flow,
 * fire what is due, send what wants to leave, say when to come back. Waiting is the caller's job:
 * a real worker sleeps, the simulator lets virtual time jump.
 */
import type { Flow } from "engine/flow.ts";
import { Pacer } from "engine/pacer.ts";
import { ProbeBatch } from "engine/probe_batch.ts";
import { Reply } from "engine/reply.ts";
import { type Micros, micros, MILLISECOND, NEVER } from "units";
import type { Demux } from "./demux.ts";
import { BATCH_CAPACITY, HEADROOM, type Link, SLOT_SIZE } from "./link.ts";
import type { Packer } from "./packer.ts";

/** Packets read in one step at most, so that sending is never starved by a flood. */
const DRAIN_LIMIT = 8_192;

/** Batches sent in one step at most, so that the capture never waits long. */
const BATCHES_PER_STEP = 4;

/** Bounds of the drain tick: wake-ups cost more than packets, but the window needs its answers. */
const TICK = { least: 50, most: 1 * MILLISECOND } as const;

/** The tick is this share of the smallest round trip of the flows. */
const TICKS_PER_ROUND = 8;

/** A step that comes so much later than planned was a stall of our own. */
const STALL = 20 * MILLISECOND;

/** How long tokens of the common rate are gathered before they are spent. */
const PACER_TICK = micros(1 * MILLISECOND);

/** Pause after the kernel took fewer packets than offered. */
const REFUSED_PAUSE = 1 * MILLISECOND;

/** Steps a set of flows over one link. */
export class Driver {
  readonly #link: Link;
  readonly #packer: Packer;
  readonly #demux: Demux;
  readonly #probes = new ProbeBatch(BATCH_CAPACITY);
  readonly #reply = new Reply();
  /** The rate of all flows together (`--max-rate`). */
  readonly #pacer = new Pacer();
  readonly #flows: Flow[] = [];
  /** Flows by target: the deep one, and that of the block which the target is part of. */
  #deepOf: (Flow | undefined)[] = [];
  #wideOf: (Flow | undefined)[] = [];
  #turn = 0;
  #captureDropped = 0;
  /** Time of this step: that of its beginning, or of a packet that came while it drained. */
  #now: Micros = micros(0);
  #plannedAt: Micros = NEVER;

  constructor(
    link: Link,
    { packer, demux, maxRate }: { packer: Packer; demux: Demux; maxRate: number },
  ) {
    this.#link = link;
    this.#pacer.setRate(maxRate, link.now());
    this.#packer = packer;
    this.#demux = demux;
  }

  /** Flows that are not done. */
  get flows(): readonly Flow[] {
    return this.#flows;
  }

  /** Lets a flow take part from the next step on. */
  add(flow: Flow): void {
    this.#flows.push(flow);
    const { firstTarget, targetCount } = flow.space;
    const flows = targetCount === 1 ? this.#deepOf : this.#wideOf;
    for (let i = 0; i < targetCount; i++) flows[firstTarget + i] = flow;
  }

  /** Forgets a flow; later answers to it are strays. */
  remove(flow: Flow): void {
    const at = this.#flows.indexOf(flow);
    if (at >= 0) this.#flows.splice(at, 1);
    const { firstTarget, targetCount } = flow.space;
    const flows = targetCount === 1 ? this.#deepOf : this.#wideOf;
    for (let i = 0; i < targetCount; i++) flows[firstTarget + i] = undefined;
  }

  /**
   * One step.
   *
   * @returns When the next one is due.
   * @throws {LinkError} If the link is gone.
   */
  step(): Micros {
    this.#now = this.#link.now();
    this.#noteStall(this.#now);
    const isDrained = this.#drain();
    // Everything captured before this moment has been handled: time-outs are judged by it.
    const now = this.#now;
    if (isDrained) { for (const flow of this.#flows) flow.handleTimeout(now); }
    if (!this.#transmit(now)) return this.#plan(micros(now + REFUSED_PAUSE));
    return this.#plan(isDrained ? this.#nextDeadline(now) : now);
  }

  /** Handles what came in and does nothing else: no time-out passes, nothing is sent. */
  rest(): void {
    this.#now = this.#plan(this.#link.now());
    this.#drain();
  }

  /** Packets per second at most, from now on. */
  setMaxRate(rate: number): void {
    this.#pacer.setRate(rate, this.#link.now());
  }

  #plan(deadline: Micros): Micros {
    this.#plannedAt = deadline;
    return deadline;
  }

  #noteStall(now: Micros): void {
    const late = now - this.#plannedAt;
    if (late > STALL) {
      for (const flow of this.#flows) flow.handleStall(micros(late), now);
    }
    const { captureDropped } = this.#link.counters;
    if (captureDropped === this.#captureDropped) return;
    this.#captureDropped = captureDropped;
    for (const flow of this.#flows) flow.handleCaptureDrop();
  }

  /** @returns False if the capture still holds packets. */
  #drain(): boolean {
    const link = this.#link;
    for (let packets = 0; packets < DRAIN_LIMIT; packets++) {
      if (!link.receive()) return true;
      // It has come since this step began: for the flows, that makes it later now.
      if (link.incoming.time > this.#now) this.#now = link.now();
      if (!this.#demux.parse(link.incoming, this.#reply)) continue;
      const { target } = this.#reply;
      // Each flow has a key of its own, so that an answer belongs to one of them at the most.
      const isTaken = this.#deepOf[target]?.handleReply(this.#reply, this.#now);
      if (!isTaken) this.#wideOf[target]?.handleReply(this.#reply, this.#now);
    }
    return false;
  }

  /** @returns False if the kernel refused packets. */
  #transmit(now: Micros): boolean {
    const { outgoing } = this.#link;
    if (outgoing.count > 0 && !this.#send()) return false;
    for (let batch = 0; batch < BATCHES_PER_STEP; batch++) {
      const probes = this.#probes;
      probes.count = 0;
      probes.limit = Math.min(probes.capacity, this.#pacer.allowance(now));
      for (let i = 0; i < this.#flows.length && probes.count < probes.limit; i++) {
        this.#flows[(this.#turn + i) % this.#flows.length]!.pollTransmit(now, probes);
      }
      this.#turn++;
      if (probes.count === 0) break;
      this.#pacer.spend(probes.count);
      this.#packer.pack(probes, outgoing);
      if (!this.#send()) return false;
    }
    return true;
  }

  /** Sends the batch; what the kernel refuses stays at its front. */
  #send(): boolean {
    const { outgoing } = this.#link;
    const sent = this.#link.send();
    const left = outgoing.count - sent;
    for (let i = 0; i < left; i++) {
      const from = (sent + i) * SLOT_SIZE;
      const length = HEADROOM + outgoing.lengths[sent + i]!;
      outgoing.bytes.copyWithin(i * SLOT_SIZE, from, from + length);
      outgoing.lengths[i] = outgoing.lengths[sent + i]!;
      outgoing.routes[i] = outgoing.routes[sent + i]!;
    }
    outgoing.count = left;
    return left === 0;
  }

  #nextDeadline(now: Micros): Micros {
    let next: number = NEVER;
    for (const flow of this.#flows) {
      next = Math.min(next, flow.pollTimeout(now));
      const { inFlight, minRtt } = flow.vitals;
      if (inFlight === 0) continue;
      const tick = Math.min(TICK.most, Math.max(TICK.least, minRtt / TICKS_PER_ROUND));
      next = Math.min(next, now + tick);
    }
    // Flows that are due wait for the rate that the user allows all of them together.
    if (next <= now && this.#pacer.allowance(now) < 1) return this.#pacer.nextSend(now, PACER_TICK);
    return micros(Math.max(next, now));
  }
}
