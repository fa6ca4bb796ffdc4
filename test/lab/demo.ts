/**
 * The demo: PortBunny scans all ports of a real Linux host, in network namespaces of this machine,
 * and what it says is compared with the truth. Exit code 0 only if all of it is right. Set-up is
 * left to `tools/setup.ts`, which the task runs before.
 */
// deno-lint-ignore-file no-console -- a program: its output is its purpose
import { bold, cyan, dim, green, red, setColorEnabled, yellow } from "@std/fmt/colors";
import { runAlong } from "./command.ts";
import { HOST_ADDRESS, Lab, portbunny, SCANNER_ADDRESS } from "./lab.ts";
import { countPorts, formatPorts, LAST_PORT, type PortPlan, type PortRange } from "./ports.ts";
import { findObstacle, wayIntoLab } from "./preflight.ts";
import { findMistakes, parseLines, type TargetLine, targetLine } from "./results.ts";

/** At most so many mistakes are printed; the rest are more of the same. */
const MISTAKES_SHOWN = 10;

if (import.meta.main) Deno.exit(await main());

/** Runs the demo, in a user namespace if this account may build a lab only there. */
async function main(): Promise<number> {
  setColorEnabled(Deno.stdout.isTerminal() && Deno.env.get("NO_COLOR") === undefined);
  const way = wayIntoLab();
  if (way === undefined) {
    const { reason, remedy } = findObstacle()!;
    console.error(red(`The lab cannot be built: ${reason}. What helps: ${remedy}.`));
    return 1;
  }
  await loadModules();
  if (way.length === 0) return await demonstrate();
  return await runAlong([...way, Deno.execPath(), "run", "-A", "--quiet", import.meta.filename!]);
}

/** Builds the lab, scans it, judges the result and takes the lab away. */
async function demonstrate(): Promise<number> {
  let interrupted = false;
  // Ctrl-C reaches the scan as well, which ends by itself; here it must not skip the cleaning up.
  const interrupt = () => {
    interrupted = true;
  };
  Deno.addSignalListener("SIGINT", interrupt);
  const result = await Deno.makeTempFile({ suffix: ".jsonl" });
  let code: number;
  try {
    await using lab = await Lab.open();
    introduce(lab.plan);
    code = await runAlong(
      lab.scanner.wrap(portbunny(["-p-", "--reason", "-oJ", result, HOST_ADDRESS])),
    );
    if (code === 0) code = judge(await Deno.readTextFile(result), lab.plan);
    else console.error(red(`\nThe scan ended with exit code ${code}.`));
  } finally {
    await Deno.remove(result);
    Deno.removeSignalListener("SIGINT", interrupt);
  }
  console.log(dim("The namespaces are gone again; no packet has left this machine."));
  return interrupted ? 130 : code;
}

/** Shows what will be scanned. */
function introduce(plan: PortPlan): void {
  const others: PortRange[] = [...plan.dropped, ...plan.reset, ...plan.prohibited];
  const closed = LAST_PORT - plan.open.length - countPorts(others);
  console.log(`
${bold("PortBunny scans a real Linux host")}, in network namespaces inside this machine:

  scanner ${cyan(SCANNER_ADDRESS)} ${dim("◀──── veth ────▶")} ${cyan(HOST_ADDRESS)} host

${row(plan.open.length, "open", green, formatPorts(plan.open))}
${row(countPorts(plan.dropped), "dropped", red, list(plan.dropped))}
${row(countPorts(plan.prohibited), "ICMP prohibited", red, list(plan.prohibited))}
${row(countPorts(plan.reset), "rejected (RST)", yellow, list(plan.reset))}
${row(closed, "closed", yellow, "all others")}

${dim("$")} ${bold(`portbunny -p- --reason ${HOST_ADDRESS}`)}`);
}

/** One line of the introduction. */
function row(count: number, what: string, color: (text: string) => string, ports: string): string {
  return `${count.toLocaleString("en").padStart(10)}  ${color(what.padEnd(16))}  ${dim(ports)}`;
}

/** Ranges as text. */
function list(ranges: readonly PortRange[]): string {
  return ranges.map(([first, last]) => first === last ? `${first}` : `${first}-${last}`).join();
}

/** Compares the result with the truth and says so; returns the exit code. */
function judge(text: string, plan: PortPlan): number {
  const target = targetLine(parseLines(text));
  const mistakes = findMistakes(target, plan, { reasons: true });
  if (mistakes.length > 0) {
    console.log(red(bold("\n✗ Not everything is right:")));
    for (const mistake of mistakes.slice(0, MISTAKES_SHOWN)) console.log(red(`  ${mistake}`));
    return 1;
  }
  console.log(green(bold(
    `\n✓ All ${LAST_PORT.toLocaleString("en")} ports are right, states and reasons` +
      `, after ${seconds(target!)} s of scanning.`,
  )));
  return 0;
}

/** How long the target's scan took, in seconds. */
function seconds({ "duration_us": duration }: TargetLine): string {
  return (duration / 1e6).toFixed(2);
}

/** Loads what the scanner imports, so that no download is part of the scan. */
async function loadModules(): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["cache", "--quiet", portbunny([]).at(-1)!],
    stdin: "null",
  }).output();
  if (!success) console.error(new TextDecoder().decode(stderr));
}
