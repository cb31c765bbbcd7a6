/** Keeps account of what became of each change while they are applied together, step by step. */

import { asBulkheadError, type BulkheadError, type Report } from "@bulkhead/core";
import { outcomeLine, type Change, type Outcome } from "@bulkhead/plan";

export class Progress {
  readonly #changes: readonly Change[];
  readonly #report: Report;
  readonly #errors = new Map<string, BulkheadError>();
  /** Of changes that can't go on after what failed. */
  readonly #stopped = new Set<string>();
  readonly #skipped = new Set<string>();

  constructor(changes: readonly Change[], report: Report) {
    this.#changes = changes;
    this.#report = report;
  }

  /** A step of one change: if it fails, the change has failed, and its other steps are done all the same. */
  async each(change: Change, step: () => Promise<void>): Promise<void> {
    await this.all([change], step);
  }

  /** One step for many changes; none, where nobody needs it. */
  async all(changes: readonly Change[], step: () => Promise<void>): Promise<void> {
    const concerned = changes.filter((change) => this.goesOn(change));
    if (concerned.length === 0) return;
    try {
      await step();
    } catch (error) {
      for (const { id } of concerned) if (!this.#errors.has(id)) this.#errors.set(id, asBulkheadError(error));
    }
  }

  /** A step without which the changes can't go on: what failed isn't tried any further. */
  async needed(changes: readonly Change[], step: () => Promise<void>): Promise<void> {
    const before = this.#errors.size;
    const concerned = changes.filter((change) => this.goesOn(change));
    await this.all(concerned, step);
    if (this.#errors.size > before) {
      for (const { id } of concerned) if (this.#errors.has(id)) this.#stopped.add(id);
    }
  }

  /** The run was interrupted before it came to this change. */
  skip(change: Change): void {
    this.#skipped.add(change.id);
  }

  goesOn({ id }: Change): boolean {
    return !this.#stopped.has(id) && !this.#skipped.has(id);
  }

  hasFailed({ id }: Change): boolean {
    return this.#errors.has(id);
  }

  /** Those that go on. */
  without<T extends { readonly change: Change }>(items: readonly T[]): readonly T[] {
    return items.filter(({ change }) => this.goesOn(change));
  }

  outcomes(): readonly Outcome[] {
    return this.#changes.map((change) => {
      const outcome = this.#outcomeOf(change);
      this.#report({ type: "outcome", status: outcome.status, subject: change.id, message: outcomeLine(outcome) });
      return outcome;
    });
  }

  #outcomeOf(change: Change): Outcome {
    const error = this.#errors.get(change.id);
    if (error) return { status: "failed", change, error };
    if (this.#skipped.has(change.id)) return { status: "not tried", change, reason: "interrupted" };
    return { status: "done", change, written: true };
  }
}
