/**
 * The rights of the process (capabilities(7)): which one is missing when the kernel refuses, and
 * giving up those that a scan does not need. They belong to threads; a thread hands them on to
 * those that it starts.
 */
import { PROGRAM_FILE_VARIABLE } from "version";

/** Rights by number (linux/capability.h). */
export const Right = { DAC_OVERRIDE: 1, NET_ADMIN: 12, NET_RAW: 13 } as const;

/** `struct __user_cap_header_struct`: version 3, this thread. */
const HEADER_VERSION = 0x2008_0522;

/** `struct __user_cap_data_struct`, twice: effective, permitted, inheritable; then the upper 32. */
const DATA_WORDS = 6;

/** The bit of the right that a scan cannot do without. */
const NET_RAW_BIT = 1n << BigInt(Right.NET_RAW);

/** Gives up all rights of this thread but some. Those that it did not have stay missing. */
export function keepRights(kept: readonly number[]): void {
  const library = Deno.dlopen("libc.so.6", {
    capget: { parameters: ["buffer", /* header */ "buffer" /* data */], result: "i32" },
    capset: { parameters: ["buffer", /* header */ "buffer" /* data */], result: "i32" },
  });
  try {
    const header = new Uint8Array(Uint32Array.of(HEADER_VERSION, 0).buffer);
    const words = new Uint32Array(DATA_WORDS);
    const data = new Uint8Array(words.buffer);
    if (library.symbols.capget(header, data) !== 0) return;
    const mask = kept.reduce((bits, right) => bits | (1 << right), 0);
    words.set([words[0]! & mask, words[1]! & mask, 0, 0, 0, 0]);
    // To have fewer is always allowed; where even that is not, the scan goes on with what it has.
    library.symbols.capset(header, data);
  } finally {
    library.close();
  }
}

/** What the kernel says about a thread's rights. */
export interface RightsFacts {
  /** Rights in force, one bit each. */
  readonly effective: bigint;
  /** Rights that the thread and what it starts can ever have. */
  readonly bounding: bigint;
  readonly userId: number;
  /** The file that rights can be given to. */
  readonly programFile: string;
}

/** Why raw packets are refused, and what helps. */
export function rightsRemedy(facts: RightsFacts): string {
  const { effective, bounding, userId, programFile } = facts;
  const need = "Raw packets need the capability CAP_NET_RAW";
  if ((effective & NET_RAW_BIT) !== 0n) {
    return `${need}, and this process has it only within its user namespace, which does not own ` +
      "this network: run it outside, or give it a network of its own (`unshare --net`).";
  }
  if ((bounding & NET_RAW_BIT) === 0n) {
    return `${need}, which has been taken away from all that runs here: start the container with ` +
      "`--cap-add NET_RAW`, or the service with CapabilityBoundingSet=CAP_NET_RAW.";
  }
  if (userId === 0) return `${need}, which whoever started this has taken away from root.`;
  return `${need}: run the same command with \`sudo\`, or grant it once with ` +
    `\`sudo setcap cap_net_raw=ep ${programFile}\`.`;
}

/** Reads the rights of this thread; where that is not possible, as an ordinary user has them. */
export function readRights(): RightsFacts {
  const programFile = Deno.env.get(PROGRAM_FILE_VARIABLE) ?? Deno.execPath();
  const text = readStatus();
  return {
    effective: numberIn(text, "CapEff") ?? 0n,
    bounding: numberIn(text, "CapBnd") ?? NET_RAW_BIT,
    userId: Deno.uid() ?? 1,
    programFile,
  };
}

function readStatus(): string {
  try {
    return Deno.readTextFileSync("/proc/thread-self/status");
  } catch {
    return "";
  }
}

function numberIn(status: string, field: string): bigint | undefined {
  const digits = new RegExp(`^${field}:\\s*([0-9a-f]+)$`, "m").exec(status)?.[1];
  return digits === undefined ? undefined : BigInt(`0x${digits}`);
}
