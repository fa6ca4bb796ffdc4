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

Deno.test("Tagger.hash() is HalfSipHash-2-4: the authors' vector for eight bytes", () => {
  // Key 00 … 07, message 00 … 07, as little-endian words; tag d0 b8 84 8f.
  const tagger = new Tagger([0x0302_0100, 0x0706_0504]);
  assertEquals(tagger.hash(0, 0x0302_0100, 0x0706_0504) >>> 0, 0x8f84_b8d0);
});

Deno.test("Tagger.hash() depends on key, target, ports and kind", () => {
  const tagger = new Tagger([1, 2]);
  const hash = tagger.hash(0, 5, 7);
  assertNotEquals(hash, new Tagger([1, 3]).hash(0, 5, 7));
  assertNotEquals(hash, tagger.hash(1, 5, 7));
  assertNotEquals(hash, tagger.hash(0, 6, 7));
  assertNotEquals(hash, tagger.hash(0, 5, 8));
});
