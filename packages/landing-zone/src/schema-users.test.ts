/** The section `users`: what it takes, and what it refuses in plain words. */

import { expect, test } from "@jest/globals";
import { head, load, problemsOf } from "./testing/fixtures.ts";

interface Parts {
  readonly directory?: string;
  readonly people?: string;
  readonly more?: string;
}

const file = ({ directory = "url: ldaps://x", people = "", more = "" }: Parts): string => `${head}users:
  directory: { ${directory} }
  people: { base: b, filter: f, name: "{uid}"${people} }
  groups: { base: b, filter: f }
  ${more}
`;

test("takes several servers, adoption, an audit log and a canary", () => {
  const { users } = load(
    file({
      directory: "url: ldaps://one.example.com:636/ ldaps://two.example.com",
      people: ', canary: "uid=canary,dc=x"',
      more: 'adopt: { tag: Email, value: "{mail}" }\n  auditLog: audit.jsonl',
    }),
  );
  expect(users).toMatchObject({
    directory: { url: "ldaps://one.example.com:636/ ldaps://two.example.com" },
    people: { canary: "uid=canary,dc=x" },
    adopt: { tag: "Email", value: "{mail}" },
    auditLog: "audit.jsonl",
    path: "/people/",
  });
  expect(load(file({ more: "adopt: name" })).users?.adopt).toBe("name");
});

test.each<[string, Parts, string]>([
  ["a server without encryption among others", { directory: "url: ldaps://x ldap://y" }, "unencrypted"],
  ["a server without encryption ahead of others", { directory: "url: ldap://y ldaps://x" }, "unencrypted"],
  ["a file among servers", { directory: "url: ldaps://x ldif:y" }, "must be ldaps://HOST"],
  ["a path that is everything", { more: "path: /" }, "would look like Bulkhead's"],
  ["a path with wildcards", { more: "path: /peo*/" }, "must begin and end with /"],
  ["a path without its end", { more: "path: /people" }, "must begin and end with /"],
  ["an open brace", { people: ', tags: { Email: "{mail" }' }, "names of attributes between its braces"],
  ["Bulkhead's own tags", { people: ', tags: { "bulkhead:person": x }' }, "reserved for Bulkhead"],
  ["tags that are one to IAM", { people: ", tags: { Email: a, email: b }" }, "differ in capitals only"],
  ["adoption by something else", { more: "adopt: email" }, "`name` or { tag, value }"],
])("refuses %s", (_, parts, message) => {
  expect(problemsOf(file(parts)).text).toContain(message);
});

test("refuses a name that everybody would have", () => {
  expect(problemsOf(file({}).replace("{uid}", "user")).text).toContain("would be the same for everybody");
});
