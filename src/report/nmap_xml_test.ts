import { PortState, Reason } from "engine/port_state.ts";
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { ScanEvent } from "scan/event.ts";
import {
  filteredFacts,
  FORMAT_OPTIONS,
  makeEnd,
  makeOpen,
  makeSample,
  makeStart,
  makeStats,
  makeTarget,
  makeUp,
  type PortFact,
  WALL_US,
} from "../../test/support/events.ts";
import { findAll, findOne, parseXml, type XmlElement } from "../../test/support/xml.ts";
import type { FormatOptions } from "./format.ts";
import { NmapXml } from "./nmap_xml.ts";

const TARGET = makeTarget(filteredFacts(), {
  name: "db.example",
  hardwareAddress: "0a:00:00:00:00:01",
});

/** The document as it stands after these events, which have to be well-formed after each. */
function documentOf(events: ScanEvent[], options: Partial<FormatOptions> = {}): XmlElement {
  const format = new NmapXml({ ...FORMAT_OPTIONS, ...options });
  let text = "";
  let root: XmlElement | undefined;
  for (const event of events) {
    text += format.render(event);
    root = parseXml(text + format.tail);
  }
  return root!;
}

/** The one element of a name in a document, as its attributes. */
function attributesOf(root: XmlElement, name: string): Record<string, string> {
  return findOne(root, name).attributes;
}

Deno.test("NmapXml.render() writes one host per target, in nmap's order", () => {
  const format = new NmapXml(FORMAT_OPTIONS);
  const ofHost = [makeUp(), makeOpen(22), TARGET].map((event) => format.render(event)).join("");
  assertEquals(
    ofHost,
    `<hosthint><status state="up" reason="echo-reply" reason_ttl="64"/>
<address addr="192.0.2.10" addrtype="ipv4"/>
<hostnames>
</hostnames>
</hosthint>
<host starttime="1767323045" endtime="1767323048" comment="Scan: 140,231 packets in 3.21 s \
(43,686/s), 0.097% loss, RTT 2.1 ms, reno; expected wrong verdicts: 0.00031">\
<status state="up" reason="echo-reply" reason_ttl="64"/>
<address addr="192.0.2.10" addrtype="ipv4"/>
<address addr="0A:00:00:00:00:01" addrtype="mac"/>
<hostnames>
<hostname name="db.example" type="user"/>
</hostnames>
<ports><extraports state="filtered" count="65532">
<extrareasons reason="no-response" count="65532" proto="tcp" ports="1-21,23-79,81-112,114-65535"/>
</extraports>
<port protocol="tcp" portid="22"><state state="open" reason="syn-ack" reason_ttl="64"/>\
<service name="ssh" method="table" conf="3"/></port>
<port protocol="tcp" portid="80"><state state="open" reason="syn-ack" reason_ttl="64"/>\
<service name="http" method="table" conf="3"/></port>
<port protocol="tcp" portid="113"><state state="closed" reason="reset" reason_ttl="63"/>\
<service name="ident" method="table" conf="3"/></port>
</ports>
<times srtt="2100" rttvar="100" to="200000"/>
</host>
`,
  );
});

Deno.test("NmapXml.render() begins with what was asked", () => {
  const root = documentOf([makeStart({ args: "portbunny -p22 --open 'a<b'" }), makeEnd()]);
  assertEquals(root.attributes, {
    scanner: "portbunny",
    args: "portbunny -p22 --open 'a<b'",
    start: "1767323045",
    startstr: `time ${WALL_US}`,
    version: "1.2.3",
    xmloutputversion: "1.05",
  });
  assertEquals(attributesOf(root, "scaninfo"), {
    type: "syn",
    protocol: "tcp",
    numservices: "2",
    services: "22,80",
  });
  assertEquals(root.children.map(({ name }) => name), [
    "scaninfo",
    "verbose",
    "debugging",
    "runstats",
  ]);
});

Deno.test("NmapXml.render() ends with counts and with how it ended", () => {
  const down = makeTarget([], { ip: "192.0.2.11", state: "down", reason: "no-response" });
  for (
    const [exit, expected, message] of [
      [0, "success", undefined],
      [2, "success", undefined],
      [1, "error", "failed"],
      [130, "error", "interrupted"],
      [143, "error", "terminated"],
    ] as const
  ) {
    const root = documentOf([makeStart(), makeUp(), TARGET, down, makeEnd({ exit })]);
    assertEquals(attributesOf(root, "hosts"), { up: "1", down: "1", total: "2" });
    const { time, elapsed, exit: how, errormsg, summary } = attributesOf(root, "finished");
    assertEquals([time, elapsed, how, errormsg], ["1767323048", "3.30", expected, message]);
    assertEquals(
      summary,
      `PortBunny done at time ${WALL_US + 3_300_000}; 2 IP addresses (1 host up) ` +
        "scanned in 3.30 seconds",
    );
  }
});

