/** The decision table of the organization, row by row, and matching; no AWS. */

import { describe, expect, it } from "@jest/globals";
import { guard, nameOf } from "@bulkhead/plan";
import { diffOrganization } from "./diff.ts";
import { matchAccounts } from "./match.ts";
import {
  accountTag,
  type FoundAccount,
  type FoundOrganization,
  type WantedAccount,
  type WantedOrganization,
} from "./model.ts";

const wantedAccount = (name: string, more: Partial<WantedAccount> = {}): WantedAccount => ({
  name,
  accountName: name,
  email: `aws+${name}@example.com`,
  hasOwnEmail: false,
  organizationalUnit: "Apps",
  tags: { [accountTag]: name },
  ...more,
});
const wanted = (more: Partial<WantedOrganization> = {}): WantedOrganization => ({
  managementAccountId: "111111111111",
  accessRole: "OrganizationAccountAccessRole",
  organizationalUnits: ["Apps"],
  accounts: [wantedAccount("shop")],
  policies: new Map([["guard", { Version: "2012-10-17", Statement: [] }]]),
  attachments: [{ policy: "guard", target: "Apps" }],
  policiesPerTarget: 10,
  ...more,
});
const foundAccount = (id: string, more: Partial<FoundAccount> = {}): FoundAccount => ({
  id,
  name: "shop",
  email: "aws+shop@example.com",
  state: "ACTIVE",
  organizationalUnit: "Apps",
  tags: { [accountTag]: "shop" },
  tagsMayBeOld: false,
  ...more,
});
const found = (more: Partial<FoundOrganization> = {}): FoundOrganization => ({
  featureSet: "ALL",
  rootId: "r-1",
  policyTypeEnabled: true,
  organizationalUnits: new Map([["Apps", "ou-1"]]),
  accounts: [foundAccount("222222222222")],
  policies: [{ id: "p-1", name: "guard", content: { Version: "2012-10-17", Statement: [] }, targets: ["Apps"] }],
  ...more,
});
const sentences = (want: WantedOrganization, have: FoundOrganization): string[] =>
  diffOrganization(want, have).changes.map(({ sentence }) => sentence);

describe("the organization", () => {
  it("needs nothing when it is as the file says", () => {
    expect(diffOrganization(wanted(), found())).toMatchObject({
      changes: [],
      unmanaged: [],
      warnings: [],
      problems: [],
    });
  });

  it("is planned whole from nothing, in an order that can be carried out", () => {
    const nothing = found({
      featureSet: null,
      rootId: null,
      policyTypeEnabled: false,
      organizationalUnits: new Map(),
      accounts: [],
      policies: [],
    });
    const want = wanted({
      organizationalUnits: ["Apps", "Apps/Inner"],
      accounts: [wantedAccount("shop", { organizationalUnit: "Apps/Inner" })],
    });
    const { changes } = diffOrganization(want, nothing);
    const needs = Object.fromEntries(changes.map((change) => [change.sentence, change.dependsOn]));
    expect(needs).toEqual({
      "create the organization with all features": [],
      "create organizational unit Apps": ["management/global/organization/organization"],
      "create organizational unit Apps/Inner": ["management/global/organizational-unit/Apps"],
      "create account shop (aws+shop@example.com) in Apps/Inner": [
        "management/global/organization/organization",
        "management/global/organizational-unit/Apps/Inner",
      ],
      "create service control policy guard": ["management/global/organization/organization"],
      "attach guard to Apps": [
        "management/global/organizational-unit/Apps",
        "management/global/service-control-policy/guard",
      ],
    });
  });

  it("enables policies only when the file has some", () => {
    expect(sentences(wanted(), found({ policyTypeEnabled: false }))).toEqual(["enable service control policies"]);
    const none = wanted({ policies: new Map(), attachments: [] });
    expect(sentences(none, found({ policyTypeEnabled: false, policies: [] }))).toEqual([]);
  });

  it("holds what needs all features where there are only consolidated bills", () => {
    const difference = diffOrganization(
      wanted({ organizationalUnits: ["Apps", "More"] }),
      found({ featureSet: "CONSOLIDATED_BILLING" }),
    );
    const { changes, held } = guard(difference.changes, difference);
    expect(changes).toEqual([]);
    expect(held.map(({ change, approvable }) => [change.sentence, approvable])).toEqual([
      ["enable all features of the organization", false],
      ["create organizational unit More", false],
    ]);
  });
});

