/** The errors of this package: a stable code, whose fault it is, what to do next, and the exit status of the bin. */

/** Exit statuses lie in the nineties, apart from what commands, shells (126 and up) and sysexits (64 to 78) use. */
export const exitStatuses = {
  "EnvDetect.WrongAccount": 91,
  "EnvDetect.WrongEnvironment": 92,
  "EnvDetect.WrongRegion": 93,
  /** The account, or the region, could not be known. */
  "EnvDetect.NoAnswer": 94,
  /** The account is known, but nothing says which environment it is. */
  "EnvDetect.Unnamed": 95,
  /** Two sources disagree. */
  "EnvDetect.Conflict": 96,
  "EnvDetect.BadSignature": 97,
  "EnvDetect.BadMap": 98,
  /** A destroying call in a protected environment, without a consent. */
  "EnvDetect.Protected": 99,
  "EnvDetect.BadConsent": 90,
  "EnvDetect.Usage": 64,
  "EnvDetect.CommandNotExecutable": 126,
  "EnvDetect.CommandNotFound": 127,
} as const;

export type ErrorCode = keyof typeof exitStatuses;

/** Every error that this package raises on purpose; the same fields as all of Bulkhead's errors. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
  readonly code: ErrorCode;
  readonly fault: "user" | "aws";
  /** What the reader can do about it. */
  readonly next: string | undefined;

  constructor(code: ErrorCode, message: string, next?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.fault = code === "EnvDetect.NoAnswer" ? "aws" : "user";
    this.next = next;
  }
}
