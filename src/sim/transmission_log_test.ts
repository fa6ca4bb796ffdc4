import { assertEquals } from "@std/assert";
import { TransmissionLog } from "./transmission_log.ts";

Deno.test("TransmissionLog.nextSuspect() tells what left three places before an arrival", () => {
  const log = new TransmissionLog(3);
  for (let item = 100; item < 110; item++) log.add(item);
  log.noteArrival(2);
  assertEquals(log.nextSuspect(), -1);
  log.noteArrival(5);
  log.noteArrival(4);
  const suspects = [0, 0, 0, 0].map(() => log.nextSuspect());
  assertEquals(suspects, [100, 101, 102, -1]);
  assertEquals(log.suspectOrder, 2);
});

Deno.test("TransmissionLog.add() remembers any number, across growth", () => {
  const log = new TransmissionLog(1);
  let told = 0;
  for (let item = 0; item < 20_000; item++) {
    assertEquals(log.add(item), item);
    if (item % 5_000 !== 4_999) continue;
    log.noteArrival(item - 2_000);
    for (let suspect = log.nextSuspect(); suspect >= 0; suspect = log.nextSuspect()) {
      assertEquals(suspect, told++);
    }
  }
  assertEquals(told, 17_999);
});
