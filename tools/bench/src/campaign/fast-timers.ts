/**
 * Loaded into a run of `bulkhead` ahead of it, so that waiting costs the campaign little: what waits in between tries
 * waits a tenth of its time, and an answer is waited for 1.5 s instead of a minute. Nothing else is changed.
 */

import { createRequire, syncBuiltinESMExports } from "node:module";
import type * as timersPromises from "node:timers/promises";

const timeout = 30_000;
const shorter = (milliseconds = 0): number =>
  milliseconds >= timeout ? milliseconds / 40 : milliseconds >= 100 ? milliseconds / 10 : milliseconds;

const { setTimeout: set } = globalThis;
const fast = (callback: (...args: unknown[]) => void, milliseconds?: number, ...args: unknown[]): NodeJS.Timeout =>
  set(callback, shorter(milliseconds), ...args);
globalThis.setTimeout = Object.assign(fast, set) as typeof setTimeout;

const promises = createRequire(import.meta.url)("node:timers/promises") as typeof timersPromises;
const { setTimeout: sleep } = promises;
Object.assign(promises, {
  setTimeout: ((milliseconds, value, options) => sleep(shorter(milliseconds), value, options)) satisfies typeof sleep,
});
syncBuiltinESMExports();
