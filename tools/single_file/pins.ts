/**
 * SHA-256 of what goes into a single file and is not built here. Both belong to the version of Deno
 * that this repository is pinned to, and change with it.
 */
import type { Arch } from "./target.ts";

/** Checksums for one machine; `undefined` is one that nobody has verified yet. */
export interface Pins {
  /** The zip with the base runtime of `deno compile`. */
  readonly base: string | undefined;
  /** The program `deno` in npm's package of this version. */
  readonly runtime: string | undefined;
}

/** Checksums of Deno 2.9.6. */
export const PINS: Record<Arch, Pins> = {
  "x86_64": {
    base: undefined,
    runtime: "bceb5b6a6239b0b010418406d8c77a508f67cf4337d94288f1c19fe71304aab0",
  },
  "aarch64": {
    base: undefined,
    runtime: "d08d392418df53f4e6e88a08909c0e1bccbf9adcead7232df72b6ad6075ec416",
  },
};
