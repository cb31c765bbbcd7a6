/** What holds for every directory and every host: applied is done, a part of the truth removes nobody, strangers stay. */

import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { wantedHere } from "./desired.ts";
import { diffHost } from "./diff.ts";
import { lossesOf, nameOf } from "@bulkhead/plan";
import type { FoundHost, Wanted } from "./model.ts";
import { countPeople } from "./people-count.ts";
import { planClosing, planHost } from "./plan.ts";
import { directory, freshHost, group, here, landingZone, left, person } from "./testing/example.ts";
import { ed25519, rsa } from "./testing/keys.ts";
import { applied } from "./testing/model-host.ts";

const zone = landingZone('{ uid: "{uidNumber}", shell: "{loginShell}" }');
const allotting = landingZone();

const hostile = [
  "../../etc/passwd",
  "-rf",
  "root",
  "a\nb",
  "ec2-user",
  "alice,ALL",
  "%wheel",
  "",
  "a".repeat(33),
  "bulkhead",
];
const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("alice", "bob", "carol", "dave", "Erin", "frank-2", "_x", "grace") },
  { weight: 1, arbitrary: fc.constantFrom(...hostile) },
  { weight: 1, arbitrary: fc.string({ maxLength: 40 }) },
);
const keyText = fc.oneof(
  fc.nat(6).map(ed25519),
  fc.constant(rsa(1024)),
  fc.constant(`restrict ${ed25519(9)}`),
  fc.string(),
);

const anyPerson = fc
  .record({
    id: fc.nat(9),
    uid: name,
    keys: fc.array(keyText, { maxLength: 3 }),
    number: fc.oneof(fc.integer({ min: 19_990, max: 20_010 }).map(String), fc.constantFrom("0", "x", "1000", "-1")),
    shell: fc.constantFrom("/bin/zsh", "/bin/fish", "/usr/sbin/nologin", "bad shell"),
    gone: fc.boolean(),
  })
  .map(({ id, uid, keys, number, shell, gone }) => ({
    ...person(uid, {
      keys,
      attributes: { uidNumber: [number], loginShell: [shell] },
      ...(gone ? { status: left } : {}),
    }),
    key: `key-${id}`,
    dn: `cn=${id},dc=x`,
  }));

