/** The same plan where Organizations takes 2 calls a second. */

import {
  measure,
  sum,
  wanted,
  type BenchCase,
  type Figure,
  type Row,
  type Sample,
  type Summary,
} from "../bench-case.ts";
import { median } from "../measure.ts";
import { orgFormationName as peerName } from "../peers/org-formation.ts";
import { tryPeer } from "../peers/peer.ts";
import { hundred, latency } from "./no-op-plan.ts";
import { openOrganization } from "./organization.ts";

const limit = { calls: "organizations:*", rate: 2, burst: 2 };

export const throttledPlan: BenchCase = {
  name: "the same, Organizations held to 2 calls/s",
  run: async (context) => {
    await using organization = await openOrganization(context, hundred);
    const { aws, folder } = organization;
    const options = { aws, behaviour: { latency, limits: [limit] }, repeat: context.repeat, mayFail: true };
    const ours = await measure(organization.bulkhead("plan", "--detailed-exitcode"), options);
    const installed = await organization.orgFormation();
    const theirs =
      "peer" in installed
        ? await tryPeer(peerName, () => measure(installed.peer.changeSet(aws.env, folder), options))
        : installed;
    await using untagged = await openOrganization(context, { ...hundred, tagging: false });
    const plain = await measure(untagged.bulkhead("plan", "--detailed-exitcode"), { ...options, aws: untagged.aws });
    return [
      ...rowsOf("", ours, "peer" in theirs ? (of) => of(theirs.peer) : () => theirs.missing),
      ...rowsOf("without the tagging API: ", plain),
    ];
  },
};

/** @param peer gives the same figure of the peer */
function rowsOf(label: string, ours: Summary, peer?: (of: (summary: Summary) => Figure) => Figure): Row[] {
  const failed = ours.samples.filter(({ exitCode }) => exitCode !== 0).length;
  const note = failed === 0 ? "" : `, ${failed} of ${ours.samples.length} runs failed`;
  const share = medianOf(ours, throttledShare);
  const over = medianOf(ours, overAllowed);
  const met = failed === 0;
  const theirs = (of: (summary: Summary) => Figure) => (peer ? { peer: peer(of), peerName } : {});
  return [
    { what: `${label}time${note}`, unit: "s", ours: ours.seconds, ...theirs(({ seconds }) => seconds) },
    {
      what: `${label}calls throttled`,
      unit: "%",
      ours: share,
      ...theirs((summary) => medianOf(summary, throttledShare)),
      wanted: wanted("< 5 %", share, (value) => value < 5 && met),
    },
    {
      what: `${label}time ÷ what the limit allows`,
      unit: "×",
      ours: over,
      ...theirs((summary) => medianOf(summary, overAllowed)),
      wanted: wanted("≤ 1.2", over, (value) => value <= 1.2 && met),
    },
  ];
}

function medianOf({ samples }: Summary, figure: (sample: Sample) => number): number {
  return median(samples.map(figure));
}

const organizations = /^organizations:/;

/** Of all calls to Organizations. */
function throttledShare({ counts }: Sample): number {
  return (100 * sum(counts.throttled, organizations)) / sum(counts.calls, organizations);
}

/** What the limit allows: the calls that were answered, at its rate, after its burst. */
function overAllowed({ counts, seconds }: Sample): number {
  const answered = sum(counts.calls, organizations) - sum(counts.throttled, organizations);
  return seconds / Math.max(1, (answered - limit.burst) / limit.rate);
}
