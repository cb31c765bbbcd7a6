/** The order of stacks: who needs whom, by `dependsOn` and by look-ups of outputs. Pure. */

import { stacksNeededBy } from "../lookups/index.ts";
import { stackCycle, unknownStack } from "./errors.ts";
import type { StackDeclaration } from "./model.ts";

/** The keys that each stack needs, among those given; what isn't given is there already or fails by itself. */
export type Needs = ReadonlyMap<string, readonly string[]>;

/** @throws CloudFormation.StackCycle */
export function needsOf(stacks: readonly StackDeclaration[]): Needs {
  const keys = new Map(stacks.flatMap(({ key, name }) => [[key, key] as const, [name, key] as const]));
  const needs = new Map(
    stacks.map(({ key, dependsOn, parameters, tags }) => {
      const values = [...parameters.values(), ...tags.values()].map(({ input }) => input);
      const named = values.flatMap((input) =>
        typeof input === "object" && "previous" in input ? [] : stacksNeededBy(input),
      );
      const needed = [...dependsOn, ...named].flatMap((it) => keys.get(it) ?? []);
      return [key, [...new Set(needed)]] as const;
    }),
  );
  const finished = new Set<string>();
  const visit = (key: string, trail: readonly string[]): void => {
    if (finished.has(key)) return;
    if (trail.includes(key)) {
      throw stackCycle([...trail.slice(trail.indexOf(key)), key], stacks.find((stack) => stack.key === key)?.where);
    }
    for (const next of needs.get(key) ?? []) visit(next, [...trail, key]);
    finished.add(key);
  };
  for (const key of needs.keys()) visit(key, []);
  return needs;
}

/**
 * The stacks that were named, or all.
 * @throws CloudFormation.UnknownStack
 */
export function chosenStacks(
  stacks: readonly StackDeclaration[],
  keys: readonly string[],
): readonly StackDeclaration[] {
  const known = stacks.map(({ key }) => key);
  for (const key of keys) if (!known.includes(key)) throw unknownStack(key, known);
  return keys.length === 0 ? stacks : stacks.filter(({ key }) => keys.includes(key));
}

/**
 * Does `work` for each stack as soon as those that it needs are done; side by side where they may.
 * @param backwards for deleting: a stack waits for those that need it
 * @param work gets the outcomes of what it waited for
 */
export async function inOrder<T>(
  stacks: readonly StackDeclaration[],
  work: (stack: StackDeclaration, before: readonly T[]) => Promise<T>,
  { backwards = false } = {},
): Promise<readonly T[]> {
  const needs = needsOf(stacks);
  const byKey = new Map(stacks.map((stack) => [stack.key, stack]));
  const before = (key: string): readonly string[] =>
    backwards ? [...needs].flatMap(([other, needed]) => (needed.includes(key) ? [other] : [])) : (needs.get(key) ?? []);
  const running = new Map<string, Promise<T>>();
  const start = (stack: StackDeclaration): Promise<T> => {
    const started = running.get(stack.key);
    if (started) return started;
    const needed = before(stack.key).flatMap((key) => byKey.get(key) ?? []);
    const promise = Promise.all(needed.map(start)).then((done) => work(stack, done));
    running.set(stack.key, promise);
    return promise;
  };
  return Promise.all(stacks.map(start));
}
