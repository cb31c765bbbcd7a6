/** A plan that finds nothing to do, for 100 accounts in 5 units at 50 ms a call. */

import { measure, sum, wanted, type BenchCase, type Figure, type Summary } from "../bench-case.ts";
import { orgFormationName as peerName } from "../peers/org-formation.ts";
import { openOrganization } from "./organization.ts";
import { tryPeer } from "../peers/peer.ts";

export const hundred = { accounts: 100, units: 5, policies: 3 } as const;
export const latency = 50;

export const noOpPlan: BenchCase = {
  name: "no-op plan, 100 accounts",
  run: async (context) => {
    await using organization = await openOrganization(context, hundred);
    const { aws, folder } = organization;
    const options = { aws, behaviour: { latency }, repeat: context.repeat };
    const ours = await measure(organization.bulkhead("plan", "--detailed-exitcode"), options);
    const installed = await organization.orgFormation();
    const theirs =
      "peer" in installed
        ? await tryPeer(peerName, () => measure(installed.peer.changeSet(aws.env, folder), options))
        : installed;
    const peer = (figure: (summary: Summary) => Figure): Figure =>
      "peer" in theirs ? figure(theirs.peer) : theirs.missing;

    await using untagged = await openOrganization(context, { ...hundred, tagging: false });
    const plain = await measure(untagged.bulkhead("plan", "--detailed-exitcode"), { ...options, aws: untagged.aws });
    const tagCalls = sum(ours.samples[0]?.counts.calls ?? {}, /ListTagsForResource|GetResources/);
    const third = "peer" in theirs ? theirs.peer.seconds / 3 : 5 / 3;
    return [
      {
        what: "time",
        unit: "s",
        ours: ours.seconds,
        peer: peer(({ seconds }) => seconds),
        peerName,
        wanted: wanted("≤ ⅓ of the peer's", ours.seconds, (value) => value <= third),
      },
      { what: "calls", unit: "calls", ours: ours.calls, peer: peer(({ calls }) => calls), peerName },
      { what: "memory", unit: "MB", ours: ours.megabytes, peer: peer(({ megabytes }) => megabytes), peerName },
      {
        what: "calls for tags",
        unit: "calls",
        ours: tagCalls,
        wanted: wanted("< N ÷ 10", tagCalls, (value) => value < hundred.accounts / 10),
      },
      { what: "time without the tagging API", unit: "s", ours: plain.seconds },
      { what: "calls without the tagging API", unit: "calls", ours: plain.calls },
    ];
  },
};
