import { assertEquals, assertMatch } from "@std/assert";
import { datedName, dateText } from "./dates.ts";

/** 2026-01-02 03:04:05, here. */
const DATE = new Date(2026, 0, 2, 3, 4, 5);

Deno.test("dateText() writes a time as ctime(3) does", () => {
  assertEquals(dateText(DATE.getTime() * 1_000), "Fri Jan  2 03:04:05 2026");
  assertEquals(dateText(NaN), "unknown");
});

Deno.test("dateText() agrees with the system's date", async () => {
  const { stdout } = await new Deno.Command("date", {
    args: ["-d", "@1767323045", "+%a %b %e %H:%M:%S %Y"],
    env: { LC_ALL: "C" },
  }).output();
  assertEquals(`${dateText(1_767_323_045e6)}\n`, new TextDecoder().decode(stdout));
});

Deno.test("datedName() knows nmap's conversions, and takes others for letters", () => {
  assertEquals(datedName("a-%Y%m%d-%H.%M.%S.xml", DATE), "a-20260102-03.04.05.xml");
  assertEquals(datedName("%y %T %R %D", DATE), "26 030405 0304 010226");
  assertEquals(datedName("100%% %x %", DATE), "100% x ");
  assertMatch(datedName("plain", DATE), /^plain$/);
});
