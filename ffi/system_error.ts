/**
 * Turns a failed system call into an error that says what was tried, what the kernel answered and
 * what helps against it.
 */
import { LinkError } from "scan/link.ts";
import { readRights, rightsRemedy } from "./rights.ts";

/** Numbers of Linux's errors that the edge distinguishes (asm-generic/errno.h). */
export const Errno = {
  EPERM: 1,
  ENOENT: 2,
  EINTR: 4,
  ENXIO: 6,
  EAGAIN: 11,
  ENOMEM: 12,
  EACCES: 13,
  ENODEV: 19,
  EINVAL: 22,
  EMFILE: 24,
  EMSGSIZE: 90,
  EAFNOSUPPORT: 97,
  EADDRINUSE: 98,
  EADDRNOTAVAIL: 99,
  ENETDOWN: 100,
  ENETUNREACH: 101,
  ENOBUFS: 105,
  EHOSTUNREACH: 113,
} as const;

const NAMES = new Map<number, string>(
  Object.entries(Errno).map(([name, number]) => [number, name]),
);

/** What kind of trouble an error number is; what is missing here is "system". */
const CODES = new Map<number, LinkError["code"]>([
  [Errno.EPERM, "no-rights"],
  [Errno.EACCES, "no-rights"],
  [Errno.ENXIO, "down"],
  [Errno.ENODEV, "down"],
  [Errno.ENETDOWN, "down"],
  [Errno.ENETUNREACH, "no-route"],
  [Errno.EHOSTUNREACH, "no-route"],
  [Errno.EADDRNOTAVAIL, "address"],
]);

/** An error number's name, or the number itself. */
export function errnoName(errno: number): string {
  return NAMES.get(errno) ?? `errno ${errno}`;
}

/**
 * The error for a system call that failed.
 *
 * @param operation What was tried, so that "Cannot <operation>" is a sentence.
 */
export function systemError(operation: string, errno: number): LinkError {
  const code = CODES.get(errno) ?? "system";
  return new LinkError(code, `Cannot ${operation}: ${errnoName(errno)}. ${remedy(code, errno)}`);
}

function remedy(code: LinkError["code"], errno: number): string {
  switch (code) {
    case "no-rights":
      return rightsRemedy(readRights());
    case "down":
      return "The interface is down or gone: check it with `ip link`.";
    case "no-route":
      return "There is no route: check it with `ip route`.";
    case "address":
      return "The address is not one of this machine's: see `ip address`.";
    case "no-interface":
      return "See `ip link` for the interfaces of this machine.";
    case "system":
      return systemRemedy(errno);
  }
}

function systemRemedy(errno: number): string {
  switch (errno) {
    case Errno.EMFILE:
      return "Too many open files: raise the limit with `ulimit -n`.";
    case Errno.ENOMEM:
    case Errno.ENOBUFS:
      return "The kernel is short of memory: end other programs, or start fewer workers.";
    case Errno.EAFNOSUPPORT:
      return "This kernel was built without it.";
    default:
      return "Run `dmesg` to see whether the kernel says why.";
  }
}
