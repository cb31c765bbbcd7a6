/**
 * Who may sign in to this host, and as what Linux user, by directory and landing zone: pure.
 *
 *   person                                                       | becomes
 *   -------------------------------------------------------------+-----------------------------------------
 *   disabled, expired                                            | outsider, told to leave
 *   active, locked (a passing lock-out is no sign of leaving) …  |
 *   … in no group that ssh.access lets in here                   | outsider
 *   … whose login or UID can't be one (login.ts)                 | unmapped
 *   … whose login or UID is another's of them too                | unmapped, both
 *   … otherwise                                                  | wanted, with the keys that hold (keys.ts)
 */

import type { DirectoryRead, Person } from "@bulkhead/directory";
import type { LandingZone, Ssh, Users } from "@bulkhead/landing-zone";
import { groupsWithAccess } from "./access.ts";
import { fillIn } from "./attributes.ts";
import { peopleOf, wantedGroups, type PersonsGroups } from "./desired-groups.ts";
import { parseKeys } from "./keys.ts";
import { parseLogin, type Login } from "./login.ts";
import { isShell, usualShell } from "./shell.ts";
import type { Outsider, Unmapped, Wanted, WantedPerson } from "./model.ts";

/** A landing zone with the sections that this needs. */
export type LandingZoneWithSsh = LandingZone & { readonly users: Users; readonly ssh: Ssh };

/** @param account name in the landing zone of the account that the host is in */
export function wantedHere(landingZone: LandingZoneWithSsh, account: string, read: DirectoryRead): Wanted {
  const { ssh, users } = landingZone;
  const groups = wantedGroups(users, groupsWithAccess(landingZone, ssh, account), read);
  const groupsOf = peopleOf(groups);

  const outsiders: Outsider[] = [];
  const drafts: Draft[] = [];
  // Servers give entries in any order; the same directory has to come out the same again.
  for (const person of read.people.toSorted((a, b) => (a.dn < b.dn ? -1 : 1))) {
    const theirs = groupsOf.get(person.key);
    const outside = whyOutside(person, theirs, account);
    if (outside) outsiders.push(outside);
    else if (theirs) drafts.push(draft(ssh, person, theirs));
  }
  const { people, unmapped } = withoutDoubles(drafts);
  return {
    account,
    people,
    unmapped,
    outsiders,
    groups: groups.linuxNames,
    uidRange: ssh.uidRange,
    graceDays: ssh.leavers.graceDays,
    endProcesses: ssh.leavers.endProcesses,
    incomplete: whyIncomplete(read, groups.matching),
    warnings: [...groups.warnings, ...drafts.flatMap(({ warnings }) => warnings)],
  };
}

/** A rule that no group matches is a mistake in the rule: nobody must lose anything for it. */
function whyIncomplete({ groups, proof }: DirectoryRead, matching: number): string | null {
  if (!proof.complete) return proof.reasons.map(({ message }) => message.replace(/\.$/, "")).join("; ");
  if (groups.length > 0 && matching === 0) return "none of the directory's groups matches users.groups.name.match";
  return null;
}

export function hasLeft({ status }: Person): boolean {
  return status.state === "disabled" || status.state === "expired";
}

function whyOutside(person: Person, groups: PersonsGroups | undefined, account: string): Outsider | undefined {
  const { key, dn, status } = person;
  if (hasLeft(person)) {
    return { key, dn, reason: `the entry is ${status.state}: ${status.evidence}`, toldToLeave: true };
  }
  if (groups === undefined) {
    return { key, dn, reason: `in no group that may sign in to ${account}`, toldToLeave: false };
  }
  return undefined;
}

interface Draft {
  readonly person: Person;
  readonly wanted: WantedPerson | undefined;
  readonly fault: string | undefined;
  readonly warnings: readonly string[];
}

function draft(ssh: Ssh, person: Person, { linuxNames, sudo }: PersonsGroups): Draft {
  const { fault, warnings, user } = userOf(ssh, person);
  return { person, wanted: user && { ...user, groups: linuxNames, sudo }, fault, warnings };
}

