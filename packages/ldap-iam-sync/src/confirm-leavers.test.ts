/** Who is to be shut out or deleted by a plan that may be old. */

import { describe, expect, it } from "@jest/globals";
import type { Person } from "@bulkhead/directory";
import type { Change, Handler } from "@bulkhead/plan";
import { confirmingLeavers } from "./confirm-leavers.ts";
import { wantedUsers } from "./desired.ts";
import { diffUsers } from "./diff.ts";
import { kinds, leftTag } from "./model.ts";
import {
  applied,
  disabled,
  emptyIam,
  group,
  known,
  landingZone,
  person,
  readOf,
  today,
} from "./testing/small-world.ts";

const wanted = (people: readonly Person[], incomplete?: string) =>
  wantedUsers(landingZone(), readOf(people, [group("aws-ops")], incomplete), known);
const anna = person("anna");
const there = wanted([anna, person("ben")]);
const gone = wanted([person("ben")]);
const synced = applied(emptyIam, diffUsers(there, emptyIam, today).changes);
const longGone = {
  ...synced,
  users: synced.users.map((user) => ({ ...user, tags: { ...user.tags, [leftTag]: "2026-01-01" } })),
};
const only = (changes: readonly Change[]): Change => changes.find(({ id }) => id.endsWith("key-anna")) as Change;
const shutOut = only(diffUsers(gone, synced, today).changes);
const deletion = only(diffUsers(gone, longGone, today).changes);

async function write(change: Change, now = gone, day = today): Promise<boolean> {
  let written = false;
  const plain: Handler = { read: async () => null, write: async () => void (written = true) };
  const handlers = confirmingLeavers(new Map([[kinds.user, plain]]), async () => now, day);
  await handlers.get(kinds.user)?.write(change, change.before);
  return written;
}

describe.each([
  ["shut out", shutOut],
  ["deleted", deletion],
])("who is to be %s", (_, change) => {
  it("is, if the directory still says so", async () => {
    expect(await write(change)).toBe(true);
    expect(await write(change, wanted([{ ...anna, status: disabled }, person("ben")]))).toBe(true);
  });

  it.each([
    ["is back", there, "uid=anna,ou=people,dc=x is in the directory again"],
    ["is back without a mail", wanted([{ ...anna, attributes: { uid: ["anna"] } }]), "is in the directory again"],
    ["may be hidden", wanted([person("ben")], "a referral"), "the directory wasn't read completely: a referral"],
  ])("isn't, if the person %s", async (__, now, doubt) => {
    await expect(write(change, now)).rejects.toMatchObject({
      code: "Users.LeaverNotConfirmed",
      message: expect.stringContaining(doubt),
    });
  });
});

it("has days of grace left, however old the plan", async () => {
  expect(await write(shutOut, gone, "2026-11-23")).toBe(true);
  await expect(write(shutOut, gone, "2026-11-24")).rejects.toMatchObject({ code: "Users.LeaverNotConfirmed" });
});
