/** Stacks in the order of their needs. */

import { describe, expect, it } from "@jest/globals";
import { chosenStacks, inOrder, needsOf } from "./order.ts";
import type { StackDeclaration } from "./model.ts";

function declaration(key: string, dependsOn: readonly string[], output?: string): StackDeclaration {
  return {
    key,
    name: `shop-${key}`,
    templatePath: "t.yaml",
    parameters: output === undefined ? new Map() : new Map([["P", { input: { stackOutput: output } }]]),
    tags: new Map(),
    capabilities: [],
    stackPolicy: undefined,
    terminationProtection: undefined,
    roleArn: undefined,
    notificationArns: [],
    dependsOn,
    hooks: {},
    where: undefined,
  };
}

const stacks = [
  declaration("app", ["db"], "network.Vpc"),
  declaration("db", [], "shop-network.Vpc"),
  declaration("network", []),
];

describe("stacks", () => {
  it("need what they depend on and what they look up, by key or name", () => {
    expect([...needsOf(stacks)]).toEqual([
      ["app", ["db", "network"]],
      ["db", ["network"]],
      ["network", []],
    ]);
    expect([...needsOf([declaration("one", [], "elsewhere.Out")])]).toEqual([["one", []]]);
  });

  it("that need each other are refused, with the way round", () => {
    expect(() => needsOf([declaration("a", ["b"]), declaration("b", [], "a.Out")])).toThrow("a → b → a");
  });

  it("are worked on as soon as those that they need are done, and backwards for deleting", async () => {
    const began: string[] = [];
    const work = async ({ key }: StackDeclaration, before: readonly string[]): Promise<string> => {
      began.push(`${key}(${before.join()})`);
      return key;
    };
    expect(await inOrder(stacks, work)).toEqual(["app", "db", "network"]);
    expect(began).toEqual(["network()", "db(network)", "app(db,network)"]);
    began.length = 0;
    await inOrder(stacks, work, { backwards: true });
    expect(began).toEqual(["app()", "db(app)", "network(app,db)"]);
  });

  it("can be chosen by key", () => {
    expect(chosenStacks(stacks, ["db"]).map(({ key }) => key)).toEqual(["db"]);
    expect(chosenStacks(stacks, [])).toHaveLength(3);
    expect(() => chosenStacks(stacks, ["dbs"])).toThrow(/no stack "dbs"/);
  });
});
