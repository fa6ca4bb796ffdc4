import { assertEquals, assertStringIncludes } from "@std/assert";
import { systemCallFilter } from "./system_call_filter.ts";
import { evaluate } from "./testing.ts";

const ALLOW = 0x7fff_0000;
const EPERM = 0x0005_0001;
const ENOSYS = 0x0005_0026;

/** What the kernel answers to a call: runs the program on its number and machine. */
function judge(program: Uint8Array, number: number, machine: number): number {
  const view = new DataView(program.buffer);
  let accumulator = 0;
  for (let at = 0;;) {
    const operand = view.getUint32(at + 4, true);
    let isTrue = true;
    switch (view.getUint16(at, true)) {
      case 0x20:
        accumulator = operand === 4 ? machine : number;
        at += 8;
        continue;
      case 0x06:
        return operand;
      case 0x15:
        isTrue = accumulator === operand;
        break;
      case 0x35:
        isTrue = accumulator >= operand;
        break;
      default:
        throw new TypeError("Unknown instruction");
    }
    at += 8 * (1 + view.getUint8(at + (isTrue ? 2 : 3)));
  }
}

for (
  const { arch, machine, programs, foreign, needed } of [
    // execve, execveat; ptrace, mount, reboot; read, socket, sendmmsg, ppoll, clone, capset.
    {
      arch: "x86_64",
      machine: 0xc000_003e,
      programs: [59, 322],
      foreign: [101, 165, 169],
      needed: [0, 41, 307, 271, 56, 126],
    },
    {
      arch: "aarch64",
      machine: 0xc000_00b7,
      programs: [221, 281],
      foreign: [117, 40, 142],
      needed: [63, 198, 269, 73, 220, 91],
    },
  ] as const
) {
  Deno.test(`systemCallFilter() forbids what is listed and nothing else on ${arch}`, () => {
    for (
      const [group, forbidden, count] of [
        ["programs", programs, 2],
        ["foreign", foreign, 34],
      ] as const
    ) {
      const program = systemCallFilter(arch, group);
      for (const number of forbidden) assertEquals(judge(program, number, machine), EPERM);
      for (const number of needed) assertEquals(judge(program, number, machine), ALLOW);
      const all = Array.from({ length: 500 }, (_, number) => judge(program, number, machine));
      assertEquals(all.filter((answer) => answer === EPERM).length, count);
      assertEquals(all.filter((answer) => answer === ALLOW).length, 500 - count);
    }
  });

  Deno.test(`systemCallFilter() knows no other machine's calls on ${arch}`, () => {
    const program = systemCallFilter(arch, "foreign");
    assertEquals(judge(program, 11, 0x4000_0003), ENOSYS);
    assertEquals(judge(program, 0x4000_0000 + 520, machine), ENOSYS);
  });
}

Deno.test("forbidSystemCalls() holds for every thread, those that run already too", () => {
  const filter = new URL("./system_call_filter.ts", import.meta.url);
  const said = evaluate(
    `
    const { forbidSystemCalls } = await import("${filter}");
    console.log(forbidSystemCalls("foreign"));
    new Deno.Command("/bin/true").outputSync();
    console.log(forbidSystemCalls("programs"));
    for (const { name } of Deno.readDirSync("/proc/self/task")) {
      const status = Deno.readTextFileSync("/proc/self/task/" + name + "/status");
      console.log(/NoNewPrivs:.*/.exec(status)[0], /Seccomp:.*/.exec(status)[0]);
    }
    try {
      new Deno.Command("/bin/true").outputSync();
    } catch (error) {
      console.log(error.message);
    }`,
    [],
  );
  const [isFirst, isSecond, ...threads] = said.trimEnd().split("\n");
  assertStringIncludes(threads.pop()!, "Operation not permitted");
  assertEquals([isFirst, isSecond], ["true", "true"]);
  assertEquals(threads.length > 2, true);
  assertEquals([...new Set(threads)], ["NoNewPrivs:\t1 Seccomp:\t2"]);
});
