import { PortState, Reason } from "engine/port_state.ts";
import { assertEquals } from "@std/assert";
import {
  filteredFacts,
  FORMAT_OPTIONS,
  makeEnd,
  makeOpen,
  makeStart,
  makeTarget,
  makeUp,
} from "../../test/support/events.ts";
import { Csv } from "./csv.ts";

const HEAD = "ip,port,protocol,state,reason,service,ttl,rtt_us,time_us,name\n";

Deno.test("Csv.render() writes open ports at once and other listed ones at the end", () => {
  const csv = new Csv(FORMAT_OPTIONS);
  const name = "db.example";
  assertEquals(csv.render(makeStart()), HEAD);
  assertEquals(csv.render(makeUp({ name })), "");
  assertEquals(
    csv.render(makeOpen(22)),
    "192.0.2.10,22,tcp,open,syn-ack,ssh,64,2050,1767323045005000,db.example\n",
  );
  assertEquals(
    csv.render(makeTarget(filteredFacts(), { name })),
    "192.0.2.10,113,tcp,closed,reset,ident,63,,1767323048210000,db.example\n",
  );
  assertEquals(csv.render(makeEnd()), "");
});

Deno.test("Csv.render() leaves fields empty for what is not known", () => {
  const csv = new Csv(FORMAT_OPTIONS);
  assertEquals(
    csv.render({ ...makeOpen(64_999), rttUs: NaN }),
    "192.0.2.10,64999,tcp,open,syn-ack,,64,,1767323045005000,\n",
  );
  assertEquals(
    csv.render(makeTarget([[64_998, PortState.FILTERED, Reason.NO_RESPONSE]])),
    "192.0.2.10,64998,tcp,filtered,no-response,,,,1767323048210000,\n",
  );
});

Deno.test("Csv.render() lets no name make columns, rows or formulas", () => {
  const last = (name: string) => {
    const csv = new Csv(FORMAT_OPTIONS);
    csv.render(makeUp({ name }));
    return csv.render(makeOpen(22)).slice(0, -1).split(",").slice(9).join(",");
  };
  assertEquals(last('a,"b"'), '"a,""b"""');
  assertEquals(last("a\r\nb\x1b"), "a\\x0d\\x0ab\\x1b");
  for (const sign of "=+-@") assertEquals(last(`${sign}1+1`), `'${sign}1+1`);
});

Deno.test("Csv.resume() writes no second row of names", () => {
  const csv = new Csv(FORMAT_OPTIONS);
  assertEquals(csv.resume(HEAD), 0);
  assertEquals(csv.render(makeStart()), "");
  const fresh = new Csv(FORMAT_OPTIONS);
  assertEquals(fresh.resume(""), 0);
  assertEquals(fresh.render(makeStart()), HEAD);
});
