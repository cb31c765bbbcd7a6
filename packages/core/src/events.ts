/** The event port: how libraries say what they do. They never print; whoever runs them decides what to show. */

export type Event =
  /** A task of many items moved on; `total` is null while it isn't known. */
  | { readonly type: "progress"; readonly task: string; readonly done: number; readonly total: number | null }
  /** Something takes its time for a reason that the reader should know. */
  | { readonly type: "waiting"; readonly subject: string; readonly reason: string }
  /** What became of one item. */
  | { readonly type: "outcome"; readonly status: OutcomeStatus; readonly subject: string; readonly message: string }
  | { readonly type: "warning"; readonly message: string }
  /** Shown with --verbose only. */
  | { readonly type: "detail"; readonly message: string };

export type OutcomeStatus = "done" | "failed" | "refused" | "not tried";

export type Report = (event: Event) => void;

/** For callers that don't want to hear anything. */
export const silent: Report = () => undefined;
