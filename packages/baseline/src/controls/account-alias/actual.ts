/** Reads the alias of an account. */

import type { JsonObject } from "@bulkhead/core";
import { IAMClient, ListAccountAliasesCommand } from "@aws-sdk/client-iam";
import type { Reach, Site } from "../../control.ts";

/** AWS answers with a list, in which there is one alias at most. */
export async function readAlias(site: Site, reach: Reach): Promise<JsonObject | null> {
  const { AccountAliases: aliases } = await reach.client(IAMClient, site).send(new ListAccountAliasesCommand({}));
  const alias = aliases?.[0];
  return alias === undefined ? null : { alias };
}
