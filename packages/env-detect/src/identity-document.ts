/** EC2's instance identity document: reading it, and checking AWS's signature on it. */

import type { KeyObject } from "node:crypto";
import { ACCOUNT_ID, REGION } from "./arn.ts";
import { EnvironmentError } from "./errors.ts";
import { signingKeys } from "./signing-keys.ts";

/** The fields that detection needs. */
export interface IdentityDocument {
  readonly accountId: string;
  readonly region: string;
  readonly instanceId: string;
}

/** The document, or undefined when the text is none. */
export function parseIdentityDocument(text: string): IdentityDocument | undefined {
  try {
    const { accountId, region, instanceId } = (JSON.parse(text) ?? {}) as Record<string, unknown>;
    if (typeof accountId !== "string" || !ACCOUNT_ID.test(accountId)) return undefined;
    if (typeof region !== "string" || !REGION.test(region)) return undefined;
    if (typeof instanceId !== "string") return undefined;
    return { accountId, region, instanceId };
  } catch {
    return undefined;
  }
}

/**
 * Checks that AWS signed the document: RSA-SHA256 over its exact text, with the key of the document's region.
 *
 * It proves that some instance has this identity, not that the caller is that instance: a document can be copied.
 * @param text the document exactly as `/latest/dynamic/instance-identity/document` gave it
 * @param signature base64, from `/latest/dynamic/instance-identity/signature`
 * @param certificates AWS's RSA certificates (PEM) by region; they come before the keys that this package brings
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/verify-signature.html
 * @throws EnvironmentError `EnvDetect.BadSignature`
 */
export function verifyIdentityDocument(
  text: string,
  signature: string,
  certificates: Readonly<Record<string, string>> = {},
): IdentityDocument {
  const document = parseIdentityDocument(text);
  if (document === undefined)
    throw new EnvironmentError("EnvDetect.BadSignature", "This is no instance identity document.");
  const key = keyOf(document.region, certificates);
  if (key === undefined) {
    throw new EnvironmentError(
      "EnvDetect.BadSignature",
      `No certificate is known for region ${document.region}, so the signature of the instance identity document can't be checked.`,
      "Take the region's RSA certificate from the EC2 User Guide (AWS public certificates) and give it in `certificates`.",
    );
  }
  const { verify } = process.getBuiltinModule("node:crypto");
  if (!verify("RSA-SHA256", Buffer.from(text), key, Buffer.from(signature, "base64"))) {
    throw new EnvironmentError(
      "EnvDetect.BadSignature",
      `The instance identity document says account ${document.accountId}, but AWS's key for ${document.region} didn't sign it.`,
      "Something other than EC2's metadata service answered, or changed the answer. Trust nothing that it says.",
    );
  }
  return document;
}

function keyOf(region: string, certificates: Readonly<Record<string, string>>): KeyObject | undefined {
  const { X509Certificate, createPublicKey } = process.getBuiltinModule("node:crypto");
  const pem = Object.hasOwn(certificates, region) ? certificates[region] : undefined;
  if (pem !== undefined) return new X509Certificate(pem).publicKey;
  const key = signingKeys.get(region);
  return key === undefined
    ? undefined
    : createPublicKey({ key: Buffer.from(key, "base64"), type: "spki", format: "der" });
}
