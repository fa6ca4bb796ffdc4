/** A download over the kernel's own TCP, beside which something else may happen. */
import { Conversation } from "./conversation.ts";
import type { Namespace } from "./netns.ts";

/** The script of both ends. */
const SCRIPT = decodeURIComponent(
  new URL("../../test/lab/download/tcp_flow.ts", import.meta.url).pathname,
);

/** Where downloads are served; no scan in the lab asks for it. */
const PORT = 64_999;

/** Bytes of a full segment on the wire, and of these its data beside time stamps (RFC 7323). */
const FRAME_BYTES = 1_538;
const DATA_BYTES = 1_448;

/** The sending end. */
export interface DownloadServer {
  readonly namespace: Namespace;
  readonly interfaceName: string;
  /** Its address, in a network of 24 bits that the client is in, too. */
  readonly address: string;
}

/** Who sends to whom, and how. */
export interface DownloadOptions {
  readonly server: DownloadServer;
  readonly client: Namespace;
  /** Linux's name of the congestion control of the server. */
  readonly control: "cubic" | "reno" | "bbr";
}

/** See the file's comment. Begins when it is opened and ends on disposal. */
export class Download implements AsyncDisposable {
  readonly #client: Conversation;
  readonly #server: Conversation;
  #bytes = 0;
  #since = performance.now();

  private constructor(client: Conversation, server: Conversation) {
    this.#client = client;
    this.#server = server;
  }

  /** Connects; data flows when this returns. */
  static async open({ server, client, control }: DownloadOptions): Promise<Download> {
    const { namespace, interfaceName, address } = server;
    // By route: for a whole namespace the kernel allows only what the machine's settings name.
    const network = address.replace(/\d+$/, "0/24");
    const route = `${network} dev ${interfaceName} src ${address} congctl ${control}`;
    namespace.ip(`route replace ${route}`);
    const start = (place: Namespace, role: string) =>
      Conversation.start(place.wrap(
        [Deno.execPath(), "run", "--quiet", "--no-lock", "--allow-net", SCRIPT, role]
          .concat(address, `${PORT}`),
      ));
    const serving = await start(namespace, "serve");
    return new Download(await start(client, "fetch"), serving);
  }

  /**
   * Bits per second on the wire that have arrived since the last call, in full frames: what the
   * download takes of a link's rate.
   */
  async lap(): Promise<number> {
    const bytes = Number(await this.#client.ask("?"));
    const now = performance.now();
    const rate = (8_000 * (bytes - this.#bytes)) / (now - this.#since);
    this.#bytes = bytes;
    this.#since = now;
    return (rate * FRAME_BYTES) / DATA_BYTES;
  }

  /** Ends both ends. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.hangUp();
    await this.#server.hangUp();
  }
}
