/** Reading passwd, group and shadow. */

import { expect, test } from "@jest/globals";
import { parseGroup, parsePasswd, parseShadow } from "./user-database.ts";

test("reads users and groups, and skips what isn't one", () => {
  const passwd =
    "root:x:0:0:root:/root:/bin/bash\n# a comment\n+::::::\nalice:x:20000:994:Alice, at large:/home/alice:/bin/sh\nbroken\n";
  expect(parsePasswd(passwd)).toEqual([
    { login: "root", uid: 0, gid: 0, home: "/root", shell: "/bin/bash" },
    { login: "+", uid: 0, gid: 0, home: "", shell: "" },
    { login: "alice", uid: 20000, gid: 994, home: "/home/alice", shell: "/bin/sh" },
  ]);
  expect([...parseGroup("wheel:x:10:\ndevelopers:x:20000:alice,bob\nbroken\n")]).toEqual([
    ["wheel", { gid: 10, members: [] }],
    ["developers", { gid: 20000, members: ["alice", "bob"] }],
  ]);
});

test("only who has a password that nothing locks, or an account that goes on, isn't locked out", () => {
  const shadow = [
    "open:*:20780:0:99999:7:::",
    "password:$y$abc:20780:0:99999:7:::",
    "half:!*:20780:0:99999:7:::",
    "expired:*:20780:0:99999:7::1:",
    "out:!*:20780:0:99999:7::1:",
    "later:!*:20780:0:99999:7::30000:",
  ].join("\n");
  expect([...parseShadow(shadow, new Date("2026-11-22"))]).toEqual(["open", "password", "half", "expired", "later"]);
});
