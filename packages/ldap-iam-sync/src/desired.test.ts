/** What the directory and the file come to in IAM: names, tags, groups, and all that IAM wouldn't take. */

import { describe, expect, it } from "@jest/globals";
import type { Group, Person } from "@bulkhead/directory";
import { neededAttributes } from "./attributes.ts";
import { wantedUsers } from "./desired.ts";
import type { WantedUsers } from "./model.ts";
import { disabled, group, known, landingZone, person, readOf } from "./testing/small-world.ts";

const wanted = (people: readonly Person[], groups: readonly Group[] = [group("aws-ops")], users = ""): WantedUsers =>
  wantedUsers(landingZone({ users }), readOf(people, groups), known);
const withAttributes = (uid: string, attributes: Person["attributes"]): Person =>
  person(uid, { attributes: { ...person(uid).attributes, ...attributes } });

describe("people", () => {
  it("become users with name, tags and sorted groups", () => {
    const people = [person("anna"), person("ben")];
    const groups = [group("aws-players", ["anna"]), group("aws-ops", ["ben", "anna"]), group("staff", ["anna"])];
    expect(wanted(people, groups).users).toEqual([
      {
        key: "key-anna",
        dn: "uid=anna,ou=people,dc=x",
        name: "anna",
        tags: { Email: "anna@example.com" },
        groups: ["ops", "players"],
        adopt: null,
      },
      expect.objectContaining({ name: "ben", groups: ["ops"] }),
    ]);
  });

  it.each<[Person["status"], "users" | "leavers"]>([
    [{ state: "active", evidence: "" }, "users"],
    [{ state: "locked", evidence: "lockoutTime=1" }, "users"],
    [{ state: "disabled", evidence: "nsAccountLock=true" }, "leavers"],
    [{ state: "expired", evidence: "shadowExpire=1" }, "leavers"],
  ])("with the status %o are among the %s", (status, list) => {
    const result = wanted([person("anna", { status })]);
    expect(result[list].map(({ key }) => key)).toEqual(["key-anna"]);
    expect(result.users.length + result.leavers.length + result.unmapped.length).toBe(1);
  });

  it.each<[string, Person, string]>([
    [
      "without the name's attribute",
      person("anna", { attributes: { mail: ["a@x"] } }),
      "has no uid, which users.people.name",
    ],
    [
      "without a tag's attribute",
      person("anna", { attributes: { uid: ["anna"] } }),
      "has no mail, which users.people.tags.Email",
    ],
    ["with a character that names can't have", withAttributes("anna", { uid: ["jörg müller"] }), '"ö" " " "ü"'],
    [
      "with a name that is too long",
      withAttributes("anna", { uid: ["a".repeat(65)] }),
      "has 65 characters; IAM takes 64",
    ],
    ["with a tag that IAM doesn't take", withAttributes("anna", { mail: ["a;b@x"] }), 'the tag Email has ";"'],
    [
      "with a tag that is too long",
      withAttributes("anna", { mail: ["a".repeat(257)] }),
      "has 257 characters; IAM takes 256",
    ],
  ])("%s are unmapped, and the others go on", (_, odd, reason) => {
    const { users, unmapped } = wanted([odd, person("ben")]);
    expect(users.map(({ name }) => name)).toEqual(["ben"]);
    expect(unmapped).toEqual([expect.objectContaining({ key: "key-anna", reason: expect.stringContaining(reason) })]);
  });

  it("whose names differ in case only are unmapped, each with the other's DN", () => {
    const other = person("other", { attributes: { uid: ["Anna"], mail: ["o@x"] } });
    const { users, unmapped } = wanted([person("anna"), other, person("ben")]);
    expect(users.map(({ name }) => name)).toEqual(["ben"]);
    expect(unmapped.map(({ key, reason }) => [key, reason])).toEqual([
      ["key-anna", expect.stringContaining("uid=other,ou=people,dc=x (Anna)")],
      ["key-other", expect.stringContaining("uid=anna,ou=people,dc=x (anna)")],
    ]);
  });

  it("who have left don't stand in the way of somebody with their name", () => {
    const { users, leavers } = wanted([person("anna", { status: disabled }), person("anna", { key: "key-2" })]);
    expect([users.length, leavers.length]).toEqual([1, 1]);
  });

  it.each<[string, Person["attributes"], string, string]>([
    ["the value that names the entry", { uid: ["a.alias", "anna"] }, "uid=anna,ou=people,dc=x", "anna"],
    ["also where it has to be escaped", { uid: ["a.alias", "anna+x"] }, "uid=anna\\+x,ou=people,dc=x", "anna+x"],
    ["else the first, whatever the server's order", { uid: ["b", "a"] }, "cn=anna,ou=people,dc=x", "a"],
  ])("with several values are named by %s", (_, attributes, dn, name) => {
    expect(wanted([{ ...withAttributes("anna", attributes), dn }]).users[0]?.name).toBe(name);
  });

  it("ask to be adopted as the file says", () => {
    const adopt = (users: string, who = person("anna")) => wanted([who], [group("aws-ops")], users).users[0]?.adopt;
    expect(adopt("  adopt: name")).toEqual({ by: "name" });
    expect(adopt('  adopt: { tag: Mail, value: "{mail}" }')).toEqual({
      by: "tag",
      key: "Mail",
      value: "anna@example.com",
    });
    expect(adopt('  adopt: { tag: Number, value: "{employeeNumber}" }')).toBeNull();
  });

  it("are read with the attributes of every template", () => {
    const { users } = landingZone({ users: '  adopt: { tag: Number, value: "{employeeNumber}" }' });
    expect(neededAttributes(users)).toEqual(["employeeNumber", "mail", "uid"]);
  });
});

