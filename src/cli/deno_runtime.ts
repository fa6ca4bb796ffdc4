/** The real {@linkcode Runtime}: this process, its standard streams, its terminal, its signals. */
import { VERSION } from "version";
import { FileSink, openFileSink, reasonOf } from "./file_sink.ts";
import { PACKAGING_NAMES, packagingOf } from "./packaging.ts";
import type { Runtime, TextSink } from "./runtime.ts";
import { UsageError } from "./usage_error.ts";
import { parseAddress } from "wire/address.ts";

/** Width where the terminal does not tell its own. */
const DEFAULT_COLUMNS = 80;

/** How this process is packed. */
const PACKAGING = packagingOf({
  isStandalone: Deno.build.standalone,
  execPath: Deno.execPath(),
});

/** The process as a runtime; what belongs to the network comes from the caller. */
export function denoRuntime(
  network: Pick<Runtime, "scan" | "resolve" | "openKeyboard" | "forbidPrograms">,
): Runtime {
  return {
    version: VERSION,
    build: `${PACKAGING_NAMES[PACKAGING]}, Deno ${Deno.version.deno}, ${Deno.build.arch}`,
    stdout: standardSink(Deno.stdout, "standard output"),
    stderr: standardSink(Deno.stderr, "standard error"),
    isTerminal: Deno.stderr.isTerminal(),
    hasColors: Deno.stderr.isTerminal() && wantsColors(),
    hasColoredResults: Deno.stdout.isTerminal() && wantsColors(),
    isUnicode: isUnicode(),
    scan: (options) => network.scan(options),
    resolve: (name) => network.resolve(name),
    forbidPrograms: () => network.forbidPrograms(),
    openFile: (path, resume) => openFileSink(fromCaller(path), resume),
    readText,
    environment: (name) => Deno.env.get(name),
    ownAddresses: () =>
      Deno.networkInterfaces().flatMap(({ address }) => parseAddress(address) ?? []),
    columns,
    openKeyboard: () => network.openKeyboard(),
    nowMs: () => performance.now(),
    every(periodMs, action) {
      const timer = setInterval(action, periodMs);
      return () => clearInterval(timer);
    },
    onSignal(signal, handler) {
      Deno.addSignalListener(signal, handler);
      return () => Deno.removeSignalListener(signal, handler);
    },
    suspend: () => Deno.kill(Deno.pid, "SIGSTOP"),
    exit: (code) => Deno.exit(code),
  };
}

async function readText(path: string): Promise<string> {
  try {
    return path === "-"
      ? await new Response(Deno.stdin.readable).text()
      : await Deno.readTextFile(fromCaller(path));
  } catch (error) {
    throw new UsageError(`Cannot read "${path}": ${reasonOf(error)}`);
  }
}

/** A standard stream; it belongs to the process, so closing it is left to the process's end. */
function standardSink(stream: { writeSync(bytes: Uint8Array): number }, name: string): TextSink {
  return new FileSink({ writeSync: (bytes) => stream.writeSync(bytes), close() {} }, { name });
}

/**
 * A path as the caller means it: tasks run in the repository, whatever directory they came from. A
 * single file is no task of ours; if it is run by somebody else's, that one's directory counts.
 */
function fromCaller(path: string): string {
  const directory = PACKAGING === "source" ? Deno.env.get("INIT_CWD") : undefined;
  if (path.startsWith("/") || directory === undefined || directory === "") return path;
  return `${directory.replace(/\/$/, "")}/${path}`;
}

function columns(): number {
  try {
    return Deno.consoleSize().columns || DEFAULT_COLUMNS;
  } catch {
    return DEFAULT_COLUMNS;
  }
}

/** See no-color.org; a terminal that calls itself dumb knows no sequences. */
function wantsColors(): boolean {
  return (Deno.env.get("NO_COLOR") ?? "") === "" && Deno.env.get("TERM") !== "dumb";
}

/** The order in which C programs look at the locale's variables. */
function isUnicode(): boolean {
  const names = ["LC_ALL", "LC_CTYPE", "LANG"];
  const locale = names.map((name) => Deno.env.get(name) ?? "").find((value) => value !== "") ?? "";
  return /utf-?8/i.test(locale);
}
