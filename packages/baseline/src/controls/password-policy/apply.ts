/** Sets the password policy of an account, whole. */

import type { JsonObject } from "@bulkhead/core";
import type { Baseline } from "@bulkhead/landing-zone";
import { IAMClient, UpdateAccountPasswordPolicyCommand } from "@aws-sdk/client-iam";
import type { Reach, Site } from "../../control.ts";

export async function writePasswordPolicy(after: JsonObject, site: Site, reach: Reach): Promise<void> {
  const policy = after as unknown as NonNullable<Baseline["passwordPolicy"]> & { readonly maxAgeDays: number | null };
  await reach.client(IAMClient, site).send(
    new UpdateAccountPasswordPolicyCommand({
      MinimumPasswordLength: policy.minimumLength,
      RequireLowercaseCharacters: policy.requireLowercase,
      RequireUppercaseCharacters: policy.requireUppercase,
      RequireNumbers: policy.requireNumbers,
      RequireSymbols: policy.requireSymbols,
      AllowUsersToChangePassword: policy.allowUsersToChange,
      PasswordReusePrevention: policy.remembered,
      HardExpiry: policy.resetByAdministrator,
      // AWS takes no "never": that is what leaving it out means.
      ...(policy.maxAgeDays === null ? {} : { MaxPasswordAge: policy.maxAgeDays }),
    }),
  );
}
