/** Every control in every account and region: a plan without changes, and one role more. */

import { localhostNames } from "@bulkhead/sandbox";
import { rm } from "node:fs/promises";
import { measure, wanted, type BenchCase, type BenchContext, type Figure, type Summary } from "../bench-case.ts";
import { bundle } from "../built.ts";
import type { EstateSize } from "../fixed-aws/estate.ts";
import type { Program } from "../measure.ts";
import { orgFormationName as peerName, writeRole } from "../peers/org-formation.ts";
import { tryPeer } from "../peers/peer.ts";
import { writeBaseline } from "./baseline-file.ts";
import { timeRow } from "./many-accounts.ts";
import { latency } from "./no-op-plan.ts";
import { openOrganization, type Organization } from "./organization.ts";

/** Roles of each account, besides the audit role, before there is one more. */
const roles = 2;

export const baselinePlan: BenchCase = {
  name: "baseline: no-op plan, 2 regions, all controls",
  run: async (context) => {
    const small = await planOf(sizeOf(100), context);
    const large = await planOf(sizeOf(400), context);
    const growth = Number(large.megabytes) / Number(small.megabytes);
    return [
      timeRow("100 accounts", small),
      { what: "100 accounts: memory", unit: "MB", ours: small.megabytes },
      timeRow("400 accounts", large),
      { what: "400 accounts: memory", unit: "MB", ours: large.megabytes },
      {
        what: "memory at 400 ÷ at 100",
        unit: "×",
        ours: growth,
        wanted: wanted("flat: ≤ 2", growth, (value) => value <= 2),
      },
    ];
  },
};

export const oneMoreRole: BenchCase = {
  name: "one role more, 100 accounts",
  run: async (context) => {
    const size = sizeOf(100);
    await using organization = await openBaseline(size, context);
    const { aws, folder, baseline } = organization;
    let more = roles;
    const options = { aws, behaviour: { latency }, repeat: context.repeat };
    const apply = baseline("apply", "--yes", "--controls", "roles");
    const prepare = (): Promise<void> => writeBaseline(folder, size, ++more);
    const ours = await measure(apply, { ...options, prepare });
    const anew = await measure(apply, {
      ...options,
      prepare: async () => {
        await rm(organization.cache, { recursive: true });
        await prepare();
      },
    });
    const theirs = async (concurrency: number): Promise<Figure> => {
      context.progress(`${peerName}, ${concurrency} at a time`);
      const installed = await organization.orgFormation();
      if (!("peer" in installed)) return installed.missing;
      const { peer } = installed;
      await writeRole(folder);
      // Its state has to forget the stacks that the run before has made.
      const forget = async (): Promise<void> => {
        await aws.behave({});
        await peer.init(aws.env, folder);
      };
      const program = peer.updateStacks(aws.env, folder, concurrency);
      const ran = await tryPeer(peerName, () => measure(program, { ...options, prepare: forget }));
      return "peer" in ran ? ran.peer.seconds : ran.missing;
    };
    return [
      {
        what: `time for ${ours.calls} calls`,
        unit: "s",
        ours: ours.seconds,
        wanted: wanted("≤ 2 s", ours.seconds, (value) => value <= 2),
      },
      {
        what: `time for ${anew.calls} calls, every account entered anew`,
        unit: "s",
        ours: anew.seconds,
        peer: await theirs(1),
        peerName: `${peerName}, a stack, as it comes`,
      },
      {
        what: `time for ${anew.calls} calls, every account entered anew`,
        unit: "s",
        ours: anew.seconds,
        peer: await theirs(10),
        peerName: `${peerName}, a stack, 10 at a time`,
      },
    ];
  },
};

function sizeOf(accounts: number): EstateSize {
  return { accounts, units: 5, policies: 0 };
}

async function planOf(size: EstateSize, context: BenchContext): Promise<Summary> {
  await using organization = await openBaseline(size, context);
  const { aws, baseline } = organization;
  context.progress(`plan, ${size.accounts} accounts`);
  // Awaited here: the organization ends with this function.
  return await measure(baseline("plan", "--detailed-exitcode"), {
    aws,
    behaviour: { latency },
    repeat: context.repeat,
  });
}

/** An organization whose accounts have their baseline. */
async function openBaseline(
  size: EstateSize,
  context: BenchContext,
): Promise<Organization & { baseline(...args: string[]): Program }> {
  const organization = await openOrganization(context, size);
  const { aws, folder } = organization;
  const names = await bundle(localhostNames, folder);
  await writeBaseline(folder, size, roles);
  const baseline = (...args: string[]): Program => {
    const program = organization.bulkhead("baseline", ...args);
    return { ...program, args: ["--import", names, ...program.args] };
  };
  context.progress(`first apply, ${size.accounts} accounts`);
  await measure(baseline("apply", "--yes"), { aws, behaviour: {}, repeat: 1 });
  return { ...organization, baseline };
}
