/** What a store holds is what the server holds, whatever was lost on the way. */

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { EntryStore, type Held } from "./entry-store.ts";

const held = (version: string, size = 1): Held => ({
  entry: { dn: `cn=${version}`, attributes: new Map() },
  references: [],
  size,
});
const versions = (store: EntryStore): readonly (string | undefined)[] =>
  [...store.held].map(({ entry }) => entry?.dn).sort();

/** What a server holds at one moment, by UUID. */
type Content = ReadonlyMap<string, string>;

/** A refresh as a server does it that only knows who is there (present) or also who went (delete). */
function refresh(store: EntryStore, before: Content, now: Content, phase: "present" | "delete"): void {
  const resumed = store.cookie !== undefined;
  store.begin();
  for (const [uuid, version] of now) {
    if (!resumed || before.get(uuid) !== version) store.set(uuid, held(version));
    else if (phase === "present") store.confirm(uuid);
  }
  if (phase === "present" || !resumed) store.endPresent();
  else for (const uuid of before.keys()) if (!now.has(uuid)) store.delete(uuid);
  store.keepCookie(Buffer.from("cookie"));
}

describe("a store", () => {
  it("holds what the server holds after each refresh, whatever refreshes were lost", () => {
    const content = fc.dictionary(fc.constantFrom("a", "b", "c", "d"), fc.constantFrom("1", "2", "3"));
    const step = fc.record({
      content,
      phase: fc.constantFrom("present" as const, "delete" as const),
      lost: fc.boolean(),
      forget: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const store = new EntryStore();
        let known: Content = new Map();
        for (const { content: now, phase, lost, forget } of steps) {
          if (forget) store.forgetCookie();
          const next = new Map(Object.entries(now));
          const before = versions(store);
          refresh(store, known, next, phase);
          expect(versions(store)).toEqual(before);
          if (lost) continue;
          store.complete();
          known = next;
          expect(versions(store)).toEqual([...next.values()].map((version) => `cn=${version}`).sort());
        }
      }),
    );
  });

  it("says whether anything has changed", () => {
    const store = new EntryStore();
    expect(store.set("a", held("1"))).toBe(true);
    expect(store.set("a", held("1"))).toBe(false);
    expect(store.set("a", held("2"))).toBe(true);
    expect(store.delete("b")).toBe(false);
    expect(store.delete("a")).toBe(true);
  });

  it("takes no more than fits", () => {
    const store = new EntryStore(100);
    store.begin();
    store.set("a", held("1", 60));
    store.set("a", held("2", 90));
    expect(() => store.set("b", held("3", 11))).toThrow("more than 100 bytes");
  });

  it("begins anew after the server took an entry for known that it never sent", () => {
    const store = new EntryStore();
    store.keepCookie(Buffer.from("cookie"));
    store.begin();
    expect(() => {
      store.confirm("a");
    }).toThrow("never sent");
    expect(store.cookie).toBeUndefined();
  });
});
