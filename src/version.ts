/** The version, from one place: `deno.json`. */
import config from "../deno.json" with { type: "json" };

/** As in `portbunny --version`. */
export const VERSION: string = config.version;
