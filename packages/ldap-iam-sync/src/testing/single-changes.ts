/** Single changes against IAM on a sandbox, without a plan: what they look like, and hands to prepare and to look. */

import { afterAll, beforeAll, beforeEach, expect } from "@jest/globals";
import {
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import { hashJson, type JsonObject } from "@bulkhead/core";
import type { Change, Outcome } from "@bulkhead/plan";
import { startSandbox, type Sandbox } from "@bulkhead/sandbox";
import {
  idOf,
  kinds,
  leaverPolicy,
  personTag,
  selfServicePolicy,
  type FoundIam,
  type FoundUser,
  type Kind,
} from "../model.ts";
import { leaverDeny } from "../self-service-policy.ts";
import { openIam, path, type Iam } from "./iam.ts";

export const key = "0a1b2c3d-4e5f-4677-8899-000000000001";
export const day = "2026-11-22";
const deny = leaverDeny.document as unknown as JsonObject;
export const allow = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Resource: "*" }],
};

export function change(kind: Kind, name: string, before: JsonObject | null, after: JsonObject | null): Change {
  const action = before === null ? "create" : after === null ? "delete" : "update";
  const base = { kind, id: idOf("identity", kind, name), account: "identity", region: "global", dependsOn: [] };
  const rest = { sentence: `${action} ${name}`, hash: hashJson(before), before, after, ownership: "path and tag" };
  return { ...base, action, ...rest } as unknown as Change;
}
export const user = (before: JsonObject | null, after: JsonObject | null): Change =>
  change(kinds.user, key, before, after);
export const active = (name: string, more: JsonObject = {}): JsonObject => ({
  name,
  path,
  tags: { [personTag]: key, Email: `${name}@example.com` },
  groups: {},
  selfService: true,
  denied: false,
  left: null,
  ...more,
});
export const leaver = (name: string, left: string | null, denied = left !== null): JsonObject => ({
  name,
  path,
  tags: { [personTag]: key },
  denied,
  left,
});
export const done = (written = true): object[] => [expect.objectContaining({ status: "done", written }) as object];

export interface Hands {
  readonly sandbox: Sandbox;
  /** Somebody's hands in the AWS console. */
  readonly send: IAMClient["send"];
  apply(...changes: readonly Change[]): Promise<readonly Outcome[]>;
  read(): Promise<FoundIam>;
  found(name: string): Promise<FoundUser | undefined>;
  policy(name: string, document: JsonObject): Promise<unknown>;
  group(name: string, at?: string): Promise<unknown>;
  /** Whether each access key is active, by id. */
  keysOf(user: string): Promise<Record<string, string | undefined>>;
  makeKey(user: string, status?: "Active" | "Inactive"): Promise<string>;
  /** The calls to IAM of work that writes one change. */
  callsOf(work: () => Promise<readonly Outcome[]>): Promise<readonly string[]>;
  /** IAM with nothing in it but the two policies of people. */
  reset(): Promise<void>;
}

/** A sandbox for the tests of one file, emptied before each. */
export function useIam(): Hands {
  let sandbox: Sandbox;
  let iam: Iam;
  const send = ((command: never) => iam.byHand.send(command)) as IAMClient["send"];
  const hands: Hands = {
    get sandbox() {
      return sandbox;
    },
    send,
    apply: (...changes) => iam.apply(...changes),
    read: () => iam.read(),
    found: async (name) => (await iam.read()).users.find((it) => it.name === name),
    policy: (PolicyName, document) =>
      send(new CreatePolicyCommand({ PolicyName, Path: path, PolicyDocument: JSON.stringify(document) })),
    group: (GroupName, Path = path) => send(new CreateGroupCommand({ GroupName, Path })),
    keysOf: async (UserName) => {
      const { AccessKeyMetadata = [] } = await send(new ListAccessKeysCommand({ UserName }));
      return Object.fromEntries(AccessKeyMetadata.map(({ AccessKeyId = "", Status }) => [AccessKeyId, Status]));
    },
    makeKey: async (UserName, Status = "Active") => {
      const { AccessKey } = await send(new CreateAccessKeyCommand({ UserName }));
      const AccessKeyId = AccessKey?.AccessKeyId ?? "";
      if (Status === "Inactive") await send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status }));
      return AccessKeyId;
    },
    callsOf: async (work) => {
      sandbox.clearCalls();
      expect(await work()).toEqual(done());
      return sandbox.calls().filter((call) => call.startsWith("iam:"));
    },
    reset: async () => {
      await sandbox.reset();
      await hands.policy(leaverPolicy, deny);
      await hands.policy(selfServicePolicy, allow);
    },
  };
  beforeAll(async () => {
    sandbox = await startSandbox();
    iam = openIam(sandbox);
  });
  beforeEach(() => hands.reset());
  afterAll(async () => {
    iam.close();
    await sandbox.stop();
  });
  return hands;
}

/** moto has none of these calls. */
export function scriptServiceCredential(
  on: Sandbox,
  listed: Readonly<Record<string, string>>,
  writes: unknown[],
): void {
  on.faults.script("iam:ListServiceSpecificCredentials", () => {
    const fields = Object.entries(listed).map(([name, value]) => `<${name}>${value}</${name}>`);
    const list = `<ServiceSpecificCredentials><member>${fields.join("")}</member></ServiceSpecificCredentials>`;
    return { body: `<R><ListServiceSpecificCredentialsResult>${list}</ListServiceSpecificCredentialsResult></R>` };
  });
  for (const operation of ["UpdateServiceSpecificCredential", "DeleteServiceSpecificCredential"]) {
    on.faults.script(`iam:${operation}`, ({ input }) => {
      writes.push(input);
      return { body: `<${operation}Response/>` };
    });
  }
}
