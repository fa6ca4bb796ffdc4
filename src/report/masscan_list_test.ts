import { assertEquals } from "@std/assert";
import { makeEnd, makeOpen, makeStart, makeTarget } from "../../test/support/events.ts";
import { MasscanList } from "./masscan_list.ts";

Deno.test("MasscanList.render() writes open ports as masscan does", () => {
  const list = new MasscanList();
  const closed = { ...makeOpen(80), state: "closed" } as const;
  const events = [makeStart(), makeOpen(22), closed, makeTarget([]), makeEnd()];
  assertEquals(
    events.map((event) => list.render(event)).join(""),
    "#masscan\nopen tcp 22 192.0.2.10 1767323045\n# end\n",
  );
});
