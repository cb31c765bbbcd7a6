/** The two calls of AWS that detection makes, signed by hand so that no SDK is needed. */

import { NoAnswerError, request, type Answer, type Deadline } from "./http.ts";
import type { Credentials } from "./model.ts";
import { signedHeaders } from "./sigv4.ts";

/** Time for what one question asks of AWS: a TLS handshake to a far region and back, with room. */
export const AWS_MS = 3000;

/** Where and as whom a call is made. */
export interface Caller {
  readonly credentials: Credentials;
  /** Undefined asks the global endpoint, which STS alone has. */
  readonly region: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly deadline: Deadline;
}

/**
 * The account that the credentials belong to: AWS answers this even where policies deny everything.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 * @throws NoAnswerError
 */
export async function getCallerIdentity(caller: Caller): Promise<{ account: string }> {
  const answer = await post(caller, "sts", {
    headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
    body: "Action=GetCallerIdentity&Version=2011-06-15",
  });
  const account = /<Account>(\d{12})<\/Account>/.exec(answer.body)?.[1];
  if (answer.status !== 200 || account === undefined) {
    throw refused(answer, /<Code>([\w.]{1,64})<\/Code>/);
  }
  return { account };
}

/**
 * The value of a parameter of the Systems Manager, in the caller's region.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 * @throws NoAnswerError, also when there is no such parameter
 */
export async function getParameter(caller: Caller & { readonly region: string }, name: string): Promise<string> {
  const answer = await post(caller, "ssm", {
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "AmazonSSM.GetParameter" },
    body: JSON.stringify({ Name: name }),
  });
  const value = answer.status === 200 ? parameterValue(answer.body) : undefined;
  if (value === undefined) throw refused(answer, /"__type"\s*:\s*"(?:[\w.]+#)?(\w{1,64})"/);
  return value;
}

function parameterValue(body: string): string | undefined {
  try {
    const value: unknown = (JSON.parse(body) as { Parameter?: { Value?: unknown } }).Parameter?.Value;
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

async function post(
  caller: Caller,
  service: "sts" | "ssm",
  { headers, body }: { headers: Record<string, string>; body: string },
): Promise<Answer> {
  const url = endpoint(caller, service);
  const signed = signedHeaders({
    url,
    headers,
    body,
    service,
    region: caller.region ?? "us-east-1",
    credentials: caller.credentials,
    now: new Date(),
  });
  return await request(url.href, { method: "POST", headers: signed, body, deadline: caller.deadline });
}

/** AWS_ENDPOINT_URL and its service-specific form, as in every AWS tool. */
function endpoint({ env, region }: Caller, service: "sts" | "ssm"): URL {
  const configured =
    env["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] === "true"
      ? undefined
      : env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] || env["AWS_ENDPOINT_URL"];
  const address = configured ?? `https://${service}.${region === undefined ? "" : `${region}.`}${domain(region)}`;
  if (!URL.canParse(address)) throw new NoAnswerError("its address is not a URL");
  return new URL(address);
}

/** @see https://docs.aws.amazon.com/general/latest/gr/rande.html */
function domain(region = ""): string {
  if (region.startsWith("cn-")) return "amazonaws.com.cn";
  if (region.startsWith("eusc-")) return "amazonaws.eu";
  return "amazonaws.com";
}

function refused(answer: Answer, code: RegExp): NoAnswerError {
  const name = code.exec(answer.body)?.[1];
  return new NoAnswerError(`it answered ${name ?? "what makes no sense"} (HTTP ${answer.status})`);
}
