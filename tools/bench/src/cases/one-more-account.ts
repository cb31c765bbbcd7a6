/** One account more: planned and created, in an organization of 100 accounts at 50 ms a call. */

import { measure, wanted, type BenchCase, type Figure, type Summary } from "../bench-case.ts";
import { writeLandingZone } from "../fixed-aws/landing-zone.ts";
import { addAccount, orgFormationName as peerName } from "../peers/org-formation.ts";
import { tryPeer } from "../peers/peer.ts";
import { hundred, latency } from "./no-op-plan.ts";
import { openOrganization } from "./organization.ts";

export const oneMoreAccount: BenchCase = {
  name: "one account more, 100 accounts",
  run: async (context) => {
    await using organization = await openOrganization(context, hundred);
    const { aws, folder } = organization;
    const options = { aws, behaviour: { latency }, repeat: context.repeat };
    const without = await measure(organization.bulkhead("plan"), options);
    await writeLandingZone(folder, hundred, 1);
    const ours = await measure(organization.bulkhead("apply", "--yes"), options);

    const installed = await organization.orgFormation();
    const theirs =
      "peer" in installed
        ? await tryPeer(peerName, async () => {
            const { peer } = installed;
            // Template and state have to forget the account that the run before has created.
            const prepare = async (): Promise<void> => {
              await aws.behave({});
              await peer.init(aws.env, folder);
              await addAccount(folder, "one-more");
            };
            return measure(peer.update(aws.env, folder), { ...options, prepare });
          })
        : installed;
    const peer = (figure: (summary: Summary) => Figure): Figure =>
      "peer" in theirs ? figure(theirs.peer) : theirs.missing;
    const more = ours.calls - without.calls;
    return [
      { what: "time", unit: "s", ours: ours.seconds, peer: peer(({ seconds }) => seconds), peerName },
      { what: "calls", unit: "calls", ours: ours.calls, peer: peer(({ calls }) => calls), peerName },
      {
        what: "calls more than a no-op plan",
        unit: "calls",
        ours: more,
        wanted: wanted("≤ 10", more, (value) => value <= 10),
      },
    ];
  },
};
