/** The way into AWS that controls are given: accounts by their names, and what several of them need, read once. */

import type { LandingZoneRun } from "@bulkhead/stages";
import type { Estate, Reach } from "./control.ts";
import { accountUnknown } from "./errors.ts";
import { global } from "./scopes.ts";

export function estateOf({ landingZone, accounts }: LandingZoneRun, partition: string): Estate {
  return {
    landingZone,
    partition,
    knownId: accounts.idOf,
    isLeftOut: accounts.isLeftOut,
    idOf: (account) => {
      const id = accounts.idOf(account);
      if (id === undefined) throw accountUnknown(account);
      return id;
    },
  };
}

/** @param memory what `once` has read so far; null to read everything again */
export function createReach(run: LandingZoneRun, estate: Estate, memory: Map<string, Promise<unknown>> | null): Reach {
  return {
    ...estate,
    client: (type, { account, region }, attempts) => {
      const place = { account: estate.idOf(account), region: region === global ? run.region : region };
      return run.access.client(type, place, attempts);
    },
    once: <T>(key: string, read: () => Promise<T>): Promise<T> => {
      const begun = (memory?.get(key) as Promise<T> | undefined) ?? read();
      memory?.set(key, begun);
      return begun;
    },
  };
}
