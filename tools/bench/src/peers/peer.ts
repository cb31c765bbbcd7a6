/** A program that users have today, installed for the bench, or the reason why it can't be measured. */

export type Peer<T> = { readonly peer: T } | { readonly missing: string };

/** Anything that goes wrong with a peer is a reason, never the end of the bench. */
export async function tryPeer<T>(name: string, prepare: () => Promise<T>): Promise<Peer<T>> {
  try {
    return { peer: await prepare() };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { missing: `${name} can't be run here: ${message.split("\n", 1)[0] ?? ""}` };
  }
}

export const leftOut: Peer<never> = { missing: "left out" };
