/** Work that many ask for and that is done once. */

/** All who ask share one run of `work`. A failure is not remembered: the next who asks starts anew. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let started: Promise<T> | undefined;
  return () => {
    if (started === undefined) {
      started = work();
      started.catch(() => (started = undefined));
    }
    return started;
  };
}
