/**
 * What the program keeps of what it may do. The main thread gives up, before anything else, all
 * rights but those for opening sockets and for root's files, and forbids the whole process what a
 * scanner never does. A worker gives up the files too, and everything once its sockets are open.
 * Rights belong to threads: those that the runtime had started before keep what the process was
 * started with, unless the launcher has taken it away before there was any.
 */
import { keepRights, Right } from "./rights.ts";
import { forbidSystemCalls } from "./system_call_filter.ts";

/** Confines the process; called by the program at its start, never by the library. */
export function confineProgram(): void {
  forbidSystemCalls("foreign");
  keepRights([Right.NET_RAW, Right.NET_ADMIN, Right.DAC_OVERRIDE]);
}

/** From here on the process starts no other program. */
export function forbidPrograms(): void {
  forbidSystemCalls("programs");
}

/** Leaves a worker what it takes to open sockets: raw ones, with large buffers. */
export function confineWorker(): void {
  keepRights([Right.NET_RAW, Right.NET_ADMIN]);
}

/** Leaves a worker nothing: open sockets need no rights. */
export function giveUpRights(): void {
  keepRights([]);
}
