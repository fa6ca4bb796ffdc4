/**
 * What flows on one path share (RFC 9040, temporal and ensemble sharing): where the slow start of
 * one has ended, that of the next one need not find out by loss. Flows keep their own windows.
 */

/** See the file's comment. */
export class PathMemory {
  /** Window at which a flow last met the path's limit, packets; Infinity: none has. */
  ssthresh: number = Infinity;
}
