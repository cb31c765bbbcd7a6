/** Reads the password policy of an account. */

import type { JsonObject } from "@bulkhead/core";
import { awsErrorName } from "@bulkhead/credentials";
import { GetAccountPasswordPolicyCommand, IAMClient } from "@aws-sdk/client-iam";
import type { Reach, Site } from "../../control.ts";

/** Null where the account has none of its own; AWS's default policy holds there. */
export async function readPasswordPolicy(site: Site, reach: Reach): Promise<JsonObject | null> {
  try {
    const { PasswordPolicy: policy } = await reach
      .client(IAMClient, site)
      .send(new GetAccountPasswordPolicyCommand({}));
    return {
      minimumLength: policy?.MinimumPasswordLength ?? null,
      requireLowercase: policy?.RequireLowercaseCharacters ?? false,
      requireUppercase: policy?.RequireUppercaseCharacters ?? false,
      requireNumbers: policy?.RequireNumbers ?? false,
      requireSymbols: policy?.RequireSymbols ?? false,
      allowUsersToChange: policy?.AllowUsersToChangePassword ?? false,
      remembered: policy?.PasswordReusePrevention ?? null,
      maxAgeDays: policy?.MaxPasswordAge || null,
      resetByAdministrator: policy?.HardExpiry ?? false,
    };
  } catch (error) {
    if (awsErrorName(error) === "NoSuchEntityException") return null;
    throw error;
  }
}
