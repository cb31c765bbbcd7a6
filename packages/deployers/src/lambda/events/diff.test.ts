/** Wirings that are wanted against those that are there: the decision table, and its law. */

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { diffEvents, type EventDiff } from "./diff.ts";
import type { EventKind, Found, FoundWiring, Permission, Wiring } from "./model.ts";

const permission = (sid: string): Permission => ({
  sid,
  principal: "s3.amazonaws.com",
  sourceArn: `arn:aws:s3:::${sid}`,
  sourceAccount: undefined,
});

function wiring(id: string, more: Partial<Wiring> = {}): Wiring {
  return { kind: "s3", id, source: id, settings: { Prefix: "" }, permission: permission(`sid-${id}`), ...more };
}

function found(wiring: Wiring): FoundWiring {
  const { kind, id, source, settings, permission } = wiring;
  return { kind, id, source, settings, handle: undefined, sid: permission?.sid };
}

const nothing: Found = { wirings: [], permissions: [], unmanaged: [] };
const one = wiring("one");
const there: Found = { wirings: [found(one)], permissions: [permission("sid-one")], unmanaged: [] };
const sentences = ({ changes }: EventDiff): readonly string[] => changes.map(({ sentence }) => sentence);

describe("a wiring", () => {
  it("that isn't there is made, its permission first", () => {
    const diff = diffEvents([one], nothing);
    expect(sentences(diff)).toEqual(["s3 one: wire"]);
    expect(diff.permit).toEqual([permission("sid-one")]);
    expect(diff.revoke).toEqual([]);
  });

  it("that is there is left alone", () => {
    expect(diffEvents([one], there)).toEqual({ permit: [], steps: [], revoke: [], changes: [] });
  });

  it("that differs is changed, field by field", () => {
    const wanted = wiring("one", { settings: { Prefix: "in/", Events: ["s3:ObjectCreated:*"], Suffix: null } });
    const diff = diffEvents([wanted], there);
    expect(sentences(diff)).toEqual(['s3 one: Prefix  → in/, Events (not set) → ["s3:ObjectCreated:*"]']);
    expect(diff.steps).toEqual([{ change: diff.changes[0], wanted, found: there.wirings[0] }]);
  });

  it("whose permission is gone gets it again", () => {
    const diff = diffEvents([one], { ...there, permissions: [] });
    expect(sentences(diff)).toEqual(["s3 one: permission (not set) → lambda:InvokeFunction"]);
    expect(diff.permit).toHaveLength(1);
  });

  it("that isn't wanted goes, its permission after it", () => {
    const diff = diffEvents([], there);
    expect(sentences(diff)).toEqual(["s3 one: unwire"]);
    expect(diff.revoke).toEqual([permission("sid-one")]);
  });

  it("keeps the permission that it shares with another that goes", () => {
    const shared = { permission: permission("bucket") };
    const both = [wiring("one", shared), wiring("two", shared)];
    const state = { ...nothing, wirings: both.map(found), permissions: [permission("bucket")] };
    const diff = diffEvents(both.slice(1), state);
    expect(sentences(diff)).toEqual(["s3 one: unwire"]);
    expect(diff.revoke).toEqual([]);
  });

  it("that was cut off leaves a permission, which goes too", () => {
    const diff = diffEvents([], { ...nothing, permissions: [permission("left")] });
    expect(sentences(diff)).toEqual(["s3 arn:aws:s3:::left: remove the permission that nothing needs"]);
    expect(diff.revoke).toHaveLength(1);
  });

  it("of one kind is no other's, whatever its id", () => {
    const mapping = wiring("one", { kind: "sqs", permission: undefined });
    expect(sentences(diffEvents([mapping], there))).toEqual(["sqs one: wire", "s3 one: unwire"]);
  });
});

/** What is there after a diff was carried out. */
function after({ permit, steps, revoke }: EventDiff, state: Found): Found {
  const touched = new Set(steps.map(({ change }) => `${change.kind} ${change.id}`));
  const revoked = new Set(revoke.map(({ sid }) => sid));
  return {
    unmanaged: [],
    wirings: [
      ...state.wirings.filter(({ kind, id }) => !touched.has(`${kind} ${id}`)),
      ...steps.flatMap(({ wanted }) => (wanted ? [found(wanted)] : [])),
    ],
    permissions: [...state.permissions, ...permit].filter(({ sid }) => !revoked.has(sid)),
  };
}

describe("the law", () => {
  const anyWiring = fc
    .record({
      id: fc.constantFrom("a", "b", "c"),
      kind: fc.constantFrom<EventKind>("s3", "sns", "sqs"),
      value: fc.integer({ min: 0, max: 2 }),
      sid: fc.option(fc.constantFrom("p", "q"), { nil: undefined }),
    })
    .map(({ id, kind, value, sid }) =>
      wiring(id, { kind, settings: { Value: value }, permission: sid === undefined ? undefined : permission(sid) }),
    );
  const anyWirings = fc.uniqueArray(anyWiring, { selector: ({ kind, id }) => `${kind} ${id}`, maxLength: 5 });
  const anyFound = fc
    .record({ wirings: anyWirings, sids: fc.uniqueArray(fc.constantFrom("p", "q", "r")) })
    .map(({ wirings, sids }): Found => ({
      wirings: wirings.map(found),
      permissions: sids.map(permission),
      unmanaged: [],
    }));

  it("carried out, there is nothing left to do", () => {
    fc.assert(
      fc.property(anyWirings, anyFound, (wanted, state) => {
        expect(diffEvents(wanted, after(diffEvents(wanted, state), state)).changes).toEqual([]);
      }),
    );
  });
});
