/**
 * Which question of a block search a reply answers. Questions are of every kind and asked once, so
 * the tag alone tells: kind, target and ports are in its hash.
 */
import { Kind } from "./kind.ts";
import { ReplyClass } from "./outcomes.ts";
import { type Reply, ReplyKind } from "./reply.ts";
import type { FlowState } from "./state.ts";
import { FORGED, PROBE_SHIFT, SEARCH_NUMBER } from "./tag.ts";

/** A question that was answered; one record per flow, reused. */
export interface AnsweredQuestion {
  pair: number;
  kind: Kind;
  replyClass: ReplyClass;
}

/**
 * Finds the question.
 *
 * @returns False if the reply answers none of this flow.
 */
export function matchQuestion(state: FlowState, reply: Reply, into: AnsweredQuestion): boolean {
  switch (reply.kind) {
    case ReplyKind.SYN_ACK:
    case ReplyKind.BARE_ACK:
      return matchKind(state, reply, { kind: Kind.SYN, replyClass: ReplyClass.SYN_ACK, into });
    case ReplyKind.RST:
      return matchKind(state, reply, { kind: Kind.SYN, replyClass: ReplyClass.RST, into }) ||
        matchKind(state, reply, { kind: Kind.ACK, replyClass: ReplyClass.OTHER, into });
    case ReplyKind.ECHO_REPLY:
      return matchKind(state, reply, { kind: Kind.ECHO, replyClass: ReplyClass.OTHER, into });
    case ReplyKind.TIMESTAMP_REPLY:
      return matchKind(state, reply, { kind: Kind.TIMESTAMP, replyClass: ReplyClass.OTHER, into });
    case ReplyKind.MASK_REPLY:
      return matchKind(state, reply, { kind: Kind.MASK, replyClass: ReplyClass.OTHER, into });
    case ReplyKind.UNREACHABLE: {
      // What a router says of a target is no sign of life of the target.
      if (!reply.fromTarget) return false;
      const kind = reply.quotedKind as Kind;
      return matchKind(state, reply, { kind, replyClass: ReplyClass.OTHER, into });
    }
    default:
      return false;
  }
}

function matchKind(
  state: FlowState,
  reply: Reply,
  { kind, replyClass, into }: { kind: Kind; replyClass: ReplyClass; into: AnsweredQuestion },
): boolean {
  const { space, tagger, outcomes, options } = state;
  const pair = space.pairOfKind(reply.target, reply.port, kind);
  if (pair < 0 || outcomes.tries[pair] === 0) return false;
  const isRst = reply.kind === ReplyKind.RST && kind === Kind.ACK;
  const token = isRst ? reply.altToken : reply.token;
  const hash = tagger.hash(kind, reply.target, (reply.localPort << 16) | reply.port);
  const number = tagger.numberOf(token, hash, PROBE_SHIFT);
  const sent = kind === Kind.UDP || options.localPorts.probeCount === 1 ? 0 : SEARCH_NUMBER;
  if (number === FORGED || number !== sent) return false;
  into.pair = pair;
  into.kind = kind;
  into.replyClass = replyClass;
  return true;
}
