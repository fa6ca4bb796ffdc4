/**
 * Result files read by those who read them in real life: xmllint, ndiff, python-libnmap; nmap's own
 * files of the same host beside ours; a second program at the end of a pipe, while the scan runs.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { findAll, findOne, parseXml, type XmlElement } from "../support/xml.ts";
import { end } from "./command.ts";
import { HOST_ADDRESS, type Lab, portbunny } from "./lab.ts";
import { labTest } from "./lab_test_case.ts";
import { loadRules } from "./nft.ts";
import { parseLines } from "./results.ts";

/** Ports of every kind, few enough for nmap to be done soon. */
const PORTS = "1-600,990-1010,3306,5432,6000-6010,8080,9000-9040,27017,49990-50010,65535";

/** Debian's own Python: others on the path do not know Debian's modules. */
const PYTHON = "/usr/bin/python3";

/** Prints what python-libnmap makes of a file. */
const LIBNMAP = `
import json, sys
from libnmap.parser import NmapParser
report = NmapParser.parse_fromfile(sys.argv[1])
print(json.dumps({
    "version": report.version, "commandline": report.commandline, "elapsed": report.elapsed,
    "up": report.hosts_up, "down": report.hosts_down, "total": report.hosts_total,
    "hosts": [{
        "address": h.address, "status": h.status, "names": h.hostnames,
        "ports": [[p.port, p.protocol, p.state, p.service, p.reason] for p in h.services],
    } for h in report.hosts],
}))
`;

/** The field that nmap.dtd reserves for nmap. Everything else of it holds for us, too. */
const SCANNER_FIELD = /scanner(\s+)\(nmap\)/;

/** A folder that is gone after it. */
async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs a command that has to succeed. */
async function mustRun(lab: Lab, words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await lab.run(words);
  assertEquals(code, 0, `${words.join(" ")}\n${stdout}\n${stderr}`);
  return stdout;
}

/** Asserts that a file is well-formed, and what nmap.dtd says it has to be. */
async function assertValid(lab: Lab, path: string): Promise<void> {
  const dtd = await Deno.readTextFile("/usr/share/nmap/nmap.dtd");
  assertMatch(dtd, SCANNER_FIELD);
  const ours = `${path}.dtd`;
  await Deno.writeTextFile(ours, dtd.replace(SCANNER_FIELD, "scanner$1CDATA"));
  await mustRun(lab, ["xmllint", "--noout", "--dtdvalid", ours, path]);
}

/** What python-libnmap reads in a file. */
async function readByLibnmap(lab: Lab, path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await mustRun(lab, [PYTHON, "-c", LIBNMAP, path]));
}

/** An XML file, read strictly. */
async function readXml(path: string): Promise<XmlElement> {
  return parseXml(await Deno.readTextFile(path));
}

/** The fields of a document that two scanners of one host have to agree on. */
function comparableXml(root: XmlElement): unknown {
  const host = findOne(root, "host");
  const pick = (element: XmlElement, ...names: string[]) =>
    names.map((name) => element.attributes[name]);
  return {
    scaninfo: findOne(root, "scaninfo").attributes,
    hosts: findOne(root, "hosts").attributes,
    exit: findOne(root, "finished").attributes["exit"],
    version: root.attributes["xmloutputversion"],
    status: findOne(host, "status").attributes,
    addresses: findAll(host, "address").map((it) => pick(it, "addr", "addrtype")),
    extraports: findAll(host, "extraports").map((it) => ({
      ...it.attributes,
      reasons: findAll(it, "extrareasons").map(({ attributes }) => attributes),
    })),
    ports: findAll(host, "port").map((it) => ({
      ...it.attributes,
      state: findOne(it, "state").attributes,
      hasService: findAll(it, "service").length,
    })),
    timesAreNumbers: pick(findOne(host, "times"), "srtt", "rttvar", "to").map((text) =>
      /^\d+$/.test(text!)
    ),
  };
}

