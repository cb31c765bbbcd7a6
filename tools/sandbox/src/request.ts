// Reads what an HTTP request asks of AWS: the service, the operation, its input, and who calls.
import type { IncomingHttpHeaders } from "node:http";
import { lambdaOperation } from "./lambda-operations.ts";

/** The wire formats of AWS; they differ in where the operation stands and in how an error looks. */
export type Protocol = "json" | "query" | "ec2" | "rest-json" | "rest-xml";

/** The members of an operation's input or output. */
export type Fields = Record<string, unknown>;

/** One call of an AWS API, as it came over the wire. */
export interface AwsRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly protocol: Protocol;
  readonly service: string;
  readonly operation: string;
  /** `service:Operation`, as in an IAM policy. */
  readonly name: string;
  readonly region: string;
  readonly accessKeyId: string | undefined;
  readonly input: Fields;
}

const REST_XML = new Set(["s3", "route53", "cloudfront"]);

/** Takes a request apart. Never fails: what can't be read is left empty, for AWS (here: moto) to refuse. */
export function parseRequest(method: string, url: string, headers: IncomingHttpHeaders, body: Buffer): AwsRequest {
  const { pathname, searchParams } = new URL(url, "http://sandbox");
  const credential = headers.authorization ?? `Credential=${searchParams.get("X-Amz-Credential") ?? ""}`;
  const [, accessKeyId, region, service] =
    /Credential=([^/,\s]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request/.exec(credential) ?? [];

  const found = parseOperation(method, pathname, searchParams, service, headers, body);
  const signedFor = service ?? (found.operation.startsWith("AssumeRoleWith") ? "sts" : "unsigned");
  return {
    method,
    url,
    headers,
    body,
    ...found,
    service: signedFor,
    name: `${signedFor}:${found.operation}`,
    region: region ?? "us-east-1",
    accessKeyId,
  };
}

/** The same request with another input. For JSON protocols only. */
export function withInput(request: AwsRequest, input: Fields): AwsRequest {
  return { ...request, input, body: Buffer.from(JSON.stringify(input)) };
}

function parseOperation(
  method: string,
  path: string,
  search: URLSearchParams,
  service: string | undefined,
  headers: IncomingHttpHeaders,
  body: Buffer,
): Pick<AwsRequest, "protocol" | "operation" | "input"> {
  const target = headers["x-amz-target"];
  if (typeof target === "string") {
    return { protocol: "json", operation: target.slice(target.lastIndexOf(".") + 1), input: parseJson(body) };
  }
  const isForm = headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true;
  const form = isForm ? new URLSearchParams(body.toString()) : search;
  const action = form.get("Action");
  if (action !== null) {
    return { protocol: service === "ec2" ? "ec2" : "query", operation: action, input: Object.fromEntries(form) };
  }
  const named = service === "lambda" ? lambdaOperation(method, path) : undefined;
  const operation = named ?? nameRestOperation(method, path);
  if (service !== undefined && REST_XML.has(service)) return { protocol: "rest-xml", operation, input: {} };
  return { protocol: "rest-json", operation, input: parseJson(body) };
}

/** The account service and others of its age put the operation's name in the path; the rest are named by their route. */
function nameRestOperation(method: string, path: string): string {
  const [, first, others] = /^\/([a-z])([A-Za-z]+)$/.exec(path) ?? [];
  if (method === "POST" && first !== undefined && others !== undefined) return first.toUpperCase() + others;
  return `${method} ${path}`;
}

function parseJson(body: Buffer): Fields {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === "object" && value !== null ? (value as Fields) : {};
  } catch {
    return {};
  }
}
