import { assertEquals } from "@std/assert";
import {
  counted,
  formatClock,
  formatCount,
  formatDuration,
  formatError,
  formatPercent,
  significant,
} from "./numbers.ts";

Deno.test("formatCount() puts a comma at each thousand", () => {
  assertEquals([0, 999, 1_000, 65_535, 1_234_567.8].map(formatCount), [
    "0",
    "999",
    "1,000",
    "65,535",
    "1,234,568",
  ]);
});

Deno.test("counted() chooses the form of the noun", () => {
  assertEquals(counted(1, "port"), "1 port");
  assertEquals(counted(0, "port"), "0 ports");
  assertEquals(counted(2, "IP address"), "2 IP addresses");
});

Deno.test("significant() never uses scientific notation", () => {
  assertEquals(significant(0.0000821, 2), "0.000082");
  assertEquals(significant(0.0021, 2), "0.0021");
  assertEquals(significant(1.26, 2), "1.3");
  assertEquals(significant(1234, 2), "1234");
  assertEquals([0, -1, NaN, Infinity].map((value) => significant(value, 2)), ["0", "0", "0", "0"]);
});

Deno.test("formatDuration() picks the unit", () => {
  const cases: [number, string][] = [
    [39, "0.039 ms"],
    [60_000, "60 ms"],
    [999_000, "999 ms"],
    [3_210_000, "3.21 s"],
    [20_000_000, "20 s"],
    [125_000_000, "2 min 5 s"],
    [3_720_000_000, "1 h 2 min"],
    [NaN, "unknown"],
  ];
  for (const [duration, text] of cases) assertEquals(formatDuration(duration), text);
});

Deno.test("formatClock() rounds up to seconds", () => {
  assertEquals(formatClock(11_200_000), "0:00:12");
  assertEquals(formatClock(3_661_000_000), "1:01:01");
});

Deno.test("formatPercent() and formatError() keep small figures readable", () => {
  assertEquals([0, 0.000975, 0.021, 0.5].map(formatPercent), ["0%", "0.097%", "2.1%", "50.0%"]);
  assertEquals([0, 0.000312, 1.24, 1e-12].map(formatError), [
    "0",
    "0.00031",
    "1.2",
    "below 0.000001",
  ]);
});
