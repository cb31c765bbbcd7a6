/** The control `snapshot-public-access`: no EBS snapshot is shared with everybody. */

import { accountAndRegion } from "../../scopes.ts";
import { settingControl } from "../../setting.ts";

export const snapshotPublicAccess = settingControl({
  name: "snapshot-public-access",
  section: "snapshotPublicAccess",
  summary:
    "Block public access for EBS snapshots: what is in them stays within the accounts that they are shared with.",
  scope: accountAndRegion,
  fields: { state: "`block-all-sharing`, `block-new-sharing` or `unblocked`" },
  reads: ["ec2:GetSnapshotBlockPublicAccessState"],
  writes: ["ec2:EnableSnapshotBlockPublicAccess"],
  sentence: (_, where) => `block public EBS snapshots in ${where}`,
  desired: (_, { landingZone: { baseline } }) =>
    baseline?.snapshotPublicAccess === undefined ? null : { state: baseline.snapshotPublicAccess },
  read: async (...at) => (await import("./actual.ts")).readSnapshotBlock(...at),
  write: async (...change) => (await import("./apply.ts")).enableSnapshotBlock(...change),
});
