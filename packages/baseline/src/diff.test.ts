/** The decision table of the diff, the order of controls, the choice of places, the matrix. */

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { JsonObject } from "@bulkhead/core";
import type { Control, Found, Kind, Wanted } from "./control.ts";
import { checkSelection, everything, wantedBaseline, type Selection } from "./desired.ts";
import { diffBaseline, type FoundPlace } from "./diff.ts";
import { matrixOf, matrixView } from "./matrix.ts";
import { accountAndRegion, account as everyAccount, organization } from "./scopes.ts";
import { settingControl } from "./setting.ts";
import { estateOfText } from "./testing/landing-zone.ts";
import { unreadable } from "./unreadable.ts";

const kind = (more: Partial<Kind> = {}): Kind => ({
  name: "thing",
  fields: {},
  sentence: (action, { account, region, name }) => `${action} ${name} in ${account} (${region})`,
  write: async () => undefined,
  ...more,
});
const control = (more: Partial<Control> = {}): Control => ({
  name: "things",
  section: null,
  summary: "",
  scope: everyAccount(),
  dependsOn: [],
  rights: { read: [], write: [] },
  kinds: [kind()],
  desired: () => [],
  read: async () => [],
  ...more,
});
const site = { account: "one", region: "global" };
const wanted = (name: string, fields: JsonObject, more: Partial<Wanted> = {}): Wanted => ({
  kind: "thing",
  name,
  fields,
  ...more,
});
const found = (name: string, fields: JsonObject, more: Partial<Found> = {}): Found => ({
  kind: "thing",
  name,
  fields,
  ownership: "its tag",
  ...more,
});
const place = (more: Partial<FoundPlace> = {}): FoundPlace => ({
  control: control(),
  site,
  wanted: [],
  found: [],
  ...more,
});
const summary = (places: readonly FoundPlace[]): string[] => {
  const { changes, unmanaged } = diffBaseline(places);
  return [...changes.map(({ action, id }) => `${action} ${id}`), ...unmanaged.map(({ id }) => `unmanaged ${id}`)];
};

describe("the decision table", () => {
  const exact = control({ kinds: [kind({ extra: "delete", immutable: ["fixed"] })] });
  it.each<[string, FoundPlace, string[]]>([
    ["wanted, not found", place({ wanted: [wanted("a", { x: 1 })] }), ["create one/global/thing/a"]],
    [
      "differs",
      place({ wanted: [wanted("a", { x: 1 })], found: [found("a", { x: 2 })] }),
      ["update one/global/thing/a"],
    ],
    [
      "differs where nothing was declared",
      place({ wanted: [wanted("a", { x: 1 })], found: [found("a", { x: 1, y: 2 })] }),
      [],
    ],
    [
      "differs in a fixed field",
      place({ control: exact, wanted: [wanted("a", { fixed: 1 })], found: [found("a", { fixed: 2 })] }),
      ["replace one/global/thing/a"],
    ],
    ["not wanted", place({ found: [found("a", {})] }), ["unmanaged one/global/thing/a"]],
    ["not wanted, exact", place({ control: exact, found: [found("a", {})] }), ["delete one/global/thing/a"]],
    [
      "elsewhere than at the site",
      place({
        wanted: [wanted("a", { x: 1 }, { at: { account: "log", region: "eu-central-1" } })],
        found: [found("a", { x: 1 })],
      }),
      ["create log/eu-central-1/thing/a", "unmanaged one/global/thing/a"],
    ],
  ])("%s", (_, given, expected) => expect(summary([given]).sort()).toEqual([...expected].sort()));

  it("says why a change can't be made", () => {
    const { impossible } = diffBaseline([
      place({ wanted: [wanted("a", { x: 1 })], found: [found("a", { x: 2 }, { untouchable: "not ours" })] }),
    ]);
    expect([...impossible]).toEqual([["one/global/thing/a", "not ours"]]);
  });

  it("has nothing left once what is wanted is found, whatever it is", () => {
    const objects = fc.dictionary(fc.string(), fc.record({ x: fc.integer(), y: fc.boolean() }));
    fc.assert(
      fc.property(objects, (fields) => {
        const after = Object.entries(fields).map(([name, value]) => found(name, value));
        expect(summary([place({ wanted: after, found: after })])).toEqual([]);
      }),
    );
  });
});

describe("the order of controls", () => {
  const first = control({ name: "first", kinds: [kind({ name: "first" })] });
  const second = control({ name: "second", dependsOn: ["first"], kinds: [kind({ name: "second" })] });
  const ofAll = { ...second, scope: organization(() => site) };
  const at = (one: Control, account: string): FoundPlace =>
    place({
      control: one,
      site: { account, region: "global" },
      wanted: [{ kind: one.name, name: "a", fields: { x: 1 } }],
    });
  const orderOf = (places: readonly FoundPlace[]) =>
    diffBaseline(places).changes.find((change) => change.kind === "second")?.dependsOn;

  it("holds in one account", () => {
    expect(orderOf([at(second, "one"), at(first, "one"), at(first, "two")])).toEqual(["one/global/first/a"]);
  });
  it("holds everywhere for what is about the organization", () => {
    expect(orderOf([at(ofAll, "one"), at(first, "one"), at(first, "two")])).toEqual([
      "one/global/first/a",
      "two/global/first/a",
    ]);
  });
});

