import { assertEquals } from "@std/assert";
import { addCounts, countJunit, formatCounts } from "./junit.ts";

/** A report as `deno test --junit-path` writes it. */
const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="4" failures="1" errors="0" time="0.063">
  <testsuite name="./a_test.ts" tests="4" disabled="1" errors="0" failures="1">
    <testcase name="ok" classname="./a_test.ts" time="0.001" line="1" col="6">
    </testcase>
    <testcase name="short" classname="./a_test.ts"/>
    <testcase name="ign &lt;failure&gt;" classname="./a_test.ts" time="0.000">
      <skipped/>
    </testcase>
    <testcase name="steps &gt; two" classname="./a_test.ts" time="0.000">
      <failure message="Uncaught Error: x">Error: x</failure>
    </testcase>
  </testsuite>
</testsuites>`;

Deno.test("countJunit() counts tests by their outcome", () => {
  assertEquals(countJunit(REPORT), { passed: 2, failed: 1, skipped: 1 });
  assertEquals(countJunit(""), { passed: 0, failed: 0, skipped: 0 });
});

Deno.test("formatCounts() names skipped tests only if there are any", () => {
  const total = { passed: 1, failed: 0, skipped: 0 };
  assertEquals(formatCounts(total), "1 passed, 0 failed");
  addCounts(total, { passed: 1, failed: 2, skipped: 3 });
  assertEquals(formatCounts(total), "2 passed, 2 failed, 3 skipped");
});
