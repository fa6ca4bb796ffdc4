/**
 * Controlled delay (CoDel, RFC 8289): a queue whose packets have waited too long for too long tells
 * its senders so, by dropping or, where a packet allows it, by a mark (ECN, RFC 3168).
 *
 * The rule looks at a packet when its turn has come. In a first-in-first-out queue that moment is
 * known on arrival, so the rule is asked then, with the wait that lies ahead of the packet.
 */
import { type Micros, MILLISECOND } from "units";

/** Parameters of the rule. */
export interface CodelOptions {
  /** Wait that a queue may have for good, µs. @default {5000} RFC 8289 §4.4. */
  readonly target?: number;
  /** A round trip of the slowest senders, µs. @default {100000} RFC 8289 §4.3. */
  readonly interval?: number;
  /** Marks ECN-capable packets instead of dropping them. @default {true} */
  readonly ecn?: boolean;
}

/** After a pause below this many intervals the rule goes on at the rate that it had found. */
const MEMORY = 16;

/** See the file's comment. */
export class Codel {
  readonly #target: number;
  readonly #interval: number;
  /** When the wait may be called long; Infinity while it is short. */
  #ripeAt = Infinity;
  #isActing = false;
  #nextAt = 0;
  #count = 0;
  #lastCount = 0;

  constructor(options: CodelOptions) {
    this.#target = options.target ?? 5 * MILLISECOND;
    this.#interval = options.interval ?? 100 * MILLISECOND;
  }

  /**
   * True if the packet whose turn comes at `at` after `wait` µs has to be dropped or marked.
   *
   * @param frameTime Time that a full frame takes on the link: the target cannot be below it.
   */
  judge(wait: number, at: Micros, frameTime: number): boolean {
    const isLong = this.#isLongFor(wait, at, frameTime);
    if (!isLong) {
      this.#isActing = false;
      return false;
    }
    if (!this.#isActing) {
      this.#begin(at);
      return true;
    }
    if (at < this.#nextAt) return false;
    this.#count++;
    this.#nextAt += this.#interval / Math.sqrt(this.#count);
    return true;
  }

  /** True once the wait has been above the target for an interval. */
  #isLongFor(wait: number, at: number, frameTime: number): boolean {
    if (wait < Math.max(this.#target, frameTime)) {
      this.#ripeAt = Infinity;
      return false;
    }
    if (this.#ripeAt === Infinity) this.#ripeAt = at + this.#interval;
    return at >= this.#ripeAt;
  }

  #begin(at: number): void {
    const found = this.#count - this.#lastCount;
    const isRecent = at - this.#nextAt < MEMORY * this.#interval;
    this.#count = found > 1 && isRecent ? found : 1;
    this.#lastCount = this.#count;
    this.#nextAt = at + this.#interval / Math.sqrt(this.#count);
    this.#isActing = true;
  }
}
