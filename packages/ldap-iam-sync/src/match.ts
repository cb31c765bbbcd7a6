/**
 * Which IAM user is whose: pure.
 *
 *   IAM user                                                    | is
 *   ------------------------------------------------------------+------------------------------------------------
 *   at our path, with the tag `bulkhead:person`                 | ours: that person's, whatever it is called
 *   … the tag's value on several of them                        | nobody's, all of them; the person is left alone
 *   other, and fits one person who asks for adoption and has no | adopted: becomes that person's
 *   user of their own                                           |
 *   … fits several people, or several users fit one             | nobody's; the person's create is held
 *   other                                                       | foreign
 *
 * To be adopted, a user carries no `bulkhead:person`, or (at another path) the person's own key. By name, case doesn't
 * count; by tag, key and value are equal to the letter.
 */

import { caseless } from "./iam-rules.ts";
import { personTag, type FoundUser, type WantedUser, type WantedUsers } from "./model.ts";

export interface Matches {
  /** By the person's key; those of people who aren't in the directory any more included. */
  readonly ours: ReadonlyMap<string, FoundUser>;
  /** By the person's key. */
  readonly adopted: ReadonlyMap<string, FoundUser>;
  /** Why a person's adoption can't be decided, by key. */
  readonly undecided: ReadonlyMap<string, string>;
  /** Users of ours that can't be told apart, by the key that they share. */
  readonly doubled: ReadonlyMap<string, readonly FoundUser[]>;
  readonly foreign: readonly FoundUser[];
}

export function matchUsers({ path, users: wanted }: WantedUsers, found: readonly FoundUser[]): Matches {
  const owned = found.filter((user) => isOurs(user, path));
  const byKey = Map.groupBy(owned, ({ tags }) => tags[personTag] ?? "");
  const single = [...byKey].flatMap(([key, [user, ...others]]) =>
    user && others.length === 0 ? [[key, user] as const] : [],
  );
  const ours = new Map(single);
  const doubled = new Map([...byKey].filter(([, users]) => users.length > 1));

  const others = found.filter((user) => !isOurs(user, path));
  const asking = wanted.filter(({ key, adopt }) => adopt !== null && !byKey.has(key));
  const { adopted, undecided } = adoptions(asking, others);
  const taken = new Set(adopted.values());
  return { ours, adopted, undecided, doubled, foreign: others.filter((user) => !taken.has(user)) };
}

export function isOurs({ path, tags }: FoundUser, ours: string): boolean {
  return path === ours && tags[personTag] !== undefined;
}

function adoptions(
  asking: readonly WantedUser[],
  others: readonly FoundUser[],
): Pick<Matches, "adopted" | "undecided"> {
  const byName = Map.groupBy(others, ({ name }) => caseless(name));
  const byTag = Map.groupBy(
    others.flatMap((user) => Object.entries(user.tags).map(([key, value]) => ({ user, tag: tagText(key, value) }))),
    ({ tag }) => tag,
  );
  const fitting = asking.map((person) => {
    const { key, name, adopt } = person;
    const candidates =
      adopt?.by === "tag"
        ? (byTag.get(tagText(adopt.key, adopt.value)) ?? []).map(({ user }) => user)
        : (byName.get(caseless(name)) ?? []);
    return { person, users: candidates.filter(({ tags }) => tags[personTag] === undefined || tags[personTag] === key) };
  });
  const claims = Map.groupBy(
    fitting.flatMap(({ person, users }) => users.map((user) => ({ person, user }))),
    ({ user }) => user,
  );
  const adopted = new Map<string, FoundUser>();
  const undecided = new Map<string, string>();
  for (const { person, users } of fitting) {
    const [user] = users;
    if (user === undefined) continue;
    const rivals = users.flatMap((it) => claims.get(it) ?? []).filter((claim) => claim.person !== person);
    if (users.length > 1) {
      const names = users.map(({ name }) => name).join(", ");
      undecided.set(person.key, `${names} would fit, and only one can be adopted: make users.adopt tell them apart`);
    } else if (rivals.length > 0) {
      const dns = rivals.map((claim) => claim.person.dn).join(", ");
      undecided.set(person.key, `${user.name} would be adopted by ${dns} too: make users.adopt tell them apart`);
    } else adopted.set(person.key, user);
  }
  return { adopted, undecided };
}

function tagText(key: string, value: string): string {
  return JSON.stringify([key, value]);
}
