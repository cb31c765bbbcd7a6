/** One piece of work done by us and by several peers: each figure as lines of the table, ours beside each of theirs. */

import type { Figure, Row } from "./bench-case.ts";
import type { Peer } from "./peers/peer.ts";

export interface MeasuredPeer<T> {
  readonly name: string;
  readonly found: Peer<T>;
}

/** Makes the lines of one figure; what is wanted of ours is told once. */
export type MakeRows<T> = (
  what: string,
  unit: Row["unit"],
  figure: (measured: T) => Figure,
  wanted?: Row["wanted"],
) => readonly Row[];

export function besidePeers<T>(ours: T, peers: readonly MeasuredPeer<T>[]): MakeRows<T> {
  return (what, unit, figure, wanted) => {
    const base = { what, unit, ours: figure(ours) };
    const [first, ...others] = peers.map(({ name, found }) => ({
      ...base,
      peerName: name,
      peer: "peer" in found ? figure(found.peer) : found.missing,
    }));
    return [{ ...(first ?? base), ...(wanted === undefined ? {} : { wanted }) }, ...others];
  };
}
