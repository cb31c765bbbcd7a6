/** Plans one function: reads it, and says what deploying would change. Writes nothing. */

import type { LambdaClient } from "@aws-sdk/client-lambda";
import { functionUnit, type Receipt, type ReceiptBook } from "../receipts/model.ts";
import type { DeployRun } from "../run.ts";
import { readFunction, readVersion } from "./actual.ts";
import { digestOfCodeSha256 } from "./bundle/digest.ts";
import { keepingRest } from "./desired.ts";
import { decide, isWanted, tagChanges, type Bring } from "./diff.ts";
import { foreignFunction, imageFunction } from "./errors.ts";
import type { EventPlan } from "./events/model.ts";
import { planEvents } from "./events/plan.ts";
import { planExtras } from "./extras/index.ts";
import { managedTag, manages } from "./extras/names.ts";
import type { FieldChange, FoundFunction, FunctionDeclaration, WantedFunction } from "./model.ts";
import type { AlarmWatch } from "./traffic/alarms.ts";
import { shiftState, type ShiftState } from "./traffic/state.ts";
import type { LayerBook } from "./layer-book.ts";

/** What a run works with. */
export interface Tools {
  readonly run: DeployRun;
  readonly client: LambdaClient;
  readonly book: ReceiptBook;
  readonly alarms: AlarmWatch;
  readonly layers: LayerBook;
}

/** What is to be done about a function next. */
export type FunctionPlan =
  | ({ readonly action: "create" | "update" | "same" } & FunctionChanges)
  /** Something is under way in AWS; then it is planned anew. */
  | {
      readonly action: "join";
      readonly wanted: WantedFunction;
      readonly found: FoundFunction;
      readonly reason: string;
    };

export interface FunctionChanges extends Bring {
  readonly wanted: WantedFunction;
  readonly found: FoundFunction | null;
  readonly tags: readonly FieldChange[];
  readonly extras: readonly FieldChange[];
  readonly events: EventPlan;
  /** A shift of traffic that was left half-way. */
  readonly shift: ShiftState;
  /** Where the alias is not where the last receipt says: somebody's hands. */
  readonly moved: { readonly from: string; readonly to: string } | undefined;
  readonly last: Receipt | undefined;
}

const noEvents: EventPlan = { changes: [], unmanaged: [] };

/**
 * Three calls where there is nothing to do, one more for the receipts of all functions, and those of declared extras.
 * @throws Lambda.ForeignFunction, Lambda.ImageFunction
 */
export async function planFunction(
  { run, client, book }: Tools,
  declaration: FunctionDeclaration,
  desired: WantedFunction,
  { adopt }: { readonly adopt: boolean },
): Promise<FunctionPlan> {
  const { name, alias, where } = desired;
  const [found, last] = await Promise.all([readFunction(client, name, alias), book.last(functionUnit(declaration))]);
  const wanted = declaration.isWhole ? desired : keepingRest(desired, found);
  const decision = decide(wanted, found, adopt);
  if (decision.action === "foreign" && found) throw foreignFunction(found, wanted);
  if (decision.action === "image") throw imageFunction(name, where);
  if (decision.action === "join" && found) return { action: "join", wanted, found, reason: decision.reason };

  const wired = { functionName: name, alias, exists: found !== null && found.alias !== null };
  const hasEvents =
    declaration.isWhole && (declaration.events.length > 0 || (found !== null && manages(found.tags, "events")));
  const [extras, events] = await Promise.all([
    declaration.isWhole ? planExtras({ run, client, wanted, found }) : [],
    hasEvents ? planEvents(run, wired, declaration.events) : noEvents,
  ]);
  const bring: Bring =
    decision.action === "bring"
      ? decision.bring
      : { code: true, configuration: true, publish: true, changes: [], drift: [] };
  const changes: FunctionChanges = {
    ...bring,
    wanted,
    found,
    tags: found ? ownTagChanges(wanted, found) : [],
    extras,
    events,
    shift: await findShift(client, declaration, wanted, found, last),
    moved: movedByHand(found, last),
    last,
  };
  if (!found) return { action: "create", ...changes };
  return { action: isSame(changes) ? "same" : "update", ...changes };
}

/** What isn't declared any more leaves the tag of extras, too. */
function ownTagChanges(wanted: WantedFunction, { tags }: FoundFunction): readonly FieldChange[] {
  const before = tags.get(managedTag);
  const gone = before !== undefined && !wanted.tags.has(managedTag);
  return [...tagChanges(wanted.tags, tags), ...(gone ? [{ field: `tags.${managedTag}`, before, after: null }] : [])];
}

function isSame({ code, configuration, publish, tags, extras, events, shift, moved }: FunctionChanges): boolean {
  const nothing = [tags, extras, events.changes].every(({ length }) => length === 0);
  return !code && !configuration && !publish && nothing && shift.action === "none" && moved === undefined;
}

function movedByHand(found: FoundFunction | null, last: Receipt | undefined): FunctionChanges["moved"] {
  // While a receipt is only begun, nobody knows where the alias should be.
  if (!found?.alias || !last?.to || last.result === "begun") return undefined;
  const { version: to } = found.alias;
  const { version: from } = last.to;
  return from === to ? undefined : { from, to };
}

/** One call more where an alias has weights. */
async function findShift(
  client: LambdaClient,
  { traffic }: FunctionDeclaration,
  wanted: WantedFunction,
  found: FoundFunction | null,
  last: Receipt | undefined,
): Promise<ShiftState> {
  const [weighted] = [...(found?.alias?.weights.keys() ?? [])];
  if (!found?.alias || weighted === undefined) return { action: "none" };
  const other = await readVersion(client, wanted.name, weighted);
  const steps = traffic?.steps ?? [];
  // Where what runs is as wanted already, nothing is to be shifted.
  const isDone = found.live !== null && isWanted(found.live, wanted);
  const version = other !== null && !isDone && isWanted(other, wanted) ? other.version : undefined;
  // A receipt that is only begun can't know the version's number yet, but it knows the digest.
  const isBegun = last?.result === "begun" && other !== null && last.digest === digestOfCodeSha256(other.codeSha256);
  const receipt = last && { from: last.from?.version, to: isBegun ? weighted : last.to?.version, result: last.result };
  return shiftState(found.alias, { version, steps }, receipt);
}
