/**
 * The one place that says where `@std/assert` comes from: JSR is not reachable everywhere, npm
 * carries it as `deno-std`, whose modules have no types; so the types are stated here.
 */
// @ts-types="./types/assert.d.ts"
export {
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertGreaterOrEqual,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