describe("accounts", () => {
  it.each<[string, Partial<FoundAccount>, string]>([
    ["moved by hand", { organizationalUnit: "Root" }, "move account shop from Root to Apps"],
    ["renamed by hand", { name: "old" }, "rename account old to shop"],
    ["untagged", { tags: {} }, "tag account shop"],
    [
      "all of it",
      { name: "old", organizationalUnit: "Root", tags: {} },
      "rename account old to shop, move account shop from Root to Apps, tag account shop",
    ],
  ])("that were %s are put right", (_, more, sentence) => {
    expect(sentences(wanted(), found({ accounts: [foundAccount("222222222222", more)] }))).toEqual([sentence]);
  });

  it("keep tags that the file doesn't speak of", () => {
    const tagged = foundAccount("222222222222", { tags: { [accountTag]: "shop", Owner: "somebody" } });
    expect(sentences(wanted(), found({ accounts: [tagged] }))).toEqual([]);
  });

  it("are renamed, not created, when the file says what they were called", () => {
    const before = foundAccount("222222222222", {
      name: "store",
      email: "aws+store@example.com",
      tags: { [accountTag]: "store" },
    });
    const want = wanted({ accounts: [wantedAccount("shop", { previously: "store", email: "aws+store@example.com" })] });
    expect(sentences(want, found({ accounts: [before] }))).toEqual(["rename account store to shop, tag account shop"]);
  });

  it("whose email differs are held back in that alone", () => {
    const other = foundAccount("222222222222", { email: "other@example.com", organizationalUnit: "Root" });
    const own = wanted({ accounts: [wantedAccount("shop", { hasOwnEmail: true })] });
    // From the template alone it is no wish: renames and changed templates would be held for ever.
    expect(diffOrganization(wanted(), found({ accounts: [other] })).impossible.size).toBe(0);
    const difference = diffOrganization(own, found({ accounts: [other] }));
    const { changes, held } = guard(difference.changes, difference);
    expect(changes.map(({ sentence }) => sentence)).toEqual(["move account shop from Root to Apps"]);
    expect(held.map(({ change }) => change.sentence)).toEqual([
      "change the email of account shop from other@example.com to aws+shop@example.com",
    ]);
  });

  it("whose email differs only in case are the same", () => {
    const shouting = foundAccount("222222222222", { email: "AWS+Shop@Example.com", tags: {} });
    expect(sentences(wanted(), found({ accounts: [shouting] }))).toEqual(["tag account shop"]);
  });

  it.each(["SUSPENDED", "PENDING_CLOSURE", "CLOSED"] as const)("that are %s are left alone with a warning", (state) => {
    const gone = foundAccount("222222222222", { state, organizationalUnit: "Root" });
    const difference = diffOrganization(wanted(), found({ accounts: [gone] }));
    expect(difference.changes).toEqual([]);
    expect(difference.warnings).toEqual([expect.stringContaining(`account shop (222222222222) is ${state}`)]);
  });

  it("that are closed give way to an active one with their tag or email", () => {
    const closed = foundAccount("222222222222", { state: "SUSPENDED" });
    const byEmail = foundAccount("333333333333", { tags: {} });
    const difference = diffOrganization(wanted(), found({ accounts: [closed, byEmail] }));
    expect(difference.accountIds.get("shop")).toBe("333333333333");
    expect(difference.warnings).toEqual([]);
    const both = found({ accounts: [closed, foundAccount("333333333333")] });
    expect(diffOrganization(wanted(), both)).toMatchObject({ problems: [], changes: [] });
    const two = found({ accounts: [closed, foundAccount("444444444444", { state: "CLOSED" })] });
    expect(diffOrganization(wanted(), two).problems).toEqual([]);
  });

  it("that the file doesn't have are listed, but for the management account", () => {
    const others = [
      foundAccount("222222222222"),
      foundAccount("333333333333", { name: "legacy", email: "l@example.com", tags: {}, organizationalUnit: "Root" }),
      foundAccount("111111111111", { name: "company", email: "m@example.com", tags: {}, organizationalUnit: "Root" }),
    ];
    const { changes, unmanaged } = diffOrganization(wanted(), found({ accounts: others }));
    expect(changes).toEqual([]);
    expect(unmanaged.map(({ sentence }) => sentence)).toEqual(["account legacy (333333333333) in Root"]);
  });
});

