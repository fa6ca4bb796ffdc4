/**
 * Forbids system calls that a scanner does not make, to every thread of the process and for good
 * (seccomp(2)): looking into other processes, mounts and namespaces, modules and other ways into
 * the kernel, keys, the clock; and starting programs. What is forbidden fails with EPERM.
 */
import { assert } from "assertion";
import { addressOf, BPF_PROGRAM } from "./layout.ts";

/** A call, and its numbers: x86_64 (asm/unistd_64.h), aarch64 (asm-generic/unistd.h). */
type Call = readonly [name: string, number, number];

/** Ways to start another program. */
const PROGRAM_CALLS: readonly Call[] = [
  ["execve", 59, 221],
  ["execveat", 322, 281],
];

/** What no scan has a use for. */
const FOREIGN_CALLS: readonly Call[] = [
  ["ptrace", 101, 117],
  ["process_vm_readv", 310, 270],
  ["process_vm_writev", 311, 271],
  ["pidfd_getfd", 438, 438],
  ["unshare", 272, 97],
  ["setns", 308, 268],
  ["chroot", 161, 51],
  ["pivot_root", 155, 41],
  ["mount", 165, 40],
  ["umount2", 166, 39],
  ["open_tree", 428, 428],
  ["move_mount", 429, 429],
  ["fsopen", 430, 430],
  ["fsconfig", 431, 431],
  ["fsmount", 432, 432],
  ["mount_setattr", 442, 442],
  ["open_by_handle_at", 304, 265],
  ["init_module", 175, 105],
  ["finit_module", 313, 273],
  ["delete_module", 176, 106],
  ["kexec_load", 246, 104],
  ["kexec_file_load", 320, 294],
  ["bpf", 321, 280],
  ["perf_event_open", 298, 241],
  ["userfaultfd", 323, 282],
  ["add_key", 248, 217],
  ["request_key", 249, 218],
  ["keyctl", 250, 219],
  ["settimeofday", 164, 170],
  ["clock_settime", 227, 112],
  ["swapon", 167, 224],
  ["swapoff", 168, 225],
  ["acct", 163, 89],
  ["reboot", 169, 142],
];

/** Groups of calls. */
const GROUPS = { programs: PROGRAM_CALLS, foreign: FOREIGN_CALLS } as const;

/** Name of a group of calls that can be forbidden. */
export type CallGroup = keyof typeof GROUPS;

/** What differs between machines: `AUDIT_ARCH_…` (linux/audit.h), and the number of seccomp(2). */
const MACHINES = {
  "x86_64": { audit: 0xc000_003e, column: 1, seccomp: 317n },
  "aarch64": { audit: 0xc000_00b7, column: 2, seccomp: 277n },
} as const;

/** From here on x86_64 counts the calls of its 32-bit variant, which would pass by the list. */
const X32_CALLS = 0x4000_0000;

/** `struct seccomp_data`: number of the call i32, machine u32. */
const SECCOMP_DATA = { NUMBER: 0, MACHINE: 4 } as const;

/** `SECCOMP_SET_MODE_FILTER`. */
const SET_MODE_FILTER = 1n;

/** All threads; and no slower branches in exchange, which kernels before 5.16 ask for otherwise. */
const FILTER_FLAGS = 1n | 4n;

/** What the filter answers: go on, or fail with an error number. */
const ALLOW = 0x7fff_0000;
const FAIL = 0x0005_0000;
const EPERM = 1;
const ENOSYS = 38;

/** Instructions of classic BPF. */
const LOAD_WORD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_GREATER_OR_EQUAL = 0x35;
const RETURN = 0x06;

/** `PR_SET_NO_NEW_PRIVS`, without which an ordinary user may not install a filter. */
const PR_SET_NO_NEW_PRIVS = 38;

/** One instruction: code, jump if true, jump if false, operand. */
type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, operand: number];

/** The filter for a machine, as a program of classic BPF. */
export function systemCallFilter(
  arch: keyof typeof MACHINES,
  group: CallGroup,
): Uint8Array<ArrayBuffer> {
  const { audit, column } = MACHINES[arch];
  const numbers = GROUPS[group].map((call) => call[column]);
  const count = numbers.length;
  const instructions: Instruction[] = [
    [LOAD_WORD, 0, 0, SECCOMP_DATA.MACHINE],
    [JUMP_EQUAL, 0, count + 4, audit],
    [LOAD_WORD, 0, 0, SECCOMP_DATA.NUMBER],
    [JUMP_GREATER_OR_EQUAL, count + 2, 0, X32_CALLS],
    ...numbers.map((number, index): Instruction => [JUMP_EQUAL, count - index, 0, number]),
    [RETURN, 0, 0, ALLOW],
    [RETURN, 0, 0, FAIL | EPERM],
    [RETURN, 0, 0, FAIL | ENOSYS],
  ];
  const view = new DataView(new ArrayBuffer(instructions.length * 8));
  instructions.forEach(([code, ifTrue, ifFalse, operand], index) => {
    view.setUint16(index * 8, code, true);
    view.setUint8(index * 8 + 2, ifTrue);
    view.setUint8(index * 8 + 3, ifFalse);
    view.setUint32(index * 8 + 4, operand, true);
  });
  return new Uint8Array(view.buffer);
}

/**
 * Installs a filter beside those that are there, and with it `no_new_privs` in every thread.
 *
 * @returns False if the kernel does without; `no_new_privs` then holds for this thread and those
 * that it starts.
 */
export function forbidSystemCalls(group: CallGroup): boolean {
  const library = Deno.dlopen("libc.so.6", {
    prctl: { parameters: ["i32", "u64", "u64", "u64", "u64"], result: "i32" },
    syscall: {
      parameters: [
        "u64", /* long number */
        "u64", /* unsigned int operation */
        "u64", /* unsigned int flags */
        "buffer", /* struct sock_fprog *program */
      ],
      result: "i64",
    },
  });
  try {
    assert(Deno.build.arch in MACHINES);
    const instructions = systemCallFilter(Deno.build.arch, group);
    const program = new Uint8Array(BPF_PROGRAM.SIZE);
    const view = new DataView(program.buffer);
    view.setUint16(BPF_PROGRAM.COUNT, instructions.length / 8, true);
    view.setBigUint64(BPF_PROGRAM.INSTRUCTIONS, addressOf(instructions), true);
    library.symbols.prctl(PR_SET_NO_NEW_PRIVS, 1n, 0n, 0n, 0n);
    const number = MACHINES[Deno.build.arch].seccomp;
    return library.symbols.syscall(number, SET_MODE_FILTER, FILTER_FLAGS, program) === 0n;
  } finally {
    library.close();
  }
}
