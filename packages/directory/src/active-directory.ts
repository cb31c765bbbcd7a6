/** How Active Directory writes identities, times, account states and long attributes. */

import type { AccountStatus } from "./model.ts";

/** 100-nanosecond steps a millisecond; milliseconds from 1601-01-01 to 1970-01-01. */
const FILETIME_STEPS = 10_000n;
const FILETIME_EPOCH = 11_644_473_600_000n;
const NEVER = new Set(["0", "9223372036854775807"]);

const ACCOUNT_DISABLED = 0x2n;
const LOCKED_OUT = 0x10n;

/**
 * objectGUID as text. Its first three parts are stored with the lowest byte first ([MS-DTYP] §2.3.4.2).
 * @returns undefined, if these aren't 16 bytes
 */
export function guidToText(bytes: Buffer): string | undefined {
  if (bytes.length !== 16) return undefined;
  const hex = (order: readonly number[]): string =>
    order.map((index) => bytes.toString("hex", index, index + 1)).join("");
  return [hex([3, 2, 1, 0]), hex([5, 4]), hex([7, 6]), hex([8, 9]), bytes.toString("hex", 10)].join("-");
}

/** The last part of a binary SID ([MS-DTYP] §2.4.2.2): the number of an account within its domain. */
export function relativeId(sid: Buffer): string | undefined {
  return sid.length >= 12 ? String(sid.readUInt32LE(sid.length - 4)) : undefined;
}

export interface ValueRange {
  /** The attribute without the option. */
  readonly attribute: string;
  readonly from: number;
  /** Index of the last value given; null at the end of the attribute. */
  readonly to: number | null;
}

/** Takes `member;range=0-1499` or `member;range=1500-*` apart ([MS-ADTS] §3.1.1.3.1.3.3); null for anything else. */
export function parseRange(description: string): ValueRange | null {
  const match = /^(.+);range=(\d+)-(\d+|\*)$/i.exec(description);
  if (!match) return null;
  const [, attribute = "", from, to] = match;
  return { attribute, from: Number(from), to: to === "*" ? null : Number(to) };
}

/**
 * The status that Active Directory keeps, from the values of its attributes.
 * @returns null, if the account is fine or has none of them
 */
export function activeDirectoryStatus(
  value: (attribute: string) => string | undefined,
  now: Date,
): AccountStatus | null {
  const control = value("userAccountControl");
  if (hasBit(control, ACCOUNT_DISABLED)) {
    return { state: "disabled", evidence: `userAccountControl=${control} (ACCOUNTDISABLE)` };
  }
  const expires = value("accountExpires");
  if (expires !== undefined && isWhole(expires) && !NEVER.has(expires) && fileTimeMs(expires) <= now.getTime()) {
    const moment = new Date(fileTimeMs(expires)).toISOString();
    return { state: "expired", evidence: `accountExpires=${expires} (${moment})` };
  }
  // lockoutTime stays after the lock-out is over; the computed flags know about its duration.
  const computed = value("msDS-User-Account-Control-Computed");
  if (computed !== undefined) {
    if (!hasBit(computed, LOCKED_OUT)) return null;
    return { state: "locked", evidence: `msDS-User-Account-Control-Computed=${computed} (LOCKOUT)` };
  }
  const lockout = value("lockoutTime");
  if (lockout === undefined || lockout === "0") return null;
  return { state: "locked", evidence: `lockoutTime=${lockout}` };
}

function hasBit(value: string | undefined, bit: bigint): boolean {
  return value !== undefined && isWhole(value) && (BigInt(value) & bit) !== 0n;
}

function fileTimeMs(steps: string): number {
  return Number(BigInt(steps) / FILETIME_STEPS - FILETIME_EPOCH);
}

function isWhole(value: string): boolean {
  return /^-?\d+$/.test(value);
}
