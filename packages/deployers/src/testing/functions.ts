/** The shop with functions: deploy files and code of the smallest kind, and hands in the AWS console. */

import {
  InvokeCommand,
  GetAliasCommand,
  LambdaClient,
  ListVersionsByFunctionCommand,
  UpdateAliasCommand,
  waitUntilFunctionActiveV2,
} from "@aws-sdk/client-lambda";
import { expect } from "@jest/globals";
import type { Ran } from "@bulkhead/sandbox";
import { account, openShop, region, type Shop } from "./shop.ts";

export const role = `arn:aws:iam::${account}:role/orders`;
export const orders = "shop-dev-orders";

/** A deploy file with one function, `orders`. @param settings YAML of the function; @param rest YAML of the file */
export function deployFile(settings: Readonly<Record<string, unknown>> = {}, rest: object = {}): string {
  return JSON.stringify({
    version: 1,
    application: "shop",
    environments: { dev: { account, region } },
    lambda: { functions: { orders: { runtime: "nodejs22.x", entry: "orders.ts", role, ...settings } } },
    ...rest,
  });
}

/** A module that answers with a text. */
export const answering = (answer: string): string =>
  `export const handler = async (): Promise<string> => ${JSON.stringify(answer)};\n`;

/** What a run shows where nothing differs, and where it says a text. */
export const nothingToDo = { exitCode: 0, stdout: `= ${orders}: nothing to do\n` };
export const done = (text: string) => ({ exitCode: 0, stdout: expect.stringContaining(text) });
export const failed = (text: string) => ({ exitCode: 1, stdout: expect.stringContaining(text) });

export interface FunctionShop extends Shop {
  readonly lambda: LambdaClient;
  /** `bulkhead-deploy lambda …` with the shop's deploy file. */
  lambdaRun(...argv: string[]): Promise<Ran>;
  /** Writes a deploy file with one function. */
  declare(settings: Readonly<Record<string, unknown>>, rest?: object): Promise<void>;
  /** What the alias answers. */
  answer(name?: string, qualifier?: string): Promise<string>;
  /** The version that the alias points to. */
  version(name?: string): Promise<string | undefined>;
  /** Numbers of all versions. */
  versions(name?: string): Promise<readonly string[]>;
  /** Somebody moves the alias. */
  moveAlias(version: string): Promise<void>;
  /** Waits until Lambda is through with what was changed by hand. */
  settled(name?: string): Promise<void>;
  /** The calls that count: no look-ups, no waiting, neither lease nor receipts. */
  counted(): readonly string[];
}

const aside = /^(ssm|sts|secretsmanager):/;

export async function openFunctionShop(): Promise<FunctionShop> {
  const shop = await openShop();
  const lambda = new LambdaClient(shop.config);
  return Object.assign(shop, {
    lambda,
    lambdaRun: (...argv: string[]) => shop.deploy("lambda", ...argv),
    declare: (settings: Readonly<Record<string, unknown>>, rest: object = {}) =>
      shop.write({ "bulkhead.deploy.yaml": deployFile(settings, rest) }),
    answer: async (name = orders, qualifier = "live") => {
      const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: name, Qualifier: qualifier }));
      return new TextDecoder().decode(Payload);
    },
    version: async (name = orders) =>
      (await lambda.send(new GetAliasCommand({ FunctionName: name, Name: "live" }))).FunctionVersion,
    versions: async (name = orders) => {
      const { Versions = [] } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName: name }));
      return Versions.flatMap(({ Version }) => (Version === undefined || Version === "$LATEST" ? [] : [Version]));
    },
    moveAlias: async (version: string) => {
      await lambda.send(new UpdateAliasCommand({ FunctionName: orders, Name: "live", FunctionVersion: version }));
    },
    settled: async (name = orders) => {
      const input = { FunctionName: name };
      await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, input);
    },
    counted: () => {
      const calls = shop.sandbox.calls().filter((call) => !aside.test(call));
      // What is asked again after a write is asked while waiting.
      const first = calls.findIndex((call) => /:(Create|Update|Publish)/.test(call));
      return calls.filter((call, index) => index < first || first < 0 || call !== "lambda:GetFunctionConfiguration");
    },
  });
}
