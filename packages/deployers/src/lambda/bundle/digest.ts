/** The digest of a bundle, as Bulkhead and as Lambda write it. */

import { createHash } from "node:crypto";

export interface Digest {
  /** `sha256:` and hex. */
  readonly digest: string;
  /** Base64, as in Lambda's CodeSha256. */
  readonly codeSha256: string;
}

export function digestOf(zip: Uint8Array): Digest {
  const hash = createHash("sha256").update(zip).digest();
  return { digest: `sha256:${hash.toString("hex")}`, codeSha256: hash.toString("base64") };
}

/** The digest that Lambda's CodeSha256 means. */
export function digestOfCodeSha256(codeSha256: string): string {
  return `sha256:${Buffer.from(codeSha256, "base64").toString("hex")}`;
}
