/**
 * The part of libpcap that `capture.ts` uses. A machine without it is served by `packet_ring.ts`,
 * so a library that cannot be opened is an answer here and not an error.
 */

/** Where Debian and Fedora name the library differently; the first that opens is used. */
const LIBRARY_NAMES = ["libpcap.so.0.8", "libpcap.so.1"] as const;

/** `PCAP_ERRBUF_SIZE`. */
export const PCAP_ERROR_SIZE = 256;

const SYMBOLS = {
  create: {
    name: "pcap_create",
    parameters: ["buffer", /* const char *source */ "buffer" /* char *errbuf */],
    result: "pointer",
  },
  setSnapLength: {
    name: "pcap_set_snaplen",
    parameters: ["pointer", /* pcap_t *p */ "i32" /* int snaplen */],
    result: "i32",
  },
  setImmediateMode: {
    name: "pcap_set_immediate_mode",
    parameters: ["pointer", /* pcap_t *p */ "i32" /* int immediate */],
    result: "i32",
  },
  setBufferSize: {
    name: "pcap_set_buffer_size",
    parameters: ["pointer", /* pcap_t *p */ "i32" /* int bytes */],
    result: "i32",
  },
  activate: {
    name: "pcap_activate",
    parameters: ["pointer" /* pcap_t *p */],
    result: "i32",
  },
  setNonblock: {
    name: "pcap_setnonblock",
    parameters: ["pointer", /* pcap_t *p */ "i32", /* int on */ "buffer" /* char *errbuf */],
    result: "i32",
  },
  setDirection: {
    name: "pcap_setdirection",
    parameters: ["pointer", /* pcap_t *p */ "i32" /* pcap_direction_t direction */],
    result: "i32",
  },
  compile: {
    name: "pcap_compile",
    parameters: [
      "pointer", /* pcap_t *p */
      "buffer", /* struct bpf_program *program */
      "buffer", /* const char *expression */
      "i32", /* int optimize */
      "u32", /* bpf_u_int32 netmask */
    ],
    result: "i32",
  },
  setFilter: {
    name: "pcap_setfilter",
    parameters: ["pointer", /* pcap_t *p */ "buffer" /* struct bpf_program *program */],
    result: "i32",
  },
  freeCode: {
    name: "pcap_freecode",
    parameters: ["buffer" /* struct bpf_program *program */],
    result: "void",
  },
  dataLink: { name: "pcap_datalink", parameters: ["pointer" /* pcap_t *p */], result: "i32" },
  selectableFd: {
    name: "pcap_get_selectable_fd",
    parameters: ["pointer" /* pcap_t *p */],
    result: "i32",
  },
  nextEx: {
    name: "pcap_next_ex",
    parameters: [
      "pointer", /* pcap_t *p */
      "u64", /* struct pcap_pkthdr **header */
      "u64", /* const u_char **data */
    ],
    result: "i32",
  },
  stats: {
    name: "pcap_stats",
    parameters: ["pointer", /* pcap_t *p */ "buffer" /* struct pcap_stat *stats */],
    result: "i32",
  },
  getError: { name: "pcap_geterr", parameters: ["pointer" /* pcap_t *p */], result: "pointer" },
  close: { name: "pcap_close", parameters: ["pointer" /* pcap_t *p */], result: "void" },
} as const;

/** The functions of {@linkcode libpcap}, typed. */
export type Libpcap = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

let library: Deno.DynamicLibrary<typeof SYMBOLS> | null | undefined;

/** libpcap, opened on the first call, or `undefined` where the machine does not have it. */
export function libpcap(): Libpcap | undefined {
  if (library === undefined) library = open();
  return library?.symbols;
}

function open(): Deno.DynamicLibrary<typeof SYMBOLS> | null {
  for (const name of LIBRARY_NAMES) {
    try {
      return Deno.dlopen(name, SYMBOLS);
    } catch (error) {
      // Missing rights to load libraries are not a missing library.
      if (error instanceof Deno.errors.NotCapable) throw error;
    }
  }
  return null;
}
