/**
 * What a long bench has done so far, so that it goes on where it was stopped: a header that says
 * under which conditions, then one record per line. Conditions that differ begin a new file.
 */

/** See the file's comment. */
export class StateFile<T> {
  /** What has been done, oldest first. */
  readonly records: T[];
  readonly #path: URL;

  private constructor(path: URL, records: T[]) {
    this.#path = path;
    this.records = records;
  }

  /**
   * Opens the file, or begins it.
   *
   * @param header The conditions, compared as JSON.
   */
  static async open<T>(
    path: URL,
    { header, isFresh }: { header: unknown; isFresh: boolean },
  ): Promise<StateFile<T>> {
    const expected = JSON.stringify(header);
    const [found, ...rest] = isFresh ? [] : await readLines(path);
    const lines = found === expected ? rest : [];
    await Deno.mkdir(new URL(".", path), { recursive: true });
    // Written again, so that a record that was cut off is gone.
    await Deno.writeTextFile(path, [expected, ...lines, ""].join("\n"));
    return new StateFile(path, lines.map((line): T => JSON.parse(line)));
  }

  /** Adds a record; it is in the file when this returns. */
  async add(record: T): Promise<void> {
    await Deno.writeTextFile(this.#path, `${JSON.stringify(record)}\n`, { append: true });
    this.records.push(record);
  }
}

/** The lines of a file that are complete; none if there is no file. */
async function readLines(path: URL): Promise<string[]> {
  try {
    const text = await Deno.readTextFile(path);
    return text.split("\n").slice(0, -1);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
