/** The control `ebs-encryption`: every new EBS volume and snapshot is encrypted. */

import { accountAndRegion } from "../../scopes.ts";
import { settingControl } from "../../setting.ts";

export const ebsEncryption = settingControl({
  name: "ebs-encryption",
  section: "ebsEncryption",
  summary:
    "Encryption by default of new EBS volumes and snapshot copies, with the key that the account has chosen for it, or AWS's own.",
  scope: accountAndRegion,
  fields: { encryptionByDefault: "what is made from now on is encrypted, whether or not who makes it asks for it" },
  reads: ["ec2:GetEbsEncryptionByDefault"],
  writes: ["ec2:EnableEbsEncryptionByDefault"],
  sentence: (_, where) => `encrypt new EBS volumes in ${where}`,
  desired: (_, { landingZone }) =>
    landingZone.baseline?.ebsEncryption === undefined ? null : { encryptionByDefault: true },
  read: async (...at) => (await import("./actual.ts")).readEncryptionByDefault(...at),
  write: async (...change) => (await import("./apply.ts")).enableEncryptionByDefault(...change),
});
