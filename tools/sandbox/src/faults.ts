// Everything that can go wrong between a client and AWS: latency, throttling, and faults at a chosen call.
import { errorAnswer, makeAnswer, Refusal } from "./answer.ts";
import type { Answer } from "./answer.ts";
import type { AwsRequest, Fields } from "./request.ts";

/** Which calls are meant: `service:Operation`, `service:*` or `*`. */
export type CallPattern = string;

/** What happens at a call. */
export type Fault =
  /** AWS refuses. */
  | { readonly kind: "fail"; readonly status: number; readonly code: string; readonly message?: string }
  /** The answer is late. */
  | { readonly kind: "delay"; readonly ms: number }
  /** The connection breaks before AWS gets the call. */
  | { readonly kind: "cut" }
  /** The connection breaks after AWS did the work, before the answer. */
  | { readonly kind: "cutAfter" }
  /** The connection breaks in the middle of the answer. */
  | { readonly kind: "half" }
  /** Something that isn't AWS answers: 200 with HTML. */
  | { readonly kind: "notAws" }
  /** Runs before AWS gets the call, which waits for it; AWS never gets it if the function gives "cut". */
  | { readonly kind: "before"; readonly run: (request: AwsRequest) => Promise<"cut" | undefined> | Promise<void> }
  /** Runs after AWS did the work, before the answer; there is none if the function gives "cut". */
  | { readonly kind: "after"; readonly run: (request: AwsRequest) => Promise<"cut" | undefined> | Promise<void> };

/** Where a fault strikes. */
export interface FaultOptions {
  /** Which calls count. By default all. */
  readonly operation?: CallPattern;
  /** How many calls in a row are struck. By default one. */
  readonly times?: number;
}

/** An answer that a test gives in AWS's place: an object for the JSON protocols, text for the others. */
export interface ScriptedAnswer {
  readonly status?: number;
  readonly body: Fields | string;
}

/** Gives the answer to a call, or nothing to let AWS answer. */
export type Script = (request: AwsRequest) => ScriptedAnswer | Refusal | undefined;

interface Bucket {
  readonly pattern: CallPattern;
  readonly rate: number;
  readonly burst: number;
  tokens: number;
  filled: number;
}

interface Scheduled {
  readonly pattern: CallPattern;
  readonly fault: Fault;
  wait: number;
  times: number;
}

/** The faults of one sandbox. None until a test asks for one. */
export class Faults {
  #latency: { pattern: CallPattern; ms: number }[] = [];
  #buckets: Bucket[] = [];
  #scheduled: Scheduled[] = [];
  #scripts: { pattern: CallPattern; script: Script }[] = [];

  /** Adds milliseconds to each call. */
  latency(ms: number, operation: CallPattern = "*"): void {
    this.#latency.push({ pattern: operation, ms });
  }

  /** Refuses what comes faster than `rate` calls a second, after a burst, as the service's documentation says. */
  throttle(operation: CallPattern, limit: { readonly rate: number; readonly burst: number }): void {
    const filled = performance.now();
    this.#buckets.push({ pattern: operation, ...limit, tokens: limit.burst, filled });
  }

  /** Lets a fault happen at the k-th call from now (1 is the next one). */
  at(k: number, fault: Fault, options: FaultOptions = {}): void {
    this.#scheduled.push({ pattern: options.operation ?? "*", fault, wait: k, times: options.times ?? 1 });
  }

  /** Answers an operation in AWS's place, from now on; the latest script comes first. */
  script(operation: CallPattern, answer: ScriptedAnswer | Refusal | Script): void {
    this.#scripts.unshift({ pattern: operation, script: typeof answer === "function" ? answer : () => answer });
  }

  /** Takes all faults back. */
  clear(): void {
    this.#latency = [];
    this.#buckets = [];
    this.#scheduled = [];
    this.#scripts = [];
  }

  /** Counts a call, and gives the fault that strikes it. */
  strike(request: AwsRequest): Fault | undefined {
    let struck: Fault | undefined;
    for (const it of this.#scheduled) {
      if (!matches(it.pattern, request)) continue;
      it.wait -= 1;
      if (it.wait > 0) continue;
      it.times -= 1;
      struck ??= it.fault;
    }
    this.#scheduled = this.#scheduled.filter(({ times }) => times > 0);
    return struck;
  }

  /** How much later a call is answered. */
  latencyOf(request: AwsRequest): number {
    return this.#latency.reduce((sum, { pattern, ms }) => (matches(pattern, request) ? sum + ms : sum), 0);
  }

  /** The answer that throttling or a script gives in AWS's place, if any. */
  intercept(request: AwsRequest): Answer | undefined {
    if (this.#isThrottled(request)) return errorAnswer(request, throttlingOf(request.service));
    for (const { pattern, script } of this.#scripts) {
      const answer = matches(pattern, request) ? script(request) : undefined;
      if (answer instanceof Refusal) return errorAnswer(request, answer);
      if (answer !== undefined) return scriptedAnswer(answer);
    }
    return undefined;
  }

  #isThrottled(request: AwsRequest): boolean {
    const now = performance.now();
    return this.#buckets.some((bucket) => {
      if (!matches(bucket.pattern, request)) return false;
      bucket.tokens = Math.min(bucket.burst, bucket.tokens + ((now - bucket.filled) / 1000) * bucket.rate);
      bucket.filled = now;
      if (bucket.tokens < 1) return true;
      bucket.tokens -= 1;
      return false;
    });
  }
}

function matches(pattern: CallPattern, request: AwsRequest): boolean {
  return pattern === "*" || pattern === request.name || pattern === `${request.service}:*`;
}

function scriptedAnswer({ status = 200, body }: ScriptedAnswer): Answer {
  if (typeof body === "string") return makeAnswer(status, "text/xml", body);
  return makeAnswer(status, "application/x-amz-json-1.1", JSON.stringify(body));
}

/** Each service refuses too many calls in its own words. */
function throttlingOf(service: string): Refusal {
  switch (service) {
    case "organizations":
      return new Refusal(
        400,
        "TooManyRequestsException",
        "AWS Organizations can't complete your request because another request is already in progress. Try again later.",
      );
    case "account":
      return new Refusal(429, "TooManyRequestsException", "Too many requests.");
    case "sts":
    case "iam":
    case "cloudformation":
      return new Refusal(400, "Throttling", "Rate exceeded");
    case "ec2":
      return new Refusal(503, "RequestLimitExceeded", "Request limit exceeded.");
    case "s3":
      return new Refusal(503, "SlowDown", "Please reduce your request rate.");
    default:
      return new Refusal(400, "ThrottlingException", "Rate exceeded");
  }
}
