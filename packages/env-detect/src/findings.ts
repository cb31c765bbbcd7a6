/** What sources find, before anything is concluded from it. */

import type { Evidence, Trust, Unanswered } from "./model.ts";

/** What people call an account. */
export interface AccountNaming {
  readonly name: string;
  readonly team?: string | undefined;
  readonly environment?: string | undefined;
  readonly protected?: boolean | undefined;
}

/** One piece of evidence, with the field it is about. `instance` is an EC2 instance id: no field, but it can disagree. */
export interface Finding extends Evidence {
  readonly about: "account" | "region" | "platform" | "environment" | "instance";
}

/** What one naming source says of the account. */
export interface Naming extends AccountNaming {
  readonly source: string;
  readonly trust: Trust;
}

/** All that was found, before anything is concluded from it. */
export interface Gathered {
  readonly findings: readonly Finding[];
  readonly namings: readonly Naming[];
  /** Credentials are set, but nothing tells their account. */
  readonly unidentified: string | undefined;
  readonly unanswered: readonly Unanswered[];
}

/** Variables and files, so that tests can play any machine. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** The text of a file, or undefined where it can't be read. */
  readFile(path: string): string | undefined;
}
