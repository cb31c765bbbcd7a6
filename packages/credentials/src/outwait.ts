/** Patience with what passes by itself: what AWS doesn't know everywhere yet, what another change holds up, what is new. */

export interface Patience {
  /** Why it is waited, where a failure may pass by itself; undefined for any other, which is thrown at once. */
  readonly reasonToWait: (error: unknown) => string | undefined;
  /** Milliseconds before each further try. When they are used up, the last failure is thrown. */
  readonly pauses: Iterable<number>;
  /** Told the reason before each pause; without it, nobody is. */
  readonly tell?: (reason: string) => void;
  /** Ends a pause; without it, each is waited out. */
  readonly signal?: AbortSignal;
}

/**
 * Does the work, again and again while its failure may pass by itself.
 * @throws what the work threw last, or the signal's reason
 */
export async function outwait<T>(work: () => Promise<T>, patience: Patience): Promise<T> {
  const { reasonToWait, pauses, tell, signal } = patience;
  for (const pause of pauses) {
    try {
      return await work();
    } catch (error) {
      const reason = reasonToWait(error);
      if (reason === undefined) throw error;
      tell?.(reason);
      await wait(pause, signal);
    }
  }
  return work();
}

/** Pauses of which each is twice as long as the one before, up to the longest, until they are `total` or more: milliseconds. */
export function* growingPauses({ first, longest, total }: Record<"first" | "longest" | "total", number>) {
  for (let pause = first, waited = 0; waited < total; waited += pause, pause = Math.min(pause * 2, longest))
    yield pause;
}

/** @throws the signal's reason, as soon as it is aborted */
export async function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
