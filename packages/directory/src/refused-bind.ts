/**
 * Keeps a password that was refused from being tried again and again: each try may count towards a lock-out of the
 * account that all readers share.
 */

import type { Login } from "./session.ts";

export class RefusedBind {
  #refused: { readonly password: string; readonly at: number } | undefined;

  note({ bind }: Login): void {
    if (bind) this.#refused = { password: bind.password, at: performance.now() };
  }

  /** Whether this is the refused password, and less than so many milliseconds have passed since. */
  forbids({ bind }: Login, samePasswordMs: number): boolean {
    if (this.#refused === undefined || this.#refused.password !== bind?.password) return false;
    return performance.now() - this.#refused.at < samePasswordMs;
  }
}
