/** What Bulkhead remembers, and what it doesn't take for that. */

import { expect, test } from "@jest/globals";
import { parseState } from "./state-file.ts";

test("remembers people and groups", () => {
  const people = {
    "key-1": { login: "alice", uid: 20000, left: null },
    "key-3": { login: "carol", uid: 20002, left: null, keysLost: "2026-11-22" },
    "key-2": { login: "bob", uid: 20001, left: "2026-11-22" },
  };
  const groups = { developers: 20000 };
  expect(parseState(JSON.stringify({ version: 1, people, groups }))).toEqual({ people, groups });
});

test.each([
  ["nothing", ""],
  ["half of it", '{"version":1,"people":{"key'],
  ["another version", '{"version":2,"people":{},"groups":{}}'],
  ["no groups", '{"version":1,"people":{}}'],
  ["root as one of ours", '{"version":1,"people":{"k":{"login":"root","uid":0,"left":null}},"groups":{}}'],
  ["a UID of the system's", '{"version":1,"people":{"k":{"login":"alice","uid":999,"left":null}},"groups":{}}'],
  ["a system group", '{"version":1,"people":{},"groups":{"wheel":10}}'],
  ["a path as a login", '{"version":1,"people":{"k":{"login":"../x","uid":20000,"left":null}},"groups":{}}'],
  ["a day that is none", '{"version":1,"people":{"k":{"login":"alice","uid":20000,"left":"soon"}},"groups":{}}'],
  [
    "keys lost on a day that is none",
    '{"version":1,"people":{"k":{"login":"alice","uid":20000,"left":null,"keysLost":"soon"}},"groups":{}}',
  ],
])("doesn't take %s for what it remembers", (_, text) => {
  expect(() => parseState(text)).toThrow(expect.objectContaining({ code: "Ssh.StateUnreadable" }));
});
