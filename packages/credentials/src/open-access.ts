/** Access as a command's flags ask for it. */

import type { CommandContext } from "@bulkhead/core";
import { createAccess, type Access } from "./access.ts";
import { createDiskCache, defaultCacheFolder } from "./disk-cache.ts";

export interface AccessDefaults {
  /** Used where no --region is given. */
  readonly region: string;
  readonly accessRole: string;
}

/** Starts from --profile and the AWS_* variables, asks for one-time codes on the terminal, and keeps sessions on disk. */
export function openAccess(
  { flags, env, report, terminal }: CommandContext,
  { region, accessRole }: AccessDefaults,
): Access {
  return createAccess({
    profile: flags.profile,
    region: flags.region ?? region,
    accessRole,
    disk: createDiskCache(defaultCacheFolder(env)),
    report,
    ...(terminal.interactive ? { askMfaCode: (serial) => terminal.ask(`One-time code of ${serial}: `) } : {}),
  });
}
