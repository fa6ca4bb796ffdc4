/**
 * A scan on a real terminal, made by script(1): it shows a status, obeys keys, and gives the
 * terminal back as it was, however it ends.
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { CommandResult } from "./command.ts";
import { HOST_ADDRESS, type Lab, portbunny } from "./lab.ts";
import { labTest } from "./lab_test_case.ts";

/** Programs that make and look at terminals. */
const PROGRAMS = ["script", "stty"];

/** A scan that is never over before something has been done to it. */
const SLOW = portbunny(["-p-", "--max-rate", "1000", "-oJ", "json", HOST_ADDRESS]);

/** What a terminal saw, and its settings when they were looked at. */
interface Session extends CommandResult {
  before: string;
  after: string;
  /** As far as the script asked for it. */
  meanwhile: string;
}

/**
 * Runs the slow scan on a terminal of its own. `keys` have been typed by then; `script` runs beside
 * the scan once it has results, with its process id in `$pid`.
 */
async function onTerminal(
  lab: Lab,
  { keys = "", script = "" }: { keys?: string; script?: string },
): Promise<Session> {
  const folder = await Deno.makeTempDir();
  try {
    const program = `cd ${folder}; export INIT_CWD=${folder}
      stty cols 100 rows 30; stty -a >before; : >meanwhile
      (until [ -s json ]; do sleep 0.05; done; pid=$(cat pid); ${script || ":"}) &
      sh -c 'echo $$ >pid; exec "$@"' sh ${SLOW.map((word) => `'${word}'`).join(" ")}
      code=$?; stty -a >after; exit $code`;
    await Deno.writeTextFile(`${folder}/program`, program);
    // A pipe of its own keeps the keyboard open, as a person would.
    const keyboard = `mkfifo keyboard; exec 3<>keyboard; printf %s "$1" >&3; exec "$2" "$3" "$4" \
      /dev/null <&3`;
    const result = await lab.run(
      ["sh", "-c", `cd ${folder}; ${keyboard}`, "sh", keys]
        .concat("script", "-qec", `sh ${folder}/program`),
      { env: { SHELL: "/bin/sh", TERM: "xterm", LC_ALL: "C.UTF-8", NO_COLOR: "" } },
    );
    const read = (name: string) => Deno.readTextFile(`${folder}/${name}`);
    const [before, after, meanwhile] = await Promise.all(
      ["before", "after", "meanwhile"].map(read),
    );
    return { ...result, before: before!, after: after!, meanwhile: meanwhile! };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

labTest("a terminal has a status line and obeys keys", async (lab) => {
  const { code, stdout, before, after } = await onTerminal(lab, { keys: "? -q" });
  assertEquals(code, 130, stdout);
  assertStringIncludes(stdout, "Keys: v/V say more/less");
  assertStringIncludes(stdout, "Stats: 0:00:0");
  assertStringIncludes(stdout, "Stopping; what is known is printed");
  assertEquals(after, before);
}, { programs: PROGRAMS });

labTest("a terminal has its status line and its table in colours", async (lab) => {
  const script = "sleep 0.5; kill -TERM $pid";
  const { code, stdout } = await onTerminal(lab, { script });
  assertEquals(code, 143, stdout);
  const visible = stdout.replaceAll("\x1b", "^");
  assertMatch(visible, /\^\[2m━+\^\[0m +\d+\.\d% .*open/);
  assertMatch(visible, /22\/tcp +\^\[32mopen\^\[0m/);
}, { programs: PROGRAMS });

for (
  const [how, script, expected] of [
    ["SIGTERM", "kill -TERM $pid", 143],
    ["Ctrl-C twice", "kill -INT $pid; kill -INT $pid", 130],
    ["Ctrl-\\", "kill -QUIT $pid", 131],
  ] as const
) {
  labTest(`a terminal is given back as it was after ${how}`, async (lab) => {
    const looking = "sleep 0.3; stty -a >meanwhile </dev/tty";
    const session = await onTerminal(lab, { script: `${looking}; ${script}` });
    assertEquals(session.code, expected, session.stdout);
    assertMatch(session.meanwhile, /-icanon/, "it was taken");
    assertEquals(session.after, session.before);
  }, { programs: PROGRAMS });
}

labTest("a terminal is given back for as long as the scan is suspended", async (lab) => {
  const stopped = "until grep -q '^State:.T' /proc/$pid/status; do sleep 0.05; done";
  const script = `kill -TSTP $pid; ${stopped}; stty -a >meanwhile </dev/tty
    kill -CONT $pid; sleep 0.3; stty -a >again </dev/tty; kill -TERM $pid`;
  const { code, before, meanwhile, after, stdout } = await onTerminal(lab, { script });
  assertEquals(code, 143, stdout);
  assertEquals([meanwhile, after], [before, before]);
}, { programs: PROGRAMS });
