/** A host with people: those of a directory, synced once, and sshd's part in place. */

import { dropIn } from "../install/sshd.ts";
import { SSHD_DROP_IN } from "../paths.ts";
import { bulkheadOn, pack, UNPACKED, unpackInto, writeLandingZone, type Bulkhead } from "./bulkhead.ts";
import { openHost, type Key, type TestHost } from "./host.ts";
import { startLdap, type HostLdap } from "./host-ldap.ts";
import { groupEntry, landingZone, personEntry } from "./people.ts";

export interface SyncedHost extends AsyncDisposable {
  readonly host: TestHost;
  readonly ldap: HostLdap;
  /** The packed program: it starts faster than the sources. */
  readonly bulkhead: Bulkhead;
  keyOf(login: string): Key;
  /** Whether somebody comes in, with their own key where no other is given. */
  comesIn(login: string, key?: Key): Promise<boolean>;
}

/** Ten people in `shop`, of whom the first may become root; and three with keys who are in no group. */
export const members = ["anna", "ben", "carla", "dora", "emil", "finn", "gina", "hugo", "ines", "jan"] as const;
export const others = ["kim", "lena", "max"] as const;

export async function openSyncedHost(): Promise<SyncedHost> {
  const host = await openHost();
  try {
    await unpackInto(host, await pack());
    const bulkhead = bulkheadOn(host, [`${UNPACKED}/bulkhead-ssh`]);
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
    await host.sh('mkdir -p "$(dirname "$1")"', SSHD_DROP_IN);
    await host.write(SSHD_DROP_IN, dropIn);
    await host.sh("systemctl reload ssh.service");
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
