// Speaks with the simulators over HTTP: forwards calls, asks questions of the front's own, and resets them.
import { Agent, request as httpRequest } from "node:http";
import { errorAnswer, makeAnswer, readJson, Refusal } from "./answer.ts";
import type { Answer } from "./answer.ts";
import { parseRequest } from "./request.ts";
import type { AwsRequest, Fields } from "./request.ts";

const HOP_BY_HOP = new Set(["connection", "keep-alive", "expect", "transfer-encoding"]);
// moto takes the caller's account from this header, which spares it a search for the key through all accounts.
const ACCOUNT_HEADER = "x-moto-account-id";
// What moto keeps where MiniStack runs beside it: who is who. All else is where stacks make it.
const MOTO_KEEPS = new Set(["account", "iam", "identitystore", "organizations", "sso", "sts"]);

/** The ports of the simulators; MiniStack runs only where stacks were asked for. */
export interface Simulators {
  readonly moto: number;
  readonly ministack?: number | undefined;
}

/** The simulators behind the front. */
export class Backend {
  readonly #ports: Simulators;
  readonly #management: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(ports: Simulators, management: string) {
    this.#ports = ports;
    this.#management = management;
  }

  /** Lets a simulator answer in the name of an account; a call that moto lacks is answered as AWS answers errors. */
  async forward(request: AwsRequest, account: string): Promise<Answer> {
    const { moto, ministack } = this.#ports;
    if (ministack !== undefined && !MOTO_KEEPS.has(request.service)) {
      return this.#send(ministack, inNameOf(request, account));
    }
    const answer = await this.#send(moto, request, { [ACCOUNT_HEADER]: account });
    if (!isUnsupported(request, answer)) return answer;
    const message = `the sandbox has no ${request.service} ${request.operation}`;
    return errorAnswer(request, new Refusal(400, "SandboxUnsupported", message));
  }

  /** Calls Organizations as the management account. Throws moto's refusal. */
  async organizations(operation: string, input: Fields = {}): Promise<Fields> {
    const headers = {
      authorization: signature("organizations"),
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AWSOrganizationsV20161128.${operation}`,
    };
    const request = parseRequest("POST", "/", headers, Buffer.from(JSON.stringify(input)));
    const answer = await this.forward(request, this.#management);
    const output = readJson(answer);
    if (answer.status === 200) return output;
    throw new Refusal(answer.status, String(output["__type"]), String(output["message"] ?? output["Message"] ?? ""));
  }

  /** Calls IAM in an account. A refusal comes as an answer, for the rule that asked to judge. */
  async iam(account: string, operation: string, input: Readonly<Record<string, string>>): Promise<Answer> {
    const headers = { authorization: signature("iam"), "content-type": "application/x-www-form-urlencoded" };
    const form = new URLSearchParams({ Action: operation, Version: "2010-05-08", ...input });
    return this.forward(parseRequest("POST", "/", headers, Buffer.from(form.toString())), account);
  }

  /** Asks IAM in an account whether it has the role. */
  async hasRole(account: string, roleArn: string): Promise<boolean> {
    const answer = await this.iam(account, "GetRole", { RoleName: roleArn.slice(roleArn.lastIndexOf("/") + 1) });
    return answer.status === 200 && answer.body.includes(`<Arn>${roleArn}</Arn>`);
  }

  /** Empties the simulators, and makes the ids that moto gives out from now on the same each time. */
  async reset(seed: number): Promise<void> {
    const { moto, ministack } = this.#ports;
    const post = (port: number, path: string) => this.#send(port, parseRequest("POST", path, {}, Buffer.alloc(0)));
    await post(moto, "/moto-api/reset");
    await post(moto, `/moto-api/seed?a=${String(seed)}`);
    if (ministack !== undefined) await post(ministack, "/_ministack/reset");
  }

  /** Closes the connections. */
  close(): void {
    this.#agent.destroy();
  }

  async #send(port: number, request: AwsRequest, extra: Record<string, string> = {}): Promise<Answer> {
    const kept = Object.entries(request.headers).filter(([name]) => !HOP_BY_HOP.has(name));
    const headers = { ...Object.fromEntries(kept), ...extra, "content-length": request.body.length };
    return new Promise((resolve, reject) => {
      const { method, url: path } = request;
      const outgoing = httpRequest({ host: "127.0.0.1", port, agent: this.#agent, method, path, headers });
      outgoing.on("error", reject);
      outgoing.on("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const answered = Object.entries(response.headers).filter(([name]) => !HOP_BY_HOP.has(name));
          const flat = Object.fromEntries(answered.map(([name, value]) => [name, String(value)]));
          resolve({ status: response.statusCode ?? 500, headers: flat, body: Buffer.concat(chunks) });
        });
      });
      outgoing.end(request.body);
    });
  }
}

/** The page that a proxy or a login portal puts in AWS's place. */
export function htmlAnswer(): Answer {
  return makeAnswer(200, "text/html", "<!doctype html><html><title>Sign in</title><body>Not AWS.</body></html>");
}

// moto checks no signature: the scope alone says which service is meant.
function signature(service: string): string {
  return `AWS4-HMAC-SHA256 Credential=SANDBOX/20260101/us-east-1/${service}/aws4_request, Signature=0`;
}

/** MiniStack takes an access key of twelve digits for the account that it works in. */
function inNameOf(request: AwsRequest, account: string): AwsRequest {
  const { url, headers } = request;
  const { authorization } = headers;
  return {
    ...request,
    url: url.replace(/(X-Amz-Credential=)[^%/&]+/, `$1${account}`),
    headers: {
      ...headers,
      ...(authorization && { authorization: authorization.replace(/(Credential=)[^/,\s]+/, `$1${account}`) }),
    },
  };
}

/** moto answers what it lacks (and what it fails at) with the HTML of its web framework, or with nothing. */
function isUnsupported(request: AwsRequest, answer: Answer): boolean {
  if (answer.status < 400) return false;
  if (answer.body.length === 0) return answer.status === 404 && request.method !== "HEAD";
  const start = answer.body.subarray(0, 64).toString().toLowerCase();
  return start.includes("<!doctype html") || answer.body.includes("not yet implemented");
}
