import { assertEquals, assertThrows } from "@std/assert";
import { commandLine, readSettings } from "./settings.ts";

/** Settings of a command line with a target at its end. */
function read(line: string): ReturnType<typeof readSettings> {
  return readSettings([...line.split(" ").filter(Boolean), "192.0.2.10"]);
}

Deno.test("readSettings() asks for the 1000 most common ports unless told otherwise", () => {
  assertEquals(read("").options.ports.length, 1_000);
  assertEquals(read("-F").options.ports.length, 100);
  assertEquals(read("--top-ports 7").options.ports.length, 7);
  assertEquals([...read("-p 22,80-81").options.ports], [22, 80, 81]);
});

Deno.test("readSettings() hands every flag on in the unit that the scan wants", () => {
  const { options } = read(
    "-Pn -e lo -S 192.0.2.1 -g 53 --max-rate 99.5 --max-retries 4 --min-silences 3 " +
      "--host-timeout 30m --open --timing fixed:50 --seed 9",
  );
  assertEquals({ ...options, ports: undefined, args: undefined }, {
    ports: undefined,
    args: undefined,
    skipSearch: true,
    interfaceName: "lo",
    source: Uint8Array.of(192, 0, 2, 1),
    sourcePort: 53,
    maxRate: 99.5,
    maxRetries: 4,
    minSilences: 3,
    hostTimeoutUs: 1_800_000_000,
    openOnly: true,
    timing: "fixed:50",
    seed: 9,
  });
});

Deno.test("readSettings() reads durations as nmap does", () => {
  const cases: [string, number][] = [["500ms", 5e5], ["90", 9e7], ["1.5s", 1.5e6], ["2h", 7.2e9]];
  for (const [text, us] of cases) {
    assertEquals(read(`--host-timeout ${text}`).options.hostTimeoutUs, us);
  }
});

Deno.test("readSettings() adds levels up, and notes what has no effect here", () => {
  const { verbosity, debugLevel, isQuiet, showsTtl, notes } = read(
    "-vv -v -d2 -q --reason -T4 -sS",
  );
  assertEquals({ verbosity, debugLevel, isQuiet, showsTtl }, {
    verbosity: 3,
    debugLevel: 2,
    isQuiet: true,
    showsTtl: true,
  });
  assertEquals(notes.map((note) => note.slice(0, 4)), ["-T4:", "-sS:"]);
});

Deno.test("readSettings() stops at --help and --version, whatever follows", () => {
  assertEquals(readSettings(["--help", "--nonsense"].slice(0, 1)).action, "help");
  assertEquals(readSettings(["-V"]).action, "version");
});

Deno.test("readSettings() names flag, value and what is allowed", () => {
  const cases: [string, string][] = [
    ["-p 70000", '-p: Cannot use "70000" as a port: ports are 0 to 65535'],
    ["-p 9-1", '-p: Cannot use "9-1" as a port range: it is empty'],
    ["-p 22 -p 80", "-p: Cannot choose ports twice: give it once, with commas"],
    ["-p 22 -F", "-F: Cannot choose ports twice: -p has chosen the ports already"],
    ["--top-ports 0", '--top-ports: Cannot use "0": give a whole number from 1 to 2000'],
    ["--max-rate 0", '--max-rate: Cannot use "0": give packets per second, more than 0'],
    ["--max-rate 1e3", '--max-rate: Cannot use "1e3"'],
    ["--max-retries -1", '--max-retries: Cannot use "-1": give a whole number from 0'],
    ["--min-silences 0", '--min-silences: Cannot use "0": give a whole number from 1'],
    ["--host-timeout 3d", '--host-timeout: Cannot use "3d": give a time above 0, as in 500ms'],
    ["--host-timeout 0", '--host-timeout: Cannot use "0"'],
    ["-g 0", '-g: Cannot use "0": give a whole number from 1 to 65535'],
    ["-S nonsense", '-S: Cannot use "nonsense": give one address'],
    ["-S 192.0.2.0/24", '-S: Cannot use "192.0.2.0/24": give one address'],
    ["-T9", '-T: Cannot use "9": give 0 to 5, or one of paranoid'],
    ["--timing vega", '--timing: Cannot use "vega" as a timing algorithm: use one of reno, '],
    ["--timing paced:0", '--timing: Cannot use "paced:0" as a timing algorithm: give a rate'],
    ["--seed -1", '--seed: Cannot use "-1": give a whole number from 0 to 4294967295'],
    ["-oJ -x", '-oJ: Cannot use "-x": give the name of a file'],
    ["-oJ - -oJ -", "-oJ: Cannot send two outputs to standard output"],
    ["-sn -p 22", "-p: Cannot be used with -sn"],
    ["-sn -Pn", "-Pn: Cannot be used with -sn"],
    ["10.0.0.300", 'Cannot use "10.0.0.300" as a target: parts of an IPv4 address are 0 to 255'],
  ];
  for (const [line, message] of cases) assertThrows(() => read(line), Error, message, line);
  assertThrows(() => readSettings([]), Error, "No target given");
  assertThrows(() => readSettings(["-p", "", "x"]), Error, '-p: Cannot use "" as a port list');
  assertThrows(() => readSettings(["-e", "", "x"]), Error, '-e: Cannot use ""');
});

Deno.test("commandLine() quotes what a shell would take apart", () => {
  assertEquals(commandLine(["-p", "1-3", "a b", "it's"]), `portbunny -p 1-3 'a b' 'it'\\''s'`);
});
