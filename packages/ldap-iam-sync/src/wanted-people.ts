/**
 * The directory's people as IAM users: pure.
 *
 *   person                                                        | becomes
 *   --------------------------------------------------------------+-----------------------------------------
 *   disabled, expired                                             | leaver
 *   active, locked (a passing lock-out is no sign of leaving)     | user, named and tagged by the templates
 *   … that lacks an attribute of name or tags                     | unmapped
 *   … whose name or tag IAM doesn't take                          | unmapped
 *   … whose name is another's too, or differs from it in case only| unmapped, both
 */

import type { Person } from "@bulkhead/directory";
import type { Users } from "@bulkhead/landing-zone";
import { fillIn } from "./attributes.ts";
import { caseless, nameFault, tagFault, tagsFit } from "./iam-rules.ts";
import type { Adoption, Unmapped, WantedLeaver, WantedUser } from "./model.ts";

export interface MappedPeople {
  readonly users: readonly WantedUser[];
  readonly leavers: readonly WantedLeaver[];
  readonly unmapped: readonly Unmapped[];
}

/** @param groupsOf names of IAM groups by the key of a person */
export function mapPeople(
  rules: Users,
  people: readonly Person[],
  groupsOf: ReadonlyMap<string, readonly string[]>,
): MappedPeople {
  const leavers = people.filter(hasLeft).map(({ key, dn, status }) => ({ key, dn, status }));
  const drafts = people.filter((person) => !hasLeft(person)).map((person) => draft(rules, person, groupsOf));
  const byName = Map.groupBy(
    drafts.filter(({ user }) => user.name !== ""),
    ({ user }) => caseless(user.name),
  );
  const users: WantedUser[] = [];
  const unmapped: Unmapped[] = [];
  for (const { user, fault } of drafts) {
    const namesakes = (byName.get(caseless(user.name)) ?? []).filter((other) => other.user !== user);
    const reason =
      fault ??
      (namesakes.length > 0
        ? sameName(
            user.name,
            namesakes.map((other) => other.user),
          )
        : undefined);
    if (reason === undefined) users.push(user);
    else unmapped.push({ key: user.key, dn: user.dn, name: user.name === "" ? null : user.name, reason });
  }
  return { users, leavers, unmapped };
}

export function hasLeft({ status }: Person): boolean {
  return status.state === "disabled" || status.state === "expired";
}

interface Draft {
  /** With an empty name where an attribute is missing for it. */
  readonly user: WantedUser;
  readonly fault: string | undefined;
}

function draft(rules: Users, person: Person, groupsOf: ReadonlyMap<string, readonly string[]>): Draft {
  const { key, dn } = person;
  const name = fillIn(rules.people.name, person);
  const tags = Object.entries(rules.people.tags ?? {}).map(([tag, template]) => ({ tag, ...fillIn(template, person) }));
  const faults = [
    name.missing.length > 0 ? lacks(name.missing, "users.people.name") : faultOfName(name.text),
    ...tags.map(({ tag, text, missing }) => {
      if (missing.length > 0) return lacks(missing, `users.people.tags.${tag}`);
      const fault = tagFault(text);
      return fault && `the tag ${tag} ${fault}: mend the attribute, or users.people.tags`;
    }),
    tagsFit(new Set(tags.map(({ tag }) => tag))) ? undefined : "users.people.tags are more than IAM takes for a user",
  ];
  const user = {
    key,
    dn,
    name: name.missing.length > 0 ? "" : name.text,
    tags: Object.fromEntries(tags.map(({ tag, text }) => [tag, text])),
    groups: groupsOf.get(key) ?? [],
    adopt: adoptionOf(rules, person),
  };
  return { user, fault: faults.find((fault) => fault !== undefined) };
}

function lacks(attributes: readonly string[], where: string): string {
  return `the entry has no ${attributes.join(" and no ")}, which ${where} asks for: add it, or mend the file`;
}

function faultOfName(name: string): string | undefined {
  const fault = nameFault("user", name);
  return fault && `the IAM name ${JSON.stringify(name)} ${fault}: mend the attribute, or users.people.name`;
}

function sameName(name: string, others: readonly WantedUser[]): string {
  const listed = others.map((other) => `${other.dn} (${other.name})`).join(", ");
  return `the IAM name ${name} is that of ${listed} too, and IAM doesn't tell capital letters from small ones: change one, or users.people.name`;
}

function adoptionOf({ adopt }: Users, person: Person): Adoption | null {
  if (adopt === undefined) return null;
  if (adopt === "name") return { by: "name" };
  const { text, missing } = fillIn(adopt.value, person);
  return missing.length > 0 ? null : { by: "tag", key: adopt.tag, value: text };
}
