/** The gate: an environment that is `after` another takes only commits that ran there, by the other's receipts. */

import type { DeployRun } from "../run.ts";
import { withAccessTo } from "../sibling-access.ts";
import { didNotRunBefore, dirtyCheckout, noCommit } from "./errors.ts";
import type { Kind, Receipt, Source } from "./model.ts";
import { parameterOf, pathOf, readLines, readReceipts } from "./store.ts";

type GateRun = Pick<DeployRun, "target" | "access" | "context" | "sibling">;

/**
 * For what is checked out; asked for here in any case, before hooks can build something into files that git tracks.
 * @throws as `checkSources`
 */
export async function checkGate(
  run: GateRun,
  kind: Kind,
  units: readonly string[],
  { checkout }: { checkout(): Promise<Source> },
): Promise<void> {
  const source = await checkout();
  await checkSources(run, kind, new Map(units.map((unit) => [unit, source])));
}

/**
 * One call for ten units, and one or two more for each whose last receipt speaks of another commit.
 * @param sources where each unit's code comes from
 * @throws Receipt.NotRunBefore, Receipt.Dirty, Receipt.NoCommit; Credentials.* where the other account can't be read
 */
export async function checkSources(run: GateRun, kind: Kind, sources: ReadonlyMap<string, Source>): Promise<void> {
  const { after, environment, application } = run.target;
  if (after === undefined || environment === undefined || sources.size === 0) return;
  const commits = [...sources].map(([unit, { commit, dirty }]) => {
    if (commit === null) throw noCommit(`${environment}, which is after ${after},`);
    if (dirty) throw dirtyCheckout(environment, after);
    return { unit, commit };
  });
  const before = run.sibling(after);
  const absent = await withAccessTo(run, before, async (access) => {
    const { SSMClient } = await import("@aws-sdk/client-ssm");
    const client = access.client(SSMClient, before);
    const last = await readReceipts(client, pathOf(application, after, kind));
    const checked = await Promise.all(
      commits.map(async ({ unit, commit }) => {
        if (last.some((it) => it.unit === unit && ran(it, commit))) return [];
        const lines = await readLines(client, parameterOf({ application, environment: after, kind, unit }));
        return lines.some((line) => ran(line, commit)) ? [] : [{ unit, commit }];
      }),
    );
    return checked.flat();
  });
  if (absent.length > 0) throw didNotRunBefore(environment, after, absent);
}

function ran({ result, to, dirty }: Receipt, commit: string): boolean {
  return result === "done" && to?.commit === commit && !dirty;
}
