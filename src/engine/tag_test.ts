import { assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { KIND_COUNT } from "./kind.ts";
import { FORGED, ICMP_SHIFT, PROBE_SHIFT, Tagger, TRIGGER_SHIFT } from "./tag.ts";

const word = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });

Deno.test("Tagger.numberOf() reads what make() wrote, also where the stack adds nothing", () => {
  fc.assert(fc.property(
    fc.tuple(word, word),
    word,
    fc.nat(255),
    fc.constantFrom(PROBE_SHIFT, TRIGGER_SHIFT, ICMP_SHIFT),
    fc.nat(KIND_COUNT - 1),
    (key, target, count, shift, kind) => {
      const tagger = new Tagger(key);
      const number = count % (1 << (32 - shift));
      const hash = tagger.hash(kind, target, count);
      const token = tagger.make(hash, number, shift);
      assertEquals(tagger.numberOf(token, hash, shift), number);
      assertEquals(tagger.numberOf((token - 1) >>> 0, hash, shift), number);
      assertEquals(tagger.numberOf((token + 1) >>> 0, hash, shift), FORGED);
    },
  ));
});

Deno.test("Tagger.hash() depends on key, target, ports and kind", () => {
  const tagger = new Tagger([1, 2]);
  const hash = tagger.hash(0, 5, 7);
  assertNotEquals(hash, new Tagger([1, 3]).hash(0, 5, 7));
  assertNotEquals(hash, tagger.hash(1, 5, 7));
  assertNotEquals(hash, tagger.hash(0, 6, 7));
  assertNotEquals(hash, tagger.hash(0, 5, 8));
});
