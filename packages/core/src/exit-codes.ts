/** What the exit status of every command means. */

export const exitCodes = {
  /** Done, or nothing to do. */
  done: 0,
  failed: 1,
  /** From `plan --detailed-exitcode`: there are changes (Terraform's convention). */
  changes: 2,
  /** Ctrl-C or SIGTERM, after what was in flight was settled. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes] | (number & {});
