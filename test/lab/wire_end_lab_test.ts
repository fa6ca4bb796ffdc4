/** How a wire ends, who may have one, and what it says when it cannot start. */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { environment, runCommand } from "./command.ts";
import { labTest } from "./lab_test_case.ts";
import { listNamespaces, removeLeftovers } from "./netns.ts";
import { wayOfOrdinaryUsers } from "./preflight.ts";
import { Wire } from "./wire.ts";

/** Two empty ways. */
const PATHS = { out: [{}], back: [{}], seed: 1 };

/** The start of scripts that open a lab with a wire in a process of their own. */
const OPEN = `
  import { Lab } from ${JSON.stringify(new URL("./lab.ts", import.meta.url).href)};
  const plan = { open: [22], dropped: [[80, 89]], reset: [], prohibited: [] };
  const lab = await Lab.open({ plan, paths: ${JSON.stringify(PATHS)} });
`;

/** The words that run a script. */
function script(text: string): string[] {
  const config = decodeURIComponent(new URL("../../deno.json", import.meta.url).pathname);
  return [Deno.execPath(), "eval", "--quiet", "--no-lock", `--config=${config}`, text];
}

/** Waits until a process is gone. */
async function untilGone(pid: number): Promise<void> {
  for (;;) {
    try {
      await Deno.stat(`/proc/${pid}`);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

labTest("a wire ends when the process that started it is killed", async (lab) => {
  await lab[Symbol.asyncDispose]();
  const [program, ...args] = script(`${OPEN}
    console.log(lab.wire.pid);
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  `);
  const child = new Deno.Command(program!, { args, env: environment(), stdout: "piped" }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  const pid = Number(new TextDecoder().decode(value));
  const command = await Deno.readTextFile(`/proc/${pid}/cmdline`);
  assertStringIncludes(command, "wire_process.ts");
  assertEquals(listNamespaces(child.pid).length, 3);
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();
  await untilGone(pid);
  removeLeftovers();
  assertEquals(listNamespaces(child.pid), []);
});

labTest("a wire whose interface does not exist says so and is no more", async (lab) => {
  const plan = { kind: "paths", ...PATHS } as const;
  const namespace = lab.wire.namespace;
  await lab.wire.stop();
  const interfaces = ["near0", "nosuch0"];
  await assertRejects(() => Wire.start({ namespace, plan, interfaces }), Error, "nosuch0");
}, { paths: PATHS });

labTest("an ordinary user has a lab with a wire, too", async (lab) => {
  await lab[Symbol.asyncDispose]();
  const way = wayOfOrdinaryUsers();
  if (way === undefined) return;
  const { code, stdout, stderr } = await runCommand([
    ...way,
    ...script(`${OPEN}
      const { stdout } = await lab.scan(["-q", "-p", "20-89", "-oJ", "-", "198.51.100.2"]);
      const { states } = JSON.parse(stdout.split("\\n").find((line) => line.includes('"target"')));
      console.log(JSON.stringify(states));
      await lab[Symbol.asyncDispose]();
    `),
  ]);
  assertEquals(code, 0, stderr);
  assertEquals(JSON.parse(stdout), { open: "22", closed: "20-21,23-79", filtered: "80-89" });
});
