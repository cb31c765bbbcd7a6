/**
 * A person's public keys as the directory holds them, each checked by decoding: pure.
 *
 *   value of the attribute                                        | becomes
 *   --------------------------------------------------------------+------------------------------------------------
 *   type, base64 and perhaps a comment, decoded without a rest    | key: type and base64, the comment dropped
 *   … several spellings of one key                                | one key
 *   options, principals, cert-authority ahead of the type         | refused: they would give rights, or run commands
 *   a certificate (*-cert-v01)                                    | refused: it carries options and an end of its own
 *   ssh-dss                                                       | refused: 1,024 bits; OpenSSH 10 knows it no more
 *   RSA below 2,048 bits                                          | refused: NIST SP 800-131A allows none of them
 *   a line feed within, NUL or another control character          | refused: a line feed would add a line to the file
 *   more than a key can be long                                   | refused, undecoded
 *   more keys than `mostKeys`                                     | refused, all beyond in the order of their text
 *
 * Formats: RFC 4253 §6.6 (RSA), RFC 5656 §3.1 (ECDSA), RFC 8709 §4 (Ed25519), OpenSSH's PROTOCOL.u2f (security keys).
 */

import { createHash } from "node:crypto";
import { isPoint, type Curve } from "./curve-point.ts";
import { WireReader } from "./wire-reader.ts";

/** A key that was decoded and found whole. */
export interface PublicKey {
  readonly type: KeyType;
  /** The key's encoding in base64, in its one canonical spelling. */
  readonly base64: string;
}

export interface RefusedKey {
  /** The value's first characters, for somebody who looks for it. */
  readonly excerpt: string;
  readonly reason: string;
}

export interface ParsedKeys {
  /** Each once, sorted. */
  readonly keys: readonly PublicKey[];
  readonly refused: readonly RefusedKey[];
}

/** NIST SP 800-131A Rev. 2, table 2: 112 bits of security, good until 2030; for new keys 3,072 are recommended. */
const leastRsaBits = 2048;
/** OpenSSH takes none larger (SSHBUF_MAX_BIGNUM). */
const mostRsaBits = 16_384;
/** A key of the most RSA bits has 2,800 characters of base64; the rest is room for a comment. */
const longestValue = 8192;
/** Each login may try them one by one; nobody has that many. */
export const mostKeys = 50;

const keyTypes = {
  "ssh-ed25519": (blob: WireReader) => ed25519(blob),
  "ssh-rsa": (blob: WireReader) => rsa(blob),
  "ecdsa-sha2-nistp256": (blob: WireReader) => ecdsa(blob, "nistp256"),
  "ecdsa-sha2-nistp384": (blob: WireReader) => ecdsa(blob, "nistp384"),
  "ecdsa-sha2-nistp521": (blob: WireReader) => ecdsa(blob, "nistp521"),
  "sk-ssh-ed25519@openssh.com": (blob: WireReader) => ed25519(blob) ?? application(blob),
  "sk-ecdsa-sha2-nistp256@openssh.com": (blob: WireReader) => ecdsa(blob, "nistp256") ?? application(blob),
} as const;
export type KeyType = keyof typeof keyTypes;

/** @param values of the attribute, in any order */
export function parseKeys(values: readonly string[]): ParsedKeys {
  const keys = new Map<string, PublicKey>();
  const refused: RefusedKey[] = [];
  for (const value of values.toSorted()) {
    const parsed = parseKey(value);
    if (typeof parsed === "string") refused.push({ excerpt: excerptOf(value), reason: parsed });
    else if (keys.size < mostKeys) keys.set(lineOf(parsed), parsed);
    else if (!keys.has(lineOf(parsed))) {
      refused.push({ excerpt: excerptOf(value), reason: `is one of more than ${mostKeys} keys` });
    }
  }
  return { keys: [...keys].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, key]) => key), refused };
}

/** The line of a key in a file of sshd's. */
export function lineOf({ type, base64 }: PublicKey): string {
  return `${type} ${base64}`;
}

