/**
 * Options of a TCP header (RFC 9293 §3.2, RFC 7323, RFC 2018): what a SYN says about its sender.
 * Written the way Linux orders them; read in any order, and never beyond the header.
 */
import { MSS_OPTION_LENGTH, TCP_LENGTH, tcpHeaderLength } from "./tcp.ts";

/** Option numbers (IANA). */
const OptionKind = { END: 0, NOP: 1, MSS: 2, WINDOW_SCALE: 3, SACK_PERMITTED: 4, TIMESTAMPS: 8 };

/** Largest window shift (RFC 7323 §2.3). */
const MAX_WINDOW_SCALE = 14;

/** The options that matter here. One record is kept and reused by whoever reads or writes. */
export class TcpOptions {
  /** Maximum segment size in bytes; 0 if absent. */
  mss = 0;
  /** Shift of the window; -1 if absent. */
  windowScale = -1;
  sackPermitted = false;
  hasTimestamps = false;
  /** TSval, unsigned. */
  timestamp = 0;
  /** TSecr, unsigned. */
  timestampEcho = 0;

  /** Sets everything to absent. */
  clear(): void {
    this.mss = 0;
    this.windowScale = -1;
    this.sackPermitted = false;
    this.hasTimestamps = false;
    this.timestamp = 0;
    this.timestampEcho = 0;
  }
}

/** Bytes that {@linkcode writeTcpOptions} will write, a multiple of 4. */
export function tcpOptionsLength(options: TcpOptions): number {
  let size = options.mss > 0 ? MSS_OPTION_LENGTH : 0;
  if (options.hasTimestamps) size += 12;
  else if (options.sackPermitted) size += 4;
  return options.windowScale >= 0 ? size + 4 : size;
}

/**
 * Writes the options that are present behind a header of {@linkcode TCP_LENGTH} bytes at `at`.
 *
 * @returns Bytes written, a multiple of 4.
 */
export function writeTcpOptions(view: DataView, at: number, options: TcpOptions): number {
  const start = at + TCP_LENGTH;
  let end = start;
  if (options.mss > 0) {
    view.setUint32(end, 0x02040000 | options.mss);
    end += 4;
  }
  if (options.hasTimestamps) {
    // SACK-permitted stands in the two bytes that would be padding before the timestamps.
    view.setUint32(end, options.sackPermitted ? 0x0402080a : 0x0101080a);
    view.setUint32(end + 4, options.timestamp);
    view.setUint32(end + 8, options.timestampEcho);
    end += 12;
  } else if (options.sackPermitted) {
    view.setUint32(end, 0x01010402);
    end += 4;
  }
  if (options.windowScale >= 0) {
    view.setUint32(end, 0x01030300 | options.windowScale);
    end += 4;
  }
  return end - start;
}

/**
 * Reads the options of the header at `at` into `options`. The header has to be there in full
 * (`checkTcp`). Unknown options are skipped.
 *
 * @returns False if an option contradicts its length; what came before it has been read.
 */
export function readTcpOptions(view: DataView, at: number, options: TcpOptions): boolean {
  options.clear();
  const end = at + tcpHeaderLength(view, at);
  let i = at + TCP_LENGTH;
  while (i < end) {
    const kind = view.getUint8(i);
    if (kind === OptionKind.END) return true;
    if (kind === OptionKind.NOP) {
      i++;
      continue;
    }
    const size = i + 1 < end ? view.getUint8(i + 1) : 0;
    if (size < 2 || i + size > end) return false;
    readOption(view, i, options);
    i += size;
  }
  return true;
}

/** Reads one option whose bytes are all there; one of an unexpected size is skipped. */
function readOption(view: DataView, at: number, options: TcpOptions): void {
  const size = view.getUint8(at + 1);
  switch (view.getUint8(at)) {
    case OptionKind.MSS:
      if (size === 4) options.mss = view.getUint16(at + 2);
      break;
    case OptionKind.WINDOW_SCALE:
      if (size === 3) options.windowScale = Math.min(view.getUint8(at + 2), MAX_WINDOW_SCALE);
      break;
    case OptionKind.SACK_PERMITTED:
      if (size === 2) options.sackPermitted = true;
      break;
    case OptionKind.TIMESTAMPS:
      if (size !== 10) break;
      options.hasTimestamps = true;
      options.timestamp = view.getUint32(at + 2);
      options.timestampEcho = view.getUint32(at + 6);
      break;
    default:
      break;
  }
}
