/**
 * The part of the C library that the edge uses, one table, opened on first use. Addresses travel
 * as `u64`: that is the fast way into native code, and the tables of `sendmmsg` hold such numbers.
 */

const SYMBOLS = {
  /** int *__errno_location(void) */
  errnoLocation: { name: "__errno_location", parameters: [], result: "pointer" },
  clockGettime: {
    name: "clock_gettime",
    parameters: ["i32", /* clockid_t clock */ "u64" /* struct timespec *time */],
    result: "i32",
  },
  ppoll: {
    parameters: [
      "u64", /* struct pollfd *fds */
      "u64", /* nfds_t count */
      "u64", /* const struct timespec *timeout */
      "u64", /* const sigset_t *mask */
    ],
    result: "i32",
  },
  prctl: {
    parameters: [
      "i32", /* int operation */
      "u64", /* unsigned long arg2 */
      "u64", /* unsigned long arg3 */
      "u64", /* unsigned long arg4 */
      "u64", /* unsigned long arg5 */
    ],
    result: "i32",
  },
  socket: {
    parameters: ["i32", /* int domain */ "i32", /* int type */ "i32" /* int protocol */],
    result: "i32",
  },
  bind: {
    parameters: ["i32", /* int fd */ "buffer", /* const struct sockaddr *a */ "u32" /* len */],
    result: "i32",
  },
  setsockopt: {
    parameters: [
      "i32", /* int fd */
      "i32", /* int level */
      "i32", /* int name */
      "buffer", /* const void *value */
      "u32", /* socklen_t length */
    ],
    result: "i32",
  },
  getsockopt: {
    parameters: [
      "i32", /* int fd */
      "i32", /* int level */
      "i32", /* int name */
      "buffer", /* void *value */
      "buffer", /* socklen_t *length */
    ],
    result: "i32",
  },
  send: {
    parameters: [
      "i32", /* int fd */
      "buffer", /* const void *bytes */
      "usize", /* size_t length */
      "i32", /* int flags */
    ],
    result: "isize",
  },
  recv: {
    parameters: [
      "i32", /* int fd */
      "buffer", /* void *bytes */
      "usize", /* size_t length */
      "i32", /* int flags */
    ],
    result: "isize",
  },
  sendmmsg: {
    parameters: [
      "i32", /* int fd */
      "u64", /* struct mmsghdr *messages */
      "u32", /* unsigned int count */
      "i32", /* int flags */
    ],
    result: "i32",
  },
  memcpy: {
    parameters: ["u64", /* void *to */ "u64", /* const void *from */ "usize" /* size_t n */],
    result: "void",
  },
  close: { parameters: ["i32" /* int fd */], result: "i32" },
  mmap: {
    parameters: [
      "u64", /* void *address */
      "usize", /* size_t length */
      "i32", /* int protection */
      "i32", /* int flags */
      "i32", /* int fd */
      "i64", /* off_t offset */
    ],
    result: "pointer",
  },
  munmap: {
    parameters: ["u64", /* void *address */ "usize" /* size_t length */],
    result: "i32",
  },
} as const;

/** The functions of {@linkcode libc}, typed. */
export type Libc = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

let library: Deno.DynamicLibrary<typeof SYMBOLS> | undefined;
let errnoWord: Int32Array | undefined;

/** The C library, opened on the first call; it stays open as long as the worker lives. */
export function libc(): Libc {
  library ??= Deno.dlopen("libc.so.6", SYMBOLS);
  return library.symbols;
}

/**
 * The calling thread's `errno` after a call that failed.
 *
 * About one read in five million finds it overwritten by the runtime's own system calls, so a
 * number that makes no sense is a reason to try once more, not to give up.
 */
export function errno(): number {
  errnoWord ??= mapErrno();
  return errnoWord[0]!;
}

function mapErrno(): Int32Array {
  const location = libc().errnoLocation();
  if (location === null) throw new Error("Cannot find errno");
  return new Int32Array(Deno.UnsafePointerView.getArrayBuffer(location, 4));
}
