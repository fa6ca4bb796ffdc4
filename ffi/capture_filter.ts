/**
 * What a capture lets through: TCP to our own ports, and the ICMP messages that can be answers.
 * Everything else is dropped in the kernel, where it costs least. Two forms of one filter: an
 * expression for libpcap, a program of classic BPF (bpf(4), linux/filter.h) for sockets.
 */
import { IcmpType } from "wire/icmp.ts";
import { Protocol } from "wire/ipv4.ts";

/** ICMP messages that can be answers. */
export const ICMP_ANSWERS = [
  IcmpType.ECHO_REPLY,
  IcmpType.UNREACHABLE,
  IcmpType.SOURCE_QUENCH,
  IcmpType.TIME_EXCEEDED,
  IcmpType.TIMESTAMP_REPLY,
  IcmpType.MASK_REPLY,
] as const;

/** Bytes of one instruction of BPF: code u16, jump if true u8, if false u8, operand u32. */
export const INSTRUCTION_SIZE = 8;

/** Instructions of classic BPF. */
const Code = {
  LOAD_WORD: 0x20,
  LOAD_HALF: 0x28,
  LOAD_BYTE: 0x30,
  LOAD_HALF_INDEXED: 0x48,
  LOAD_BYTE_INDEXED: 0x50,
  /** X = 4 × low nibble of a byte: the length of an IPv4 header. */
  LOAD_HEADER_LENGTH: 0xb1,
  AND: 0x54,
  JUMP_EQUAL: 0x15,
  JUMP_GREATER: 0x25,
  JUMP_GREATER_OR_EQUAL: 0x35,
  JUMP_BITS: 0x45,
  RETURN: 0x06,
} as const;

/** Linux's extension: the packet's direction, at a negative offset; 4 is "outgoing". */
const PACKET_TYPE = 0xffff_f000 + 4;
const PACKET_OUTGOING = 4;

/** Offsets and values in an IPv4 header. */
const IP_FRAGMENT = 6;
const IP_PROTOCOL = 9;
const FRAGMENT_OFFSET = 0x1fff;

/** Where the destination port stands in a TCP header. */
const TCP_DESTINATION = 2;

/** A run of consecutive local ports. */
export interface PortRun {
  readonly first: number;
  readonly count: number;
}

/** Where a jump leads: on to the next instruction, or to one of the two ends. */
type Jump = "next" | "accept" | "drop" | "icmp";

/** One instruction; without jumps it simply goes on. */
interface Instruction {
  readonly code: number;
  readonly operand: number;
  readonly ifTrue?: Jump;
  readonly ifFalse?: Jump;
}

/** The filter as an expression of pcap-filter(7). */
export function filterExpression({ first, count }: PortRun): string {
  const types = ICMP_ANSWERS.map((type) => `icmp[0] = ${type}`).join(" or ");
  return `(tcp and dst portrange ${first}-${first + count - 1}) or (icmp and (${types}))`;
}

/**
 * The filter as a program for packets that start with their IP header.
 *
 * @param snapLength Bytes to keep of a packet that passes.
 */
export function filterProgram(
  ports: PortRun,
  snapLength: number,
): Uint8Array<ArrayBuffer> {
  const head = headInstructions();
  const tcp = tcpInstructions(ports);
  const all = [
    ...head,
    ...tcp,
    ...icmpInstructions(),
    { code: Code.RETURN, operand: 0 },
    { code: Code.RETURN, operand: snapLength },
  ];
  const labels = { icmp: head.length + tcp.length, drop: all.length - 2, accept: all.length - 1 };
  const bytes = new Uint8Array(all.length * INSTRUCTION_SIZE);
  const view = new DataView(bytes.buffer);
  all.forEach((instruction: Instruction, index) => {
    const at = index * INSTRUCTION_SIZE;
    view.setUint16(at, instruction.code, true);
    view.setUint8(at + 2, distance(instruction.ifTrue, index));
    view.setUint8(at + 3, distance(instruction.ifFalse, index));
    view.setUint32(at + 4, instruction.operand, true);
  });
  return bytes;

  function distance(jump: Jump | undefined, index: number): number {
    return jump === undefined || jump === "next" ? 0 : labels[jump] - index - 1;
  }
}

/** Incoming, IPv4, no later fragment; TCP goes on, ICMP jumps. */
function headInstructions(): Instruction[] {
  return [
    { code: Code.LOAD_WORD, operand: PACKET_TYPE },
    { code: Code.JUMP_EQUAL, operand: PACKET_OUTGOING, ifTrue: "drop" },
    { code: Code.LOAD_BYTE, operand: 0 },
    { code: Code.AND, operand: 0xf0 },
    { code: Code.JUMP_EQUAL, operand: 0x40, ifFalse: "drop" },
    { code: Code.LOAD_HALF, operand: IP_FRAGMENT },
    { code: Code.JUMP_BITS, operand: FRAGMENT_OFFSET, ifTrue: "drop" },
    { code: Code.LOAD_HEADER_LENGTH, operand: 0 },
    { code: Code.LOAD_BYTE, operand: IP_PROTOCOL },
    { code: Code.JUMP_EQUAL, operand: Protocol.ICMP, ifTrue: "icmp" },
    { code: Code.JUMP_EQUAL, operand: Protocol.TCP, ifFalse: "drop" },
  ];
}

function tcpInstructions({ first, count }: PortRun): Instruction[] {
  const last = first + count - 1;
  return [
    { code: Code.LOAD_HALF_INDEXED, operand: TCP_DESTINATION },
    { code: Code.JUMP_GREATER_OR_EQUAL, operand: first, ifFalse: "drop" },
    { code: Code.JUMP_GREATER, operand: last, ifTrue: "drop", ifFalse: "accept" },
  ];
}

function icmpInstructions(): Instruction[] {
  const types = ICMP_ANSWERS.map((type) => (
    { code: Code.JUMP_EQUAL, operand: type, ifTrue: "accept" } as const
  ));
  return [{ code: Code.LOAD_BYTE_INDEXED, operand: 0 }, ...types];
}
