/**
 * Single keys from the terminal behind standard input, without waiting for them, and without ever
 * taking the terminal from somebody else: a program in the background leaves it alone, and what was
 * changed is put back as it was. Ctrl-C and Ctrl-Z stay signals.
 */
import { assert } from "assertion";

const SYMBOLS = {
  tcgetattr: {
    parameters: ["i32", /* int fd */ "buffer" /* struct termios *attributes */],
    result: "i32",
  },
  tcsetattr: {
    parameters: [
      "i32", /* int fd */
      "i32", /* int when */
      "buffer", /* const struct termios *attributes */
    ],
    result: "i32",
  },
  tcgetpgrp: { parameters: ["i32" /* int fd */], result: "i32" },
  getpgrp: { parameters: [], result: "i32" },
  read: {
    parameters: ["i32", /* int fd */ "buffer", /* void *bytes */ "usize" /* size_t length */],
    result: "isize",
  },
} as const;

/** Standard input. */
const INPUT = 0;

/** `struct termios` of glibc: four flag words, a byte, 32 control characters, two speeds. */
const TERMIOS = { SIZE: 60, LOCAL_FLAGS: 12, CONTROLS: 17, VTIME: 5, VMIN: 6 } as const;

/** Flags of input processing: line by line (ICANON), and shown as typed (ECHO). */
const LINES_AND_ECHO = 0x2 | 0x8;

/** Changes hold at once (TCSANOW). */
const AT_ONCE = 0;

/** Bytes that are read at once; who types faster waits for the next poll. */
const MOST_KEYS = 64;

assert(TERMIOS.CONTROLS + 32 + 3 + 2 * 4 === TERMIOS.SIZE, "termios: padding before the speeds");

/** See the file's comment. */
export class Keyboard {
  readonly #library = Deno.dlopen("libc.so.6", SYMBOLS);
  readonly #original = new Uint8Array(TERMIOS.SIZE);
  readonly #buffer = new Uint8Array(MOST_KEYS);
  readonly #release = () => this.release();
  #isOpen = true;
  /** True while the terminal is set our way. */
  #isOurs = false;

  private constructor() {
    // Whatever ends the process in an orderly way gives the terminal back.
    globalThis.addEventListener("unload", this.#release);
  }

  /** The keyboard; undefined if standard input is no terminal of ours. */
  static open(): Keyboard | undefined {
    if (!Deno.stdin.isTerminal()) return undefined;
    return new Keyboard();
  }

  /** Keys that were pressed since the last call. */
  poll(): string {
    if (!this.#isOpen || !this.#isForeground() || !this.#take()) return "";
    const count = this.#library.symbols.read(INPUT, this.#buffer, BigInt(MOST_KEYS));
    return new TextDecoder().decode(this.#buffer.subarray(0, Math.max(Number(count), 0)));
  }

  /** Puts the terminal back as it was; the next {@linkcode Keyboard.poll} takes it again. */
  release(): void {
    if (!this.#isOurs) return;
    this.#isOurs = false;
    if (this.#isForeground()) this.#library.symbols.tcsetattr(INPUT, AT_ONCE, this.#original);
  }

  /** Gives it back for good. Calling it twice is harmless. */
  close(): void {
    if (!this.#isOpen) return;
    this.release();
    this.#isOpen = false;
    globalThis.removeEventListener("unload", this.#release);
    this.#library.close();
  }

  /** Setting up or reading a terminal of somebody else stops a process (SIGTTOU, SIGTTIN). */
  #isForeground(): boolean {
    const { tcgetpgrp, getpgrp } = this.#library.symbols;
    return tcgetpgrp(INPUT) === getpgrp();
  }

  /** Sets the terminal our way, also after somebody else had it; false if it is gone. */
  #take(): boolean {
    const now = new Uint8Array(TERMIOS.SIZE);
    if (this.#library.symbols.tcgetattr(INPUT, now) !== 0) return false;
    const view = new DataView(now.buffer);
    const flags = view.getUint32(TERMIOS.LOCAL_FLAGS, true);
    if (this.#isOurs && (flags & LINES_AND_ECHO) === 0) return true;
    this.#original.set(now);
    view.setUint32(TERMIOS.LOCAL_FLAGS, flags & ~LINES_AND_ECHO, true);
    now[TERMIOS.CONTROLS + TERMIOS.VMIN] = 0;
    now[TERMIOS.CONTROLS + TERMIOS.VTIME] = 0;
    this.#isOurs = this.#library.symbols.tcsetattr(INPUT, AT_ONCE, now) === 0;
    return this.#isOurs;
  }
}
