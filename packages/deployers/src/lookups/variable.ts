/** An environment variable. */

import { NotThere, type LookupContext } from "./lookup.ts";

/** @throws NotThere where it isn't set, or empty */
export function lookUpVariable(name: string, { env }: LookupContext): string {
  const value = env[name];
  if (!value) throw new NotThere("it isn't set");
  return value;
}
