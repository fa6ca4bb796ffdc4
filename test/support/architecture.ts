/**
 * The floors: which file may import which, and where the world outside (clock, timers, randomness,
 * console, `Deno`) may be touched. Each check takes facts and returns complaints, so that it can be
 * tried on small bad inputs; `architecture_test.ts` applies them to the repository.
 */
import type { Import } from "./module_graph.ts";
import type { SourceFacts } from "./source.ts";

/** Parts of the repository between which imports are ruled. */
export type Area =
  | "base"
  | "wire"
  | "engine"
  | "scan"
  | "report"
  | "sim"
  | "cli"
  | "ffi"
  | "root"
  | "std"
  | "test"
  | "bench"
  | "tools"
  | "examples";

/** Files without a folder of their own in `src/`: they import nothing. */
const BASE_FILES = new Set([
  "src/units.ts",
  "src/random.ts",
  "src/assert.ts",
  "src/version.ts",
]);

/** Composition roots: the only files that join `ffi/` with the rest. */
export const ROOTS = ["main.ts", "mod.ts", "engine.ts", "ffi/worker.ts"];

/** The one file of the scan floor that the edge may know. */
const LINK_SEAM = "src/scan/link.ts";

/** Of the base, the edge needs no random numbers: keys come from the system. */
const HIDDEN_FROM_FFI = "src/random.ts";

/** Which areas the code of an area may import, beside itself. */
const ALLOWED: Record<Area, readonly Area[]> = {
  base: [],
  wire: ["base"],
  engine: ["base", "wire"],
  scan: ["base", "wire", "engine"],
  report: ["base", "wire", "engine", "scan", "std"],
  sim: ["base", "wire", "engine", "scan"],
  cli: ["base", "wire", "engine", "scan", "report", "sim", "std"],
  ffi: ["base", "wire"],
  root: ["base", "wire", "engine", "scan", "report", "cli", "ffi"],
  std: [],
  // Examples see what a stranger sees.
  examples: ["root"],
  test: [
    "base",
    "wire",
    "engine",
    "scan",
    "report",
    "sim",
    "cli",
    "ffi",
    "root",
    "std",
    "bench",
    "tools",
  ],
  bench: [
    "base",
    "wire",
    "engine",
    "scan",
    "report",
    "sim",
    "cli",
    "ffi",
    "root",
    "std",
    "test",
    "tools",
  ],
  tools: [
    "base",
    "wire",
    "engine",
    "scan",
    "report",
    "sim",
    "cli",
    "ffi",
    "root",
    "std",
    "test",
    "bench",
  ],
};

/** What a test beside the code may use in addition: the virtual network, wrappers, test support. */
const ALLOWED_IN_TESTS: readonly Area[] = ["base", "wire", "engine", "sim", "std", "test"];

/** Areas that only exist around the product. */
const OUTER: ReadonlySet<Area> = new Set<Area>(["test", "bench", "tools", "examples"]);

/** Names by which code reaches clocks, timers, randomness, threads, network or terminal. */
const WORLD_NAMES: ReadonlySet<string> = new Set([
  "Deno",
  "setTimeout",
  "setInterval",
  "clearTimeout",
  "clearInterval",
  "queueMicrotask",
  "Date",
  "Temporal",
  "performance",
  "console",
  "crypto",
  "fetch",
  "process",
  "globalThis",
  "Worker",
]);

/** Member accesses that are as bad as the names. */
const WORLD_MEMBERS = /^(Math\s*\.\s*random|Atomics\s*\.\s*(wait|waitAsync))$/;

/** Files of clean floors that may touch the world. */
const WORLDLY_FILES: ReadonlySet<string> = new Set([
  "src/scan/clock.ts",
  "src/scan/worker.ts",
  "src/scan/pool.ts",
  "src/scan/scan.ts",
]);

/** Areas where the world may be touched everywhere. */
const WORLDLY_AREAS: ReadonlySet<Area> = new Set<Area>([
  "cli",
  "ffi",
  "root",
  "test",
  "bench",
  "tools",
  "examples",
]);

/** True for unit tests, benches beside the code, and their like. */
export function isTestFile(path: string): boolean {
  return /_(test|bench)\.ts$/.test(path);
}

/** The area of a file, or `undefined` if no area has a place for it. */
export function areaOf(path: string): Area | undefined {
  if (ROOTS.includes(path)) return "root";
  if (BASE_FILES.has(path.replace(/_(test|bench)\.ts$/, ".ts"))) return "base";
  const floor = /^src\/(wire|engine|scan|report|sim|cli)\//.exec(path)?.[1];
  if (floor !== undefined) return floor as Area;
  return /^(ffi|std|test|bench|tools|examples)\//.exec(path)?.[1] as Area | undefined;
}

