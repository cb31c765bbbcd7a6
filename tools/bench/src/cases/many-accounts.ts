/** A thousand accounts and ten thousand: time against what the calls cost at the least, and memory. */

import { measure, wanted, type BenchCase, type BenchContext, type Row, type Summary } from "../bench-case.ts";
import { orgFormationName as peerName } from "../peers/org-formation.ts";
import { tryPeer } from "../peers/peer.ts";
import { latency } from "./no-op-plan.ts";
import { openOrganization, type OrganizationOptions } from "./organization.ts";

const concurrency = 20;
const noOp = ["plan", "--detailed-exitcode"] as const;

/** Calls × latency ÷ concurrency × 1.3. */
function bound({ calls }: Summary): number {
  return ((calls * latency) / 1000 / concurrency) * 1.3;
}

function sizeOf(accounts: number) {
  return { accounts, units: accounts / 50, policies: 5 };
}

async function measureSize(
  size: OrganizationOptions,
  context: BenchContext,
  ...args: readonly string[]
): Promise<Summary> {
  await using organization = await openOrganization(context, size);
  const { aws } = organization;
  context.progress(`${args.join(" ")}, ${size.accounts} accounts`);
  // Awaited here: the organization ends with this function.
  return await measure(organization.bulkhead(...args), { aws, behaviour: { latency }, repeat: context.repeat });
}

/** Time, held against what the calls cost at the least. */
export function timeRow(what: string, summary: Summary): Row {
  const most = bound(summary);
  const text = `≤ ${most.toFixed(2)} s (calls × latency ÷ concurrency × 1.3)`;
  return {
    what: `${what}: time for ${summary.calls} calls`,
    unit: "s",
    ours: summary.seconds,
    wanted: wanted(text, summary.seconds, (value) => value <= most),
  };
}

export const thousandAccounts: BenchCase = {
  name: "1,000 accounts, 20 units",
  run: async (context) => {
    const list = await measureSize(sizeOf(1_000), context, "accounts", "list");
    const plan = await measureSize(sizeOf(1_000), context, ...noOp);
    const plain = await measureSize({ ...sizeOf(1_000), tagging: false }, context, ...noOp);
    await using organization = await openOrganization(context, sizeOf(1_000));
    const { aws, folder } = organization;
    const installed = await organization.orgFormation();
    const theirs =
      "peer" in installed
        ? await tryPeer(peerName, () =>
            measure(installed.peer.changeSet(aws.env, folder), { aws, behaviour: { latency }, repeat: context.repeat }),
          )
        : installed;
    const under200 = (value: number): boolean => value < 200;
    return [
      timeRow("`accounts list`", list),
      {
        ...timeRow("no-op plan", plan),
        peer: "peer" in theirs ? theirs.peer.seconds : theirs.missing,
        peerName,
      },
      timeRow("no-op plan without the tagging API", plain),
      {
        what: "no-op plan: calls",
        unit: "calls",
        ours: plan.calls,
        peer: "peer" in theirs ? theirs.peer.calls : theirs.missing,
        peerName,
      },
      {
        what: "`accounts list`: memory",
        unit: "MB",
        ours: list.megabytes,
        wanted: wanted("< 200 MB", list.megabytes, under200),
      },
      {
        what: "no-op plan: memory",
        unit: "MB",
        ours: plan.megabytes,
        peer: "peer" in theirs ? theirs.peer.megabytes : theirs.missing,
        peerName,
        wanted: wanted("< 200 MB", plan.megabytes, under200),
      },
    ];
  },
};

export const tenThousandAccounts: BenchCase = {
  name: "up to 10,000 accounts",
  run: async (context) => {
    const rows: Row[] = [];
    const memory: number[] = [];
    for (const accounts of [100, 1_000, 3_000, 10_000]) {
      const plan = await measureSize(sizeOf(accounts), context, ...noOp);
      if (typeof plan.megabytes === "number") memory.push(plan.megabytes);
      rows.push(timeRow(`no-op plan, ${accounts} accounts`, plan));
      rows.push({ what: `no-op plan, ${accounts} accounts: memory`, unit: "MB", ours: plan.megabytes });
    }
    const growth = (memory.at(-1) ?? NaN) / (memory[0] ?? NaN);
    return [
      ...rows,
      {
        what: "memory at 10,000 ÷ at 100",
        unit: "×",
        ours: growth,
        wanted: wanted("flat: ≤ 2", growth, (value) => value <= 2),
      },
    ];
  },
};