describe("service control policies", () => {
  it("are updated where their content differs, whatever the order of its keys", () => {
    const policy = { id: "p-1", name: "guard", targets: ["Apps"] };
    const same = found({ policies: [{ ...policy, content: { Statement: [], Version: "2012-10-17" } }] });
    expect(sentences(wanted(), same)).toEqual([]);
    const other = found({
      policies: [{ ...policy, content: { Version: "2012-10-17", Statement: [{ Effect: "Deny" }] } }],
    });
    expect(sentences(wanted(), other)).toEqual(["update service control policy guard"]);
  });

  it("that somebody weakened are drift, also where a statement isn't a list", () => {
    const deny = { Effect: "Deny", Action: "*", Resource: "*" };
    const want = wanted({ policies: new Map([["guard", { Version: "2012-10-17", Statement: deny }]]) });
    const weaker = {
      Version: "2012-10-17",
      Statement: { ...deny, Condition: { Bool: { "aws:MultiFactorAuthPresent": "false" } } },
    };
    const have = found({ policies: [{ id: "p-1", name: "guard", content: weaker, targets: ["Apps"] }] });
    expect(sentences(want, have)).toEqual(["update service control policy guard"]);
  });

  it("are attached before others are detached, but for a target that is full", () => {
    const want = wanted({
      policies: new Map([
        ["guard", {}],
        ["old", {}],
      ]),
    });
    const old = { id: "p-2", name: "old", content: {}, targets: ["Apps"] };
    const needs = (policiesPerTarget: number): readonly string[] | undefined =>
      diffOrganization({ ...want, policiesPerTarget }, found({ policies: [old] })).changes.find(
        ({ sentence }) => sentence === "attach guard to Apps",
      )?.dependsOn;
    const detach = "management/global/service-control-policy-attachment/old@Apps";
    expect(needs(10)).not.toContain(detach);
    expect(needs(2)).toContain(detach);
  });

  it("are detached where the file has both sides but not the attachment, and only there", () => {
    const have = found({
      organizationalUnits: new Map([
        ["Apps", "ou-1"],
        ["Foreign", "ou-2"],
      ]),
      policies: [
        {
          id: "p-1",
          name: "guard",
          content: { Version: "2012-10-17", Statement: [] },
          targets: ["Apps", "Root", "Foreign", "333333333333"],
        },
        { id: "p-2", name: "theirs", content: {}, targets: ["Apps"] },
      ],
    });
    const { changes, unmanaged } = diffOrganization(wanted(), have);
    expect(changes.map(({ sentence, action }) => [action, sentence])).toEqual([["delete", "detach guard from Root"]]);
    expect(unmanaged.map(({ sentence }) => sentence)).toEqual([
      "organizational unit Foreign",
      "service control policy theirs on Apps",
    ]);
  });

  it("beyond what a target takes are held, counting those of others and AWS's own", () => {
    const theirs = Array.from({ length: 9 }, (_, i) => ({
      id: `p-${i}`,
      name: `t${i}`,
      content: {},
      targets: ["Apps"],
    }));
    const difference = diffOrganization(wanted(), found({ policies: theirs }));
    const { changes, held } = guard(difference.changes, difference);
    expect(changes.map(nameOf)).toEqual(["guard"]);
    expect(held.map(({ change, reason }) => [change.sentence, reason])).toEqual([
      ["attach guard to Apps", "11 policies would be on it, with those that the file doesn't have; AWS takes 10"],
    ]);
  });
});

describe("matching", () => {
  const other = foundAccount("333333333333", { email: "other@example.com", tags: {} });

  it("goes by id before tag, and by tag before email", () => {
    const tagged = foundAccount("222222222222", { email: "moved@example.com" });
    const mailed = foundAccount("444444444444", { tags: {} });
    const by = (account: WantedAccount, ...all: FoundAccount[]): string | undefined =>
      matchAccounts(wanted({ accounts: [account] }), all).matches.get("shop")?.id;
    expect(by(wantedAccount("shop", { id: "333333333333" }), tagged, mailed, other)).toBe("333333333333");
    expect(by(wantedAccount("shop"), tagged, mailed)).toBe("222222222222");
    expect(by(wantedAccount("shop"), mailed, other)).toBe("444444444444");
    expect(by(wantedAccount("shop"), other)).toBeUndefined();
  });

  it("takes the management account by its id alone", () => {
    const management = foundAccount("111111111111");
    const by = (more: Partial<WantedAccount>): number =>
      matchAccounts(wanted({ accounts: [wantedAccount("shop", more)] }), [management]).matches.size;
    expect(by({})).toBe(0);
    expect(by({ id: "111111111111" })).toBe(1);
  });

  it.each<[string, WantedAccount[], FoundAccount[], string]>([
    ["an id that isn't there", [wantedAccount("shop", { id: "999999999999" })], [other], "Accounts.UnknownId"],
    [
      "a tag on two accounts",
      [wantedAccount("shop")],
      [foundAccount("222222222222"), foundAccount("333333333333")],
      "Accounts.Ambiguous",
    ],
    [
      "one account for two",
      [wantedAccount("shop"), wantedAccount("till", { id: "222222222222" })],
      [foundAccount("222222222222")],
      "Accounts.ClaimedTwice",
    ],
  ])("refuses %s", (_, want, have, code) => {
    expect(matchAccounts(wanted({ accounts: want }), have).problems.map((problem) => problem.code)).toEqual([code]);
  });
});