/** Type and fingerprint, as `ssh-keygen -l` and sshd's log show it: `ssh-ed25519 SHA256:…`. */
export function fingerprint({ type, base64 }: PublicKey): string {
  const hash = createHash("sha256").update(Buffer.from(base64, "base64")).digest("base64");
  return `${type} SHA256:${hash.replace(/=+$/, "")}`;
}

/** One value as a key; or what is wrong with it. */
export function parseKey(value: string): PublicKey | string {
  if (value.length > longestValue) return `is longer than ${longestValue} characters, more than any key`;
  // Most files of keys end with a line feed, and so do the values that were made from them.
  const text = value.trim();
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(text)) return "holds a line feed or another control character";
  const [type = "", base64, ...comment] = text.split(/[ \t]+/);
  if (!isKeyType(type)) return whyNotType(type, comment.length > 0);
  if (base64 === undefined) return "has a type and no key";
  const blob = Buffer.from(base64, "base64");
  // Node skips what isn't base64; what it reads must be what was written.
  if (blob.toString("base64") !== base64) return "isn't base64 after its type";
  const reader = new WireReader(blob);
  if (reader.text() !== type) return `says ${type}, and the key within is of another type`;
  const fault = keyTypes[type](reader);
  if (fault !== undefined) return fault;
  return reader.atEnd ? { type, base64 } : "has something after its end";
}

function isKeyType(type: string): type is KeyType {
  return Object.hasOwn(keyTypes, type);
}

function whyNotType(type: string, more: boolean): string {
  if (type === "") return "is empty";
  if (/-cert-v0\d@openssh\.com$/.test(type)) return "is a certificate; give the key that it was made for";
  if (type === "ssh-dss") return "is a DSA key, which is too weak: make an Ed25519 key";
  const isOption = /[=,"]|^(cert-authority|restrict|no-|agent-|port-|pty|user-rc|x11-|verify-required)/i.test(type);
  if (isOption && more) return "begins with options: only type and key are taken";
  return "begins with no known type of key";
}

function ed25519(blob: WireReader): string | undefined {
  return blob.bytes()?.length === 32 ? undefined : "isn't a whole Ed25519 key";
}

function rsa(blob: WireReader): string | undefined {
  const exponent = blob.bytes();
  const modulus = blob.bytes();
  if (!isOddInteger(exponent) || !isOddInteger(modulus)) return "isn't a whole RSA key";
  const bits = bitsOf(modulus);
  if (bits < leastRsaBits) return `is an RSA key of ${bits} bits: ${leastRsaBits} is the least, 3072 is recommended`;
  if (bits > mostRsaBits) return `is an RSA key of ${bits} bits: ${mostRsaBits} is the most`;
  return bitsOf(exponent) < 2 || bitsOf(exponent) > 64 ? "is an RSA key with an unusual exponent" : undefined;
}

/** RFC 4251 §5, mpint: positive, without needless zeros ahead. */
function isOddInteger(bytes: Buffer | undefined): bytes is Buffer {
  if (bytes === undefined) return false;
  const [first = 0x80, second = 0] = bytes;
  return first < 0x80 && (first > 0 || second >= 0x80) && (bytes.at(-1) ?? 0) % 2 === 1;
}

function bitsOf(integer: Buffer): number {
  const zeros = integer.findIndex((byte) => byte !== 0);
  return (integer.length - zeros) * 8 - Math.clz32(integer[zeros] ?? 0) + 24;
}

function ecdsa(blob: WireReader, curve: Curve): string | undefined {
  const name = blob.text();
  const point = blob.bytes();
  if (name !== curve) return `says ${curve}, and the key within is on another curve`;
  return point && isPoint(curve, point) ? undefined : "isn't a whole ECDSA key";
}

/** What a security key was made for, `ssh:` as a rule. */
function application(blob: WireReader): string | undefined {
  return /^[\x21-\x7e]{1,255}$/.test(blob.text() ?? "") ? undefined : "isn't a whole security key";
}

function excerptOf(value: string): string {
  return value.length > 40 ? `${value.slice(0, 40)}…` : value;
}
