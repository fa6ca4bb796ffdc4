import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { IcmpType } from "wire/icmp.ts";
import {
  filterExpression,
  filterProgram,
  ICMP_ANSWERS,
  INSTRUCTION_SIZE,
} from "./capture_filter.ts";
import { BPF_PROGRAM, PCAP_PKTHDR } from "./layout.ts";

const PORTS = { first: 61_000, count: 16 } as const;
const SNAP_LENGTH = 256;
const OUTGOING = 4;
const INCOMING = 0;

/** libpcap's link type for packets that start with their IP header. */
const DLT_RAW = 12;

/** What the kernel makes of a packet: bytes to keep, 0 to drop. Reads outside of it drop it. */
function execute(program: Uint8Array, packet: Uint8Array, packetType: number): number {
  const code = new DataView(program.buffer);
  const view = new DataView(packet.buffer);
  let accumulator = 0;
  let index = 0;
  for (let at = 0;;) {
    const operation = code.getUint16(at, true);
    const operand = code.getUint32(at + 4, true);
    let jump = 0;
    try {
      switch (operation) {
        case 0x20:
          accumulator = operand > 0xffff_0000 ? packetType : view.getUint32(operand);
          break;
        case 0x28:
          accumulator = view.getUint16(operand);
          break;
        case 0x30:
          accumulator = view.getUint8(operand);
          break;
        case 0x48:
          accumulator = view.getUint16(index + operand);
          break;
        case 0x50:
          accumulator = view.getUint8(index + operand);
          break;
        case 0xb1:
          index = 4 * (view.getUint8(operand) & 0xf);
          break;
        case 0x54:
          accumulator = (accumulator & operand) >>> 0;
          break;
        case 0x06:
          return operand;
        default:
          jump = holds(operation, accumulator, operand) ? 2 : 3;
      }
    } catch (error) {
      if (error instanceof RangeError) return 0;
      throw error;
    }
    at += (1 + (jump === 0 ? 0 : code.getUint8(at + jump))) * INSTRUCTION_SIZE;
  }
}

/** Whether a jump's condition holds. */
function holds(operation: number, accumulator: number, operand: number): boolean {
  switch (operation) {
    case 0x15:
      return accumulator === operand;
    case 0x25:
      return accumulator > operand;
    case 0x35:
      return accumulator >= operand;
    case 0x45:
      return (accumulator & operand) !== 0;
    default:
      throw new TypeError(`Unknown instruction ${operation}`);
  }
}

/** An IPv4 packet: options of so many words, a protocol, and what follows the header. */
function packet(
  { protocol, payload, words = 5, fragment = 0 }: {
    protocol: number;
    payload: number[];
    words?: number;
    fragment?: number;
  },
): Uint8Array {
  const bytes = new Uint8Array(words * 4 + payload.length);
  bytes[0] = 0x40 | words;
  new DataView(bytes.buffer).setUint16(6, fragment);
  bytes[9] = protocol;
  bytes.set(payload, words * 4);
  return bytes;
}

/** The first bytes of a TCP segment to a port. */
function segmentTo(port: number): number[] {
  return [0, 80, port >>> 8, port & 0xff, 0, 0, 0, 0];
}

Deno.test("filterProgram() passes TCP to our ports, whatever the length of the header", () => {
  const program = filterProgram(PORTS, SNAP_LENGTH);
  for (const words of [5, 6, 15]) {
    for (const [port, kept] of [[60_999, 0], [61_000, 256], [61_015, 256], [61_016, 0]] as const) {
      const bytes = packet({ protocol: 6, payload: segmentTo(port), words });
      assertEquals(execute(program, bytes, INCOMING), kept);
    }
  }
});

Deno.test("filterProgram() passes of ICMP what can be an answer", () => {
  const program = filterProgram(PORTS, SNAP_LENGTH);
  for (let type = 0; type < 256; type++) {
    const kept = (ICMP_ANSWERS as readonly number[]).includes(type) ? SNAP_LENGTH : 0;
    assertEquals(execute(program, packet({ protocol: 1, payload: [type, 0] }), INCOMING), kept);
  }
});

