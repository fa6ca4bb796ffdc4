/**
 * The program's composition root, in both of its roles: the command line, and (in a bundle, where
 * one file is all there is) its worker. Each role loads only what it needs.
 */
import type { ScanOptions } from "scan/options.ts";

const scope = Reflect.get(globalThis, "WorkerGlobalScope");

if (typeof scope === "function" && globalThis instanceof scope) {
  await import("ffi/worker.ts"); // It starts itself in a worker.
} else {
  const { confineProgram, forbidPrograms } = await import("ffi/confinement.ts");
  confineProgram();
  const [{ main }, { denoRuntime }, { scan }, { resolveName }, { Keyboard }] = await Promise.all([
    import("cli/cli.ts"),
    import("cli/deno_runtime.ts"),
    import("scan/scan.ts"),
    import("ffi/resolver.ts"),
    import("ffi/keyboard.ts"),
  ]);
  const runtime = denoRuntime({
    scan: (options: ScanOptions) => scan({ ...options, workerUrl: Deno.mainModule }),
    resolve: resolveName,
    forbidPrograms,
    openKeyboard: () => Keyboard.open(),
  });
  // A worker in its loop would keep the process alive: the end has to be said.
  Deno.exit(await main(Deno.args, runtime));
}
