/**
 * What a control is: one thing that every account is to have, wherever its scope says.
 *
 * A control is a folder under `controls/` with the stages that it needs (`desired.ts`, `actual.ts`, `apply.ts`), an
 * `index.ts` that exports it as a `Control`, a line in `controls/index.ts`, and its section in the landing zone file.
 */

import type { JsonObject } from "@bulkhead/core";
import type { ClientClass, SdkClient } from "@bulkhead/credentials";
import type { LandingZone } from "@bulkhead/landing-zone";
import type { Action, Change, ObjectName, Ownership } from "@bulkhead/plan";

/** A place that a control covers. */
export interface Site {
  /** The account's name in the file, or `management`. */
  readonly account: string;
  /** An AWS region, or `global`. */
  readonly region: string;
}

export interface Scope {
  readonly name: "organization" | "account" | "account and region";
  /** Pure: every place that a control of this scope covers. */
  sites(landingZone: LandingZone): readonly Site[];
}

/** What is known without asking AWS for more. */
export interface Estate {
  readonly landingZone: LandingZone;
  /** `aws`, `aws-cn`, `aws-us-gov` or `aws-eusc`. */
  readonly partition: string;
  /**
   * 12 digits, of an account of the file or of `management`.
   * @throws Baseline.AccountUnknown where the account doesn't exist yet: what needs it is deferred
   */
  idOf(account: string): string;
  /** The same, or undefined. */
  knownId(account: string): string | undefined;
  /** Whether AWS says that the account is suspended or closed: nothing is read or wanted there. */
  isLeftOut(account: string): boolean;
}

/** The way into AWS, for reading and writing. */
export interface Reach extends Estate {
  /**
   * A client in an account of the file, by name. At a `global` site it calls the run's region.
   * @param attempts how often a call may be sent whose answer was lost: 1 for what must never be sent twice
   */
  client<C extends SdkClient>(type: ClientClass<C>, site: Site, attempts?: number): C;
  /**
   * What several controls need of one account is read once while a plan is made: the first to ask with this key reads.
   * While a plan is applied, everything is read again.
   */
  once<T>(key: string, read: () => Promise<T>): Promise<T>;
}

/** An object that a control wants at a site. */
export interface Wanted {
  /** Name of one of the control's kinds. */
  readonly kind: string;
  /** Logical, never an id of AWS. */
  readonly name: string;
  /** Only what is declared is compared. */
  readonly fields: JsonObject;
  /** Where the object itself is, if elsewhere than at the site. */
  readonly at?: Site;
}

/** An object that a control has found at a site. */
export interface Found extends Wanted {
  /** What proves that it is Bulkhead's own (its path, tag or name), or null. */
  readonly ownership: Ownership;
  /** Why it must not be changed by us, and what would let it: a change of it is held back, with this reason. */
  readonly untouchable?: string;
}

/** A kind of objects, as it stands in changes. */
export interface Kind {
  /** `password-policy`; no two controls have the same. */
  readonly name: string;
  /** Each field and what it means, for the reference. */
  readonly fields: Readonly<Record<string, string>>;
  /** What becomes of objects that `read` finds and nobody declared; they are listed as unmanaged by default. */
  readonly extra?: "delete" | "unmanaged";
  /** Fields that can't be changed in place: the object is replaced. */
  readonly immutable?: readonly string[];
  /** How many may be written at once; without it, only the run's own concurrency bounds them. */
  readonly concurrency?: number;
  /** What happens, for a person, without a full stop. */
  sentence(
    action: Action | "unmanaged",
    object: ObjectName,
    before: JsonObject | null,
    after: JsonObject | null,
  ): string;
  /** Ids of changes that must come first. */
  dependsOn?(object: ObjectName, after: JsonObject | null, before: JsonObject | null): readonly string[];
  /**
   * The object as it is right before it is changed; null where it doesn't exist. By default the control's `read` at the
   * change's place, and the object from that: to be given where one object costs less, or lies elsewhere than the site.
   */
  read?(change: Change, reach: Reach): Promise<JsonObject | null>;
  /** Makes it so. Everything it does must be safe to do again after being cut off anywhere. */
  write(change: Change, current: JsonObject | null, reach: Reach): Promise<void>;
}

/** A right that a control needs: IAM actions, on resources with `*` for an account's id, in the partition `aws`. */
export interface Right {
  /** `iam:GetAccountPasswordPolicy`. */
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

export interface Control {
  /** Its folder's name. */
  readonly name: string;
  /** Its key under `baseline` in the landing zone file; null for what every landing zone has. */
  readonly section: string | null;
  /** Where else in the file it is spoken of, as `roles.NAME` or `baseline.ownRole`: for the reference. */
  readonly alsoIn?: readonly string[];
  /** What it does for the reader of the reference: one sentence. */
  readonly summary: string;
  readonly scope: Scope;
  /** Names of controls that come first wherever both have something to do. */
  readonly dependsOn: readonly string[];
  readonly rights: { readonly read: readonly Right[]; readonly write: readonly Right[] };
  readonly kinds: readonly Kind[];
  /**
   * What the file wants at a site. Pure.
   * @throws BulkheadError where the file asks for what can't be; Baseline.AccountUnknown
   */
  desired(site: Site, estate: Estate): readonly Wanted[];
  /** The last word on what is wanted, for what depends on what is there. Pure. */
  settle?(wanted: readonly Wanted[], found: readonly Found[], estate: Estate): readonly Wanted[];
  /** What is there, of the kinds that are this control's. */
  read(site: Site, reach: Reach): Promise<readonly Found[]>;
}
