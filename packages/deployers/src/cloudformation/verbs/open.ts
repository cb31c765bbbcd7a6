/** What every verb begins with: the stacks that were named, their templates, and a client to work with. */

import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { openReceiptBook } from "../../receipts/book.ts";
import type { ReceiptBook } from "../../receipts/model.ts";
import type { DeployRun } from "../../run.ts";
import { readStacks } from "../actual.ts";
import type { FoundStack, StackDeclaration } from "../model.ts";
import { chosenStacks, needsOf } from "../order.ts";
import { readTemplate, type Template } from "../template.ts";
import { stackPoller, type Waiting } from "../wait.ts";

export interface Opened {
  readonly waiting: Waiting;
  readonly stacks: readonly StackDeclaration[];
  readonly receipts: ReceiptBook;
  /**
   * A first look at a stack that waits for no other: one look at all of them serves many. Undefined where it is to be
   * looked at by itself.
   */
  firstLook(stack: StackDeclaration): Promise<FoundStack | null | undefined>;
}

/** Up to here, asking one by one takes no more calls than a list of all that the account has. */
const few = 2;

/** @throws CloudFormation.UnknownStack */
export function openStacks(run: DeployRun): Opened {
  const { report, signal, args } = run.context;
  const client = run.access.client(CloudFormationClient, run.place);
  const stacks = chosenStacks(run.target.stacks, args);
  const needs = needsOf(stacks);
  let all: Promise<readonly FoundStack[]> | undefined;
  return {
    waiting: { client, poller: stackPoller(client), report, signal },
    stacks,
    receipts: openReceiptBook(run, "cloudformation"),
    firstLook: async ({ key, name }) => {
      if (stacks.length <= few || (needs.get(key) ?? []).length > 0) return undefined;
      const found = await (all ??= readStacks(client));
      return found.find((stack) => stack.name === name) ?? null;
    },
  };
}

/** The templates of stacks by their keys, read before anything is asked of AWS. */
export function readTemplates(stacks: readonly StackDeclaration[]): ReadonlyMap<string, Template> {
  return new Map(stacks.map(({ key, templatePath, where }) => [key, readTemplate(templatePath, where)]));
}
