/** A host with people: those of a directory, synced once, and sshd's part in place. */

import { expect } from "@jest/globals";
import { packedBulkheadOn, useSshdPart, writeLandingZone, type Bulkhead } from "./bulkhead.ts";
import { MACHINE_USER, openHost, type Key, type TestHost } from "./host.ts";
import { startLdap, type HostLdap } from "./host-ldap.ts";
import { groupEntry, landingZone, personEntry } from "./people.ts";
import { faultsOf } from "./sound.ts";

export interface SyncedHost extends AsyncDisposable {
  readonly host: TestHost;
  readonly ldap: HostLdap;
  readonly bulkhead: Bulkhead;
  keyOf(login: string): Key;
  /** Whether somebody comes in, with their own key where no other is given. */
  comesIn(login: string, key?: Key): Promise<boolean>;
}

/** Ten people in `shop`, of whom the first may become root; and three with keys who are in no group. */
export const members = ["anna", "ben", "carla", "dora", "emil", "finn", "gina", "hugo", "ines", "jan"] as const;
export const others = ["kim", "lena", "max"] as const;

/** Whoever was there from the start comes in as before, and so do these. */
export async function expectNobodyLockedOut(
  { host, comesIn }: SyncedHost,
  ...logins: readonly string[]
): Promise<void> {
  expect(await faultsOf(host)).toBe("");
  expect(await comesIn("root", host.root)).toBe(true);
  expect(await comesIn(MACHINE_USER, host.machineUser)).toBe(true);
  for (const login of logins) expect(await comesIn(login)).toBe(true);
}

export async function openSyncedHost(): Promise<SyncedHost> {
  const host = await openHost();
  try {
    const bulkhead = await packedBulkheadOn(host);
    const keys = new Map<string, Key>();
    for (const login of [...members, ...others]) keys.set(login, await host.makeKey(login));
    const keyOf = (login: string): Key => keys.get(login)!;
    const ldap = await startLdap(host, [
      ...[...members, ...others].map((uid, index) =>
        personEntry({ uid, number: 20_001 + index, keys: [keyOf(uid).line] }),
      ),
      groupEntry("shop", members),
      groupEntry("ops", ["anna"]),
    ]);
    await writeLandingZone(host, landingZone());
    await bulkhead.succeed("sync");
    await useSshdPart(host);
    return {
      host,
      ldap,
      bulkhead,
      keyOf,
      comesIn: async (login, key = keyOf(login)) => (await host.ssh(login, key)).code === 0,
      [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
    };
  } catch (error) {
    await host[Symbol.asyncDispose]();
    throw error;
  }
}
