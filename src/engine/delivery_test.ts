import { assertEquals } from "@std/assert";
import { micros } from "units";
import { Delivery } from "./delivery.ts";
import { Fate, Flight, NO_SERIAL } from "./flight.ts";

/** A flight whose packets are answered one by one. */
class Path {
  readonly flight = new Flight();
  readonly delivery = new Delivery();

  send(): number {
    const serial = this.flight.addProbe(0, micros(0), 0, NO_SERIAL);
    this.delivery.onSent(this.flight, serial);
    return serial;
  }

  answer(serial: number, packets = 1): void {
    this.flight.close(serial, Fate.ANSWERED);
    this.delivery.onAnswered(this.flight, serial, packets);
  }
}

Deno.test("Delivery begins a round with the first answer to what left in the one before", () => {
  const path = new Path();
  const rounds: boolean[] = [];
  let serials = Array.from({ length: 4 }, () => path.send());
  for (let round = 0; round < 3; round++) {
    const next: number[] = [];
    for (const serial of serials) {
      path.answer(serial);
      rounds.push(path.delivery.isRoundStart);
      next.push(path.send());
    }
    serials = next;
  }
  const round = [true, false, false, false];
  assertEquals(rounds, [...round, ...round, ...round]);
});

Deno.test("Delivery adds up what answers vouch for", () => {
  const path = new Path();
  const serials = Array.from({ length: 3 }, () => path.send());
  path.answer(serials[0]!, 9);
  path.answer(serials[1]!, 0);
  path.answer(serials[2]!, 1.25);
  assertEquals(path.delivery.total, 10.25);
});

Deno.test("Delivery marks what left while there was nothing else to send, and no more", () => {
  const path = new Path();
  const first = path.send();
  path.delivery.onAppLimited(path.flight.outstanding);
  const second = path.send();
  path.answer(first);
  assertEquals(path.delivery.isAppLimited, false);
  const third = path.send();
  path.answer(second);
  assertEquals(path.delivery.isAppLimited, true);
  path.answer(third);
  assertEquals(path.delivery.isAppLimited, false);
});
