/** One run over a landing zone: its file, the way into its accounts, what is known of them, and the lease. */

import type { CommandContext } from "@bulkhead/core";
import { leaseAccount, openAccess, type Access, type Lease } from "@bulkhead/credentials";
import { accountIds, loadLandingZone, lockFilePath, readLockFile, type LandingZone } from "@bulkhead/landing-zone";

/** The accounts' ids, as far as they are known. */
export interface KnownAccounts {
  /**
   * 12 digits. The management account is `management`. What AWS said in this run comes first, then the file, then the
   * lock file; undefined where the account doesn't exist yet, or nothing knows of it.
   */
  idOf(name: string): string | undefined;
  /** Takes in what AWS said. */
  learn(ids: ReadonlyMap<string, string>): void;
  /** Takes in an account that this very run has made: for minutes it may refuse what others allow. */
  learnNew(name: string, id: string): void;
  isNew(name: string): boolean;
  /** Takes in that accounts are suspended or closed: no stage has anything to do there. */
  leaveOut(names: readonly string[]): void;
  isLeftOut(name: string): boolean;
}

export interface LandingZoneRun {
  readonly landingZone: LandingZone;
  readonly context: CommandContext;
  readonly access: Access;
  /** Where services are asked that have no region of their own: --region, or the home region. */
  readonly region: string;
  readonly accounts: KnownAccounts;
  /** Aborted, with the error that says how, when a lease was lost: nothing more may be written. */
  readonly lost: AbortSignal;
  /**
   * To be called before the first write under an account's lease: proves that we are in the account, or can enter it,
   * and takes its lease; once a run.
   * @param account 12 digits
   * @throws Credentials.WrongAccount, Credentials.CannotEnter, Credentials.LeaseHeld
   */
  hold(account: string): Promise<void>;
  /** Gives up the leases. */
  release(): Promise<void>;
  close(): void;
}

/** What `hold` and `release` take in an account: its proof, and the lease taken and given back. */
export const callsToHold = 5;

/** @throws what loading the landing zone throws */
export function openLandingZoneRun(context: CommandContext): LandingZoneRun {
  const landingZone = loadLandingZone(context.flags.file);
  const { homeRegion, accessRole } = landingZone.organization;
  const access = openAccess(context, { region: homeRegion, accessRole });
  const { report, signal } = context;
  const lost = new AbortController();
  const leases = new Map<string, Promise<Lease>>();

  const lease = async (account: string): Promise<Lease> => {
    await access.proveAccount(account);
    const held = await leaseAccount(access, { account, region: homeRegion }, { report, signal });
    held.lost.addEventListener("abort", () => lost.abort(held.lost.reason), { once: true });
    return held;
  };

  return {
    landingZone,
    context,
    access,
    region: context.flags.region ?? homeRegion,
    accounts: knownAccounts(landingZone),
    lost: lost.signal,
    hold: async (account) => {
      const held = leases.get(account) ?? lease(account);
      leases.set(account, held);
      await held;
    },
    release: async () => {
      const held = await Promise.allSettled(leases.values());
      leases.clear();
      for (const result of held) if (result.status === "fulfilled") await result.value.release();
    },
    close: () => access.close(),
  };
}

function knownAccounts(landingZone: LandingZone): KnownAccounts {
  const learned = new Map<string, string>();
  const made = new Set<string>();
  const leftOut = new Set<string>();
  let written: ReadonlyMap<string, string> | undefined;
  return {
    idOf: (name) => {
      // Read only when it is needed: a lock file that can't be read doesn't matter to those who ask AWS.
      const known = learned.get(name);
      if (known !== undefined) return known;
      written ??= accountIds(landingZone, readLockFile(lockFilePath(landingZone.file)));
      return written.get(name);
    },
    learn: (ids) => {
      for (const [name, id] of ids) learned.set(name, id);
    },
    learnNew: (name, id) => {
      learned.set(name, id);
      made.add(name);
    },
    isNew: (name) => made.has(name),
    leaveOut: (names) => {
      for (const name of names) leftOut.add(name);
    },
    isLeftOut: (name) => leftOut.has(name),
  };
}
