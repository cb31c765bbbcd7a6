/** Members of groups: whatever points at whatever, each person counts once and every search ends. */

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { IncompleteReason } from "./model.ts";
import { memberDn, PeopleIndex, resolveMembers, unknownMembers, type GroupEntry } from "./members.ts";

const PEOPLE = 6;
const GROUPS = 5;
const person = (index: number): string => `uid=p${index},dc=x`;
const group = (index: number): string => `cn=g${index},dc=x`;

const index = new PeopleIndex();
for (let number = 0; number < PEOPLE; number += 1)
  index.add(`key-${number}`, person(number), [`p${number}`], undefined);

const entry = (number: number, memberDns: readonly string[]): GroupEntry => ({
  key: `group-${number}`,
  dn: group(number),
  name: `g${number}`,
  memberDns,
  memberNames: [],
  relativeId: undefined,
});

describe("members", () => {
  it("are those that can be reached, by the shortest way that leads there, in any web of groups", () => {
    const anyMember = fc.oneof(
      fc.integer({ min: 0, max: PEOPLE - 1 }).map(person),
      fc.integer({ min: 0, max: GROUPS - 1 }).map(group),
      fc.constant("cn=elsewhere,dc=x"),
    );
    const web = fc.array(fc.array(anyMember, { maxLength: 5 }), { minLength: GROUPS, maxLength: GROUPS });
    fc.assert(
      fc.property(web, (lists) => {
        const groups = lists.map((list, number) => entry(number, list));
        const listOf = new Map(groups.map(({ dn, memberDns }) => [dn, memberDns]));
        const stepsTo = (start: string): ReadonlyMap<string, number> => {
          const steps = new Map([[start, 0]]);
          for (const [dn, step] of steps) {
            for (const next of listOf.get(dn) ?? []) if (!steps.has(next)) steps.set(next, step + 1);
          }
          return steps;
        };
        for (const found of resolveMembers(groups, [], index, [])) {
          const reached = stepsTo(found.dn);
          const expected = [...Array(PEOPLE).keys()].filter((number) => reached.has(person(number)));
          expect(found.members.map((member) => member.person).sort()).toEqual(
            expected.map((number) => `key-${number}`),
          );
          expect(found.unresolved).toEqual(reached.has("cn=elsewhere,dc=x") ? ["cn=elsewhere,dc=x"] : []);
          for (const member of found.members) {
            const way = [found.dn, ...member.through, person(Number(member.person.slice(4)))];
            for (const [step, dn] of way.slice(1).entries()) expect(listOf.get(way[step] ?? "")).toContain(dn);
            expect(way.length - 1).toBe(reached.get(way.at(-1) ?? ""));
          }
        }
      }),
    );
  });

  it("in nested groups count, though the nested group isn't asked for", () => {
    const outer = entry(0, [group(1)]);
    const inner = entry(1, [person(2)]);
    expect(resolveMembers([outer], [outer, inner], index, [])).toEqual([
      {
        key: "group-0",
        dn: group(0),
        name: "g0",
        members: [{ person: "key-2", through: [group(1)] }],
        unresolved: [],
      },
    ]);
    expect([...unknownMembers([outer], index)]).toEqual([group(1)]);
    expect([...unknownMembers([outer, inner], index)]).toEqual([]);
  });

  it("that can't be told apart matter only where they are reached", () => {
    const twins = new PeopleIndex();
    for (const number of [1, 2]) twins.add(`key-${number}`, person(number), ["twin"], undefined);
    const shell = { ...entry(1, []), memberNames: ["twin"] };
    const message = "cn=g1,dc=x has the member “twin”, and 2 people have this uid.";
    for (const [members, expected] of [
      [[], []],
      [[group(1)], [{ code: "ambiguousMember", message }]],
    ] as const) {
      const reasons: IncompleteReason[] = [];
      resolveMembers([entry(0, members), entry(2, members)], [shell], twins, reasons);
      expect(reasons).toEqual(expected);
    }
  });

  it("may be named with a unique identifier", () => {
    expect(memberDn("UID=p1, DC=x#'0101'B")).toBe(person(1));
    expect(memberDn("cn=#'x,dc=x")).toBe("cn=#'x,dc=x");
  });
});
