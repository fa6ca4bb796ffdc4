/** PortBunny as a contender: from source, as the README says, with nothing told about the path. */
import { VERSION } from "version";
import { portbunny } from "../../test/lab/lab.ts";
import { parseLines, type TargetLine } from "../../test/lab/results.ts";
import type { Contender, Findings, ScanJob } from "../contender.ts";

/** PortBunny without settings. */
export const PORTBUNNY: Contender = {
  name: "portbunny",
  program: "deno",
  debianPackage: "",
  settings: "none: no rate, no time-out, no number of retries is told",
  words,
  read,
  version: () => `PortBunny ${VERSION}`,
};

function words({ targets, ports }: ScanJob, file: string): string[] {
  return portbunny(["-n", "-q", "-p", ports, "-oJ", file, ...targets]);
}

function read(text: string): Findings {
  // A run that was ended may leave half a line.
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  const targets = parseLines(whole).filter(({ type }) => type === "target") as TargetLine[];
  return new Map(
    targets.filter(({ state }) => state === "up").map(({ ip, states }) => [ip, states ?? {}]),
  );
}
