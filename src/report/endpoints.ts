/**
 * Open ports as `ip:port`, one a line, the moment they are known (`-oP`): what httpx, nuclei and
 * the like read from a pipe. Nothing else is ever in it, so nothing found is an empty text.
 */
import type { ScanEvent } from "scan/event.ts";
import type { Format } from "./format.ts";

/** See the file's comment. */
export class Endpoints implements Format {
  /** A line for an open port, or nothing. */
  render(event: ScanEvent): string {
    if (event.type !== "port" || event.state !== "open") return "";
    return `${formatEndpoint(event)}\n`;
  }
}

/** Address and port as URLs have them: an IPv6 address in brackets (RFC 3986 §3.2.2). */
export function formatEndpoint({ ip, port }: { ip: string; port: number }): string {
  return ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`;
}