/** The fields of grepable lines that two scanners of one host have to agree on. */
function comparableLines(text: string): string[][] {
  return text.split("\n").filter((line) => line.startsWith("Host:")).map((line) =>
    // Names of services come from different tables.
    line.replaceAll(/\/tcp\/\/[^/]*\/\/\//g, "/tcp//…///").split("\t")
  );
}

labTest("nmap's XML and grepable files agree with ours, field by field", async (lab) => {
  await withFolder(async (folder) => {
    const options = ["-n", "-p", PORTS, HOST_ADDRESS];
    const ours = await lab.scan(["-q", "-oA", `${folder}/ours`, ...options]);
    assertEquals(ours.code, 0, ours.stderr);
    // As ours does, ask for a sign of life by SYN instead of ARP, so that the reasons can agree.
    const ping = ["--disable-arp-ping", "-PS80", "-T4"];
    await mustRun(lab, ["nmap", "-sS", ...ping, "-oA", `${folder}/theirs`, ...options]);
    assertEquals(
      comparableXml(await readXml(`${folder}/ours.xml`)),
      comparableXml(await readXml(`${folder}/theirs.xml`)),
    );
    assertEquals(
      comparableLines(await Deno.readTextFile(`${folder}/ours.gnmap`)),
      comparableLines(await Deno.readTextFile(`${folder}/theirs.gnmap`)),
    );
  });
}, { programs: ["nmap"] });

labTest("XML is read by xmllint with nmap's DTD, by python-libnmap and by ndiff", async (lab) => {
  await withFolder(async (folder) => {
    const [before, after] = [`${folder}/before.xml`, `${folder}/after.xml`];
    const scan = (path: string) =>
      lab.scan(["-q", "-v", "-p", PORTS, "-oX", path, HOST_ADDRESS, "198.51.100.77"]);
    assertEquals((await scan(before)).code, 0);
    await assertValid(lab, before);
    const { version, elapsed, ...rest } = await readByLibnmap(lab, before);
    assertEquals([typeof version, typeof elapsed], ["string", "number"]);
    assertEquals({ ...rest, commandline: "", hosts: undefined }, {
      commandline: "",
      hosts: undefined,
      up: 1,
      down: 1,
      total: 2,
    });
    const hosts = rest["hosts"] as Record<string, unknown>[];
    const live = hosts.find(({ address }) => address === HOST_ADDRESS)!;
    const dead = hosts.find(({ address }) => address !== HOST_ADDRESS)!;
    assertEquals([live["status"], dead["status"]], ["up", "down"]);
    const ports = live["ports"] as unknown[][];
    assertEquals(ports.find(([port]) => port === 22), [22, "tcp", "open", "ssh", "syn-ack"]);
    assertEquals(ports.filter(([, , state]) => state === "open").length, lab.plan.open.length);

    assertEquals((await lab.run(["ndiff", before, before])).code, 0);
    await loadRules(lab.host, { ...lab.plan, dropped: [...lab.plan.dropped, [80, 80]] });
    assertEquals((await scan(after)).code, 0);
    const { code, stdout } = await lab.run(["ndiff", before, after]);
    assertEquals(code, 1, stdout);
    assertMatch(stdout, /^-80\/tcp +open +http$/m);
    // The others have not changed: ndiff shows changed ports only.
    assertEquals(stdout.match(/^[-+]\d+\/tcp/gm)?.length, 1, stdout);
  });
}, { programs: ["nmap", "xmllint", "ndiff", PYTHON] });

labTest("an empty result is valid in every format", async (lab) => {
  await withFolder(async (folder) => {
    const files = ["-oL", `${folder}/list`, "-oP", `${folder}/pairs`, "-oC", `${folder}/csv`];
    const { code, stderr } = await lab.scan(
      ["-q", "-p", "80", "-oA", `${folder}/a`, ...files, "198.51.100.77"],
    );
    assertEquals(code, 0, stderr);
    const read = (name: string) => Deno.readTextFile(`${folder}/${name}`);
    await assertValid(lab, `${folder}/a.xml`);
    await mustRun(lab, ["ndiff", `${folder}/a.xml`, `${folder}/a.xml`]);
    const { up, down, hosts } = await readByLibnmap(lab, `${folder}/a.xml`);
    assertEquals([up, down, hosts], [0, 1, []]);
    assertMatch(
      await read("a.gnmap"),
      /^# PortBunny .*\n# PortBunny done at .*\(0 hosts up\).*\n$/,
    );
    assertEquals(parseLines(await read("a.jsonl")).map(({ type }) => type).at(-1), "end");
    assertEquals(await read("list"), "#masscan\n# end\n");
    assertEquals([await read("pairs"), (await read("csv")).split("\n").length], ["", 2]);
    const rows = "import csv,sys; print(len(list(csv.DictReader(open(sys.argv[1])))))";
    assertEquals(await mustRun(lab, [PYTHON, "-c", rows, `${folder}/csv`]), "0\n");
  });
}, { programs: ["nmap", "xmllint", "ndiff", PYTHON] });

for (const signal of ["SIGINT", "SIGKILL"] as const) {
  labTest(`XML is whole after ${signal}, and added to by the next scan`, async (lab) => {
    await withFolder(async (folder) => {
      const path = `${folder}/x.xml`;
      const result = await lab.scan(["-p-", "--max-rate", "1000", "-oX", path, HOST_ADDRESS], {
        async whileRunning(child) {
          // The second Ctrl-C is the one that does not wait for the worker.
          await untilItHas(path, "<hosthint>");
          end(child, signal);
          end(child, signal);
        },
      });
      assertEquals(result.code, signal === "SIGINT" ? 130 : 137);
      await assertValid(lab, path);
      const { total, down } = await readByLibnmap(lab, path);
      const next = await lab.scan(["-p22", "--append-output", "-oX", path, HOST_ADDRESS]);
      assertEquals(next.code, 0, next.stderr);
      await assertValid(lab, path);
      const after = await readByLibnmap(lab, path);
      assertEquals([after["total"], after["down"]], [total as number + 1, down]);
    });
  }, { programs: ["nmap", "xmllint", PYTHON] });
}

labTest("ip:port goes through a pipe into a second program while the scan runs", async (lab) => {
  await withFolder(async (folder) => {
    // Connects to each port that comes, and looks at the first whether the scan was over by then.
    const consumer = `while IFS=: read -r ip port; do
      exec 3<>"/dev/tcp/$ip/$port" && echo "connected to $ip $port"
      if [ -z "$seen" ]; then grep -c '"type":"end"' ${folder}/json; seen=yes; fi
    done`;
    const scan = portbunny(["-q", "-p", "1-4000", "--max-rate", "2000", "-oP", "-"])
      .concat("-oJ", `${folder}/json`, HOST_ADDRESS);
    const { code, stdout, stderr } = await lab.run(
      ["bash", "-c", `set -o pipefail; "$@" | (${consumer})`, "bash", ...scan],
    );
    assertEquals([code, stderr], [0, ""]);
    const [first, ends, ...others] = stdout.trimEnd().split("\n");
    assertEquals(ends, "0", "the scan was running when the first port came");
    const ports = lab.plan.open.filter((port) => port <= 4_000);
    const expected = ports.map((port) => `connected to ${HOST_ADDRESS} ${port}`);
    assertEquals([first, ...others].sort(), expected.sort());
  });
});

/** Waits until a file has this text in it. */
async function untilItHas(path: string, text: string): Promise<void> {
  const read = () => Deno.readTextFile(path).catch(() => "");
  while (!(await read()).includes(text)) await new Promise((resolve) => setTimeout(resolve, 20));
}
