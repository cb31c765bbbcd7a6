/** What a read of a directory yields: people, groups, and the proof that it saw all of them. */

/**
 * How an account stands in the directory.
 *
 * `disabled` and `expired` people have left, or were sent away; `locked` is the passing lock-out after wrong passwords,
 * which says nothing about leaving.
 */
export type AccountState = "active" | "disabled" | "locked" | "expired";

export interface AccountStatus {
  readonly state: AccountState;
  /** The attribute and value that say so, such as `userAccountControl=514 (ACCOUNTDISABLE)`; empty for active people. */
  readonly evidence: string;
}

export interface Person {
  /** entryUUID (RFC 4530) or objectGUID as lower-case text: stays the same when a person is renamed or moved. */
  readonly key: string;
  readonly dn: string;
  /** The values of the attributes asked for, under the names they were asked by; those without a value are absent. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  readonly status: AccountStatus;
}

export interface Member {
  /** Key of the person. */
  readonly person: string;
  /** DNs of the groups in between, outermost first; empty for a direct member. The shortest way, if there are several. */
  readonly through: readonly string[];
}

export interface Group {
  readonly key: string;
  readonly dn: string;
  /** The group's cn. */
  readonly name: string;
  /** Its people, those of nested groups included, each once. */
  readonly members: readonly Member[];
  /** Members, as the directory names them, that are neither among the people nor a group that was read. */
  readonly unresolved: readonly string[];
}

/** Why a read isn't complete; the README's table explains each. */
export type IncompleteCode =
  | "resultCode"
  | "referral"
  | "connectionLost"
  | "identityChanged"
  | "pagingBroken"
  | "rangeBroken"
  | "cutOff"
  | "keyMissing"
  | "readTwice"
  | "nobody"
  | "noGroups"
  | "tooFew"
  | "canaryMissing"
  | "ambiguousMember";

export interface IncompleteReason {
  readonly code: IncompleteCode;
  /** A sentence for people: what was being read, what happened, and where it helps, what to do. */
  readonly message: string;
}

export interface CompletenessProof {
  /**
   * True only if there is no reason against it. Unless it is true, nobody may be removed, disabled or taken out of a
   * group: who is missing may only have been hidden.
   */
  readonly complete: boolean;
  /** The authorization identity that the server confirmed (RFC 4513 §5.2.1.8), `anonymous`, or `file` for LDIF. */
  readonly boundAs: string;
  /** The URL that was read. */
  readonly server: string;
  readonly reasons: readonly IncompleteReason[];
  readonly counts: {
    readonly people: number;
    readonly groups: number;
    /** Memberships, nested ones included. */
    readonly members: number;
    readonly unresolvedMembers: number;
  };
  /** The entry that had to be among the people; null if none was asked for. */
  readonly canary: { readonly wanted: string; readonly found: boolean } | null;
}

/** Of an incomplete read, people and groups are those that were seen; after a lost connection, none. */
export interface DirectoryRead {
  readonly people: readonly Person[];
  readonly groups: readonly Group[];
  readonly proof: CompletenessProof;
}