const anyRead = fc
  .tuple(
    fc.uniqueArray(anyPerson, { selector: ({ key }) => key, maxLength: 8 }),
    fc.array(
      fc.tuple(fc.constantFrom("developers", "operators", "ads", "wheel"), fc.array(fc.nat(7), { maxLength: 6 })),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
  )
  .map(([people, groups]) => ({
    people,
    groups: groups.map(([of, members]) =>
      group(
        of,
        people.filter((_, index) => members.includes(index)),
      ),
    ),
  }));

const anyZone = fc.constantFrom(zone, allotting);
const today = "2026-11-22";

/** A host on which somebody else has users as well, after a life of syncs. */
const anyHost = fc
  .tuple(fc.array(fc.tuple(anyRead, anyZone), { maxLength: 3 }), fc.array(fc.tuple(name, fc.nat(15)), { maxLength: 3 }))
  .map(([reads, strangers]) => {
    const others = strangers.map(([login, uid]) => [login, 20_000 + uid] as const);
    const start: FoundHost = { ...freshHost, users: new Map([...freshHost.users, ...others]) };
    return reads.reduce((host, [{ people, groups }, landing]) => {
      const wanted = wantedHere(landing, here, directory(people, groups));
      return applied(host, diffFor(wanted, host), wanted);
    }, start);
  });

/** Every change that may be done, without a ceiling. */
function diffFor(wanted: Wanted, host: FoundHost, day = today) {
  return planHost(wanted, host, { maxLeavers: "100%", today: day }).changes;
}

test("what was applied is done", () => {
  fc.assert(
    fc.property(anyHost, anyRead, anyZone, (host, { people, groups }, landing) => {
      const wanted = wantedHere(landing, here, directory(people, groups));
      const after = applied(host, diffFor(wanted, host), wanted);
      expect(diffFor(wanted, after).map(({ sentence }) => sentence)).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

test("who is counted after the changes is who is there after them", () => {
  fc.assert(
    fc.property(anyHost, anyRead, fc.constantFrom(today, "2026-12-22"), (host, { people, groups }, day) => {
      const wanted = wantedHere(zone, here, directory(people, groups));
      const changes = diffFor(wanted, host, day);
      const after = applied(host, changes, wanted);
      expect(countPeople(host, changes)).toEqual(countPeople(after, []));
      const closing = planClosing(here, after, "silence").changes;
      expect(countPeople(after, closing)).toEqual(countPeople(applied(after, closing, { ...wanted, people: [] }), []));
    }),
    { numRuns: 500 },
  );
});

test("a read in part changes nothing", () => {
  fc.assert(
    fc.property(anyHost, anyRead, (host, { people, groups }) => {
      const wanted = wantedHere(zone, here, directory(people, groups, "the connection was lost"));
      expect(diffHost(wanted, host, today).changes).toEqual([]);
    }),
  );
});

test("nobody who isn't ours is changed, and nobody gets a name, number or right of theirs", () => {
  fc.assert(
    fc.property(anyHost, anyRead, anyZone, (host, { people, groups }, landing) => {
      const wanted = wantedHere(landing, here, directory(people, groups));
      const ours = new Set(host.people.map(({ key }) => key));
      const strangers = new Map([...host.users].filter(([login]) => !host.people.some((it) => it.login === login)));
      for (const change of diffFor(wanted, host).filter(({ kind }) => kind === "linux-user")) {
        const { login, uid } = (change.after ?? {}) as { login?: string; uid?: number };
        if (change.action === "create") {
          expect(strangers.has(login ?? "")).toBe(false);
          expect([...strangers.values()]).not.toContain(uid);
          expect(uid).toBeGreaterThanOrEqual(20_000);
          expect(login).toMatch(/^[a-z][a-z0-9_-]{0,31}$/);
        } else expect(ours.has(nameOf(change))).toBe(true);
      }
      const after = applied(host, diffFor(wanted, host), wanted);
      for (const [login, uid] of strangers) expect(after.users.get(login)).toBe(uid);
      expect(after.groups.get("wheel")).toEqual(host.groups.get("wheel"));
    }),
    { numRuns: 500 },
  );
});

test("a UID is never given to another", () => {
  fc.assert(
    fc.property(anyHost, anyRead, anyZone, (host, { people, groups }, landing) => {
      const wanted = wantedHere(landing, here, directory(people, groups));
      const after = applied(host, diffFor(wanted, host), wanted);
      const uids = Object.values(after.state.people).map(({ uid }) => uid);
      expect(new Set(uids).size).toBe(uids.length);
      for (const [key, { uid }] of Object.entries(host.state.people)) expect(after.state.people[key]?.uid).toBe(uid);
    }),
    { numRuns: 500 },
  );
});

test("with a ceiling of none, nobody loses anything that the own entry doesn't take", () => {
  fc.assert(
    fc.property(anyHost, anyRead, (host, { people, groups }) => {
      const wanted = wantedHere(zone, here, directory(people, groups));
      const { changes } = planHost(wanted, host, { maxLeavers: 0, today });
      expect(changes.filter((change) => lossesOf(change) > 0)).toEqual([]);
      const told = new Set(wanted.outsiders.filter(({ toldToLeave }) => toldToLeave).map(({ key }) => key));
      const shutOut = changes.filter(({ after }) => after?.["locked"] === true && after["left"] !== null);
      const leaving = shutOut.filter(({ before }) => before?.["locked"] === false);
      for (const change of leaving) expect(told.has(nameOf(change))).toBe(true);
    }),
  );
});

test("emptied or not, whoever was let in loses at once all that lets them in, and after the days of grace the user", () => {
  fc.assert(
    fc.property(anyHost, (host) => {
      const nobody = wantedHere(zone, here, directory([], [group("developers", [])]));
      const after = applied(host, diffFor(nobody, host), nobody);
      for (const user of after.people) expect(user).toMatchObject({ keyFile: null, locked: true, groups: [] });
      const later = applied(after, diffFor(nobody, after, "2026-12-22"), nobody);
      expect(later.people).toEqual([]);
      expect(later.state.people).toEqual(after.state.people);
    }),
  );
});
