/** Values: plain ones, lists, and look-ups, resolved to the text that AWS gets. */

import { BulkheadError } from "@bulkhead/core";
import type { LookupInput, SingleInput, ValueInput } from "../deploy-file/schema.ts";
import { lookupFailed } from "../errors.ts";
import { lookUpCertificate } from "./certificate.ts";
import { lookUpGit } from "./git.ts";
import { lookUpLandingZone } from "./landing-zone.ts";
import { NotThere, type LookupContext } from "./lookup.ts";
import { lookUpSecret } from "./secret.ts";
import { lookUpSsmParameter } from "./ssm-parameter.ts";
import { lookUpStackOutput, parseStackOutput } from "./stack-output.ts";
import { lookUpVariable } from "./variable.ts";
import type { Declared } from "../deploy-file/declared.ts";

export type { LookupContext } from "./lookup.ts";

export interface Resolved {
  readonly value: string;
  /** Whether it must never be shown. */
  readonly secret: boolean;
}

export interface Resolver {
  /** @throws Lookup.Failed with the place and the look-up; what AWS refuses */
  resolve(declared: Declared<ValueInput>): Promise<Resolved>;
  /** Forgets what was looked up: a stack has changed. */
  forget(): void;
}

/** Each look-up is made once, until it is forgotten. */
export function createResolver(context: LookupContext): Resolver {
  const known = new Map<string, Promise<Resolved>>();
  const lookUp = (input: LookupInput): Promise<Resolved> => {
    const key = JSON.stringify(input);
    const found = known.get(key) ?? fetchValue(input, context);
    known.set(key, found);
    return found;
  };
  const one = async (input: SingleInput, { where }: Declared<unknown>): Promise<Resolved> => {
    if (typeof input !== "object") return { value: String(input), secret: false };
    try {
      return await lookUp(input);
    } catch (error) {
      if (error instanceof NotThere) throw lookupFailed(describe(input), error.message, { where, cause: error });
      if (!(error instanceof BulkheadError)) throw error;
      throw lookupFailed(describe(input), error.message, { where, next: error.next, cause: error });
    }
  };
  return {
    resolve: async (declared) => {
      const inputs: readonly SingleInput[] = Array.isArray(declared.input)
        ? (declared.input as SingleInput[])
        : [declared.input as SingleInput];
      const values = await Promise.all(inputs.map((input) => one(input, declared)));
      return { value: values.map(({ value }) => value).join(","), secret: values.some(({ secret }) => secret) };
    },
    forget: () => known.clear(),
  };
}

async function fetchValue(input: LookupInput, context: LookupContext): Promise<Resolved> {
  try {
    if ("ssmParameter" in input) return await lookUpSsmParameter(input.ssmParameter, context);
    if ("secret" in input) return { value: await lookUpSecret(input.secret, context), secret: true };
    return { value: await fetchText(input, context), secret: false };
  } catch (error) {
    const fallback = "default" in input ? input.default : undefined;
    if (!(error instanceof NotThere) || fallback === undefined) throw error;
    return { value: fallback, secret: false };
  }
}

async function fetchText(
  input: Exclude<LookupInput, { ssmParameter: unknown } | { secret: unknown }>,
  context: LookupContext,
): Promise<string> {
  if ("stackOutput" in input) return lookUpStackOutput(input.stackOutput, context);
  if ("certificate" in input) return lookUpCertificate(input.certificate, context);
  if ("landingZone" in input) return lookUpLandingZone(input.landingZone, context);
  if ("git" in input) return lookUpGit(input.git, context);
  return lookUpVariable(input.env, context);
}

/** The look-up as it was written; what it names is no secret. */
function describe(input: LookupInput): string {
  const [kind, name] = Object.entries(input)[0] ?? [];
  return `{ ${kind}: ${typeof name === "string" ? name : JSON.stringify(name)} }`;
}

/** The stacks whose outputs a value needs, by their keys or names. */
export function stacksNeededBy(input: ValueInput): readonly string[] {
  const inputs: readonly SingleInput[] = Array.isArray(input) ? (input as SingleInput[]) : [input as SingleInput];
  return inputs.flatMap((one) => {
    if (typeof one !== "object" || !("stackOutput" in one)) return [];
    const { stack, account, region } = parseStackOutput(one.stackOutput);
    return account === undefined && region === undefined ? [stack] : [];
  });
}