/** Complaints about files that stand where no floor is. */
export function checkPlaces(paths: string[]): string[] {
  return paths.filter((path) => areaOf(path) === undefined)
    .map((path) => `${path}: stands on no floor (see test/support/architecture.ts)`);
}

/** Complaints about imports that go to a floor where they must not. */
export function checkFloors(imports: Import[]): string[] {
  return imports.flatMap((each) => {
    const problem = isPackage(each.to) ? packageProblem(each) : floorProblem(each);
    return problem === undefined
      ? []
      : [`${each.from}: imports "${each.specifier}", but ${problem}`];
  });
}

/** Complaints about imports across floors that are not by alias, and within one that are. */
export function checkAliases(imports: Import[]): string[] {
  return imports.flatMap(({ from, specifier, to }) => {
    const [here, there] = [folderOf(from), folderOf(to)];
    // A wrapper states its package's types itself: the package's name then leads to our file.
    if (isPackage(to) || isPackage(specifier) || there === undefined || OUTER.has(there as Area)) {
      return [];
    }
    const relative = specifier.startsWith(".");
    if (here === there && !relative) {
      return [`${from}: imports "${specifier}" of its own floor by alias, use a relative path`];
    }
    if (here !== there && relative) {
      return [`${from}: imports "${specifier}" of another floor by path, use the alias`];
    }
    return [];
  });
}

/** Complaints about circles of files that import each other; type imports count. */
export function checkCycles(imports: Import[]): string[] {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    if (!next.has(from)) next.set(from, new Set());
    if (!isPackage(to)) next.get(from)!.add(to);
  }
  const finished = new Set<string>();
  const complaints: string[] = [];
  const visit = (file: string, trail: string[]): void => {
    if (finished.has(file)) return;
    const at = trail.indexOf(file);
    if (at >= 0) {
      complaints.push(`import cycle: ${[...trail.slice(at), file].join(" -> ")}`);
      return;
    }
    for (const target of next.get(file) ?? []) visit(target, [...trail, file]);
    finished.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return complaints;
}

/** Complaints about code of a clean floor that reaches for clock, timers, randomness or console. */
export function checkGlobals(path: string, facts: SourceFacts): string[] {
  const area = areaOf(path);
  if (area === undefined || WORLDLY_AREAS.has(area) || isTestFile(path)) return [];
  if (WORLDLY_FILES.has(path)) return [];
  const uses = facts.names.filter(({ name }) => WORLD_NAMES.has(name));
  const members = facts.members.filter(({ text }) => WORLD_MEMBERS.test(text));
  return [
    ...uses.map(({ name, line }) => `${path}:${line}: uses ${name} on a clean floor`),
    ...members.map(({ text, line }) => `${path}:${line}: uses ${text} on a clean floor`),
  ];
}

/** What is wrong with an import of one of our files, if anything. */
function floorProblem({ from, to }: Import): string | undefined {
  const [here, there] = [areaOf(from), areaOf(to)];
  if (here === undefined || there === undefined) return undefined;
  if (isTestFile(to)) return "nobody imports a test";
  if (from.startsWith("src/") && (there === "ffi" || to.startsWith("ffi/"))) {
    return "src/ never imports ffi/";
  }
  if (isTestFile(from)) {
    const allowed = [
      here,
      ...ALLOWED[here],
      ...ALLOWED_IN_TESTS,
      ...(here === "ffi" ? ["scan"] : []),
    ];
    return allowed.includes(there) ? undefined : `tests of ${here} do without ${there}`;
  }
  if (here === "base") return "the base imports nothing";
  if (here === "ffi" && to === LINK_SEAM) return undefined;
  if (here === "ffi" && to === HIDDEN_FROM_FFI) return "ffi gets no random numbers from src";
  if (here === there || ALLOWED[here].includes(there)) return undefined;
  return `${here} must not know ${there}`;
}

/** What is wrong with an import of a package or builtin, if anything. */
function packageProblem({ from, to }: Import): string | undefined {
  const area = areaOf(from);
  if (area === undefined || OUTER.has(area) || isTestFile(from)) return undefined;
  if (to.startsWith("node:")) {
    const worldly = WORLDLY_AREAS.has(area) || WORLDLY_FILES.has(from);
    return worldly ? undefined : "builtins of node reach the world outside";
  }
  return area === "std" ? undefined : "packages come in through std/ only";
}

/** True for what is not a file of this repository. */
function isPackage(target: string): boolean {
  return /^[a-z]+:/.test(target);
}

/** The folder within which imports are relative: a floor of `src/`, or a folder at the top. */
function folderOf(path: string): string | undefined {
  const area = areaOf(path);
  return area === "root" ? (path.startsWith("ffi/") ? "ffi" : "root") : area;
}
