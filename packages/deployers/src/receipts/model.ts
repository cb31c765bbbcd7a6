/** What a receipt is: the record in the target account of what was deployed, by whom, from what to what, and how it ended. */

export type Kind = "cloudformation" | "lambda";

/** What runs, or ran. */
export interface Side {
  /** A Lambda version's number; for a stack the ISO time of its last operation, as CloudFormation has it. */
  readonly version: string;
  /**
   * `sha256:<hex>` of what was deployed: a function's zip, a stack's template with those that it nests. Null where
   * nobody knows: a stack that was changed past Bulkhead.
   */
  readonly digest: string | null;
  /** The commit's SHA-1; null where none is known. */
  readonly commit: string | null;
}

/** `confirm`: at this commit too, what is declared is what runs already. Only where another environment is `after` this one. */
export type Verb = "deploy" | "rollback" | "promote" | "delete" | "confirm";

/** `begun` stays where a run was killed; the next run finds out by AWS's state what became of it. */
export type ReceiptResult = "begun" | "done" | "failed" | "turned back";

export interface Receipt {
  /** Of this record's format. */
  readonly version: 1;
  readonly application: string;
  readonly environment: string | null;
  readonly kind: Kind;
  /** A stack's key in the deploy file; a function's key and its alias, `orders/live`. */
  readonly unit: string;
  /** What AWS calls the stack or function. */
  readonly name: string;
  /** The commit that was deployed; null where none is known. */
  readonly commit: string | null;
  /** Whether files had been changed since the commit. */
  readonly dirty: boolean;
  /** Of what was to be deployed; see `Side`. Null for a deletion. */
  readonly digest: string | null;
  /** A hash of the configuration, without secrets. */
  readonly settings: string;
  /** The caller's ARN. */
  readonly who: string;
  /** The page of the CI job. */
  readonly job: string | null;
  /** ISO time of this line. */
  readonly at: string;
  readonly verb: Verb;
  /** What ran before. */
  readonly from: Side | null;
  /** What runs now: after `failed` and `turned back` what ran before. Null where nothing does, and while it is only begun. */
  readonly to: Side | null;
  readonly result: ReceiptResult;
  /** Why it ended as it did; never with a secret. */
  readonly reason: string | null;
}

/** What a deployer says when it begins; the book adds who, when and the rest. */
export interface Beginning extends Pick<Receipt, "unit" | "name" | "verb" | "digest" | "settings" | "from"> {
  /** By default what is checked out. */
  readonly source?: Source | undefined;
}

/** Where the code comes from. */
export interface Source {
  readonly commit: string | null;
  readonly dirty: boolean;
}

/** How a receipt ends. */
export interface Ending {
  readonly result: Exclude<ReceiptResult, "begun">;
  readonly to: Side | null;
  readonly reason: string | null;
}

/** A receipt that was begun, to be ended once. A line that can't be written then is a warning: the next run writes it. */
export interface OpenReceipt {
  readonly begun: Receipt;
  /** @param to what runs now; null after a deletion */
  done(to: Pick<Side, "version" | "digest"> | null): Promise<void>;
  /** @param reason without secrets; @param to what runs now, where it isn't what ran before */
  failed(reason: string, to?: Side | null): Promise<void>;
  turnedBack(reason: string, to?: Side | null): Promise<void>;
  end(ending: Ending): Promise<void>;
}

export interface ReceiptBook {
  /**
   * A unit's last receipt. All units of the application and environment are read at once, a call for ten of them: once
   * a run, and once more when the lease was taken.
   * @throws Receipt.NewerVersion, Receipt.Unreadable
   */
  last(unit: string): Promise<Receipt | undefined>;
  /** A unit's last receipt, read under the lease, which it takes: from then on, nobody else writes. */
  latest(unit: string): Promise<Receipt | undefined>;
  /** All that `last` would give. */
  lasts(): Promise<readonly Receipt[]>;
  /**
   * Ends a receipt that an earlier run has left `begun`; takes the lease, if there is one to end.
   * @param judge finds out by AWS's state what became of it
   * @returns the last receipt, which is not `begun` any more
   */
  settle(unit: string, judge: (begun: Receipt) => Ending | Promise<Ending>): Promise<Receipt | undefined>;
  /**
   * Before the first write; takes the lease.
   * @throws what SSM refuses: then nothing may be written
   */
  begin(beginning: Beginning): Promise<OpenReceipt>;
  /**
   * Where nothing had to change: says that this commit, too, runs here, if another environment is `after` this one and
   * the book doesn't say so yet. One line; takes the lease.
   */
  confirm(found: Omit<Beginning, "verb" | "from"> & Pick<Side, "version">): Promise<void>;
  /** What is checked out. */
  checkout(): Promise<Source>;
  /** A unit's receipts, newest first: as far back as SSM keeps them (100 lines, two for a deployment). */
  history(unit: string): Promise<readonly Receipt[]>;
}

/** A function's unit: each alias has a book of its own. */
export function functionUnit({ key, alias }: { readonly key: string; readonly alias: string }): string {
  return `${key}/${alias}`;
}
