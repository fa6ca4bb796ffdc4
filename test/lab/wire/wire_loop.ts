/**
 * Real time: brings what the ends receive into the virtual network at the moment that the kernel
 * has stamped on it, and lets the network run up to now. Virtual time begins with the first IP
 * packet, so that conditions that change do so as seen from the scan.
 *
 * One thread does everything, sleeps while nothing is due, and spins the last moment before it. It
 * leaves the processor to others now and then, or Linux would take it away for 50 ms in a second.
 */
import type { Clock } from "ffi/clock.ts";
import { Poller } from "ffi/poller.ts";
import { NO_PACKET } from "sim/packet_pool.ts";
import { type Micros, micros, MILLISECOND, NEVER } from "units";
import { EtherType } from "wire/ethernet.ts";
import type { Fabric } from "./fabric.ts";
import type { WireEnd } from "./wire_end.ts";

/** A sleep ends so many µs late (measured: 26 to 36 on a virtual machine), so much is spun. */
const SPIN = 40;

/** For each µs of sleep so many may be spun, and that many saved up. */
const SPIN_PER_SLEEP = 4;
const MAX_CREDIT = 20 * MILLISECOND;

/** Longest sleep. */
const MAX_SLEEP = 50 * MILLISECOND;

/** Between two looks at what the loop is told. */
const LOOK_INTERVAL = 5 * MILLISECOND;

/** See the file's comment. */
export class WireLoop {
  readonly #fabric: Fabric;
  readonly #clock: Clock;
  readonly #poller = new Poller();
  /** Machine's time at which virtual time is 0. */
  #epoch: Micros = NEVER;
  /** How long it may spin, µs. */
  #credit = 0;
  #spinningSince: Micros = NEVER;

  /** @param controlDescriptor Readable when the loop is told something, which ends its sleep. */
  constructor(fabric: Fabric, clock: Clock, controlDescriptor: number) {
    this.#fabric = fabric;
    this.#clock = clock;
    this.#poller.watch(controlDescriptor);
    for (const end of fabric.ends) this.#poller.watch(end.source.descriptor);
  }

  /** Runs until `look`, called every few ms, returns false. */
  run(look: () => boolean): void {
    let nextLook = 0;
    for (;;) {
      const now = this.#clock.sync();
      this.#turn(now);
      if (now >= nextLook) {
        if (!look()) return;
        nextLook = now + LOOK_INTERVAL;
      }
      this.#sleep();
    }
  }

  #turn(now: Micros): void {
    const { ends, network } = this.#fabric;
    for (let end = this.#next(now); end !== undefined; end = this.#next(now)) {
      this.#receive(end, now);
    }
    if (now > this.#epoch) network.advance(micros(now - this.#epoch));
    for (let i = 0; i < ends.length; i++) ends[i]!.sink.flush();
  }

  /** The end whose frame at hand came first, if one did before `now`. */
  #next(now: Micros): WireEnd | undefined {
    const { ends } = this.#fabric;
    let first: WireEnd | undefined;
    for (let i = 0; i < ends.length; i++) {
      const { source } = ends[i]!;
      // What comes while others are being handled is for the next turn, or there may be no end.
      if (!source.look() || source.time > now) continue;
      if (first === undefined || source.time < first.source.time) first = ends[i]!;
    }
    return first;
  }

  #receive(end: WireEnd, now: Micros): void {
    const { source } = end;
    if (source.type !== EtherType.IPV4) {
      this.#fabric.divert(end, now);
      return source.release();
    }
    const { network } = this.#fabric;
    if (this.#epoch === NEVER) this.#begin(source.time);
    const arrival = micros(source.time - this.#epoch);
    const packet = end.take();
    source.release();
    network.advance(arrival);
    // The network may have gone on beyond the stamp: what is handed over late comes now.
    if (packet !== NO_PACKET) this.#fabric.enter(end, packet, network.now);
  }

  #begin(time: Micros): void {
    this.#epoch = time;
    for (const end of this.#fabric.ends) end.epoch = time;
  }

  #sleep(): void {
    const now = this.#clock.now();
    const left = Math.min(this.#fabric.network.nextTime + this.#epoch - now, MAX_SLEEP);
    if (this.#spinningSince < now) this.#credit -= now - this.#spinningSince;
    this.#spinningSince = NEVER;
    if (left <= 0) return;
    if (left <= SPIN && this.#credit > 0) {
      this.#spinningSince = now;
      return;
    }
    this.#poller.sleepUntilReadable(left <= SPIN ? left : left - SPIN);
    const slept = this.#clock.now() - now;
    this.#credit = Math.min(this.#credit + SPIN_PER_SLEEP * slept, MAX_CREDIT);
  }
}
