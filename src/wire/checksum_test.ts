import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { finish, fold, isSumRight, sumOfUint32, sumWords } from "./checksum.ts";
import { updateChecksum, updateChecksum32 } from "./checksum.ts";

function viewOf(bytes: ArrayLike<number>): DataView {
  return new DataView(Uint8Array.from(bytes).buffer);
}

Deno.test("finish(sumWords()) is the checksum of the example in RFC 1071", () => {
  const view = viewOf([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]);
  assertEquals(sumWords(view, 0, 8), 0x2ddf0);
  assertEquals(fold(0x2ddf0), 0xddf2);
  assertEquals(finish(0x2ddf0), 0x220d);
});

Deno.test("sumWords() counts an odd last byte as a high half", () => {
  assertEquals(sumWords(viewOf([1, 2, 3]), 0, 3), 0x0102 + 0x0300);
  assertEquals(sumWords(viewOf([9, 1, 2, 3]), 1, 1), 0x0100);
  assertEquals(sumWords(viewOf([]), 0, 0), 0);
});

Deno.test("fold() is exact for the largest packet", () => {
  const view = new DataView(new Uint8Array(65_535).fill(0xff).buffer);
  assertEquals(fold(sumWords(view, 0, 65_535)), fold(0xff00));
});

Deno.test("updateChecksum() gives what a whole sum gives", () => {
  const words = fc.uint8Array({ minLength: 4, maxLength: 40 });
  fc.assert(fc.property(words, fc.nat(), fc.nat(0xffff), (bytes, where, word) => {
    const view = viewOf(bytes);
    const at = (where % Math.floor(bytes.length / 2)) * 2;
    const before = finish(sumWords(view, 0, bytes.length));
    const old = view.getUint16(at);
    view.setUint16(at, word);
    const sum = sumWords(view, 0, bytes.length) + updateChecksum(before, old, word);
    // All bytes 0 have two checksums, 0 and 0xffff; both verify where anything is not 0.
    fc.pre(fold(sum) !== 0);
    assertEquals(isSumRight(sum), true);
  }));
});

Deno.test("updateChecksum32() is two updates", () => {
  const number = fc.nat(0xffffffff);
  fc.assert(fc.property(fc.nat(0xffff), number, number, (before, from, to) => {
    const high = updateChecksum(before, from >>> 16, to >>> 16);
    const twice = updateChecksum(high, from & 0xffff, to & 0xffff);
    const once = updateChecksum32(before, from, to);
    assertEquals(once % 0xffff, twice % 0xffff);
    assertEquals(sumOfUint32(from | 0), sumOfUint32(from));
  }));
});