describe("the places of a run", () => {
  const named = control({ name: "named", section: "accountAlias" });
  const regional = control({ name: "regional", scope: accountAndRegion });
  const placesOf = (text: string, selection: Partial<Selection> = {}, unknown: readonly string[] = []) => {
    const estate = estateOfText(text, { unknown });
    const { places, waiting } = wantedBaseline([named, regional], { ...everything, ...selection }, estate);
    return {
      places: places.map((it) => `${it.control.name} ${it.site.account} ${it.site.region}`),
      waiting: waiting.map((it) => `${it.control.name} ${it.account}`),
    };
  };

  it("are those of the controls that the file names, and of what it needn't name", () => {
    expect(placesOf("").places).toEqual([
      "regional identity eu-central-1",
      "regional log-archive eu-central-1",
      "regional one eu-central-1",
      "regional two eu-central-1",
    ]);
    expect(placesOf("baseline: { accountAlias: x }").places).toContain("named one global");
  });
  it("can be narrowed", () => {
    const selection = { accounts: ["one"], controls: ["regional"], regions: ["eu-central-1"] };
    expect(placesOf("", selection).places).toEqual(["regional one eu-central-1"]);
    // Whom a run waited for may have nothing to be done.
    expect(placesOf("", { accounts: ["management"] }).places).toEqual([]);
  });
  it("can't be narrowed to what isn't there", () => {
    const { landingZone } = estateOfText("");
    const check = (selection: Partial<Selection>) => () =>
      checkSelection([named, regional], { ...everything, ...selection }, landingZone);
    expect(check({ accounts: ["one"], controls: ["named"], regions: ["eu-central-1"] })).not.toThrow();
    expect(check({ accounts: ["onne"] })).toThrow(/--accounts names "onne"/);
    expect(check({ controls: ["thing"] })).toThrow(/--controls names "thing"/);
    expect(check({ regions: ["eu-west-1"] })).toThrow(/--regions names "eu-west-1"/);
  });
  it("leave out exceptions, and the management account unless the file includes it", () => {
    const exception = "exceptions: [{ controls: [accountAlias], accounts: [one, two] }]";
    const { places } = placesOf(`baseline: { accountAlias: x, includeManagement: true, ${exception} }`);
    expect(places.filter((it) => it.startsWith("named"))).toEqual([
      "named management global",
      "named identity global",
      "named log-archive global",
    ]);
  });
  it("wait where the account isn't there yet", () => {
    const { places, waiting } = placesOf("", {}, ["one"]);
    expect(waiting).toEqual(["regional one"]);
    expect(places).not.toContain("regional one eu-central-1");
  });
});

describe("the matrix", () => {
  const setting = settingControl({
    name: "thing",
    section: "accountAlias",
    summary: "",
    scope: accountAndRegion,
    fields: {},
    reads: [],
    writes: [],
    sentence: () => "set it",
    desired: () => ({ x: 1 }),
    read: async () => null,
    write: async () => undefined,
  });
  const inRegion = (account: string, region: string) => ({ control: setting, site: { account, region }, wanted: [] });
  const error = Object.assign(new Error("no rights"), { code: "Aws.AccessDenied" }) as never;
  const { changes } = diffBaseline([
    { ...inRegion("drifted", "r1"), wanted: [{ kind: "thing", name: "thing", fields: { x: 1 } }], found: [] },
  ]);
  const plan = {
    changes,
    held: [],
    deferred: [],
    unread: [],
    unmanaged: [],
    warnings: [],
    cost: { calls: 0, seconds: 0 },
  };
  const places = [
    { ...inRegion("fine", "r1"), status: "read" as const, found: [] },
    { ...inRegion("drifted", "r1"), status: "read" as const, found: [] },
    { ...inRegion("drifted", "r2"), status: "read" as const, found: [] },
    { ...inRegion("closed", "r1"), status: "read" as const, found: [] },
    { ...inRegion("closed", "r2"), status: "unknown" as const, error },
  ];
  const waiting = [{ ...inRegion("new", "r1"), stage: "baseline", account: "new", reason: "doesn't exist yet" }];
  const matrix = matrixOf({ plan, places, waiting });

  it("takes the worst of an account's regions", () => {
    expect(matrix.cells.map(({ account, status, reasons }) => [account, status, reasons])).toEqual([
      ["fine", "ok", []],
      ["drifted", "drift", []],
      ["closed", "unknown", ["no rights"]],
      ["new", "unknown", ["doesn't exist yet"]],
    ]);
  });
  it("is a table in Markdown", () => {
    expect(matrixView(matrix).markdown()).toContain("| closed | unknown |\n| drifted | drift |\n| fine | ok |");
  });
  it("what couldn't be read is one line for each account and reason", () => {
    expect(unreadable(places)).toEqual([{ stage: "baseline", account: "closed", reason: "thing: no rights" }]);
  });
});
