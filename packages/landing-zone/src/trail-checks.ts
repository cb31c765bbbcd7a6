/** What the trail needs of the rest of the file: an account for its logs, and auditors that exist there. */

import type { BulkheadError } from "@bulkhead/core";
import { problem, unknownName } from "./errors.ts";
import type { Role } from "./model.ts";
import type { LandingZoneFile } from "./schema.ts";
import type { Places } from "./yaml-source.ts";

export function checkTrail(
  { baseline, organization }: LandingZoneFile,
  roles: readonly Role[],
  places: Places,
  problems: BulkheadError[],
): void {
  if (baseline?.trail === undefined) return;
  const path = ["baseline", "trail"];
  const { logArchiveAccount } = organization;
  if (logArchiveAccount === undefined) {
    const message = "The trail needs organization.logArchiveAccount: the account that holds its logs";
    problems.push(problem("LandingZone.LogArchiveMissing", places.atKey(path), message));
    return;
  }
  const there = roles.filter(({ accounts }) => accounts.includes(logArchiveAccount)).map(({ name }) => name);
  baseline.trail.auditors.forEach((auditor, index) => {
    if (auditor.startsWith("arn:") || there.includes(auditor)) return;
    const where = places.at([...path, "auditors", index]);
    const exists = roles.some(({ name }) => name === auditor);
    const message = `Account ${logArchiveAccount}, which holds the logs, has no role ${auditor}`;
    problems.push(
      exists
        ? problem("LandingZone.RoleNotInAccount", where, message, { next: `See the accounts of roles.${auditor}.` })
        : unknownName("role", auditor, there, where),
    );
  });
}
