import { assertEquals, assertMatch } from "@std/assert";
import { resolveName } from "./resolver.ts";
import { evaluate, labTest, TestNetwork } from "./testing.ts";

Deno.test("resolveName() knows what the hosts file says", async () => {
  const addresses = await resolveName("localhost");
  assertEquals(addresses.map((address) => address.join(".")), ["127.0.0.1"]);
});

Deno.test("resolveName() reads an address as itself, once", async () => {
  const addresses = await resolveName("192.0.2.7");
  assertEquals(addresses, [Uint8Array.of(192, 0, 2, 7)]);
});

labTest("resolveName() rejects a name that has no address, with the system's reason", () => {
  using network = new TestNetwork();
  const output = evaluate(
    `import { resolveName } from "ffi/resolver.ts";
    await resolveName("portbunny.invalid").catch((error) => {
      console.log(error.name, error.message);
    });`,
    ["ip", "netns", "exec", network.near],
  );
  assertMatch(output, /^ResolveError .+/);
});
