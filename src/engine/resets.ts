/**
 * RSTs of our own. The machine's kernel answers a SYN-ACK that it did not ask for with a RST, which
 * ends the half-open connection at the target; but where a firewall on this machine eats the
 * SYN-ACK first, the kernel never sees it, and the target sends it again and again. So a SYN-ACK
 * that comes a second time is answered from here.
 */
import { Kind } from "./kind.ts";
import type { ProbeBatch } from "./probe_batch.ts";
import type { Reply } from "./reply.ts";

/** RSTs that wait for the next batch; more are left out, since the target asks again. */
const MAX_WAITING = 64;

/** See the file's comment. */
export class Resets {
  readonly #target = new Uint32Array(MAX_WAITING);
  readonly #port = new Uint16Array(MAX_WAITING);
  readonly #localPort = new Uint16Array(MAX_WAITING);
  readonly #sequence = new Uint32Array(MAX_WAITING);
  #count = 0;

  /** Answers a SYN-ACK. */
  add(reply: Reply): void {
    if (this.#count === MAX_WAITING) return;
    const at = this.#count++;
    this.#target[at] = reply.target;
    this.#port[at] = reply.port;
    this.#localPort[at] = reply.localPort;
    // The target expects the number that it acknowledges (RFC 9293, §3.10.7.1).
    this.#sequence[at] = reply.token + 1;
  }

  /** Appends what waits and fits. */
  poll(batch: ProbeBatch): void {
    while (this.#count > 0 && batch.count < batch.limit) {
      const from = --this.#count;
      const at = batch.count++;
      batch.kind[at] = Kind.RST;
      batch.target[at] = this.#target[from]!;
      batch.port[at] = this.#port[from]!;
      batch.localPort[at] = this.#localPort[from]!;
      batch.token[at] = this.#sequence[from]!;
      batch.padding[at] = 0;
    }
  }
}
