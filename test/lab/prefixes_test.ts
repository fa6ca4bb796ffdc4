import { assertEquals } from "@std/assert";
import { prefixesOf } from "./prefixes.ts";

/** 192.0.2.0 as a number. */
const BLOCK = 0xc000_0200;

Deno.test("prefixesOf() covers ranges exactly, by the fewest blocks", () => {
  assertEquals(prefixesOf([{ first: BLOCK, last: BLOCK + 255 }]), ["192.0.2.0/24"]);
  assertEquals(prefixesOf([{ first: BLOCK + 7, last: BLOCK + 7 }]), ["192.0.2.7"]);
  assertEquals(prefixesOf([{ first: BLOCK + 1, last: BLOCK + 6 }]), [
    "192.0.2.1",
    "192.0.2.2/31",
    "192.0.2.4/31",
    "192.0.2.6",
  ]);
  assertEquals(prefixesOf([]), []);
});

Deno.test("prefixesOf() goes to the last address there is", () => {
  assertEquals(prefixesOf([{ first: 0xffff_fff0, last: 0xffff_ffff }]), ["255.255.255.240/28"]);
});
