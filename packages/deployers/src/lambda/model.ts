/** What a function is: as it is declared, as it is wanted, as it was found, and what deploying it would change. */

import type { Where } from "@bulkhead/core";
import type { CorsInput, HooksInput, SingleInput } from "../deploy-file/schema.ts";
import type { EventInput } from "./events/schema.ts";
import type { PingDeclaration } from "./ping.ts";
import type { FoundAlias, TrafficDeclaration } from "./traffic/model.ts";
import type { Declared } from "../deploy-file/declared.ts";
import type { CodeDeclaration, LayerCode } from "./bundle/model.ts";

export type Architecture = "x86_64" | "arm64";

export interface PermissionDeclaration {
  readonly principal: string;
  readonly sourceArn: Declared<SingleInput> | undefined;
  readonly sourceAccount: string | undefined;
}

export interface UrlSettings {
  readonly auth: "AWS_IAM" | "NONE";
  readonly cors: CorsInput | undefined;
}

/** A function as the deploy file or flags declare it: paths and look-ups, nothing read yet. */
export interface FunctionDeclaration {
  /** What the deploy file calls it. */
  readonly key: string;
  /** What AWS calls it. */
  readonly name: string;
  /** Whether it says all of the function; flags don't, and what they leave out stays as it is. */
  readonly isWhole: boolean;
  readonly code: CodeDeclaration;
  readonly runtime: string;
  readonly handler: string;
  readonly role: Declared<SingleInput>;
  readonly memory: number;
  readonly timeout: number;
  readonly architecture: Architecture;
  readonly ephemeralStorage: number;
  readonly tracing: "Active" | "PassThrough";
  readonly description: string;
  readonly environment: ReadonlyMap<string, Declared<SingleInput>>;
  readonly tags: ReadonlyMap<string, Declared<SingleInput>>;
  readonly vpc:
    | {
        readonly subnets: readonly Declared<SingleInput>[];
        readonly securityGroups: readonly Declared<SingleInput>[];
      }
    | undefined;
  /** Keys of layers of this file, or look-ups and ARNs of versions. */
  readonly layers: readonly Declared<SingleInput>[];
  readonly snapStart: boolean;
  readonly logRetentionDays: number | undefined;
  readonly reservedConcurrency: number | undefined;
  readonly provisionedConcurrency: number | undefined;
  readonly url: UrlSettings | undefined;
  readonly permissions: readonly PermissionDeclaration[];
  readonly alias: string;
  readonly keepVersions: number;
  /** How a new version is tried before it gets traffic. */
  readonly ping: PingDeclaration | undefined;
  /** How the alias gets to a new version; undefined: at once. */
  readonly traffic: TrafficDeclaration | undefined;
  readonly events: readonly Declared<EventInput>[];
  readonly hooks: HooksInput;
  readonly where: Where | undefined;
}

export interface LayerDeclaration {
  readonly key: string;
  readonly name: string;
  readonly code: LayerCode;
  readonly architectures: readonly Architecture[];
}

/** What a published version fixes, beside its code. */
export interface Configuration {
  readonly runtime: string;
  readonly handler: string;
  /** ARN. */
  readonly role: string;
  /** Megabytes. */
  readonly memory: number;
  /** Seconds. */
  readonly timeout: number;
  readonly architecture: Architecture;
  /** Megabytes. */
  readonly ephemeralStorage: number;
  readonly tracing: "Active" | "PassThrough";
  readonly description: string;
  readonly environment: ReadonlyMap<string, string>;
  /** Sorted ids; empty: in no network of one's own. */
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  /** ARNs of layer versions, in the order in which they are unpacked. */
  readonly layers: readonly string[];
  readonly snapStart: boolean;
}

/** The code that a function is to run. */
export interface WantedCode {
  readonly zip: Uint8Array;
  /** `sha256:` and hex. */
  readonly digest: string;
  /** The same SHA-256 in base64, as Lambda says it. */
  readonly codeSha256: string;
}

export interface WantedPermission {
  readonly principal: string;
  readonly sourceArn: string | undefined;
  readonly sourceAccount: string | undefined;
}

/** What stands beside versions: it belongs to the function or its alias, and is set by calls of its own. */
export interface Extras {
  readonly reservedConcurrency: number | undefined;
  readonly provisionedConcurrency: number | undefined;
  readonly logRetentionDays: number | undefined;
  readonly url: UrlSettings | undefined;
  readonly permissions: readonly WantedPermission[];
}

export interface WantedFunction {
  readonly key: string;
  readonly name: string;
  readonly application: string;
  readonly environment: string | undefined;
  readonly alias: string;
  readonly configuration: Configuration;
  /** Environment variables whose values are never shown: they were looked up. */
  readonly hidden: ReadonlySet<string>;
  readonly code: WantedCode;
  /** With the tags that say whose it is. */
  readonly tags: ReadonlyMap<string, string>;
  readonly extras: Extras;
  readonly where: Where | undefined;
}

/** A version, or `$LATEST`. */
export interface FoundVersion {
  readonly version: string;
  readonly configuration: Configuration;
  readonly codeSha256: string;
  readonly state: "Pending" | "Active" | "Inactive" | "Failed" | undefined;
  readonly stateReason: string | undefined;
  readonly update: "InProgress" | "Successful" | "Failed" | undefined;
  readonly updateReason: string | undefined;
  readonly revisionId: string;
  readonly isImage: boolean;
}

export interface FoundFunction {
  readonly name: string;
  readonly arn: string;
  /** `$LATEST`. */
  readonly latest: FoundVersion;
  readonly alias: FoundAlias | null;
  /** The version that the alias points to. */
  readonly live: FoundVersion | null;
  readonly tags: ReadonlyMap<string, string>;
  readonly reservedConcurrency: number | undefined;
}

/** A field that differs. Values that mustn't be shown are `(hidden)`; null where it isn't set. */
export interface FieldChange {
  /** `memory`, `environment.TABLE`, `code`, `url.auth`. */
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}