Deno.test("NmapXml.tail makes the document whole after every event", () => {
  const events = [makeStart(), makeUp(), makeOpen(22), makeSample(), TARGET];
  const format = new NmapXml(FORMAT_OPTIONS);
  assertEquals(format.tail, "", "nothing needs no end");
  const root = documentOf(events);
  assertEquals(attributesOf(root, "hosts"), { up: "1", down: "0", total: "1" });
  const { time, elapsed, exit, errormsg } = attributesOf(root, "finished");
  assertEquals([time, elapsed], ["1767323048", "3.21"], "the latest that is known");
  assertEquals([exit, errormsg], ["error", "not finished"]);
  documentOf([...events, makeEnd()]);
});

Deno.test("NmapXml.render() shows targets that are down under -v only", () => {
  const down = makeTarget([], { state: "down", reason: "no-response" });
  const events = [makeStart(), down, makeEnd()];
  assertEquals(findAll(documentOf(events), "host").length, 0);
  const host = findOne(documentOf(events, { verbosity: 1 }), "host");
  assertEquals(attributesOf(host, "status"), {
    state: "down",
    reason: "no-response",
    reason_ttl: "0",
  });
  assertEquals(findAll(host, "ports").length, 0);
});

Deno.test("NmapXml.render() shows targets without open ports unless only these matter", () => {
  const events = [makeStart(), makeTarget([[80, PortState.CLOSED, Reason.RESET]]), makeEnd()];
  assertEquals(findAll(documentOf(events), "host").length, 1);
  const root = documentOf(events, { openOnly: true });
  assertEquals(findAll(root, "host").length, 0);
  assertEquals(attributesOf(root, "hosts")["up"], "1");
});

Deno.test("NmapXml.render() tells each reason of a state that many ports share", () => {
  const facts = Array.from({ length: 60 }, (_, index): PortFact => [
    1_000 + index,
    index < 40 ? PortState.FILTERED : PortState.UNKNOWN,
    index < 10 ? Reason.ADMIN_PROHIBITED : index < 40 ? Reason.NO_RESPONSE : Reason.NONE,
  ]);
  const target = makeTarget(facts, { undecidedBecause: "host-timeout" });
  const host = findOne(documentOf([makeStart(), target]), "host");
  assertEquals(host.attributes["timedout"], "true");
  assertStringIncludes(host.attributes["comment"]!, "Host timeout after 3.21 s: 20 ports undecid");
  assertEquals(attributesOf(host, "extraports"), { state: "filtered", count: "40" });
  assertEquals(findAll(host, "extrareasons").map(({ attributes }) => attributes), [
    { reason: "no-response", count: "30", proto: "tcp", ports: "1010-1039" },
    { reason: "admin-prohibited", count: "10", proto: "tcp", ports: "1000-1009" },
  ]);
  assertEquals(findAll(host, "port").length, 20);
});

Deno.test("NmapXml.render() leaves out times that were not measured", () => {
  const target = makeTarget([], { stats: makeStats({ srttUs: NaN }), ip: "2001:db8::1" });
  const host = findOne(documentOf([makeStart(), target]), "host");
  assertEquals(findAll(host, "times").length, 0);
  assertEquals(attributesOf(host, "address"), { addr: "2001:db8::1", addrtype: "ipv6" });
});

Deno.test("NmapXml.render() lets no name end an attribute or steer a terminal", () => {
  const name = '"><host/>\x1b[2J\u202e\ufffe';
  const root = documentOf([makeStart(), makeUp({ name }), makeTarget([], { name }), makeEnd()]);
  assertEquals(findAll(root, "host").length, 1);
  const names = findAll(root, "hostname").map(({ attributes }) => attributes["name"]);
  assertEquals(names, Array(2).fill('"><host/>\\x1b[2J\\u202e\ufffd'));
});

Deno.test("NmapXml.resume() goes on in a document of an earlier scan", () => {
  const first = new NmapXml(FORMAT_OPTIONS);
  const events = [makeStart(), makeUp(), TARGET, makeEnd()];
  const old = events.map((event) => first.render(event)).join("");
  const second = new NmapXml(FORMAT_OPTIONS);
  const kept = old.slice(0, old.length - second.resume(old));
  const text = kept + events.map((event) => second.render(event)).join("");
  const root = parseXml(text);
  assertEquals(findAll(root, "host").length, 2);
  assertEquals(attributesOf(root, "hosts"), { up: "2", down: "0", total: "2" });
});

Deno.test("NmapXml.resume() begins in an empty file, and refuses others", () => {
  assertEquals(new NmapXml(FORMAT_OPTIONS).resume(""), 0);
  assertThrows(() => new NmapXml(FORMAT_OPTIONS).resume("a,b\n"), RangeError, "not end as nmap's");
});
