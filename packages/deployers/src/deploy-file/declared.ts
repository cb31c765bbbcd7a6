/** Declared values: what stands in the deploy file together with its place there; merged, and with placeholders filled in. */

import type { Where } from "@bulkhead/core";
import type { Path } from "@bulkhead/landing-zone";
import { unknownName } from "../errors.ts";

/** A value as it was declared, and where. */
export interface Declared<T> {
  readonly input: T;
  readonly where?: Where | undefined;
}

export function declaredMap<T>(
  record: Readonly<Record<string, T>> | undefined,
  path: Path,
  at: (path: Path) => Where,
): ReadonlyMap<string, Declared<T>> {
  return new Map(Object.entries(record ?? {}).map(([name, input]) => [name, { input, where: at([...path, name]) }]));
}

export function declaredList<T>(
  list: readonly T[] | undefined,
  path: Path,
  at: (path: Path) => Where,
): readonly Declared<T>[] {
  return (list ?? []).map((input, index) => ({ input, where: at([...path, index]) }));
}

/** The last one wins. */
export function merged<T>(maps: readonly ReadonlyMap<string, T>[]): ReadonlyMap<string, T> {
  return new Map(maps.flatMap((map) => [...map]));
}

/** @throws DeployFile.UnknownName for a placeholder that isn't among the values */
export function fill(template: string, values: Readonly<Record<string, string>>, where: Where): string {
  return template.replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw unknownName("placeholder", name, Object.keys(values), where);
    return value;
  });
}
