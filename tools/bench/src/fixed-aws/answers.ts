/** What the answers of several services share: whose call it is, and how the Query protocols frame a result. */

import { makeAnswer, Refusal, type Answer, type AwsRequest } from "@bulkhead/sandbox/wire";
import { managementAccountId } from "./estate.ts";

export type Service = (request: AwsRequest) => Answer;

/** Answers by `service:Operation`. */
export type Services = Readonly<Record<string, Service>>;

/** Sessions carry their account in the key id; every other key belongs to the management account. */
export function accountOf({ accessKeyId }: AwsRequest): string {
  return /^ASIA(\d{12})/.exec(accessKeyId ?? "")?.[1] ?? managementAccountId;
}

/** Account and region of a call: what is kept apart in everything that has a region. */
export function placeOf(request: AwsRequest): string {
  return `${accountOf(request)}/${request.region}`;
}

export function query(operation: string, result: string): Answer {
  return xml(`<${operation}Response><${operation}Result>${result}</${operation}Result></${operation}Response>`);
}

/** EC2 answers without the frame inside the frame. */
export function ec2(operation: string, result: string): Answer {
  return xml(`<${operation}Response>${result}</${operation}Response>`);
}

function xml(body: string): Answer {
  return makeAnswer(200, "text/xml", body);
}

/** @throws Refusal NoSuchEntity, as IAM words it */
export function found<T>(things: ReadonlyMap<string, T>, name: unknown): T {
  const thing = things.get(String(name));
  if (thing === undefined) throw new Refusal(404, "NoSuchEntity", `${String(name)} cannot be found.`);
  return thing;
}

/** What a map has at a key, made where it has nothing yet. */
export function entry<T>(map: Map<string, T>, key: string, make: () => T): T {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