describe("groups", () => {
  it("that come to one name are united, with a warning", () => {
    const twice = group("aws-ops", ["ben"], { key: "key-2", dn: "cn=aws-ops,ou=more,dc=x" });
    const { groups, users, warnings } = wanted([person("anna"), person("ben")], [group("aws-ops", ["anna"]), twice]);
    expect(groups.map(({ name, dns }) => [name, dns.length])).toEqual([["ops", 2]]);
    expect(users.map((user) => user.groups)).toEqual([["ops"], ["ops"]]);
    expect(warnings).toContain("the IAM group ops unites cn=aws-ops,ou=groups,dc=x and cn=aws-ops,ou=more,dc=x");
  });

  it("whose names differ in case only, or that IAM doesn't take, are unmapped", () => {
    const { groups, unmappedGroups } = wanted(
      [person("anna")],
      [group("aws-ops"), group("aws-Ops"), group("aws-büro"), group("aws-players")],
    );
    expect(groups.map(({ name }) => name)).toEqual(["players"]);
    expect(unmappedGroups.map(({ name, reason }) => [name, reason])).toEqual([
      ["Ops", expect.stringContaining("differs from ops in case only")],
      ["büro", expect.stringContaining('has "ü"')],
      ["ops", expect.stringContaining("differs from Ops in case only")],
    ]);
  });

  it("that access names and the directory lacks are told, with what may be meant", () => {
    expect(wanted([person("anna")], [group("aws-player"), group("aws-ops")]).warnings).toEqual([
      "access names the group players, and no group of the directory comes to that name; did you mean player?",
    ]);
  });

  it("whose rule matches none of them make the read incomplete", () => {
    expect(wanted([person("anna")], [group("staff")]).incomplete).toContain("users.groups.name.match");
  });
});

it("an incomplete read keeps all its reasons, and warns of no missing group", () => {
  const read = readOf([person("anna")], [group("aws-ops")], "the size limit was hit.");
  expect(wantedUsers(landingZone(), read, known)).toMatchObject({ incomplete: "the size limit was hit", warnings: [] });
});