/** What an entry comes to, whatever its groups. */
interface EntrysUser extends Pick<Draft, "fault" | "warnings"> {
  readonly user: Omit<WantedPerson, "groups" | "sudo"> | undefined;
}

/** Who follows a directory gets the same object for whoever hasn't changed; most of a sync went into reading keys again. */
const known = new WeakMap<Ssh, WeakMap<Person, EntrysUser>>();

function userOf(ssh: Ssh, person: Person): EntrysUser {
  const users = known.get(ssh) ?? new WeakMap<Person, EntrysUser>();
  const user = users.get(person) ?? readUser(ssh, person);
  known.set(ssh, users.set(person, user));
  return user;
}

function readUser(ssh: Ssh, person: Person): EntrysUser {
  const { key, dn, attributes } = person;
  const login = loginOf(ssh, person);
  const uid = uidOf(ssh, person);
  const { keys, refused } = parseKeys(attributes[ssh.keys] ?? []);
  const warnings = refused.map(({ excerpt, reason }) => `${dn}: the key ${JSON.stringify(excerpt)} ${reason}`);
  const fault = [login, uid].flatMap((it) => (typeof it === "object" && it !== null ? [it.fault] : []))[0];
  if (typeof login === "object" || (typeof uid === "object" && uid !== null)) {
    return { user: undefined, fault, warnings };
  }
  const home = ssh.home.replace("{login}", login);
  return { user: { key, dn, login, uid, shell: shellOf(ssh, person), home, keys }, fault, warnings };
}

function loginOf({ login: template }: Ssh, person: Person): Login | { readonly fault: string } {
  const text = fillIn(template, person);
  if (text === undefined) return { fault: `the entry has no ${template}, which ssh.login asks for` };
  const login = parseLogin(text);
  return typeof login === "string" ? login : { fault: `the login ${JSON.stringify(text.slice(0, 64))} ${login.fault}` };
}

function uidOf(
  { uid: template, uidRange: [first, last] }: Ssh,
  person: Person,
): number | null | { readonly fault: string } {
  if (template === undefined) return null;
  const text = fillIn(template, person);
  if (text === undefined) return { fault: `the entry has no ${template}, which ssh.uid asks for` };
  const uid = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
  if (uid !== undefined && uid >= first && uid <= last) return uid;
  return { fault: `the UID ${JSON.stringify(text.slice(0, 64))} isn't in ssh.uidRange, ${first} to ${last}` };
}

function shellOf({ shell: template }: Ssh, person: Person): string {
  const shell = fillIn(template, person) ?? usualShell;
  return isShell(shell) ? shell : usualShell;
}

/** Two people with one login would have each other's keys, and with one UID each other's files. */
function withoutDoubles(drafts: readonly Draft[]): { people: readonly WantedPerson[]; unmapped: readonly Unmapped[] } {
  const wanted = drafts.flatMap((it) => it.wanted ?? []);
  const byLogin = Map.groupBy(wanted, ({ login }) => login);
  const byUid = Map.groupBy(
    wanted.filter(({ uid }) => uid !== null),
    ({ uid }) => uid,
  );
  const people: WantedPerson[] = [];
  const unmapped: Unmapped[] = [];
  for (const { person, wanted: one, fault } of drafts) {
    const { key, dn } = person;
    const reason =
      fault ??
      (one &&
        (sharing("login", one.login, byLogin.get(one.login), one) ?? sharing("UID", one.uid, byUid.get(one.uid), one)));
    if (reason !== undefined) unmapped.push({ key, dn, reason });
    else if (one) people.push(one);
  }
  return { people, unmapped };
}

function sharing(
  what: string,
  value: string | number | null,
  those: readonly WantedPerson[] = [],
  one: WantedPerson,
): string | undefined {
  const others = those.filter((it) => it !== one).map(({ dn }) => dn);
  return others.length > 0 ? `the ${what} ${value} is that of ${others.join(", ")} too: change one` : undefined;
}
