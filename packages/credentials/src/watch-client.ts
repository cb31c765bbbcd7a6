/** What every SDK client gets: its calls are paced, counted and reported, its failures explained. */

import type { Report } from "@bulkhead/core";
import type { CallCounter } from "./call-count.ts";
import { explainFailure, isThrottled, notAnAnswer, type CallSite } from "./errors.ts";
import type { Throttle } from "./throttle.ts";

/** The part of an AWS SDK v3 client that access needs. */
export interface SdkClient {
  readonly config: object;
  readonly middlewareStack: {
    add(middleware: never, options: never): void;
    addRelativeTo(middleware: never, options: never): void;
  };
}

export interface Watch {
  readonly site: Pick<CallSite, "account" | "region">;
  readonly counter: CallCounter;
  readonly throttle: Throttle;
  readonly report: Report;
  /** Told of each failure before the caller is. */
  readonly failed: (error: Error) => Promise<void>;
}

type Handler = (args: unknown) => Promise<unknown>;
interface Context {
  readonly clientName?: string;
  readonly commandName?: string;
}

export function watchClient(client: SdkClient, { site, counter, throttle, report, failed }: Watch): void {
  // The name by which requests are signed is the one that IAM knows.
  const { defaultSigningName: prefix } = client.config as { readonly defaultSigningName?: string };
  const callOf = ({ clientName = "", commandName = "" }: Context): CallSite => ({
    ...site,
    service: clientName.replace(/Client$/, ""),
    operation: commandName.replace(/Command$/, ""),
    ...(prefix === undefined ? {} : { prefix }),
  });
  const apiOf = ({ service, operation }: CallSite): string => `${service}:${operation}`;
  /** The contexts of calls of which a request has left: each call has one of its own. */
  const sent = new WeakSet<Context>();

  const explain = (next: Handler, context: Context): Handler => {
    const call = callOf(context);
    return async (args) => {
      counter.call(apiOf(call));
      try {
        return await next(args);
      } catch (thrown) {
        const error = explainFailure(thrown, call, sent.has(context));
        await failed(error);
        throw error;
      }
    };
  };
  const count = (next: Handler, context: Context): Handler => {
    const call = callOf(context);
    const where = `${call.account ?? "our own account"} (${call.region})`;
    return async (args) => {
      counter.attempt(apiOf(call));
      report({ type: "detail", message: `${call.service} ${call.operation} in ${where}` });
      sent.add(context);
      const answered = await next(args);
      if (isPage(answered)) throw notAnAnswer(call, new Error("a page of HTML"));
      return answered;
    };
  };
  const pace = (next: Handler, context: Context): Handler => {
    const { service, operation, account, region } = callOf(context);
    const bucket = [account, region, service, laneOf(service, operation)].join("/");
    return async (args) => {
      const passage = await throttle.enter(bucket);
      try {
        const answered = await next(args);
        passage.leave();
        return answered;
      } catch (error) {
        if (isThrottled(error)) passage.refuse();
        else passage.leave();
        throw error;
      }
    };
  };
  client.middlewareStack.add(explain as never, { step: "initialize", name: "bulkheadExplain" } as never);
  // Inside the retry loop, so that every attempt counts; paced before it is signed, since a signature ages.
  const paced = { relation: "after", toMiddleware: "retryMiddleware", name: "bulkheadPace" };
  client.middlewareStack.addRelativeTo(pace as never, paced as never);
  client.middlewareStack.add(count as never, { step: "deserialize", name: "bulkheadCount" } as never);
}

/** AWS counts STS as one; elsewhere what reads and what writes is held apart, and the rest learned together. */
function laneOf(service: string, operation: string): string {
  if (service === "STS") return "all";
  return /^(Get|List|Describe|Head)/.test(operation) ? "read" : "write";
}

/**
 * A proxy's page in place of an answer. The SDK notices where it expects JSON; where it expects XML (STS, IAM, EC2, S3, …)
 * a page is an answer with nothing in it, so that a list would pass for empty. AWS gives its answers a request id.
 */
function isPage(answered: unknown): boolean {
  const { statusCode, headers } = (
    answered as {
      readonly response: { readonly statusCode: number; readonly headers: Readonly<Record<string, string>> };
    }
  ).response;
  const hasId = "x-amzn-requestid" in headers || "x-amz-request-id" in headers;
  return statusCode < 300 && /^text\/html\b/.test(headers["content-type"] ?? "") && !hasId;
}
