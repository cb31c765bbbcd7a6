/** Names of users and groups: what Linux takes, and what the system keeps for itself. */

import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseGroupName, parseLogin } from "./login.ts";

test.each(["alice", "a", "frank-2", "x_y", "a".repeat(32)])("takes %s", (name) => {
  expect(parseLogin(name)).toBe(name);
});

test("takes capitals as small letters, but only those of ASCII", () => {
  expect(parseLogin("Alice")).toBe("alice");
  // The Kelvin sign, whose small letter is a k.
  expect(parseLogin("\u212Aevin")).toHaveProperty("fault");
});

test.each([
  ["nothing", ""],
  ["a slash", "../../etc/passwd"],
  ["a line feed", "alice\nroot ALL=(ALL) NOPASSWD: ALL"],
  ["a leading dash", "-rf"],
  ["a leading digit", "1alice"],
  ["a colon", "alice:x:0:0"],
  ["a space", "alice bob"],
  ["a dot", "alice.smith"],
  ["a sudo alias", "%wheel"],
  ["a comma", "alice,bob"],
  ["a dollar", "host$"],
  ["NUL", "alice\u0000"],
  ["33 characters", "a".repeat(33)],
  ["1 MB", "a".repeat(1_000_000)],
  ["another alphabet", "аlice"],
])("refuses %s", (_, name) => {
  expect(parseLogin(name)).toMatchObject({ fault: expect.stringContaining("is no Linux name") });
  expect(parseGroupName(name)).toHaveProperty("fault");
});

test.each([
  "root",
  "ROOT",
  "daemon",
  "ec2-user",
  "ubuntu",
  "ssm-user",
  "sshd",
  "nobody",
  "systemd-network",
  "_apt",
  "bulkhead-people",
])("keeps %s for the system", (name) => {
  expect(parseLogin(name)).toEqual({ fault: "is a name that the system keeps for itself" });
});

test.each(["wheel", "sudo", "docker", "disk", "shadow", "root", "bulkhead-people"])("no group is called %s", (name) => {
  expect(parseGroupName(name)).toEqual({ fault: "is a name that the system keeps for itself" });
});

test("whatever is taken is safe as a word, a file's name and in sudoers", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" })), (text) => {
      for (const name of [parseLogin(text), parseGroupName(text)]) {
        if (typeof name === "string") expect(name).toMatch(/^[a-z][a-z0-9_-]{0,31}$/);
      }
    }),
  );
});
