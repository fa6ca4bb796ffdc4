/**
 * Standard input as a loop reads it that never returns to the event loop: lines, without waiting.
 * Its end says that nobody is there any more, be it wanted or because the other process died.
 */
import { addressOf, POLLFD, TIMESPEC } from "ffi/layout.ts";
import { libc } from "ffi/libc.ts";

/** `POLLIN`; that the other side has hung up is always told. */
const POLLIN = 1;

/** Bytes read at once; commands are words. */
const ROOM = 1_024;

/** Number of standard input. */
export const STDIN_DESCRIPTOR = 0;

/** See the file's comment. */
export class ControlPipe {
  /** True when the other side has closed its end. */
  isClosed = false;
  readonly #pollfd = new Uint8Array(POLLFD.SIZE);
  readonly #pollfdAddress = addressOf(this.#pollfd);
  readonly #noTime = new Uint8Array(TIMESPEC.SIZE);
  readonly #noTimeAddress = addressOf(this.#noTime);
  readonly #buffer = new Uint8Array(ROOM);

  constructor() {
    const view = new DataView(this.#pollfd.buffer);
    view.setInt32(POLLFD.DESCRIPTOR, STDIN_DESCRIPTOR, true);
    view.setInt16(POLLFD.EVENTS, POLLIN, true);
  }

  /** The lines that have come since the last call. */
  poll(): string[] {
    if (this.isClosed || libc().ppoll(this.#pollfdAddress, 1n, this.#noTimeAddress, 0n) <= 0) {
      return [];
    }
    const length = Deno.stdin.readSync(this.#buffer);
    if (length === null) {
      this.isClosed = true;
      return [];
    }
    const text = new TextDecoder().decode(this.#buffer.subarray(0, length));
    return text.split("\n").filter((line) => line !== "");
  }
}
