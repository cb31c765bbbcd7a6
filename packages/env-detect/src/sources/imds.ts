/** EC2's instance metadata service, version 2 only: the instance identity document, and the instance's credentials. */

import { NoAnswerError, request, type Deadline } from "../http.ts";
import { parseIdentityDocument, verifyIdentityDocument } from "../identity-document.ts";
import type { Finding } from "../findings.ts";
import type { Credentials } from "../model.ts";
import { parseCredentials } from "./container.ts";

export const IMDS = "instance metadata";

/** The service's address, by the variables that all AWS SDKs know. */
function endpoint(env: NodeJS.ProcessEnv): string {
  const configured = env["AWS_EC2_METADATA_SERVICE_ENDPOINT"]?.replace(/\/$/, "");
  if (configured) return configured;
  return env["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"] === "IPv6" ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
}

/** One conversation with the service: the token, and reading a path with it. */
export interface Imds {
  get(path: string): Promise<string>;
}

/**
 * Fetches the token that version 2 demands. There is no fallback to version 1: it can be reached through open proxies.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
 * @throws NoAnswerError
 */
export async function openImds(env: NodeJS.ProcessEnv, deadline: Deadline): Promise<Imds> {
  const base = endpoint(env);
  const token = await request(`${base}/latest/api/token`, {
    method: "PUT",
    headers: { "x-aws-ec2-metadata-token-ttl-seconds": "60", "content-length": "0" },
    deadline,
  }).catch((error: Error) => {
    if (!deadline.signal.aborted) throw error;
    // The token's packet dies on the way out of a container when the instance's hop limit is 1, its default.
    throw new NoAnswerError(`${error.message} (in a container: is the instance's metadata hop limit 1?)`);
  });
  if (token.status !== 200) throw new NoAnswerError(`it gave no IMDSv2 token (HTTP ${token.status})`);
  return {
    async get(path) {
      const answer = await request(`${base}${path}`, { headers: { "x-aws-ec2-metadata-token": token.body }, deadline });
      if (answer.status !== 200) throw new NoAnswerError(`it answered HTTP ${answer.status}`);
      return answer.body;
    },
  };
}

/**
 * Account, region and instance id, from the identity document; with `verify`, proof by AWS's signature.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-identity-documents.html
 * @throws NoAnswerError; EnvironmentError `EnvDetect.BadSignature`
 */
export async function identityFindings(
  imds: Imds,
  verify: { readonly certificates: Readonly<Record<string, string>> } | undefined,
): Promise<Finding[]> {
  const text = await imds.get("/latest/dynamic/instance-identity/document");
  const document = parseIdentityDocument(text);
  if (document === undefined) throw new NoAnswerError("it answered what is no instance identity document");
  if (verify !== undefined) {
    const signature = await imds.get("/latest/dynamic/instance-identity/signature");
    verifyIdentityDocument(text, signature, verify.certificates);
  }
  const of = {
    side: "machine",
    source: verify === undefined ? "instance identity document" : "signed instance identity document",
    trust: verify === undefined ? "strong" : "proof",
  } as const;
  return [
    { about: "platform", value: "ec2", ...of },
    { about: "account", value: document.accountId, ...of },
    { about: "region", value: document.region, ...of },
    { about: "instance", value: document.instanceId, ...of },
  ];
}

/**
 * The credentials of the instance's role.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
 * @throws NoAnswerError, also when the instance has no role
 */
export async function instanceCredentials(imds: Imds): Promise<Credentials> {
  const path = "/latest/meta-data/iam/security-credentials/";
  const role = (await imds.get(path)).trim();
  return parseCredentials(await imds.get(`${path}${encodeURIComponent(role)}`));
}
