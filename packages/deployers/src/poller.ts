/**
 * Waits for stacks: one poller for each account and region, for all that a run waits for there.
 *
 * A round is one look at the stacks, and a look at the events of at most two of them in turn. So the number of calls grows
 * with accounts and regions, not with stacks; under throttling a round takes longer, and nothing fails.
 */

import { setTimeout as sleepFor } from "node:timers/promises";

/** What is polled, and what a caller gets back. */
export interface Polled {
  readonly id: string;
  readonly status: string;
  /** Milliseconds since the epoch of the last operation's start, as AWS has it. */
  readonly changed: number;
}

export interface PolledEvent {
  readonly id: string;
}

export interface PollApi<S extends Polled, E extends PolledEvent> {
  /** One stack, also one that is gone, by its id. */
  one(id: string): Promise<S>;
  /** All that exist, in as few calls as it takes. */
  all(): Promise<readonly S[]>;
  /** The events of the operation that is waited for, oldest first. */
  events(watch: Watch<E>): Promise<readonly E[]>;
}

export interface Watch<E> {
  readonly id: string;
  /** How it was before the operation: the same again isn't its end, since AWS may show the start late. */
  readonly before: Pick<Polled, "status" | "changed"> | undefined;
  /** By which the operation's events are known; undefined for somebody else's operation. */
  readonly token: string | undefined;
  /** Told of each event once. */
  heard(event: E): void;
}

export interface Poller<S extends Polled, E extends PolledEvent> {
  /** Resolves with the stack when its operation has ended, after all events were heard. */
  settle(watch: Watch<E>): Promise<S>;
  /** Stops waiting; the promise of `settle` stays open. */
  forget(id: string): void;
}

const firstPause = 500;
const longestPause = 5_000;
const eventsPerRound = 2;

interface Waiting<S, E> {
  readonly watch: Watch<E>;
  readonly known: Set<string>;
  /** Whether the operation is known to have begun: then the same state as before it is its end, too. */
  begun: boolean;
  readonly resolve: (stack: S) => void;
  readonly reject: (error: unknown) => void;
}

export function createPoller<S extends Polled, E extends PolledEvent>(
  api: PollApi<S, E>,
  sleep: (milliseconds: number) => Promise<unknown> = sleepFor,
): Poller<S, E> {
  const waiting = new Map<string, Waiting<S, E>>();
  let running = false;
  let turn = 0;

  const hear = async (one: Waiting<S, E>): Promise<boolean> => {
    const { watch, known } = one;
    const fresh = (await api.events(watch)).filter(({ id }) => !known.has(id));
    // Events by the operation's own token are nobody else's.
    if (watch.token !== undefined && fresh.length > 0) one.begun = true;
    for (const event of fresh) {
      known.add(event.id);
      watch.heard(event);
    }
    return fresh.length > 0;
  };
  const look = async (): Promise<ReadonlyMap<string, S>> => {
    const ids = [...waiting.keys()];
    if (ids.length === 1 && ids[0] !== undefined) return new Map([[ids[0], await api.one(ids[0])]]);
    const found = new Map((await api.all()).map((stack) => [stack.id, stack]));
    // A list doesn't have those that were deleted.
    for (const id of ids) if (!found.has(id)) found.set(id, await api.one(id));
    return found;
  };
  const round = async (): Promise<boolean> => {
    const found = await look();
    const all = [...waiting.values()];
    const ended = all.filter((one) => hasEnded(one, found.get(one.watch.id)));
    const moving = all.filter((one) => !ended.includes(one));
    const inTurn = moving.map((_, index) => moving[(turn + index) % moving.length] as Waiting<S, E>);
    turn += eventsPerRound;
    const moved = await Promise.all([...ended, ...inTurn.slice(0, eventsPerRound)].map(hear));
    for (const { watch, resolve } of ended) {
      waiting.delete(watch.id);
      resolve(found.get(watch.id) as S);
    }
    return moved.includes(true);
  };
  const run = async (): Promise<void> => {
    try {
      for (let pause = firstPause; waiting.size > 0;) {
        pause = (await round()) ? firstPause : Math.min(pause * 1.5, longestPause);
        if (waiting.size > 0) await sleep(pause);
      }
    } catch (error) {
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    } finally {
      running = false;
    }
  };

  return {
    settle: (watch) =>
      new Promise((resolve, reject) => {
        waiting.set(watch.id, { watch, known: new Set(), begun: watch.before === undefined, resolve, reject });
        if (running) return;
        running = true;
        void run();
      }),
    forget: (id) => void waiting.delete(id),
  };
}

function hasEnded(one: Waiting<never, never>, found: Polled | undefined): boolean {
  if (found === undefined) return false;
  const { before } = one.watch;
  if (found.status !== before?.status || found.changed !== before.changed) one.begun = true;
  return one.begun && !found.status.endsWith("_IN_PROGRESS");
}
