import { assertEquals } from "@std/assert";
import { readMasscanList } from "./masscan.ts";

Deno.test("readMasscanList() gathers ports by target and passes over other lines", () => {
  const text = `#masscan
open tcp 65535 198.51.100.2 1795563661
open tcp 80 198.51.100.2 1795563661
closed tcp 81 198.51.100.3 1795563661
# end
`;
  assertEquals([...readMasscanList(text)], [
    ["198.51.100.2", { open: "65535,80" }],
    ["198.51.100.3", { closed: "81" }],
  ]);
  assertEquals([...readMasscanList("")], []);
});
