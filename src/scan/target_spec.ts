/** One address to scan, and the name it came from. */
export interface TargetSpec {
  /** 4 bytes (IPv4) or 16 (IPv6). */
  address: Uint8Array;
  /** The address as text. */
  ip: string;
  /** The name that the user typed, if it was one. */
  name?: string;
  /** Ports to ask this target for instead of those of the scan, ascending, without repeats. */
  ports?: Uint16Array;
}
