/** What a host is told: the landing zone file beside it, the account that it is in, and the secret of its bind password. */

import { BulkheadError, type CommandContext } from "@bulkhead/core";
import { accountIds, loadLandingZone, lockFilePath, readLockFile } from "@bulkhead/landing-zone";
import type { FollowOptions } from "@bulkhead/directory";
import { dirname } from "node:path";
import { neededAttributes } from "./attributes.ts";
import type { LandingZoneWithSsh } from "./desired.ts";
import { accountUnknown, notConfigured, noSuchAccount } from "./errors.ts";

export interface Configuration {
  readonly landingZone: LandingZoneWithSsh;
  /** Name of the account that the host is in. */
  readonly account: string;
}

/**
 * @param named the account's name, where AWS can't tell it: outside AWS
 * @throws what loading a landing zone throws, Ssh.NotConfigured, Ssh.NoSuchAccount, Ssh.AccountUnknown, EnvDetect.*
 */
export async function readConfiguration(
  { flags, env }: Pick<CommandContext, "flags" | "env">,
  named: string | undefined,
): Promise<Configuration> {
  const loaded = loadLandingZone(flags.file);
  const { users, ssh, file } = loaded;
  if (users === undefined) throw notConfigured("users", file);
  if (ssh === undefined) throw notConfigured("ssh", file);
  const landingZone = { ...loaded, users, ssh };
  return {
    landingZone,
    account: named === undefined ? await detectAccount(landingZone, env) : known(landingZone, named),
  };
}

function known({ accounts, file }: LandingZoneWithSsh, name: string): string {
  if (!accounts.some((account) => account.name === name)) throw noSuchAccount(name, file);
  return name;
}

/** Only AWS's own word counts: whoever can set a variable mustn't let others in. */
async function detectAccount(landingZone: LandingZoneWithSsh, env: NodeJS.ProcessEnv): Promise<string> {
  const lockFile = lockFilePath(landingZone.file);
  const { detectEnvironment, EnvironmentError } = await import("@bulkhead/env-detect");
  const { account } = await detectEnvironment({ env, lockFile }).catch((error: unknown) => {
    if (!(error instanceof EnvironmentError)) throw error;
    const { code, fault, message, next } = error;
    throw new BulkheadError({ code, fault, message, next, cause: error });
  });
  if (account.value === undefined || account.trust === "hint") throw accountUnknown(undefined);
  const names = [...accountIds(landingZone, readLockFile(lockFile))];
  const name = names.find(([, id]) => id === account.value)?.[0];
  if (name === undefined) throw accountUnknown(account.value);
  return name;
}

/** How the directory is read on a host. @param more attributes that are needed besides */
export function readOptions(
  { landingZone }: Configuration,
  { env, report, signal }: Pick<CommandContext, "env" | "report" | "signal">,
  more: readonly string[] = [],
): FollowOptions {
  const { ssh, users, file } = landingZone;
  return {
    attributes: [...new Set([...neededAttributes(ssh), ...more])],
    env,
    folder: dirname(file),
    canary: users.people.canary,
    // The AWS SDK is large, and most hosts have a file.
    readSecret: async (arn) => (await import("./bind-secret.ts")).readSecret(arn),
    report,
    signal,
  };
}
