/** The laws of plans, as properties over random worlds: plan → apply → plan is empty, killed anywhere or not. */

import { describe, expect, it } from "@jest/globals";
import { silent, type JsonObject } from "@bulkhead/core";
import fc from "fast-check";
import { applyChanges, type Handler } from "./apply.ts";
import { isRemoval, nameOf, type Change, type Ownership } from "./change.ts";
import { compare, type Actual } from "./compare.ts";
import { fieldChanges, project } from "./fields.ts";
import { guard } from "./guard.ts";

type World = Map<string, { fields: JsonObject; ownership: Ownership }>;

const names = fc.constantFrom("a", "b", "c", "d", "e", "f");
const fields = fc.dictionary(
  fc.constantFrom("size", "colour", "tags"),
  fc.oneof(fc.integer({ min: 0, max: 2 }), fc.dictionary(fc.constantFrom("k", "l"), fc.constantFrom("x", "y"))),
) as fc.Arbitrary<JsonObject>;
const desiredWorlds = fc.dictionary(names, fields).map((entries) => new Map(Object.entries(entries)));
const actualWorlds = fc
  .dictionary(names, fc.record({ fields, ownership: fc.constantFrom("tag", null) }))
  .map((entries): World => new Map(Object.entries(entries)));

function plan(desired: ReadonlyMap<string, JsonObject>, world: ReadonlyMap<string, Actual>): readonly Change[] {
  const compared = compare({
    kind: "thing",
    account: "here",
    region: "global",
    desired,
    actual: world,
    extra: "delete",
    immutable: ["colour"],
    sentence: (action, name) => `${action} ${name}`,
    // A chain, so that order matters: each needs the one before it.
    dependsOn: (name) => (name > "a" ? [`here/global/thing/${String.fromCharCode(name.charCodeAt(0) - 1)}`] : []),
  });
  return compared.changes;
}

/** Writes into the world; the process "dies" once `lives` writes are done. */
function handlersFor(world: World, lives: number): ReadonlyMap<string, Handler> {
  let left = lives;
  const handler: Handler = {
    read: async (change) => world.get(nameOf(change))?.fields ?? null,
    write: async (change) => {
      if (left-- <= 0) throw new Error("killed");
      if (change.after === null) world.delete(nameOf(change));
      else
        world.set(nameOf(change), {
          fields: merge(world.get(nameOf(change))?.fields ?? {}, change.after),
          ownership: "tag",
        });
    },
  };
  return new Map([["thing", handler]]);
}

/** Undeclared fields survive a write, as they do in AWS. */
function merge(old: JsonObject, wanted: JsonObject): JsonObject {
  const merged = { ...old } as Record<string, JsonObject[string]>;
  for (const [key, value] of Object.entries(wanted)) {
    const [before, after] = [old[key], value];
    const nested = [before, after].every((side) => typeof side === "object" && side !== null && !Array.isArray(side));
    merged[key] = nested ? { ...(before as JsonObject), ...(after as JsonObject) } : value;
  }
  return merged;
}

const options = { concurrency: 3, report: silent, signal: new AbortController().signal };
const run = (changes: readonly Change[], world: World, lives = Infinity) =>
  applyChanges(changes, { ...options, handlers: handlersFor(world, lives) });

describe("plan → apply → plan", () => {
  it("is empty, and applying twice changes nothing more", async () => {
    await fc.assert(
      fc.asyncProperty(desiredWorlds, actualWorlds, async (desired, world) => {
        const changes = plan(desired, world);
        await run(changes, world);
        expect(plan(desired, world)).toEqual([]);
        const again = await run(changes, world);
        expect(again.every((outcome) => outcome.status === "done" && !outcome.written)).toBe(true);
      }),
    );
  });

  it("gets to the same end when the first run is killed after any number of writes", async () => {
    await fc.assert(
      fc.asyncProperty(desiredWorlds, actualWorlds, fc.nat({ max: 5 }), async (desired, world, lives) => {
        const changes = plan(desired, world);
        await run(changes, world, lives);
        await run(changes, world);
        expect(plan(desired, world)).toEqual([]);
      }),
    );
  });

  it("refuses what changed after the plan, and leaves it as it is", async () => {
    await fc.assert(
      fc.asyncProperty(desiredWorlds, actualWorlds, async (desired, world) => {
        const changes = plan(desired, world).map((change) => ({ ...change, dependsOn: [] }));
        const meddled = changes.filter(({ action }) => action === "delete" || action === "replace");
        for (const change of meddled)
          world.set(nameOf(change), { fields: { size: 99, colour: 99, tags: 99 }, ownership: "tag" });
        // An object read with no field at all says nothing that could have changed.
        const telling = meddled.filter(({ before }) => Object.keys(before ?? {}).length > 0);
        const outcomes = await run(changes, world);
        for (const change of telling) {
          expect(outcomes.find((outcome) => outcome.change.id === change.id)?.status).toBe("refused");
          expect(world.get(nameOf(change))?.fields).toEqual({ size: 99, colour: 99, tags: 99 });
        }
      }),
    );
  });
});

describe("compare", () => {
  it("finds nothing between equal worlds, and is sorted and unique otherwise", () => {
    fc.assert(
      fc.property(desiredWorlds, actualWorlds, (desired, world) => {
        const same = new Map([...desired].map(([name, wanted]) => [name, { fields: wanted, ownership: null }]));
        expect(plan(desired, same)).toEqual([]);
        const ids = plan(desired, world).map(({ id }) => id);
        expect(ids).toEqual([...new Set(ids)].sort());
      }),
    );
  });

  it("looks only at declared fields", () => {
    fc.assert(
      fc.property(fields, fields, (shape, value) => {
        const projected = project(value, shape);
        expect(project(projected, shape)).toEqual(projected);
        expect(Object.keys(shape)).toEqual(expect.arrayContaining(Object.keys(projected)));
        expect(fieldChanges(projected, projected)).toEqual([]);
      }),
    );
  });
});

describe("guard", () => {
  it("loses no change, lets no foreign or protected object go, and keeps the ceiling", () => {
    fc.assert(
      fc.property(
        desiredWorlds,
        actualWorlds,
        fc.nat({ max: 4 }),
        fc.subarray(["a", "b", "c"]),
        (desired, world, count, safe) => {
          const changes = plan(desired, world);
          const protectedIds = new Set(safe.map((name) => `here/global/thing/${name}`));
          const { changes: allowed, held } = guard(changes, { ceiling: { count }, protectedIds });
          expect([...allowed, ...held.map(({ change }) => change)].map(({ id }) => id).sort()).toEqual(
            changes.map(({ id }) => id),
          );
          const removals = allowed.filter(isRemoval);
          expect(removals.length).toBeLessThanOrEqual(count);
          expect(removals.every(({ ownership, id }) => ownership !== null && !protectedIds.has(id))).toBe(true);
          const heldIds = new Set(held.map(({ change }) => change.id));
          expect(allowed.some(({ dependsOn }) => dependsOn.some((id) => heldIds.has(id)))).toBe(false);
        },
      ),
    );
  });
});