Deno.test("filterProgram() drops what we send, fragments, IPv6 and other protocols", () => {
  const program = filterProgram(PORTS, SNAP_LENGTH);
  const payload = segmentTo(PORTS.first);
  assertEquals(execute(program, packet({ protocol: 6, payload }), OUTGOING), 0);
  assertEquals(execute(program, packet({ protocol: 6, payload, fragment: 1 }), INCOMING), 0);
  assertEquals(execute(program, packet({ protocol: 6, payload, fragment: 0x4000 }), INCOMING), 256);
  assertEquals(execute(program, packet({ protocol: 17, payload }), INCOMING), 0);
  const ipv6 = packet({ protocol: 6, payload });
  ipv6[0] = 0x60;
  assertEquals(execute(program, ipv6, INCOMING), 0);
});

Deno.test("filterProgram() ends on every packet, however short or odd", () => {
  const program = filterProgram(PORTS, SNAP_LENGTH);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
    const kept = execute(program, bytes.slice(), INCOMING);
    assertEquals(kept === 0 || kept === SNAP_LENGTH, true);
  }));
});

Deno.test("filterExpression() names the ports and the ICMP types", () => {
  const expression = filterExpression(PORTS);
  assertEquals(expression.startsWith("(tcp and dst portrange 61000-61015) or (icmp and ("), true);
  assertEquals(expression.includes(`icmp[0] = ${IcmpType.TIMESTAMP_REPLY}`), true);
});

/** The parts of libpcap that try a filter out on a packet, without a capture. */
function openPcap() {
  const names = ["libpcap.so.0.8", "libpcap.so.1"];
  for (const name of names) {
    try {
      return Deno.dlopen(name, {
        openDead: { name: "pcap_open_dead", parameters: ["i32", "i32"], result: "pointer" },
        compile: {
          name: "pcap_compile",
          parameters: ["pointer", "buffer", "buffer", "i32", "u32"],
          result: "i32",
        },
        tryOut: {
          name: "pcap_offline_filter",
          parameters: ["buffer", "buffer", "buffer"],
          result: "i32",
        },
        freeCode: { name: "pcap_freecode", parameters: ["buffer"], result: "void" },
        close: { name: "pcap_close", parameters: ["pointer"], result: "void" },
      });
    } catch {
      // The other name may be the one.
    }
  }
  throw new Error(`None of ${names.join(", ")} is here`);
}

/** IPv4 packets that come near the edges of the filter. */
const PACKETS = fc.record({
  protocol: fc.constantFrom(1, 6, 17),
  payload: fc.oneof(
    fc.tuple(fc.integer({ min: 60_995, max: 61_020 })).map(([port]) => segmentTo(port)),
    fc.array(fc.nat(20), { minLength: 0, maxLength: 12 }),
  ),
  words: fc.integer({ min: 5, max: 15 }),
  fragment: fc.constantFrom(0, 1, 0x2000, 0x4000, 0x1fff),
});

Deno.test("both forms of the filter pass the same packets", () => {
  const library = openPcap();
  const { symbols } = library;
  const handle = symbols.openDead(DLT_RAW, SNAP_LENGTH);
  const program = new Uint8Array(BPF_PROGRAM.SIZE);
  const expression = new TextEncoder().encode(`${filterExpression(PORTS)}\0`);
  assertEquals(symbols.compile(handle, program, expression, 1, 0xffff_ffff), 0);
  const own = filterProgram(PORTS, SNAP_LENGTH);
  let passed = 0;
  fc.assert(
    fc.property(PACKETS, (fields) => {
      const bytes = packet(fields) as Uint8Array<ArrayBuffer>;
      const header = new Uint32Array(PCAP_PKTHDR.SIZE / 4);
      header.fill(bytes.length, PCAP_PKTHDR.CAPTURED / 4);
      const isPassed = symbols.tryOut(program, new Uint8Array(header.buffer), bytes) > 0;
      passed += Number(isPassed);
      assertEquals(execute(own, bytes, INCOMING) > 0, isPassed);
    }),
    { numRuns: 2_000 },
  );
  assertEquals(passed > 100 && passed < 1_900, true, `${passed} of 2000 packets have passed`);
  symbols.freeCode(program);
  symbols.close(handle);
  library.close();
});
