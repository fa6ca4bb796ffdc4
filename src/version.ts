/** The version, from one place: `deno.json`. */
import config from "../deno.json" with { type: "json" };

/** As in `portbunny --version`. */
export const VERSION: string = config.version;

/** Names the file that was started, where the running program lies in memory (launcher.c). */
export const PROGRAM_FILE_VARIABLE = "PORTBUNNY_FILE";
