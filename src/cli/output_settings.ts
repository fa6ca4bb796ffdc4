/** Which results go where: reads the flags about result files. */
import { type FormatEntry, type FormatName, FORMATS } from "report/formats.ts";
import type { OutputFlagName } from "./output_flags.ts";
import type { FlagToken } from "./tokenizer.ts";
import { UsageError } from "./usage_error.ts";
import { readFileName, wrongValue } from "./values.ts";

/** A result in one format and the place it goes to. */
export interface OutputRequest {
  format: FormatName;
  /** `-` is standard output. Conversions such as `%Y` are still in it. */
  file: string;
  /** The flag that asks for it, for messages. */
  form: string;
}

/** What the user wants of result files. */
export interface OutputSettings {
  outputs: OutputRequest[];
  /** True: files are added to instead of replaced. */
  appendsOutput: boolean;
}

/** Reads each flag about result files. */
export const OUTPUT_READERS: Record<
  OutputFlagName,
  (draft: OutputSettings, token: FlagToken) => void
> = {
  normal: (draft, token) => request(draft, token, "normal"),
  xml: (draft, token) => request(draft, token, "xml"),
  grepable: (draft, token) => request(draft, token, "grepable"),
  json: (draft, token) => request(draft, token, "json"),
  list: (draft, token) => request(draft, token, "list"),
  endpoints: (draft, token) => request(draft, token, "endpoints"),
  csv: (draft, token) => request(draft, token, "csv"),
  all: requestAll,
  append: (draft) => draft.appendsOutput = true,
};

/**
 * Checks that no two results go to one place.
 *
 * @throws {UsageError} If two do.
 */
export function checkOutputs({ outputs }: OutputSettings): void {
  const taken = new Set<string>();
  for (const { file, form } of outputs) {
    if (taken.has(file)) {
      const place = file === "-" ? "standard output" : `"${file}"`;
      throw new UsageError(`${form}: Cannot send two outputs to ${place}`);
    }
    taken.add(file);
  }
}

function request(draft: OutputSettings, token: FlagToken, format: FormatName): void {
  draft.outputs.push({ format, file: readFileName(token), form: token.form });
}

function requestAll(draft: OutputSettings, token: FlagToken): void {
  const base = readFileName(token);
  if (base === "-") throw wrongValue(token, "give the beginning of file names");
  for (const [format, { extension }] of Object.entries(FORMATS) as [FormatName, FormatEntry][]) {
    if (extension === undefined) continue;
    draft.outputs.push({ format, file: `${base}.${extension}`, form: token.form });
  }
}
