/**
 * A banner grabber that is fed while the scan runs: every open port is connected to the moment it
 * is known, a few at a time, and what it says first is printed. Anything that wants to work on open
 * ports, and not to wait for the last one, looks like this.
 *
 *     deno run -A examples/banners.ts 1-1024 192.0.2.10 www.example.com
 */
// deno-lint-ignore-file no-console -- a program: its output is its purpose
import { findTargets, parsePorts, scan } from "portbunny";

/** Connections at the same time: a banner grabber has to be polite, too. */
const AT_ONCE = 8;

/** How long a server may take to say something, ms. */
const PATIENCE_MS = 2_000;

/** Bytes of a banner at most. */
const LONGEST = 200;

/** What to say to a server that waits for its client to begin. */
const QUESTION = "HEAD / HTTP/1.0\r\n\r\n";

/** Scans, grabs, prints. */
async function main([ports, ...words]: string[]): Promise<void> {
  if (ports === undefined || words.length === 0) {
    console.error("usage: banners.ts PORTS TARGET …");
    Deno.exit(1);
  }
  const targets = await findTargets(words);
  const grabbers = new Gate(AT_ONCE);
  let isRunning = true;
  let early = 0;
  for await (const event of scan({ targets, ports: parsePorts(ports), samples: false })) {
    if (event.type !== "port") continue;
    // Not awaited: the scan goes on while the server thinks.
    grabbers.run(async () => {
      const banner = await grab(event.ip, event.port);
      console.log(`${event.ip}:${event.port} ${banner}`);
      if (isRunning) early++;
    });
  }
  isRunning = false;
  await grabbers.idle();
  console.error(`${early} banners came while the scan was running`);
}

/** The first thing that a server says, on one line and harmless for a terminal. */
async function grab(hostname: string, port: number): Promise<string> {
  try {
    using connection = await Deno.connect({ hostname, port });
    const buffer = new Uint8Array(LONGEST);
    let count = await readSoon(connection, buffer);
    if (count === undefined) {
      await connection.write(new TextEncoder().encode(QUESTION));
      count = await readSoon(connection, buffer);
    }
    const text = new TextDecoder().decode(buffer.subarray(0, count ?? 0));
    return text.replaceAll(/[\p{C}\p{Z}]+/gu, " ").trim() || "(says nothing)";
  } catch (error) {
    return `(${error instanceof Error ? error.message : error})`;
  }
}

/** Bytes read; undefined if none came in time. */
async function readSoon(connection: Deno.Conn, buffer: Uint8Array): Promise<number | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
  });
  try {
    return await Promise.race([connection.read(buffer).then((count) => count ?? 0), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Lets so many jobs run at once; the others wait in line. */
class Gate {
  readonly #capacity: number;
  readonly #waiting: (() => Promise<void>)[] = [];
  #running = 0;
  #onIdle: () => void = () => {};

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Runs a job when there is room for it. */
  run(job: () => Promise<void>): void {
    this.#waiting.push(job);
    this.#next();
  }

  /** Resolves when nothing is left to do. */
  idle(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle = resolve);
  }

  #next(): void {
    const job = this.#running < this.#capacity ? this.#waiting.shift() : undefined;
    if (job === undefined) return;
    this.#running++;
    void job().finally(() => {
      this.#running--;
      this.#next();
      if (this.#running === 0) this.#onIdle();
    });
  }
}

if (import.meta.main) await main(Deno.args);
