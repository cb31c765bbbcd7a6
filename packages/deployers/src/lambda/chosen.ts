/** The functions that a command is about. Pure. */

import { unknownFunction } from "./errors.ts";
import type { FunctionDeclaration } from "./model.ts";

/**
 * Those that were named, in the order of the deploy file, or all.
 * @throws Lambda.UnknownFunction
 */
export function chosenFunctions(
  functions: readonly FunctionDeclaration[],
  keys: readonly string[],
): readonly FunctionDeclaration[] {
  const known = functions.map(({ key }) => key);
  const unknown = keys.find((key) => !known.includes(key));
  if (unknown !== undefined) throw unknownFunction(unknown, known);
  return keys.length === 0 ? functions : functions.filter(({ key }) => keys.includes(key));
}
