/** Receipts for people: short forms of what identifies commits, code, people and times. */

import { clean } from "@bulkhead/core";
import type { Receipt, Side } from "./model.ts";

/** As git shortens commits. */
export function shortCommit(commit: string | null): string {
  return commit?.slice(0, 7) ?? "-";
}

/** Eight of the digest's hexadecimal digits. */
export function shortDigest(digest: string | null): string {
  return digest?.replace("sha256:", "").slice(0, 8) ?? "-";
}

/** What is told apart: a function's versions have numbers, a stack's states only their templates. */
export function shortSide(kind: Receipt["kind"], side: Side | null): string {
  if (side === null) return "-";
  return kind === "lambda" ? clean(side.version) : shortDigest(side.digest);
}

/** `2026-01-31 12:00`, UTC. */
export function shortTime(iso: string): string {
  return iso.slice(0, 16).replace("T", " ");
}

/** The name in an ARN: `user/anna` is `anna`, `assumed-role/deploy/job-7` is `deploy/job-7`. */
export function shortName(arn: string): string {
  return clean(arn.replace(/^arn:[^/]*\//, ""));
}
