/** The control `imdsv2`: new instances give their metadata only to who brings a token. */

import { accountAndRegion } from "../../scopes.ts";
import { settingControl } from "../../setting.ts";
import { wantedMetadataDefaults } from "./desired.ts";

export const imdsv2 = settingControl({
  name: "imdsv2",
  section: "imdsv2",
  summary: "The account's defaults for the metadata service of new EC2 instances: IMDSv2 alone.",
  scope: accountAndRegion,
  fields: {
    httpTokens: "`required`: nothing is answered without a token",
    hopLimit: "network hops that an answer survives",
  },
  reads: ["ec2:GetInstanceMetadataDefaults"],
  writes: ["ec2:ModifyInstanceMetadataDefaults"],
  sentence: (_, where) => `require IMDSv2 of new instances in ${where}`,
  desired: wantedMetadataDefaults,
  read: async (...at) => (await import("./actual.ts")).readMetadataDefaults(...at),
  write: async (...change) => (await import("./apply.ts")).writeMetadataDefaults(...change),
});
