/**
 * Listens on TCP ports until its standard input ends, so that it cannot outlive who started it:
 * `listeners.ts ADDRESS PORT …`. Prints `ready` once all ports are open.
 */

if (import.meta.main) await main(Deno.args);

/** Opens the ports, says so, and waits for the end of the input. */
async function main([hostname, ...ports]: string[]): Promise<void> {
  // Nobody accepts: a SYN scan never finishes a handshake, and the kernel answers SYNs by itself.
  const listeners = ports.map((port) => Deno.listen({ hostname: hostname!, port: Number(port) }));
  await Deno.stdout.write(new TextEncoder().encode("ready\n"));
  await Deno.stdin.readable.pipeTo(new WritableStream());
  for (const listener of listeners) listener.close();
}
