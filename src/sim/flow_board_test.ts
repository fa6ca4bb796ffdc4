import { assertEquals } from "@std/assert";
import { micros } from "units";
import { FlowBoard } from "./flow_board.ts";
import { RECEIVE_WINDOW } from "./flow_receiver.ts";
import { RttEstimate } from "./rtt_estimate.ts";

function makeBoard(segments: number): FlowBoard {
  const board = new FlowBoard(new RttEstimate());
  for (let i = 0; i < segments; i++) assertEquals(board.transmit(micros(i)), i);
  return board;
}

Deno.test("FlowBoard.findLosses() finds what three later arrivals have passed", () => {
  const board = makeBoard(10);
  assertEquals(board.deliver(1, 3, micros(100)), 2);
  assertEquals([board.findLosses(), board.lost], [false, 0]);
  assertEquals(board.deliver(3, 4, micros(100)), 1);
  assertEquals([board.findLosses(), board.lost, board.inFlight], [true, 1, 6]);
  assertEquals(board.transmit(micros(200)), 0, "the lost one goes before a new one");
  assertEquals(board.transmit(micros(200)), 10);
});

Deno.test("FlowBoard.findLosses() tells losses of a round in which a reduction was made", () => {
  const board = makeBoard(20);
  board.deliver(4, 5, micros(100));
  assertEquals(board.findLosses(), true);
  board.beginRound();
  assertEquals(board.isRoundOver, false);
  board.deliver(15, 16, micros(110));
  assertEquals([board.findLosses(), board.lost], [false, 12]);
  for (let i = 0; i < 8; i++) board.transmit(micros(200 + i));
  board.deliver(7, 8, micros(300));
  assertEquals([board.isRoundOver, board.findLosses()], [true, true], "a repeated one was lost");
});

Deno.test("FlowBoard.acknowledge() counts what is news, lost ones that came after all too", () => {
  const board = makeBoard(10);
  board.deliver(5, 10, micros(100));
  board.findLosses();
  assertEquals([board.lost, board.inFlight], [5, 0]);
  assertEquals(board.acknowledge(7, micros(200)), 5);
  assertEquals([board.first, board.lost, board.inFlight], [7, 0, 0]);
  assertEquals(board.acknowledge(99, micros(200)), 0, "no further than what was sent");
  assertEquals(board.first, 10);
});

Deno.test("FlowBoard.hasRoom ends where the receive window does", () => {
  const board = makeBoard(RECEIVE_WINDOW);
  assertEquals(board.hasRoom, false);
  board.acknowledge(1, micros(10));
  assertEquals(board.hasRoom, true);
  board.loseAll();
  assertEquals([board.lost, board.inFlight], [RECEIVE_WINDOW - 1, 0]);
});
