/** Reads the contacts of an account, as far as the file speaks of them: AWS gives them one by one. */

import { awsErrorName } from "@bulkhead/credentials";
import { AccountClient, GetAlternateContactCommand } from "@aws-sdk/client-account";
import type { Found, Reach, Site } from "../../control.ts";
import { contactKind, wantedContacts } from "./desired.ts";

export async function readContacts(site: Site, reach: Reach): Promise<readonly Found[]> {
  const found = await Promise.all(wantedContacts(site, reach).map(({ name }) => readContact(name, site, reach)));
  return found.flat();
}

/** Without an account id in it, the call is about the account that it is made in, and needs no trusted access. */
async function readContact(type: string, site: Site, reach: Reach): Promise<readonly Found[]> {
  const command = new GetAlternateContactCommand({ AlternateContactType: apiType(type) });
  try {
    const { AlternateContact: contact } = await reach.client(AccountClient, site).send(command);
    const fields = {
      name: contact?.Name ?? "",
      title: contact?.Title ?? "",
      email: contact?.EmailAddress ?? "",
      phone: contact?.PhoneNumber ?? "",
    };
    return [{ kind: contactKind, name: type, fields, ownership: null }];
  } catch (error) {
    if (awsErrorName(error) === "ResourceNotFoundException") return [];
    throw error;
  }
}

export function apiType(type: string): "BILLING" | "OPERATIONS" | "SECURITY" {
  return type.toUpperCase() as "BILLING" | "OPERATIONS" | "SECURITY";
}
