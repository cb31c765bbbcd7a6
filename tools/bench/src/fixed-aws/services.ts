/** The answers of every service but Organizations: who calls, sessions, tags in batches, and what peers ask of accounts. */

import { accountOf, ec2, query, type Services } from "./answers.ts";
import { bucketService } from "./buckets.ts";
import { accountArn, accountAt, managementAccount, managementAccountId, upTo, type EstateSize } from "./estate.ts";
import { iamOperations } from "./iam.ts";
import { tagFields } from "./organizations.ts";
import { parameterServices } from "./parameters.ts";
import { roleServices } from "./roles.ts";
import { settingServices } from "./settings.ts";
import { stackServices } from "./stacks.ts";
import { trailServices } from "./trail.ts";
import { errorAnswer, jsonAnswer, Refusal, type Answer, type AwsRequest, type Fields } from "@bulkhead/sandbox/wire";

export interface ServiceOptions {
  readonly size: EstateSize;
  /** Whether the tagging API gives the tags of accounts. */
  readonly tagging: boolean;
}

/** Answers by `service:Operation`; S3, whose requests name no operation, is one entry. */
export function services({ size, tagging }: ServiceOptions): Services {
  const users = iamOperations();
  const roles = roleServices();
  const details = "iam:GetAccountAuthorizationDetails";
  let sessions = 0;
  return {
    ...users,
    ...roles,
    ...settingServices(),
    ...stackServices(),
    ...parameterServices(),
    ...trailServices(),
    [details]: (request) => (request.input["Filter.member.1"] === "Role" ? roles : users)[details]?.(request) as Answer,
    "sts:GetCallerIdentity": (request) => {
      const account = accountOf(request);
      const who = account === managementAccountId ? "user/bench" : "assumed-role/OrganizationAccountAccessRole/bench";
      const service = account === managementAccountId ? "iam" : "sts";
      const arn = `arn:aws:${service}::${account}:${who}`;
      return query("GetCallerIdentity", `<Arn>${arn}</Arn><UserId>AIDABENCH</UserId><Account>${account}</Account>`);
    },
    "sts:AssumeRole": ({ input }) => {
      const [, , , , account = "", role = ""] = String(input["RoleArn"]).split(":");
      sessions += 1;
      const expiration = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+Z/, "Z");
      const keys = `<AccessKeyId>ASIA${account}${String(sessions).padStart(8, "0")}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>${expiration}</Expiration>`;
      const session = `${role.replace("role/", "")}/${String(input["RoleSessionName"])}`;
      const user = `<AssumedRoleId>AROABENCH:bench</AssumedRoleId><Arn>arn:aws:sts::${account}:assumed-role/${session}</Arn>`;
      return query("AssumeRole", `<Credentials>${keys}</Credentials><AssumedRoleUser>${user}</AssumedRoleUser>`);
    },
    "tagging:GetResources": (request) => (tagging ? jsonAnswer(getResources(request, size)) : noTagging(request)),
    "ec2:DescribeRegions": () => {
      const regions = ["eu-central-1", "us-east-1"].map((name) => `<item><regionName>${name}</regionName></item>`);
      return ec2("DescribeRegions", `<regionInfo>${regions.join("")}</regionInfo>`);
    },
    "support:DescribeSeverityLevels": (request) =>
      errorAnswer(request, new Refusal(400, "SubscriptionRequiredException", "Premium support is required.")),
    "events:PutEvents": () => jsonAnswer({ FailedEntryCount: 0, Entries: [{ EventId: "bench" }] }),
    "s3:*": bucketService(),
  };
}

/** Accounts are a global resource: the tagging API knows them in us-east-1 only. */
function getResources({ region, input }: AwsRequest, size: EstateSize): Fields {
  if (region !== "us-east-1") return { PaginationToken: "", ResourceTagMappingList: [] };
  const start = Number(input["PaginationToken"] || 0);
  const end = Math.min(size.accounts, start + Number(input["ResourcesPerPage"] ?? 100));
  const accounts = [
    ...(start === 0 && Object.keys(managementAccount.tags).length > 0 ? [managementAccount] : []),
    ...upTo(end - start).map((index) => accountAt(start + index, size)),
  ];
  return {
    PaginationToken: end < size.accounts ? String(end) : "",
    ResourceTagMappingList: accounts.map((account) => ({
      ResourceARN: accountArn(account.id),
      Tags: tagFields(account),
    })),
  };
}

function noTagging(request: AwsRequest): Answer {
  return errorAnswer(request, new Refusal(400, "AccessDeniedException", "not authorized to perform: tag:GetResources"));
}
