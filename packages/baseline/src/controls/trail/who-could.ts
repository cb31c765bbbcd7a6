/** The accounts of the file whose administrators could do something. */

import { BulkheadError } from "@bulkhead/core";
import type { Estate } from "../../control.ts";

/**
 * Names of accounts, sorted. The management account isn't asked about: the trail is its own.
 * @param actions what an administrator of the account with this id could do
 */
export function whoCould({ landingZone, idOf }: Estate, actions: (accountId: string) => readonly string[]): string[] {
  return landingZone.accounts
    .map(({ name }) => name)
    .filter((name) => {
      const id = idIfKnown(name, idOf);
      return id !== undefined && actions(id).length > 0;
    });
}

/** An account that doesn't exist yet has no administrators. */
function idIfKnown(name: string, idOf: Estate["idOf"]): string | undefined {
  try {
    return idOf(name);
  } catch (error) {
    if (error instanceof BulkheadError) return undefined;
    throw error;
  }
}
