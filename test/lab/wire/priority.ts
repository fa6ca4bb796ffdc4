/**
 * Priority over all ordinary programs (sched(7)): a network does not slow down because the machines
 * on it are busy, so the process that plays one must not wait for them.
 */

/** `SCHED_RR`, and the lowest of its priorities: still above everything that is not real-time. */
const SCHED_RR = 2;
const LOWEST = 1;

/**
 * Gives this thread real-time priority.
 *
 * @returns False if the system does not allow it, as to ordinary users.
 */
export function becomeRealtime(): boolean {
  const library = Deno.dlopen("libc.so.6", {
    setScheduler: {
      name: "sched_setscheduler",
      parameters: [
        "i32", /* pid_t pid, 0: this thread */
        "i32", /* int policy */
        "buffer", /* const struct sched_param *parameters: one int */
      ],
      result: "i32",
    },
  });
  const status = library.symbols.setScheduler(0, SCHED_RR, Int32Array.of(LOWEST));
  library.close();
  return status === 0;
}
