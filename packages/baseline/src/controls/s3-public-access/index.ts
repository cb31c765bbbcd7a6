/** The control `s3-public-access`: no bucket of the account can be made public. */

import { account } from "../../scopes.ts";
import { settingControl } from "../../setting.ts";
import { wantedPublicAccessBlock } from "./desired.ts";

export const s3PublicAccess = settingControl({
  name: "s3-public-access",
  section: "s3PublicAccess",
  summary: "S3 Block Public Access for the whole account, whatever its buckets and access points say.",
  scope: account(),
  fields: {
    blockPublicAcls: "new public access control lists are refused",
    ignorePublicAcls: "existing ones have no effect",
    blockPublicPolicy: "new public policies are refused",
    restrictPublicBuckets: "under an existing one, only the account itself and AWS's services get in",
  },
  reads: ["s3:GetAccountPublicAccessBlock"],
  writes: ["s3:PutAccountPublicAccessBlock"],
  sentence: (_, where) => `block public access to everything in S3 of ${where}`,
  desired: wantedPublicAccessBlock,
  read: async (...at) => (await import("./actual.ts")).readPublicAccessBlock(...at),
  write: async (...change) => (await import("./apply.ts")).writePublicAccessBlock(...change),
});
