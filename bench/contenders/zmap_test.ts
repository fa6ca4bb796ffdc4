import { assertEquals } from "@std/assert";
import { readZmapCsv } from "./zmap.ts";

Deno.test("readZmapCsv() reads classifications, of the port that was asked for", () => {
  const text = "saddr,classification\n192.0.2.1,synack\n192.0.2.2,rst\n192.0.2.3,icmp_unreach\n";
  assertEquals([...readZmapCsv(text, { ports: "443" })], [
    ["192.0.2.1", { open: "443" }],
    ["192.0.2.2", { closed: "443" }],
  ]);
});
