/** The control `ami-public-access`: no machine image is shared with everybody. */

import { accountAndRegion } from "../../scopes.ts";
import { settingControl } from "../../setting.ts";

export const amiPublicAccess = settingControl({
  name: "ami-public-access",
  section: "amiPublicAccess",
  summary:
    "Block public access for AMIs: none more is shared with everybody. AWS takes up to ten minutes to do it, for which a plan still shows it.",
  scope: accountAndRegion,
  fields: { state: "`block-new-sharing` or `unblocked`" },
  reads: ["ec2:GetImageBlockPublicAccessState"],
  writes: ["ec2:EnableImageBlockPublicAccess"],
  sentence: (_, where) => `block new public AMIs in ${where}`,
  desired: (_, { landingZone: { baseline } }) =>
    baseline?.amiPublicAccess === undefined ? null : { state: baseline.amiPublicAccess },
  read: async (...at) => (await import("./actual.ts")).readImageBlock(...at),
  write: async (...change) => (await import("./apply.ts")).enableImageBlock(...change),
});
