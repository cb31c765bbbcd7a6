/** Names of what wiring makes, by which it is known again as ours. Pure. */

import { hashJson, type Json } from "@bulkhead/core";

/** What names are made from. */
export interface Alias {
  readonly functionName: string;
  readonly alias: string;
}

/**
 * Begins the statement ids of permissions that event sources need, in the alias's policy. All others aren't ours:
 * those that the deploy file declares beside events must begin in another way.
 */
export const eventSidPrefix = "bulkhead-event-";

/** A statement id: letters, digits, - and _, at most 100. */
export function sidOf({ functionName, alias }: Alias, principal: string, sourceArn: string): string {
  return `${eventSidPrefix}${digest([functionName, alias, principal, sourceArn])}`;
}

/** The id of an S3 notification: at most 255 characters. */
export function notificationPrefix({ functionName }: Alias): string {
  return `bulkhead-${functionName}-`;
}
export function notificationId(fn: Alias, prefix: string, suffix: string): string {
  return `${notificationPrefix(fn)}${digest([fn.alias, prefix, suffix])}`;
}

// A rule's name has at most 64 characters: the function's may be cut short, and is whole in the digest.
const longestFunctionName = 64 - "-bulkhead-".length - 12;

/** Begins the names of a function's EventBridge rules and subscription filters. */
export function rulePrefix({ functionName }: Pick<Alias, "functionName">): string {
  return `${functionName.slice(0, longestFunctionName)}-bulkhead-`;
}
/** @param identity what tells the rule from others of the function */
export function ruleName(fn: Alias, identity: Json): string {
  return `${rulePrefix(fn)}${digest([fn.functionName, fn.alias, identity])}`;
}

function digest(value: Json): string {
  return hashJson(value).slice(0, 12);
}
