import { assertEquals, assertStringIncludes } from "@std/assert";
import { Errno, errnoName, systemError } from "./system_error.ts";

Deno.test("systemError() names operation, error and remedy", () => {
  const error = systemError("open a packet socket", Errno.EPERM);
  assertEquals(error.code, "no-rights");
  assertStringIncludes(error.message, "Cannot open a packet socket: EPERM. ");
  assertStringIncludes(error.message, "CAP_NET_RAW");
});

const CODES = [
  [Errno.ENETDOWN, "down"],
  [Errno.ENODEV, "down"],
  [Errno.ENETUNREACH, "no-route"],
  [Errno.EADDRNOTAVAIL, "address"],
  [Errno.EMFILE, "system"],
  [Errno.ENOBUFS, "system"],
  [4_000, "system"],
] as const;

for (const [errno, code] of CODES) {
  Deno.test(`systemError() calls ${errnoName(errno)} "${code}" and says what helps`, () => {
    const error = systemError("send", errno);
    assertEquals(error.code, code);
    assertStringIncludes(error.message, `Cannot send: ${errnoName(errno)}. `);
  });
}
