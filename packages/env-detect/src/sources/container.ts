/** The credentials that ECS, CodeBuild and EKS Pod Identity hand to a container. */

import { NoAnswerError, request, type Deadline } from "../http.ts";
import type { Surroundings } from "../findings.ts";
import type { Credentials } from "../model.ts";

/**
 * Asks the endpoint that AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI names.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 * @throws NoAnswerError
 */
export async function containerCredentials({ env, readFile }: Surroundings, deadline: Deadline): Promise<Credentials> {
  const relative = env["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"];
  const url = relative ? `http://169.254.170.2${relative}` : (env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] ?? "");
  if (!relative && !mayReceiveToken(url))
    throw new NoAnswerError("AWS_CONTAINER_CREDENTIALS_FULL_URI is no address for it");
  const tokenFile = env["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];
  const token = tokenFile ? readFile(tokenFile)?.trim() : env["AWS_CONTAINER_AUTHORIZATION_TOKEN"];
  const answer = await request(url, { headers: token ? { authorization: token } : {}, deadline });
  if (answer.status !== 200) throw new NoAnswerError(`it answered HTTP ${answer.status}`);
  return parseCredentials(answer.body);
}

/** The SDKs' own rule, so that a wrong variable never sends the token to a stranger. */
function mayReceiveToken(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  const local = ["localhost", "169.254.170.2", "169.254.170.23", "[::1]", "[fd00:ec2::23]"];
  return protocol === "https:" || local.includes(hostname) || /^127(\.\d+){3}$/.test(hostname);
}

/**
 * The keys in an answer of a credentials endpoint.
 * @throws NoAnswerError
 */
export function parseCredentials(body: string): Credentials {
  try {
    const { AccessKeyId, SecretAccessKey, Token } = JSON.parse(body) as Record<string, unknown>;
    if (typeof AccessKeyId === "string" && typeof SecretAccessKey === "string" && typeof Token === "string") {
      return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token };
    }
  } catch {
    // Said below: the answer itself, and what JSON.parse quotes of it, may hold secrets.
  }
  throw new NoAnswerError("it answered what are no credentials");
}
