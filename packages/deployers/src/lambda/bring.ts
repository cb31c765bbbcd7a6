/** Brings a function to what was planned: code and configuration, a version, the alias, and what stands beside them. */

import { readVersion, readVersions } from "./actual.ts";
import { giveTraffic } from "./alias.ts";
import {
  createFunction,
  deleteFunction,
  publishVersion,
  sendCode,
  tagFunction,
  untagFunction,
  updateCode,
  updateConfiguration,
} from "./calls.ts";
import { isSameVersion, isWanted } from "./diff.ts";
import { codeSwapped, overtaken } from "./errors.ts";
import { wireEvents } from "./events/wire.ts";
import { applyExtras } from "./extras/index.ts";
import { bothManaged, managedTag } from "./extras/names.ts";
import type { FoundVersion, FunctionDeclaration } from "./model.ts";
import type { FunctionChanges, FunctionPlan, Tools } from "./plan.ts";
import { turnBack } from "./traffic/shift.ts";
import { waitUntilReady, whenRoleIsKnown } from "./wait.ts";

/**
 * Carries out a plan; what was done already by a run that was cut off isn't in it.
 * @param moved told when the alias has got to a version
 * @returns the version that has the traffic in the end
 */
export async function bring(
  tools: Tools,
  declaration: FunctionDeclaration,
  plan: Exclude<FunctionPlan, { action: "join" }>,
  moved: (version: string) => void,
): Promise<string> {
  const { run, client } = tools;
  const { wanted, found, shift } = plan;
  const { name, alias } = wanted;
  let at = found?.alias ?? null;
  if (at && shift.action === "turn back") {
    run.context.report({ type: "waiting", subject: name, reason: `${shift.reason}; its traffic is turned back` });
    const revisionId = await turnBack(client, {
      functionName: name,
      alias,
      from: at.version,
      revisionId: at.revisionId,
    });
    at = { ...at, weights: new Map(), revisionId };
  }
  const version = await bringVersion(tools, plan);
  if (plan.publish) {
    await giveTraffic(tools, declaration, at, version, shift.action === "take up" ? shift.step : undefined);
    moved(version);
  }
  if (plan.action === "create" || plan.extras.length > 0) await applyExtras({ run, client, wanted, found });
  const wired = { functionName: name, alias, exists: true };
  if (plan.events.changes.length > 0) await wireEvents(run, wired, declaration.events);
  if (found) await endTags(tools, plan);
  return version;
}

/** @returns a version that is as wanted, and ready */
async function bringVersion({ run, client }: Tools, plan: Exclude<FunctionPlan, { action: "join" }>): Promise<string> {
  const { wanted, found, shift } = plan;
  const { name } = wanted;
  if (!found) {
    const source = await sendCode(run, wanted);
    const created = await whenRoleIsKnown(run, name, () => createFunction(client, wanted, source));
    return checked(await waitUntilReady(run, client, name, created), wanted);
  }
  await beginTags(client, plan);
  // A shift that is taken up has its version already.
  const ready = shift.action === "take up" ? [...(found.alias?.weights.keys() ?? [])][0] : undefined;
  const publish = plan.publish && ready === undefined;
  let { latest } = found;
  if (plan.configuration) {
    const { revisionId } = latest;
    const updated = await whenRoleIsKnown(run, name, () => updateConfiguration(client, wanted, revisionId));
    latest = await waitUntilReady(run, client, name, updated);
    // What comes next is sent with the revision that was read last: it has to be that of our own change.
    if (!isSameVersion(updated, latest)) throw overtaken(name);
  }
  let published: FoundVersion | null = null;
  if (plan.code) {
    const source = await sendCode(run, wanted);
    const { revisionId } = latest;
    const sent = await updateCode(client, wanted, source, { revisionId, publish });
    if (publish) published = sent;
    else await waitUntilReady(run, client, name, sent);
  }
  if (!publish) return ready ?? found.live?.version ?? "";
  const untouched = !plan.code && !plan.configuration;
  published ??= untouched ? await findUnused(client, wanted) : null;
  published ??= await publishVersion(client, wanted, latest.revisionId);
  return checked(await waitUntilReady(run, client, name, published), wanted);
}

/** Code comes by way of a bucket: what a version got is looked at before it gets traffic. */
function checked({ version, codeSha256 }: FoundVersion, { name, code }: FunctionChanges["wanted"]): string {
  if (codeSha256 !== code.codeSha256) throw codeSwapped(name, version, code.digest);
  return version;
}

/** A version that an earlier run has published, and then was cut off; or that the alias was moved away from. */
async function findUnused(client: Tools["client"], wanted: FunctionChanges["wanted"]): Promise<FoundVersion | null> {
  const { name } = wanted;
  const versions = await readVersions(client, name);
  const listed = versions.findLast((version) => isWanted(version, wanted));
  // A list doesn't say whether it is ready.
  const unused = listed ? await readVersion(client, name, listed.version) : null;
  if (unused?.state !== "Failed") return unused;
  // It never gets ready: AWS wants it published again, but publishes nothing that the last version has already.
  // https://docs.aws.amazon.com/lambda/latest/dg/snapstart-troubleshooting.html
  await deleteFunction(client, name, unused.version);
  return null;
}

/** What is to be there is in the tag before it is there, so that a run that is cut off leaves nothing unknown. */
async function beginTags(client: Tools["client"], { wanted, found, tags }: FunctionChanges): Promise<void> {
  if (!found || tags.length === 0) return;
  const changed = new Map(
    tags.flatMap(({ field, after }) => (after === null ? [] : [[field.slice(5), after] as const])),
  );
  const both = bothManaged(found.tags, wanted.tags);
  if (changed.has(managedTag)) changed.set(managedTag, both);
  if (changed.size > 0) await tagFunction(client, found.arn, changed);
}

async function endTags({ client }: Tools, { wanted, found }: FunctionChanges): Promise<void> {
  if (!found?.tags.has(managedTag)) return;
  const after = wanted.tags.get(managedTag);
  if (after === undefined) await untagFunction(client, found.arn, [managedTag]);
  else if (after !== bothManaged(found.tags, wanted.tags))
    await tagFunction(client, found.arn, new Map([[managedTag, after]]));
}
