// Access keys: who a key belongs to, and that AWS refuses keys that it never gave out. moto takes any key.
import { makeAnswer, readElement, Refusal } from "../answer.ts";
import type { AwsRequest } from "../request.ts";
import type { Call, Rule } from "./rule.ts";

/** The key of the sandbox's administrator, in the management account. */
export const MANAGEMENT_KEY = { id: "AKIASANDBOX0MANAGER0", secret: "sandbox" } as const;

interface Issued {
  readonly account: string;
  readonly caller: string;
  readonly isSession: boolean;
}

/** The keys given out so far. */
export class AccessKeys {
  readonly #issued = new Map<string, Issued>();
  readonly #expired = new Set<string>();
  readonly #administrator: Issued;

  constructor(management: string) {
    this.#administrator = { account: management, caller: `arn:aws:iam::${management}:user/admin`, isSession: false };
    this.#issued.set(MANAGEMENT_KEY.id, this.#administrator);
  }

  /** Whose name a request is made in. Throws AWS's refusal of a missing, unknown or expired key. */
  identify(request: AwsRequest): Call {
    const key = request.accessKeyId;
    if (key === undefined) {
      if (request.name.startsWith("sts:AssumeRoleWith")) return { request, ...this.#administrator };
      throw new Refusal(403, codeFor(request, "MissingAuthenticationToken"), "Missing Authentication Token");
    }
    const issued = this.#issued.get(key);
    if (issued === undefined) {
      throw new Refusal(
        403,
        codeFor(request, "InvalidClientTokenId"),
        "The security token included in the request is invalid.",
      );
    }
    if (this.#expired.has(key)) {
      throw new Refusal(403, codeFor(request, "ExpiredToken"), "The security token included in the request is expired");
    }
    return { request, ...issued };
  }

  /** Lets every session given out so far expire. */
  expireSessions(): void {
    for (const [key, { isSession }] of this.#issued) if (isSession) this.#expired.add(key);
  }

  /** Remembers keys as they are given out. */
  readonly issuing: Rule = {
    name: "Only keys that were given out work, until they expire",
    page: "https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html",
    operations: ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML", "iam:CreateAccessKey"],
    handle: async (call, next) => {
      const answer = await next(call);
      const key = readElement(answer, "AccessKeyId");
      if (answer.status !== 200 || key === undefined) return answer;
      if (call.request.service === "iam") {
        const caller = `arn:aws:iam::${call.account}:user/${readElement(answer, "UserName") ?? ""}`;
        this.#issued.set(key, { account: call.account, caller, isSession: false });
      } else {
        const caller = readElement(answer, "Arn") ?? "";
        this.#issued.set(key, { account: caller.split(":")[4] ?? "", caller, isSession: true });
      }
      return answer;
    },
  };

  /** moto knows no user behind the management account's key. */
  readonly identity: Rule = {
    name: "GetCallerIdentity names the sandbox's administrator",
    page: "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html",
    operations: ["sts:GetCallerIdentity"],
    handle: async (call, next) => {
      const { account, caller } = this.#administrator;
      if (call.caller !== caller) return next(call);
      const identity = `<Arn>${caller}</Arn><UserId>AIDASANDBOX0MANAGER0</UserId><Account>${account}</Account>`;
      const result = `<GetCallerIdentityResult>${identity}</GetCallerIdentityResult>`;
      const namespace = "https://sts.amazonaws.com/doc/2011-06-15/";
      const body = `<GetCallerIdentityResponse xmlns="${namespace}">${result}</GetCallerIdentityResponse>`;
      return makeAnswer(200, "text/xml", body);
    },
  };
}

/** The same refusal has other names in the JSON protocols, and in S3. */
function codeFor(request: AwsRequest, code: keyof typeof JSON_CODES): string {
  if (request.protocol === "json" || request.protocol === "rest-json") return JSON_CODES[code];
  if (request.protocol === "rest-xml" && code === "InvalidClientTokenId") return "InvalidAccessKeyId";
  return code;
}

const JSON_CODES = {
  MissingAuthenticationToken: "MissingAuthenticationTokenException",
  InvalidClientTokenId: "UnrecognizedClientException",
  ExpiredToken: "ExpiredTokenException",
} as const;
