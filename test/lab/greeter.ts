/**
 * A server that says a line to everybody and hangs up, until its standard input ends:
 * `greeter.ts ADDRESS PORT LINE`. Prints `ready` once it listens.
 */

if (import.meta.main) await main(Deno.args);

/** Opens the port, says so, and greets. */
async function main([hostname, port, line]: string[]): Promise<void> {
  using listener = Deno.listen({ hostname: hostname!, port: Number(port) });
  await Deno.stdout.write(new TextEncoder().encode("ready\n"));
  void greetAll(listener, `${line}\r\n`);
  await Deno.stdin.readable.pipeTo(new WritableStream());
}

/** Greets whoever comes. */
async function greetAll(listener: Deno.Listener, text: string): Promise<void> {
  for await (const connection of listener) {
    try {
      await connection.write(new TextEncoder().encode(text));
    } catch {
      // A guest that has gone already is no guest to wait for.
    } finally {
      connection.close();
    }
  }
}
