// What a rule is: a way in which AWS differs from moto, and on which a test depends.
import { Refusal } from "../answer.ts";
import type { Answer } from "../answer.ts";
import type { AwsRequest } from "../request.ts";

/** A call and the account in whose name it is made. */
export interface Call {
  readonly request: AwsRequest;
  readonly account: string;
  /** The caller's ARN, as AWS names it in errors. */
  readonly caller: string;
}

/** One rule of the real AWS. It refuses (by throwing a {@link Refusal}), answers itself, or changes moto's answer. */
export interface Rule {
  readonly name: string;
  /** The page of AWS's documentation that states it. */
  readonly page: string;
  /** The calls it concerns, as `service:Operation`. */
  readonly operations: readonly string[];
  handle(call: Call, next: (call: Call) => Promise<Answer>): Promise<Answer>;
}

/** A refusal of Organizations: always status 400, often with a reason. */
export function refuse(code: string, message: string, reason?: string): Refusal {
  return new Refusal(400, code, message, reason === undefined ? {} : { Reason: reason });
}

/** Prefixes operations with Organizations' name. */
export function organizations(...operations: string[]): string[] {
  return operations.map((operation) => `organizations:${operation}`);
}

/** Runs one piece of work after the other, so that nothing comes between a rule's check and moto's change. */
export function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}
