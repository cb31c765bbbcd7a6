/** What a change of a user does, in a sentence: pure. */

import { jsonEqual, type Json, type JsonObject } from "@bulkhead/core";

/** The fields of a change (diff.ts), as far as it speaks of them. */
export function userSentence(before: JsonObject | null, after: JsonObject | null): string {
  const login = String(after?.["login"] ?? before?.["login"]);
  if (before === null) {
    const root = after?.["sudo"] === true ? ", who may become root" : "";
    return `make the user ${login} with ${counted(after?.["keys"])}${root}`;
  }
  if (after === null) return `remove the user ${login}, who left on ${String(before["left"])}; the home stays`;
  const changed = Object.keys(after).filter((field) => !jsonEqual(before[field] ?? null, after[field] ?? null));
  if (after["locked"] === true) {
    return changed.includes("locked") || before["left"] === null ? `shut ${login} out` : `shut ${login} out again`;
  }
  if (changed.includes("left")) return `let ${login} in again with ${counted(after["keys"])}`;
  const parts = changed
    .map((field) => (field === "login" ? "" : describe(field, after[field])))
    .filter((it) => it !== "");
  const rename = changed.includes("login") ? [`rename ${String(before["login"])} to ${login}`] : [];
  return [...rename, ...(parts.length > 0 ? [`change ${login}: ${parts.join(", ")}`] : [])].join("; ");
}

function describe(field: string, value: Json | undefined): string {
  if (field === "sudo") return value === true ? "may become root" : "may not become root any more";
  if (field === "keys") return counted(value);
  if (field === "locked") return "unlocked";
  return field;
}

function counted(flags: Json | undefined): string {
  const count = Object.values((flags ?? {}) as JsonObject).filter((has) => has === true).length;
  return count === 1 ? "1 key" : `${count} keys`;
}
