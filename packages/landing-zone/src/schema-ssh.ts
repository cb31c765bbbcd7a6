/** The section `ssh`: who may sign in to the instances of which accounts, and as what Linux user. */

import * as z from "zod";
import { attributeName, attributeTemplate, maxLeavers, namingTemplate, selectorSchema } from "./schema-parts.ts";

/** Distributions give numbers below this one to the system and to users that were made by hand. */
const lowestUid = 1000;
/** Above are the ranges of systemd and of containers, and numbers that mean nobody. */
const highestUid = 2_000_000_000;

const uid = z
  .int()
  .min(lowestUid, { error: `can't be below ${lowestUid}: these numbers are the system's` })
  .max(highestUid, { error: `can't be above ${highestUid}` });

const access = z
  .array(
    z.strictObject({
      group: z.string().min(1).describe("Name of the group, as users.groups.name makes it"),
      accounts: selectorSchema,
      sudo: z.boolean().default(false).describe("May become root"),
    }),
  )
  .describe("Which group may sign in to the instances of which accounts");

const leavers = z
  .strictObject({
    graceDays: z.int().nonnegative().describe("Days between shutting out and removing the user").default(30),
    endProcesses: z.boolean().describe("End what a leaver still runs").default(false),
  })
  .prefault({});

export const ssh = z
  .strictObject({
    access,
    login: namingTemplate.describe("Login, from attributes: {uid}").default("{uid}"),
    keys: attributeName.describe("Attribute that holds public keys, one a value").default("sshPublicKey"),
    uid: namingTemplate
      .describe("UID, from attributes: {uidNumber}; without it, every host allots its own from uidRange")
      .optional(),
    uidRange: z
      .tuple([uid, uid])
      .refine(([first, last]) => first <= last, { error: "must have its lower end first" })
      .describe("UIDs and GIDs that people and their groups may have, both ends included")
      .default([20_000, 59_999]),
    shell: attributeTemplate
      .refine((text) => /^(\/[\w.+-]+)+$|^\{[^{}]+\}$/.test(text), {
        error: "must be a path such as /bin/bash, or an attribute such as {loginShell}",
      })
      .describe("Login shell; /bin/bash for those whose attribute is empty or names one that the host doesn't have")
      .default("/bin/bash"),
    home: z
      .string()
      .regex(/^(\/[A-Za-z0-9_-][\w.-]*)+\/\{login\}$/, { error: "must be a folder and {login}, such as /home/{login}" })
      .describe("Home, made on the first day and kept when its owner leaves")
      .default("/home/{login}"),
    leavers,
    maxLeavers: maxLeavers
      .describe(
        "Above so many who lose their access at once without their entry telling that they left, nobody does until that very plan is approved",
      )
      .default("10%"),
    maxStaleHours: z
      .int()
      .positive()
      .describe("Shut everybody out when the directory has been silent for so long; without it, never")
      .optional(),
  })
  .describe("Linux users and keys on EC2 instances");
