/** What keeps somebody out, by what sshd says of its configuration. */

import { expect, test } from "@jest/globals";
import { sshdStop } from "./sshd-stops.ts";

const anna = { login: "anna", groups: ["developers"] };
const ours = { pubkeyauthentication: "yes", authorizedkeysfile: "/etc/ssh/bulkhead/keys/%u" };

test.each<[string, Record<string, string>, string | null]>([
  ["our part alone", {}, null],
  ["keys that aren't taken", { pubkeyauthentication: "no" }, "sshd takes no keys"],
  ["another key file", { authorizedkeysfile: ".ssh/authorized_keys" }, "from .ssh/authorized_keys:"],
  ["users who may, they among them", { allowusers: "root\nanna" }, null],
  ["users who may, without them", { allowusers: "root\nben" }, "AllowUsers doesn't name them"],
  ["patterns of users", { allowusers: "b*" }, null],
  ["groups who may, theirs among them", { allowgroups: "wheel\ndevelopers" }, null],
  ["groups who may, the marker among them", { allowgroups: "bulkhead-people" }, null],
  ["groups who may, without theirs", { allowgroups: "wheel" }, "AllowGroups doesn't name a group of theirs"],
  ["users who may not, they among them", { denyusers: "ben\nanna" }, "DenyUsers names anna"],
  ["groups who may not, theirs among them", { denygroups: "developers" }, "DenyGroups names developers"],
  ["groups who may not, without theirs", { denygroups: "wheel" }, null],
])("%s", (_, more, stop) => {
  const found = sshdStop(new Map(Object.entries({ ...ours, ...more })), anna);
  if (stop === null) expect(found).toBeNull();
  else expect(found).toContain(stop);
});
