/** Deploy files: what they mean in an environment, and what is wrong with them, with its place. */

import { describe, expect, it } from "@jest/globals";
import type { BulkheadError } from "@bulkhead/core";
import { memoryFiles } from "../testing/files.ts";
import { targetFromFile } from "../target.ts";
import { deployFileJsonSchema } from "./json-schema.ts";
import { loadDeployFile } from "./load.ts";
import type { TargetFlags } from "../target-flags.ts";

const file = "app/bulkhead.deploy.yaml";
const flags: TargetFlags = {
  environment: undefined,
  account: undefined,
  region: undefined,
  "access-role": undefined,
  application: undefined,
  stack: undefined,
  template: undefined,
  parameter: [],
  tag: [],
  capability: [],
  "artifact-bucket": undefined,
  "role-arn": undefined,
};
const lockFile = { accounts: { "shop-prod": { id: "222222222222" } }, blocks: {} };
const load = (text: string) => {
  const loaded = loadDeployFile(file, memoryFiles({ [file]: text }));
  if (!loaded) throw new Error("there is no file");
  return loaded;
};
const target = (text: string, environment?: string) => targetFromFile(load(text), { ...flags, environment }, lockFile);

function refusals(text: string): readonly BulkheadError[] {
  try {
    load(text);
  } catch (error) {
    const { parts } = error as BulkheadError;
    return parts.length > 0 ? parts : [error as BulkheadError];
  }
  throw new Error("it was read");
}

const whole = `version: 1
application: shop
environments:
  dev: { account: "111111111111", region: eu-central-1, tags: { Stage: d } }
  prod: { account: shop-prod, region: eu-west-1, protected: true }
tags: { Team: shop }
artifactBucket: { name: "shop-{account}", create: true }
cloudformation:
  stacks:
    orders:
      template: orders.yaml
      parameters: { Size: 1, Mode: { env: MODE } }
      tags: { Team: orders }
      environments:
        prod: { parameters: { Size: 3 }, name: "{stack}-{environment}", terminationProtection: false }
`;

describe("a deploy file", () => {
  it("has values for an environment over common ones, with the place of each", () => {
    const dev = target(whole, "dev");
    const [orders] = dev.stacks;
    expect(dev).toMatchObject({
      application: "shop",
      account: "111111111111",
      region: "eu-central-1",
      protected: false,
    });
    expect(dev.artifactBucket).toEqual({ name: "shop-111111111111", create: true });
    expect(orders).toMatchObject({ name: "shop-orders", templatePath: "app/orders.yaml" });
    expect(orders?.terminationProtection).toBeUndefined();
    expect([...(orders?.tags ?? [])].map(([name, { input }]) => [name, input])).toEqual([
      ["Team", "orders"],
      ["Stage", "d"],
    ]);
    const prod = target(whole, "prod");
    expect(prod).toMatchObject({ account: "222222222222", region: "eu-west-1", protected: true });
    expect(prod.stacks[0]).toMatchObject({ name: "orders-prod", terminationProtection: false });
    expect(prod.stacks[0]?.parameters.get("Size")).toEqual({ input: 3, where: { file, line: 15, column: 37 } });
    expect(prod.stacks[0]?.parameters.get("Mode")?.where).toMatchObject({ line: 12 });
  });

  it("protects stacks of protected environments from deletion by default", () => {
    expect(target(whole.replace(", terminationProtection: false", ""), "prod").stacks[0]?.terminationProtection).toBe(
      true,
    );
  });

  it("needs no environment to be named where there is one", () => {
    expect(target(whole.replace(/ {2}prod: .*\n/, "").replace(/ {6}environments:\n.*\n/, "")).environment).toBe("dev");
    expect(() => target(whole)).toThrow(/isn't said which environment/);
    expect(() => target(whole, "prd")).toThrow(/no environment "prd"/);
    expect(() => target(whole.replace("shop-prod", "shop-none"), "prod")).toThrow(
      /id of account "shop-none" isn't known/,
    );
  });

  it.each<[string, (text: string) => string, string, RegExp, number]>([
    ["an unknown key", (text) => text.replace("template:", "tempalte:"), "DeployFile.UnknownKey", /"tempalte"/, 11],
    [
      "a value of the wrong kind",
      (text) => text.replace("Size: 1", "Size: { a: 1 }"),
      "DeployFile.Invalid",
      /look-up/,
      12,
    ],
    [
      "two look-ups in one",
      (text) => text.replace("{ env: MODE }", "{ env: A, git: commit }"),
      "DeployFile.Invalid",
      /one look-up/,
      12,
    ],
    [
      "an environment that isn't there",
      (text) => text.replace("        prod:", "        prd:"),
      "DeployFile.UnknownName",
      /"prd"/,
      15,
    ],
    [
      "a stack that isn't there",
      (text) => text.replace("      tags:", "      dependsOn: [network]\n      tags:"),
      "DeployFile.UnknownName",
      /"network"/,
      13,
    ],
    [
      "no template",
      (text) => text.replace("      template: orders.yaml\n", ""),
      "DeployFile.Invalid",
      /no template/,
      10,
    ],
    [
      "broken YAML",
      (text) => text.replace("tags: { Team: shop }", "tags: { Team: shop"),
      "DeployFile.YamlInvalid",
      /./,
      7,
    ],
    ["a key given twice", (text) => `${text}version: 1\n`, "DeployFile.KeyGivenTwice", /"version"/, 16],
    [
      "an alias to what it stands in",
      (text) => text.replace("{ Team: shop }", "&t { Team: *t }"),
      "DeployFile.Invalid",
      /tags.Team/,
      6,
    ],
    ["a merge conflict", (text) => `<<<<<<< HEAD\n${text}`, "DeployFile.MergeConflict", /./, 1],
  ])("with %s is refused at its place", (_, edit, code, message, line) => {
    const [first] = refusals(edit(whole));
    expect(first).toMatchObject({ code, message: expect.stringMatching(message), where: { file, line } });
  });

  it("is described for editors", () => {
    const schema = deployFileJsonSchema();
    expect(Object.keys(schema["properties"] as object)).toEqual([
      "version",
      "application",
      "environments",
      "tags",
      "artifactBucket",
      "cloudformation",
      "lambda",
      "hooks",
      "notifications",
    ]);
  });
});
