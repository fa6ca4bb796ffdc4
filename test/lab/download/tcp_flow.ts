/**
 * One end of a TCP transfer over the kernel's own TCP: `tcp_flow.ts serve|fetch ADDRESS PORT`.
 * Whoever serves sends zeros as fast as TCP takes them, to one client; whoever fetches prints how
 * many bytes have come each time that a line comes on its standard input. Both end with that input.
 */

/** Bytes of one write. */
const CHUNK = new Uint8Array(65_536);

/** Bytes of the buffer that arrivals are read into. */
const ROOM = 262_144;

if (import.meta.main) await main(Deno.args);

/** Plays one of the ends. */
async function main([role, hostname, port]: string[]): Promise<void> {
  const address = { hostname: hostname!, port: Number(port) };
  await (role === "serve" ? serve(address) : fetch(address));
  Deno.exit();
}

/** Sends until nobody wants it. */
async function serve(address: Deno.ConnectOptions): Promise<void> {
  using listener = Deno.listen(address as Deno.TcpListenOptions);
  say("ready");
  const sending = listener.accept().then(send);
  await Promise.race([sending, untilInputEnds(() => {})]);
}

async function send(connection: Deno.TcpConn): Promise<void> {
  try {
    for (;;) await connection.write(CHUNK);
  } catch {
    // The client has gone.
  }
}

/** Receives and counts. */
async function fetch(address: Deno.ConnectOptions): Promise<void> {
  using connection = await Deno.connect(address);
  let bytes = 0;
  const buffer = new Uint8Array(ROOM);
  const receiving = (async () => {
    for (;;) {
      const count = await connection.read(buffer);
      if (count === null) return;
      bytes += count;
    }
  })();
  say("ready");
  await Promise.race([receiving, untilInputEnds(() => say(`${bytes}`))]);
}

/** Calls back for each piece of input, until it ends. */
async function untilInputEnds(onInput: () => void): Promise<void> {
  for await (const _ of Deno.stdin.readable) onInput();
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
