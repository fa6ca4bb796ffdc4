import { assertEquals } from "@std/assert";
import { makeEnd, makeOpen, makeStart, makeTarget } from "../../test/support/events.ts";
import { Endpoints } from "./endpoints.ts";

Deno.test("Endpoints.render() writes open ports and nothing else", () => {
  const format = new Endpoints();
  const closed = { ...makeOpen(80), state: "closed" } as const;
  const events = [makeStart(), makeOpen(22), closed, makeTarget([]), makeEnd()];
  assertEquals(events.map((event) => format.render(event)).join(""), "192.0.2.10:22\n");
});

Deno.test("Endpoints.render() puts an IPv6 address in brackets", () => {
  const text = new Endpoints().render({ ...makeOpen(443), ip: "2001:db8::1" });
  assertEquals(text, "[2001:db8::1]:443\n");
});
