/** Which extras a function has: its tag says so, so that one that leaves the deploy file is found without asking for all. */

import type { Extras } from "../model.ts";

/** What stands beside a function's versions and is taken away again when it isn't declared any more. */
export type ExtraName = "reserved" | "provisioned" | "url" | "permissions" | "events";

export const managedTag = "bulkhead:manages";

/** Those that are declared, as the tag's value; empty where there are none. */
export function namesOfExtras(extras: Extras, events: boolean): string {
  const names: Readonly<Record<ExtraName, boolean>> = {
    events,
    permissions: extras.permissions.length > 0 || extras.url?.auth === "NONE",
    provisioned: extras.provisionedConcurrency !== undefined,
    reserved: extras.reservedConcurrency !== undefined,
    url: extras.url !== undefined,
  };
  return Object.entries(names)
    .flatMap(([name, declared]) => (declared ? [name] : []))
    .join(" ");
}

/** Whether a function's tags say that it has, or is to have, an extra. */
export function manages(tags: ReadonlyMap<string, string>, name: ExtraName): boolean {
  return (tags.get(managedTag) ?? "").split(" ").includes(name);
}

/** The tag while extras come and go: all that are there, or may be. */
export function bothManaged(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string {
  const names = [before, after]
    .flatMap((tags) => (tags.get(managedTag) ?? "").split(" "))
    .filter((name) => name !== "");
  return [...new Set(names)].sort().join(" ");
}
