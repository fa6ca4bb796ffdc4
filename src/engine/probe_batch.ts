/**
 * Transmissions that a flow wants to send now: the caller owns the batch, the flow fills it, the
 * scan floor turns it into packets. Columns, not objects, so that nothing is allocated per packet.
 */

/** Caller-owned columns; slots `0` to `count - 1` are filled. */
export class ProbeBatch {
  /** Slots. */
  readonly capacity: number;
  /** How many slots are filled. */
  count = 0;
  /** How many slots may be filled this time, at most `capacity`: the caller's rate limit. */
  limit: number;
  /** {@linkcode Kind} of each. */
  readonly kind: Uint8Array;
  /** Index of the target. */
  readonly target: Uint32Array;
  /** Destination port; 0 for ICMP. */
  readonly port: Uint16Array;
  /** Source port; 0 for ICMP. */
  readonly localPort: Uint16Array;
  /** The 32 bits that the answer will echo (see `reply.ts`). */
  readonly token: Uint32Array;
  /** Bytes of padding to add: ICMP or SYN payload, for the rate-limit test. */
  readonly padding: Uint16Array;

  /** Makes an empty batch of so many slots. */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.limit = capacity;
    this.kind = new Uint8Array(capacity);
    this.target = new Uint32Array(capacity);
    this.port = new Uint16Array(capacity);
    this.localPort = new Uint16Array(capacity);
    this.token = new Uint32Array(capacity);
    this.padding = new Uint16Array(capacity);
  }
}
