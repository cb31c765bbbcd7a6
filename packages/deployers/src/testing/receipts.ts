/** Receipts for tests: as data, as they lie in the shop's AWS, and git repositories to deploy from. */

import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { execFileSync } from "node:child_process";
import type { Receipt, Side } from "../receipts/model.ts";
import type { Shop } from "./shop.ts";

export function side(version: number | string, more: Partial<Side> = {}): Side {
  return { version: String(version), digest: `sha256:${version}`, commit: null, ...more };
}

export function receipt(more: Partial<Receipt> = {}): Receipt {
  return {
    version: 1,
    application: "shop",
    environment: "dev",
    kind: "lambda",
    unit: "orders/live",
    name: "shop-orders",
    commit: null,
    dirty: false,
    digest: "sha256:1",
    settings: "s",
    who: "arn:aws:iam::111111111111:user/admin",
    job: null,
    at: "2026-01-01T00:00:00.000Z",
    verb: "deploy",
    from: null,
    to: side(1),
    result: "done",
    reason: null,
    ...more,
  };
}

/** The last receipt of a unit of `dev`, such as `cloudformation/orders`. */
export async function lastReceipt({ config }: Shop, unit: string): Promise<Receipt> {
  const Name = `/bulkhead/receipts/shop/dev/${unit}`;
  const { Parameter } = await new SSMClient(config).send(new GetParameterCommand({ Name }));
  return JSON.parse(Parameter?.Value ?? "") as Receipt;
}

/** What `history` says of an environment's units, newest first. */
export async function historyOf(shop: Shop, environment: string, ...args: string[]): Promise<readonly Receipt[]> {
  const { stdout } = await shop.deploy("history", ...args, "--environment", environment, "--output", "json");
  const { units } = JSON.parse(stdout) as { units: readonly { receipts: readonly Receipt[] }[] };
  return units.flatMap(({ receipts }) => receipts);
}

/** git in a folder, as nobody in particular. @returns what it prints */
export function git(folder: string, ...args: string[]): string {
  const settings = ["user.name=T", "user.email=t@example.com", "commit.gpgsign=false", "init.defaultBranch=main"];
  const options = ["-C", folder, ...settings.flatMap((setting) => ["-c", setting])];
  return execFileSync("git", [...options, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
}

/** Commits all that is in a folder, making it a repository. @returns the commit */
export function commitAll(folder: string, message = "change"): string {
  git(folder, "init", "--quiet");
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--allow-empty", "--message", message);
  return git(folder, "rev-parse", "HEAD");
}
