/** How often things are done while a directory is followed, in milliseconds. */

export interface Pace {
  /** How long changes are collected after the first. */
  readonly collectMs: number;
  /** How long a server that tells of changes may be silent, before it is asked whether it is still there. */
  readonly keepAliveMs: number;
  /** Until a server that can't tell of changes is read again. */
  readonly pollMs: number;
  /** Until people are looked at again though nothing has changed: accounts expire by the clock. */
  readonly recheckMs: number;
  /** The same for a server that has to be read for it. */
  readonly rereadMs: number;
  /** Until everything is asked for anew: rights may have changed, which no server tells. */
  readonly renewMs: number;
  /** After a refused bind: until it is seen whether there is another password, … */
  readonly passwordMs: number;
  /** … and until the same one is tried again: each try may count towards a lock-out. */
  readonly samePasswordMs: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

export const usualPace: Pace = {
  collectMs: 50,
  keepAliveMs: 10 * SECOND,
  pollMs: 30 * SECOND,
  recheckMs: MINUTE,
  rereadMs: 10 * MINUTE,
  renewMs: 60 * MINUTE,
  passwordMs: 30 * SECOND,
  samePasswordMs: 60 * MINUTE,
};
