/** What to do about a stack, row by row of the table. */

import { describe, expect, it } from "@jest/globals";
import { foundStack, wantedStack } from "../testing/stacks.ts";
import { decide, settingsToChange, type Decision } from "./diff.ts";
import { applicationTag, environmentTag } from "../owner.ts";
import type { FoundStack, WantedStack } from "./model.ts";
import { defaultPolicy, openPolicy } from "./policy.ts";

const parameter = (name: string, noEcho: boolean) => new Map([[name, { hasDefault: false, noEcho }]]);
const value = (text: string) => ({ kind: "value", value: text, secret: false }) as const;
const template = (more: Partial<WantedStack["template"]>): WantedStack["template"] => ({
  ...wantedStack().template,
  ...more,
});
const tags = (more: Readonly<Record<string, string>>) => new Map(Object.entries({ [applicationTag]: "shop", ...more }));

describe("the state of a stack decides first", () => {
  it.each<[string, Decision["action"]]>([
    ["REVIEW_IN_PROGRESS", "create"],
    ["CREATE_IN_PROGRESS", "join"],
    ["UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "join"],
    ["DELETE_IN_PROGRESS", "join"],
    ["ROLLBACK_COMPLETE", "heal"],
    ["CREATE_FAILED", "heal"],
    ["ROLLBACK_FAILED", "heal"],
    ["UPDATE_ROLLBACK_FAILED", "continue"],
    ["UPDATE_FAILED", "rollback"],
    ["DELETE_FAILED", "stuck"],
    ["CREATE_COMPLETE", "same"],
    ["UPDATE_COMPLETE", "same"],
    ["UPDATE_ROLLBACK_COMPLETE", "same"],
    ["IMPORT_COMPLETE", "same"],
  ])("%s: %s", (status, action) => {
    expect(decide(wantedStack(), foundStack({ status }), "T", false).action).toBe(action);
  });

  it("and one that doesn't exist is created", () => {
    expect(decide(wantedStack(), null, undefined, false)).toEqual({ action: "create" });
  });
});

describe("a stack that isn't ours", () => {
  it("is foreign where it is that of another environment", () => {
    const found = foundStack({
      tags: new Map([
        [applicationTag, "shop"],
        [environmentTag, "prod"],
      ]),
    });
    for (const environment of ["dev", undefined]) {
      expect(decide(wantedStack({ environment }), found, "T", true)).toEqual({ action: "foreign" });
    }
    expect(decide(wantedStack({ environment: "prod" }), found, "T", true)).toEqual({ action: "update" });
  });

  it("is foreign, whatever its state", () => {
    for (const status of ["CREATE_COMPLETE", "ROLLBACK_COMPLETE", "UPDATE_IN_PROGRESS", "REVIEW_IN_PROGRESS"]) {
      const found = foundStack({ status, tags: tags({ [applicationTag]: "blog" }) });
      expect(decide(wantedStack(), found, "T", true)).toEqual({ action: "foreign" });
    }
  });

  it("or nobody's is taken over only where that is allowed", () => {
    const found = foundStack({ tags: new Map() });
    expect(decide(wantedStack(), found, "T", false)).toEqual({ action: "foreign", owner: undefined });
    expect(decide(wantedStack(), found, "T", true)).toEqual({ action: "update" });
  });
});

describe("a stack that could be the same", () => {
  it.each<[string, Partial<WantedStack>, Partial<FoundStack>, Decision["action"]]>([
    ["a parameter", { parameters: new Map([["A", value("1")]]) }, { parameters: new Map([["A", "2"]]) }, "update"],
    ["a new parameter", { parameters: new Map([["A", value("1")]]) }, {}, "update"],
    ["no parameter that is declared", {}, { parameters: new Map([["A", "2"]]) }, "same"],
    ["a parameter that keeps its value", { parameters: new Map([["A", { kind: "previous" }]]) }, {}, "same"],
    [
      "perhaps a parameter that AWS doesn't show",
      { parameters: new Map([["A", value("****")]]), template: template({ parameters: parameter("A", true) }) },
      { parameters: new Map([["A", "****"]]) },
      "update",
    ],
    ["a tag", { tags: tags({ Team: "a" }) }, { tags: tags({ Team: "b" }) }, "update"],
    ["a tag less", {}, { tags: tags({ Team: "b" }) }, "update"],
    ["perhaps what a macro makes", { template: template({ volatile: true }) }, {}, "update"],
    ["the template", { template: template({ text: "U" }) }, {}, "update"],
    ["the role", { roleArn: "arn:b" }, { roleArn: "arn:a" }, "update"],
    ["no role that is declared", {}, { roleArn: "arn:a" }, "same"],
    ["the topics", { notificationArns: ["a"] }, { notificationArns: ["b"] }, "update"],
    ["the order of topics", { notificationArns: ["a", "b"] }, { notificationArns: ["b", "a"] }, "same"],
  ])("differs in %s", (_, wanted, found, action) => {
    expect(decide(wantedStack(wanted), foundStack(found), "T", false).action).toBe(action);
  });
});

describe("settings beside the template", () => {
  const none = { policy: undefined, terminationProtection: undefined };
  it("are set where they differ", () => {
    const formatted = JSON.stringify(JSON.parse(defaultPolicy), null, 2);
    expect(settingsToChange(wantedStack(), foundStack(), formatted)).toEqual(none);
    expect(settingsToChange(wantedStack(), foundStack(), openPolicy)).toEqual({ ...none, policy: defaultPolicy });
    expect(settingsToChange(wantedStack(), foundStack(), undefined)).toEqual({ ...none, policy: defaultPolicy });
    const wanted = wantedStack({ terminationProtection: true });
    expect(settingsToChange(wanted, foundStack(), defaultPolicy)).toEqual({ ...none, terminationProtection: true });
    const on = foundStack({ terminationProtection: true });
    expect(settingsToChange(wanted, on, defaultPolicy)).toEqual(none);
    // What isn't declared is left as it is.
    expect(settingsToChange(wantedStack(), on, defaultPolicy)).toEqual(none);
  });
});
