/** What to do about a function, in every state that it can have. */

import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { applicationTag, environmentTag } from "../owner.ts";
import { codeOf, configuration, foundFunction, foundVersion, wantedFunction } from "../testing/function-data.ts";
import { configurationChanges, decide, isWanted, tagChanges } from "./diff.ts";
import type { Configuration, FoundFunction } from "./model.ts";

const latest = (more: Parameters<typeof foundVersion>[0]) => foundVersion({ version: "$LATEST", ...more });
const nothing = { code: false, configuration: false, publish: false, changes: [], drift: [] };
const bringing = (found: FoundFunction, wanted = wantedFunction()) => {
  const decision = decide(wanted, found, false);
  return decision.action === "bring" ? decision.bring : decision;
};
const other = codeOf("two");
const memory = (size: number) => configuration({ memory: size });

describe("a function", () => {
  it("that doesn't exist is created", () => {
    expect(decide(wantedFunction(), null, false)).toEqual({ action: "create" });
  });

  it("that is as wanted is left as it is", () => {
    expect(bringing(foundFunction())).toEqual(nothing);
  });

  it.each<[string, Record<string, string>, boolean, string]>([
    ["of nobody", {}, false, "foreign"],
    ["of nobody, adopted", {}, true, "bring"],
    ["of another application", { [applicationTag]: "blog" }, true, "foreign"],
    ["of another environment", { [applicationTag]: "shop", [environmentTag]: "prod" }, true, "foreign"],
  ])("%s", (_, tags, adopt, action) => {
    const found = foundFunction({ tags: new Map(Object.entries(tags)) });
    expect(decide(wantedFunction(), found, adopt).action).toBe(action);
  });

  it.each<[string, Partial<FoundFunction>, string]>([
    ["is a container image", { latest: latest({ isImage: true }) }, "image"],
    ["is being created", { latest: latest({ state: "Pending" }) }, "join"],
    ["is being updated", { latest: latest({ update: "InProgress" }) }, "join"],
    ["has a version that isn't ready", { live: foundVersion({ state: "Pending" }) }, "join"],
  ])("that %s", (_, found, action) => {
    expect(decide(wantedFunction(), foundFunction(found), false).action).toBe(action);
  });
});

describe("what brings a function to what is wanted", () => {
  it("is code, configuration or both, and a version", () => {
    const changed = foundVersion({ codeSha256: other });
    expect(bringing(foundFunction({ live: changed, latest: latest({ codeSha256: other }) }))).toMatchObject({
      ...{ code: true, configuration: false, publish: true, drift: [] },
      changes: [{ field: "code" }],
    });
    const small = foundVersion({ configuration: memory(64) });
    expect(bringing(foundFunction({ live: small, latest: latest({ configuration: memory(64) }) }))).toEqual({
      ...{ code: false, configuration: true, publish: true, drift: [] },
      changes: [{ field: "memory", before: "64", after: "128" }],
    });
  });

  it("is only a version where a run was cut off before it", () => {
    expect(bringing(foundFunction({ live: foundVersion({ codeSha256: other }) }))).toMatchObject({
      ...{ code: false, configuration: false, publish: true, drift: [] },
    });
    expect(bringing(foundFunction({ live: null, alias: null }))).toMatchObject({ ...nothing, publish: true });
  });

  it("is no version where only $LATEST was changed by hand", () => {
    expect(bringing(foundFunction({ latest: latest({ configuration: memory(64), codeSha256: other }) }))).toMatchObject(
      {
        ...{ code: true, configuration: true, publish: false, changes: [] },
        drift: [{ field: "code" }, { field: "memory", before: "128", after: "64" }],
      },
    );
  });

  it("is a version where the alias points to $LATEST", () => {
    const live = latest({});
    expect(bringing(foundFunction({ live }))).toMatchObject({ ...nothing, publish: true });
    expect(isWanted(live, wantedFunction())).toBe(false);
  });

  it("is code where the processor differs, which is given with the code", () => {
    const wanted = wantedFunction({ configuration: configuration({ architecture: "arm64" }) });
    expect(bringing(foundFunction(), wanted)).toMatchObject({ code: true, configuration: false, publish: true });
  });

  it.each([{ update: "Failed" }, { state: "Failed" }] as const)("is sent again after %o", (state) => {
    expect(bringing(foundFunction({ latest: latest(state) }))).toMatchObject({ configuration: true, publish: false });
  });
});

describe("changes", () => {
  it("never show what AWS has as a variable, nor what was looked up", () => {
    const before = configuration({ environment: new Map(Object.entries({ A: "secret-1", B: "secret-2" })) });
    const after = configuration({ environment: new Map(Object.entries({ A: "plain", C: "secret-3" })) });
    const changes = configurationChanges(before, after, (name) => name === "C");
    expect(changes).toEqual([
      { field: "environment.A", before: "(hidden)", after: "plain" },
      { field: "environment.B", before: "(hidden)", after: null },
      { field: "environment.C", before: null, after: "(hidden)" },
    ]);
  });

  it("are none exactly where two configurations are equal", () => {
    const values = fc.record({
      memory: fc.integer({ min: 128, max: 130 }),
      timeout: fc.integer({ min: 1, max: 2 }),
      description: fc.constantFrom("", "a"),
      layers: fc.constantFrom([], ["a"], ["a", "b"], ["b", "a"]),
      environment: fc.constantFrom({}, { A: "1" }, { A: "2" }, { A: "1", B: "" }),
      snapStart: fc.boolean(),
    });
    const made = values.map(({ environment, ...more }) => ({ more, environment }));
    const make = ({ more, environment }: { more: Partial<Configuration>; environment: object }) =>
      configuration({ ...more, environment: new Map(Object.entries(environment)) });
    fc.assert(
      fc.property(made, made, (one, two) => {
        const changes = configurationChanges(make(one), make(two), () => false);
        expect(changes.length === 0).toBe(JSON.stringify(one) === JSON.stringify(two));
      }),
    );
  });

  it("of tags leave alone what others have set", () => {
    const wanted = new Map([["a", "1"]]);
    expect(tagChanges(wanted, new Map(Object.entries({ a: "0", b: "1" })))).toEqual([
      { field: "tags.a", before: "0", after: "1" },
    ]);
  });
});
