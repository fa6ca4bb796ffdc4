/**
 * A target that was away and is back. Nothing was lost on the way to it: the triggers and tries
 * that met its absence say nothing about the path, and are taken out of the loss rate. With them in
 * it one second away would more than double the silences that every filtered port has to show.
 */
import { Fate } from "./flight.ts";
import { ReplyClass } from "./outcomes.ts";
import type { FlowState, Stall } from "./state.ts";

/** Chance of a row of losses below which it was the target's absence and not the path's loss. */
const ACCIDENT = 1e-6;

/** Something has answered again. */
export function endStall(state: FlowState, stall: Stall): void {
  if (state.loss.chanceOfRow(stall.lost) < ACCIDENT) excuse(state, stall);
  if (stall.said) state.events.push({ type: "resumed" });
  state.phase = { name: "scan" };
}

function excuse({ loss, flight, outcomes }: FlowState, { first, lost }: Stall): void {
  for (const replyClass of Object.values(ReplyClass)) {
    loss.removeLost(replyClass, lost[replyClass]!);
  }
  for (let serial = first; serial < flight.next; serial++) {
    if (!flight.has(serial) || flight.isTrigger(serial)) continue;
    if (flight.fate(serial) !== Fate.ANSWERED) outcomes.excuse(flight.pair(serial));
  }
}
