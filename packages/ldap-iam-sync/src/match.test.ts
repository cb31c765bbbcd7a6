/** Which IAM user is whose: ownership, adoption, and what can't be told. */

import { describe, expect, it } from "@jest/globals";
import { matchUsers, type Matches } from "./match.ts";
import { personTag, type Adoption, type FoundUser, type WantedUser, type WantedUsers } from "./model.ts";
import { foreignUser, path } from "./testing/small-world.ts";

const byMail = (uid: string): Adoption => ({ by: "tag", key: "Email", value: `${uid}@x` });
const wantedUser = (uid: string, adopt: Adoption | null = null): WantedUser => ({
  key: `key-${uid}`,
  dn: `uid=${uid}`,
  name: uid,
  tags: {},
  groups: [],
  adopt,
});
const ours = (uid: string, more: Partial<FoundUser> = {}): FoundUser =>
  foreignUser(uid, { path, tags: { [personTag]: `key-${uid}` }, ...more });
const match = (users: readonly WantedUser[], found: readonly FoundUser[]): Matches =>
  matchUsers({ path, users } as unknown as WantedUsers, found);
const names = (users: ReadonlyMap<string, FoundUser>): Record<string, string> =>
  Object.fromEntries([...users].map(([key, { name }]) => [key, name]));

describe("ours", () => {
  it.each<[string, FoundUser, boolean]>([
    ["path and tag", ours("anna"), true],
    ["path and tag under another name", ours("anna", { name: "married" }), true],
    ["path without tag", foreignUser("anna", { path }), false],
    ["tag without path", ours("anna", { path: "/" }), false],
    ["tag below our path", ours("anna", { path: `${path}more/` }), false],
    ["neither", foreignUser("anna"), false],
  ])("are users with %s: %s", (_, user, expected) => {
    const result = match([wantedUser("anna")], [user]);
    expect([...result.ours.values(), ...result.foreign]).toEqual([user]);
    expect(result.ours.has("key-anna")).toBe(expected);
    expect(result.adopted.size).toBe(0);
  });

  it("are none of several with one person's tag", () => {
    const twice = [ours("anna"), ours("anna", { name: "copy" })];
    expect(match([wantedUser("anna", { by: "name" })], twice)).toMatchObject({
      ours: new Map(),
      adopted: new Map(),
      doubled: new Map([["key-anna", twice]]),
      foreign: [],
    });
  });
});

describe("adoption", () => {
  it.each<[string, Adoption | null, FoundUser, boolean]>([
    ["nobody who doesn't ask", null, foreignUser("anna"), false],
    ["by name", { by: "name" }, foreignUser("anna"), true],
    ["by name in another spelling", { by: "name" }, foreignUser("Anna"), true],
    ["by name at our path", { by: "name" }, foreignUser("anna", { path }), true],
    ["one that carries the person's key at another path", { by: "name" }, ours("anna", { path: "/old/" }), true],
    ["nobody else's user", { by: "name" }, foreignUser("anna", { tags: { [personTag]: "key-ben" } }), false],
    ["by tag, whatever its name", byMail("anna"), foreignUser("a.old", { tags: { Email: "anna@x" } }), true],
    ["by a tag to the letter only", byMail("anna"), foreignUser("a.old", { tags: { Email: "Anna@x" } }), false],
    ["by tag and not by name", byMail("anna"), foreignUser("anna"), false],
  ])("takes %s", (_, adopt, user, expected) => {
    const result = match([wantedUser("anna", adopt)], [user]);
    expect(result.adopted.get("key-anna")).toEqual(expected ? user : undefined);
    expect(result.foreign).toEqual(expected ? [] : [user]);
  });

  it("is for people without a user of their own", () => {
    const result = match(
      [wantedUser("anna", byMail("anna"))],
      [ours("anna"), foreignUser("old", { tags: { Email: "anna@x" } })],
    );
    expect([names(result.ours), names(result.adopted)]).toEqual([{ "key-anna": "anna" }, {}]);
  });

  it("is undecided where several users fit one person, or several people one user", () => {
    const tags = { Email: "anna@x" };
    const several = match(
      [wantedUser("anna", byMail("anna"))],
      [foreignUser("a", { tags }), foreignUser("b", { tags })],
    );
    expect([...several.undecided]).toEqual([["key-anna", expect.stringContaining("a, b would fit")]]);
    const shared = match(
      [wantedUser("anna", byMail("anna")), wantedUser("ben", byMail("anna"))],
      [foreignUser("a", { tags })],
    );
    expect([...shared.undecided.keys()]).toEqual(["key-anna", "key-ben"]);
    expect([several.adopted.size, shared.adopted.size, shared.foreign.length]).toEqual([0, 0, 1]);
  });
});
