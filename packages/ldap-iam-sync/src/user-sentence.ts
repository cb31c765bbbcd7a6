/** A change of a user as a sentence for people. */

import { fieldChanges } from "@bulkhead/plan";
import type { UserFields } from "./fields.ts";
import { personTag, type Adoption } from "./model.ts";

export interface Reasons {
  /** What says that the person has left. */
  readonly evidence: string | undefined;
  /** How a user that wasn't ours was recognised. */
  readonly adoption: Adoption | null;
}

export function userSentence(
  before: UserFields | null,
  after: UserFields | null,
  { evidence, adoption }: Reasons,
): string {
  if (after === null) return `delete user ${before?.name}: left on ${before?.left}, ${evidence}`;
  if (before === null) {
    const groups = Object.keys(after.groups).filter((group) => after.groups[group]);
    return `create user ${after.name}${groups.length > 0 ? ` in ${groups.join(", ")}` : ""}`;
  }
  if (after.denied) return `disable ${before.name}: ${evidence}`;
  const changed = fieldChanges(before, after).map(({ path }) => path);
  const touches = (field: keyof UserFields): boolean =>
    changed.some((path) => path === field || path.startsWith(`${field}.`));
  const groupsTo = (joined: boolean): readonly string[] =>
    Object.keys(after.groups).filter((group) => after.groups[group] === joined && before.groups[group] !== joined);
  const tags = Object.keys(after.tags).filter((key) => key !== personTag && before.tags[key] !== after.tags[key]);
  const [joined, left] = [groupsTo(true), groupsTo(false)];
  const back = touches("denied") || touches("left");
  const steps = [
    adoption && `adopt ${before.name} (by ${adoption.by === "name" ? "name" : `tag ${adoption.key}`})`,
    back && `restore ${before.name}`,
    touches("name") && `rename ${before.name} to ${after.name}`,
    joined.length > 0 && `join ${joined.join(", ")}`,
    left.length > 0 && `leave ${left.join(", ")}`,
    tags.length > 0 && `tag ${tags.join(", ")}`,
    touches("selfService") && "look after their own password, MFA and keys",
  ];
  const said = steps.filter((step) => typeof step === "string");
  const named = adoption !== null || back || touches("name");
  const notes = [
    touches("path") && `its ARN becomes …${after.path}${after.name}`,
    back && "a console password has to be given anew",
  ].filter((note) => note !== false);
  return `${named ? "" : `${before.name}: `}${said.join(", ")}${notes.map((note) => `; ${note}`).join("")}`;
}
