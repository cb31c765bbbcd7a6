/** An output of a stack, also of another account and region. */

import { NotThere, placeOf, type LookupContext } from "./lookup.ts";

export interface StackOutputName {
  /** A key of the deploy file, or a stack's name. */
  readonly stack: string;
  readonly output: string;
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

export function parseStackOutput(input: string | StackOutputName): StackOutputName {
  if (typeof input !== "string") return input;
  const cut = input.indexOf(".");
  return { stack: input.slice(0, cut), output: input.slice(cut + 1) };
}

/** @throws NotThere */
export async function lookUpStackOutput(input: string | StackOutputName, context: LookupContext): Promise<string> {
  const wanted = parseStackOutput(input);
  const name = context.stackNames.get(wanted.stack) ?? wanted.stack;
  const [{ CloudFormationClient }, { readStack }] = await Promise.all([
    import("@aws-sdk/client-cloudformation"),
    import("../cloudformation/actual.ts"),
  ]);
  const stack = await readStack(context.access.client(CloudFormationClient, placeOf(context, wanted)), name);
  if (!stack || stack.status === "REVIEW_IN_PROGRESS") throw new NotThere(`there is no stack ${name}`);
  const value = stack.outputs.get(wanted.output);
  if (value !== undefined) return value;
  const known = [...stack.outputs.keys()].join(", ") || "none";
  throw new NotThere(`stack ${name} (${stack.status}) has no output ${wanted.output}; it has: ${known}`);
}
