/** Gives an account its alias; an earlier one is overwritten by AWS. */

import type { JsonObject } from "@bulkhead/core";
import { awsErrorName } from "@bulkhead/credentials";
import { CreateAccountAliasCommand, IAMClient } from "@aws-sdk/client-iam";
import type { Reach, Site } from "../../control.ts";
import { aliasTaken } from "../../errors.ts";
import { readAlias } from "./actual.ts";

/** @throws Baseline.AliasTaken */
export async function writeAlias(after: JsonObject, site: Site, reach: Reach): Promise<void> {
  const alias = String(after["alias"]);
  try {
    await reach.client(IAMClient, site).send(new CreateAccountAliasCommand({ AccountAlias: alias }));
  } catch (error) {
    if (awsErrorName(error) !== "EntityAlreadyExistsException") throw error;
    // Our own request may have come twice.
    if ((await readAlias(site, reach))?.["alias"] !== alias) throw aliasTaken(alias, site.account, error);
  }
}
