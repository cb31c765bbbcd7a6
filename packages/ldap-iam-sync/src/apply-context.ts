/** What the handlers of users, groups and policies share. */

import type { IamApi } from "./iam-api.ts";

export interface ApplyContext {
  readonly api: IamApi;
  /** IAM path of all that is ours, as the file gives it. */
  readonly path: string;
  /** The ARN of one of our managed policies. */
  policyArn(name: string): string;
}
