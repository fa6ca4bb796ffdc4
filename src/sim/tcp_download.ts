/**
 * Other people's TCP: a download that never ends, through the same bottleneck as the scan. What it
 * gets while the scan runs, compared with what it gets alone, says how fair the scan is.
 */
import type { Micros } from "units";
import { FlowReceiver } from "./flow_receiver.ts";
import { FlowSegments } from "./flow_segment.ts";
import { FlowSender } from "./flow_sender.ts";
import { type FlowRule, makeFlowWindow } from "./flow_window.ts";
import type { Network } from "./network.ts";
import type { Node } from "./node.ts";

/** What a download is like. */
export interface TcpDownloadOptions {
  /** @default {"cubic"} */
  readonly rule?: FlowRule;
  /** Its packets may be marked instead of dropped (ECN). @default {false} */
  readonly ecn?: boolean;
  /** Tells the downloads of one network apart: the client's port. @default {50000} */
  readonly port?: number;
}

/** Where its packets pass. */
export interface TcpDownloadRoutes {
  /** What data passes on the way to the client. */
  readonly data: readonly Node[];
  /** What acknowledgments pass on the way to the server. */
  readonly acks: readonly Node[];
}

/** Ends that are no scanner and no target: TEST-NET-3 and TEST-NET-2 (RFC 5737). */
const SERVER = 0xcb007150;
const CLIENT = 0xc6336402;

/** See the file's comment. */
export class TcpDownload {
  readonly sender: FlowSender;
  readonly receiver: FlowReceiver;
  #network: Network | undefined;

  constructor(options: TcpDownloadOptions = {}) {
    const addresses = {
      server: SERVER,
      serverPort: 443,
      client: CLIENT,
      clientPort: options.port ?? 50_000,
    };
    const segments = new FlowSegments(addresses, options.ecn ?? false);
    this.sender = new FlowSender(segments, makeFlowWindow(options.rule ?? "cubic"));
    this.receiver = new FlowReceiver(segments);
  }

  /** Bytes that arrived in order until now. */
  get goodput(): number {
    return this.receiver.goodput;
  }

  /** Puts the download into a network; once. */
  connect(network: Network, routes: TcpDownloadRoutes): void {
    this.#network = network;
    this.sender.connect(network.addRoute([...routes.data, this.receiver]));
    this.receiver.connect(network.addRoute([...routes.acks, this.sender]));
  }

  /** Lets it run from `at` on; it must be connected. */
  start(at: Micros): void {
    this.sender.start(at, this.#network!.siteOf(this.sender));
  }

  /** Ends it at `at`; what is under way then still arrives. */
  stop(at: Micros): void {
    this.sender.stop(at, this.#network!.siteOf(this.sender));
  }
}
