/** Functions as data, for tests of decisions. */

import type { Configuration, FoundFunction, FoundVersion, WantedFunction } from "../lambda/model.ts";
import { applicationTag } from "../owner.ts";
import type { Receipt, Side } from "../receipts/model.ts";

/** A CodeSha256, as Lambda says it. */
export const codeOf = (text: string): string => Buffer.from(text.padEnd(32, ".")).toString("base64");
const digestFor = (text: string): string => `sha256:${Buffer.from(codeOf(text), "base64").toString("hex")}`;

export function configuration(more: Partial<Configuration> = {}): Configuration {
  return {
    runtime: "nodejs22.x",
    handler: "orders.handler",
    role: "arn:aws:iam::111111111111:role/orders",
    memory: 128,
    timeout: 3,
    architecture: "x86_64",
    ephemeralStorage: 512,
    tracing: "PassThrough",
    description: "",
    environment: new Map(),
    subnets: [],
    securityGroups: [],
    layers: [],
    snapStart: false,
    ...more,
  };
}

export function wantedFunction(more: Partial<WantedFunction> = {}): WantedFunction {
  return {
    key: "orders",
    name: "shop-orders",
    application: "shop",
    environment: undefined,
    alias: "live",
    configuration: configuration(),
    hidden: new Set(),
    code: { zip: new Uint8Array(), digest: digestFor("one"), codeSha256: codeOf("one") },
    tags: new Map([[applicationTag, "shop"]]),
    extras: {
      reservedConcurrency: undefined,
      provisionedConcurrency: undefined,
      logRetentionDays: undefined,
      url: undefined,
      permissions: [],
    },
    where: undefined,
    ...more,
  };
}

export function foundVersion(more: Partial<FoundVersion> = {}): FoundVersion {
  return {
    version: "1",
    configuration: configuration(),
    codeSha256: codeOf("one"),
    state: "Active",
    stateReason: undefined,
    update: "Successful",
    updateReason: undefined,
    revisionId: "r1",
    isImage: false,
    ...more,
  };
}

export function foundFunction(more: Partial<FoundFunction> = {}): FoundFunction {
  return {
    name: "shop-orders",
    arn: "arn:aws:lambda:eu-central-1:111111111111:function:shop-orders",
    latest: foundVersion({ version: "$LATEST" }),
    alias: { version: "1", weights: new Map(), revisionId: "a1" },
    live: foundVersion(),
    tags: new Map([[applicationTag, "shop"]]),
    reservedConcurrency: undefined,
    ...more,
  };
}

export const side = (version: string, code = "one", commit: string | null = null): Side => ({
  version,
  digest: digestFor(code),
  commit,
});

export function receiptOf(more: Partial<Receipt> = {}): Receipt {
  return {
    version: 1,
    application: "shop",
    environment: null,
    kind: "lambda",
    unit: "orders/live",
    name: "shop-orders",
    commit: null,
    dirty: false,
    digest: digestFor("one"),
    settings: "",
    who: "arn:aws:iam::111111111111:user/anna",
    job: null,
    at: "2026-01-31T12:00:00.000Z",
    verb: "deploy",
    from: null,
    to: side("1"),
    result: "done",
    reason: null,
    ...more,
  };
}
