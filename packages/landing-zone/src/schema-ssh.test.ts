/** The section `ssh`: what it takes, what it fills in, and what it refuses in plain words. */

import { expect, test } from "@jest/globals";
import { head, load, problemsOf } from "./testing/fixtures.ts";

const file = (
  more = "",
  access = "- { group: developers, accounts: all }",
): string => `${head}teams: { a: { environments: [dev] } }
ssh:
  access:
    ${access}
  ${more}
`;

test("says little where the defaults are right", () => {
  expect(load(file()).ssh).toEqual({
    access: [{ group: "developers", accounts: "all", sudo: false }],
    login: "{uid}",
    keys: "sshPublicKey",
    uidRange: [20_000, 59_999],
    shell: "/bin/bash",
    home: "/home/{login}",
    leavers: { graceDays: 30, endProcesses: false },
    maxLeavers: "10%",
  });
});

test("takes the directory's own numbers and shells, and a limit on silence", () => {
  const more =
    'uid: "{uidNumber}"\n  uidRange: [5000, 5999]\n  shell: "{loginShell}"\n  home: "/data/home/{login}"\n  maxStaleHours: 24\n  maxLeavers: 3';
  expect(load(file(more)).ssh).toMatchObject({
    uid: "{uidNumber}",
    uidRange: [5000, 5999],
    shell: "{loginShell}",
    home: "/data/home/{login}",
    maxStaleHours: 24,
    maxLeavers: 3,
  });
});

test.each<[string, string, string]>([
  ["a login that everybody would have", "login: dev", "would be the same for everybody"],
  ["an attribute that can't be one", "keys: ssh_keys", "must be the name of an attribute"],
  ["numbers of the system", "uidRange: [500, 900]", "can't be below 1000"],
  ["a range upside down", "uidRange: [3000, 2000]", "must have its lower end first"],
  ["a shell with arguments", "shell: /bin/bash -l", "must be a path such as /bin/bash"],
  ["a shell that is no path", "shell: bash", "must be a path such as /bin/bash"],
  ["a home that everybody would have", "home: /home/dev", "must be a folder and {login}"],
  ["a home from an attribute", 'home: "{homeDirectory}"', "must be a folder and {login}"],
  ["a home that climbs", 'home: "/home/../etc/{login}"', "must be a folder and {login}"],
  ["no hours at all", "maxStaleHours: 0", "maxStaleHours"],
  ["a ceiling of another kind", "maxLeavers: many", "must be a number, or a percentage such as 10%"],
  ["a key that doesn't exist", "sudo: true", "sudo"],
])("refuses %s", (_, more, message) => {
  expect(problemsOf(file(more)).text).toContain(message);
});

test("refuses a rule for what isn't there", () => {
  expect(problemsOf(file("", "- { group: developers, accounts: { team: b } }")).places).toEqual([
    expect.stringContaining("UnknownName"),
  ]);
});
