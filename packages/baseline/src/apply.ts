/** How the controls' kinds are read again and written: in the right account, and with patience in a new one. */

import type { JsonObject } from "@bulkhead/core";
import { nameOf, type Change, type Handler } from "@bulkhead/plan";
import type { Control, Kind, Reach } from "./control.ts";
import type { Readiness } from "@bulkhead/stages";

export interface ApplyContext {
  /** The way into AWS, with nothing remembered. */
  reach(): Promise<Reach>;
  readonly readiness: Readiness;
  /**
   * Before the first write into an account: proves that we are in it, and that the lease is still ours.
   * @param account its name
   * @throws Credentials.WrongAccount, Credentials.CannotEnter, Credentials.LeaseLost
   */
  prove(account: string): Promise<void>;
}

export function controlHandlers(controls: readonly Control[], context: ApplyContext): ReadonlyMap<string, Handler> {
  return new Map(
    controls.flatMap((control) => control.kinds.map((kind) => [kind.name, handler(control, kind, context)] as const)),
  );
}

function handler(control: Control, kind: Kind, { reach, readiness, prove }: ApplyContext): Handler {
  const read = async (change: Change): Promise<JsonObject | null> => {
    if (kind.read) return kind.read(change, await reach());
    const { account, region } = change;
    const found = await control.read({ account, region }, await reach());
    return found.find((it) => it.kind === kind.name && it.name === nameOf(change))?.fields ?? null;
  };
  return {
    ...(kind.concurrency === undefined ? {} : { concurrency: kind.concurrency }),
    read: (change) => {
      // Begun beside the reading, which takes as long; the write waits for it, and hears of its failure.
      prove(change.account).catch(() => undefined);
      return readiness.patiently(change.account, () => read(change));
    },
    write: async (change, current) => {
      await prove(change.account);
      const into = await reach();
      await readiness.patiently(change.account, () => kind.write(change, current, into));
    },
  };
}
