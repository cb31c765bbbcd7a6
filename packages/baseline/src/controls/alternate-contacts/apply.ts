/** Sets one contact of an account, whole. */

import { nameOf, type Change } from "@bulkhead/plan";
import { AccountClient, PutAlternateContactCommand } from "@aws-sdk/client-account";
import type { JsonObject } from "@bulkhead/core";
import type { Reach } from "../../control.ts";
import { apiType } from "./actual.ts";

export async function writeContact(change: Change, _: JsonObject | null, reach: Reach): Promise<void> {
  const { name, title, email, phone } = change.after as Record<"name" | "title" | "email" | "phone", string>;
  await reach.client(AccountClient, change).send(
    new PutAlternateContactCommand({
      AlternateContactType: apiType(nameOf(change)),
      Name: name,
      Title: title,
      EmailAddress: email,
      PhoneNumber: phone,
    }),
  );
}
