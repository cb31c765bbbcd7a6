/** CloudTrail's trail and the key of KMS that its logs are encrypted with: one of each, as they were made. */

import { jsonAnswer, Refusal, type AwsRequest, type Fields } from "@bulkhead/sandbox/wire";
import { accountOf, type Services } from "./answers.ts";

const keyId = "00000000-0000-4000-8000-000000000000";

export function trailServices(): Services {
  let trail: Fields | undefined;
  let logging = false;
  let key: Fields | undefined;
  let alias: unknown;
  const theTrail = (): Fields => {
    if (trail === undefined) throw new Refusal(400, "TrailNotFoundException", "Unknown trail");
    return trail;
  };
  const metadata = (request: AwsRequest): Fields => ({
    KeyId: keyId,
    Arn: `arn:aws:kms:${request.region}:${accountOf(request)}:key/${keyId}`,
    KeyState: "Enabled",
  });
  return {
    "cloudtrail:CreateTrail": (request) => {
      const { EnableLogFileValidation: LogFileValidationEnabled, ...input } = request.input;
      const TrailARN = `arn:aws:cloudtrail:${request.region}:${accountOf(request)}:trail/${String(input["Name"])}`;
      trail = { ...input, LogFileValidationEnabled, TrailARN, HomeRegion: request.region };
      return jsonAnswer(trail);
    },
    "cloudtrail:StartLogging": () => {
      logging = true;
      return jsonAnswer({});
    },
    "cloudtrail:GetTrail": () => jsonAnswer({ Trail: theTrail() }),
    "cloudtrail:GetTrailStatus": () => jsonAnswer({ IsLogging: logging }),
    "cloudtrail:GetEventSelectors": () =>
      jsonAnswer({ EventSelectors: [{ ReadWriteType: "All", IncludeManagementEvents: true }] }),
    "cloudtrail:ListTags": () => jsonAnswer({ ResourceTagList: [{ TagsList: theTrail()["TagsList"] }] }),
    "kms:CreateKey": (request) => {
      key = request.input;
      return jsonAnswer({ KeyMetadata: metadata(request) });
    },
    "kms:CreateAlias": ({ input }) => {
      alias = input["AliasName"];
      return jsonAnswer({});
    },
    "kms:DescribeKey": (request) => {
      if (alias === undefined) throw new Refusal(400, "NotFoundException", "The alias is not found.");
      return jsonAnswer({ KeyMetadata: metadata(request) });
    },
    "kms:ListKeys": () => jsonAnswer({ Keys: [] }),
    "kms:PutKeyPolicy": () => jsonAnswer({}),
    "kms:EnableKeyRotation": () => jsonAnswer({}),
    "kms:GetKeyPolicy": () => jsonAnswer({ Policy: key?.["Policy"] }),
    "kms:GetKeyRotationStatus": () => jsonAnswer({ KeyRotationEnabled: true }),
    "kms:ListResourceTags": () => jsonAnswer({ Tags: key?.["Tags"] }),
  };
}
