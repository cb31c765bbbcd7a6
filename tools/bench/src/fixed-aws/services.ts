/** The answers of every service but Organizations: who calls, sessions, tags in batches, and what peers ask of accounts. */

import { accountArn, accountAt, managementAccount, managementAccountId, upTo, type EstateSize } from "./estate.ts";
import { tagFields } from "./organizations.ts";
import {
  errorAnswer,
  jsonAnswer,
  makeAnswer,
  Refusal,
  type Answer,
  type AwsRequest,
  type Fields,
} from "@bulkhead/sandbox/wire";

export interface ServiceOptions {
  readonly size: EstateSize;
  /** Whether the tagging API gives the tags of accounts. */
  readonly tagging: boolean;
}

export type Service = (request: AwsRequest) => Answer;

/** Answers by `service:Operation`; S3, whose requests name no operation, is one entry. */
export function services({ size, tagging }: ServiceOptions): Readonly<Record<string, Service>> {
  const stored = new Map<string, Buffer>();
  let sessions = 0;
  return {
    "sts:GetCallerIdentity": (request) => {
      const account = accountOfKey(request.accessKeyId);
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
    "iam:ListAccountAliases": () => query("ListAccountAliases", "<AccountAliases/><IsTruncated>false</IsTruncated>"),
    "iam:GetAccountPasswordPolicy": (request) =>
      errorAnswer(request, new Refusal(404, "NoSuchEntity", "The password policy cannot be found.")),
    "iam:GetRole": ({ accessKeyId, input }) => {
      const name = String(input["RoleName"]);
      const arn = `arn:aws:iam::${accountOfKey(accessKeyId)}:role/${name}`;
      const trust = encodeURIComponent(JSON.stringify({ Version: "2012-10-17", Statement: [] }));
      const fields = `<Path>/</Path><RoleName>${name}</RoleName><RoleId>AROABENCH</RoleId><Arn>${arn}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate><AssumeRolePolicyDocument>${trust}</AssumeRolePolicyDocument>`;
      return query("GetRole", `<Role>${fields}</Role>`);
    },
    "iam:ListRoles": () => query("ListRoles", "<Roles/><IsTruncated>false</IsTruncated>"),
    "account:GetContactInformation": () =>
      makeAnswer(
        200,
        "application/json",
        JSON.stringify({ ContactInformation: { FullName: "Bench", City: "Berlin" } }),
      ),
    "ec2:DescribeRegions": () => {
      const regions = ["eu-central-1", "us-east-1"].map((name) => `<item><regionName>${name}</regionName></item>`);
      const body = `<DescribeRegionsResponse><regionInfo>${regions.join("")}</regionInfo></DescribeRegionsResponse>`;
      return makeAnswer(200, "text/xml", body);
    },
    "support:DescribeSeverityLevels": (request) =>
      errorAnswer(request, new Refusal(400, "SubscriptionRequiredException", "Premium support is required.")),
    "events:PutEvents": () => jsonAnswer({ FailedEntryCount: 0, Entries: [{ EventId: "bench" }] }),
    "ssm:GetParameter": (request) => {
      const { Name } = request.input;
      const value = stored.get(`ssm:${String(Name)}`)?.toString();
      if (value === undefined) return errorAnswer(request, new Refusal(400, "ParameterNotFound", String(Name)));
      return jsonAnswer({ Parameter: { Name, Value: value, Type: "String", Version: 1 } });
    },
    "ssm:PutParameter": (request) => {
      const { Name, Value, Overwrite } = request.input;
      const key = `ssm:${String(Name)}`;
      if (stored.has(key) && Overwrite !== true) {
        return errorAnswer(request, new Refusal(400, "ParameterAlreadyExists", "The parameter already exists."));
      }
      stored.set(key, Buffer.from(String(Value)));
      return jsonAnswer({ Version: 1, Tier: "Standard" });
    },
    "ssm:GetParametersByPath": ({ input }) => {
      const below = `ssm:${String(input["Path"])}/`;
      const found = [...stored].filter(([key]) => key.startsWith(below));
      return jsonAnswer({
        Parameters: found.map(([key, value]) => ({ Name: key.slice(4), Value: value.toString(), Type: "String" })),
      });
    },
    "ssm:DeleteParameter": ({ input }) => {
      stored.delete(`ssm:${String(input["Name"])}`);
      return jsonAnswer({});
    },
    "ssm:DeleteParameters": ({ input }) => {
      const names = input["Names"] as string[];
      for (const name of names) stored.delete(`ssm:${name}`);
      return jsonAnswer({ DeletedParameters: names, InvalidParameters: [] });
    },
    "s3:*": (request) => objectStore(request, stored),
  };
}

/** Sessions carry their account in the key id; every other key belongs to the management account. */
function accountOfKey(accessKeyId: string | undefined): string {
  return /^ASIA(\d{12})/.exec(accessKeyId ?? "")?.[1] ?? managementAccountId;
}

function query(operation: string, result: string): Answer {
  const body = `<${operation}Response><${operation}Result>${result}</${operation}Result></${operation}Response>`;
  return makeAnswer(200, "text/xml", body);
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

/** What is put is given back; everything about buckets themselves is accepted. */
function objectStore(request: AwsRequest, stored: Map<string, Buffer>): Answer {
  const { pathname, searchParams } = new URL(request.url, "http://fixed");
  const isObject = pathname.split("/").filter(Boolean).length > 1;
  if (request.method === "PUT") {
    if (isObject) stored.set(`s3:${pathname}`, unchunked(request));
    return makeAnswer(200, "application/xml", "");
  }
  if (!isObject && searchParams.has("location")) return makeAnswer(200, "application/xml", "<LocationConstraint/>");
  const content = stored.get(`s3:${pathname}`);
  if (content === undefined && isObject) {
    return errorAnswer(request, new Refusal(404, "NoSuchKey", "The specified key does not exist."));
  }
  return { status: 200, headers: { "content-type": "application/octet-stream" }, body: content ?? Buffer.alloc(0) };
}

/** A body that the SDK sends in chunks with a checksum behind them (`aws-chunked`), without its framing. */
function unchunked({ headers, body }: AwsRequest): Buffer {
  if (!headers["content-encoding"]?.includes("aws-chunked")) return body;
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const end = body.indexOf("\r\n", at);
    const length = parseInt(body.subarray(at, end).toString(), 16);
    if (!length) return Buffer.concat(parts);
    parts.push(body.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
}
