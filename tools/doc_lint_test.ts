import { assertEquals } from "@std/assert";
import { hiddenTypes } from "./doc_lint.ts";

/** What `deno doc --lint` prints about a type of another module. */
const REPORT = `error[private-type-ref]: public type 'Link["now"]' references private type 'Micros'
   --> /here/src/scan/link.ts:102:3
    |
error[missing-jsdoc]: exported symbol is missing JSDoc documentation
  --> /here/src/scan/link.ts:27:12
`;

Deno.test("hiddenTypes() finds the type and the file that names it", () => {
  assertEquals(hiddenTypes(REPORT, "/here/"), [{ name: "Micros", file: "src/scan/link.ts" }]);
});
