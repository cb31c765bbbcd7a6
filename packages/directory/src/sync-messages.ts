/** What a server that tells of changes is asked, and what it tells: the messages of syncrepl (RFC 4533 §2). */

import { BerReader, BerWriter, Control } from "ldapts";
import { comes, enter, readBytes, readText, readUntil } from "./ber.ts";

export const SYNC_REQUEST = "1.3.6.1.4.1.4203.1.9.1.1";
export const SYNC_STATE = "1.3.6.1.4.1.4203.1.9.1.2";
const SYNC_INFO = "1.3.6.1.4.1.4203.1.9.1.4";

/** Intermediate response (RFC 4511 §4.13), which ldapts doesn't know. */
export const INTERMEDIATE = 0x79;
/** Result code: the cookie is of no use any more, begin without (RFC 4533 §2.5). */
export const REFRESH_REQUIRED = 4096;

const BOOLEAN = 0x01;
const OCTET_STRING = 0x04;
const SET = 0x31;
const INFO_NAME = 0x80;
const INFO_VALUE = 0x81;
const REFRESH_AND_PERSIST = 3;
const UUID_BYTES = 16;
/** Cookies are opaque; OpenLDAP's have about 60 bytes for each server. */
const LONGEST_COOKIE = 65_536;

/** Asks for what changed since the cookie, and for each change from then on. */
export class SyncRequestControl extends Control {
  readonly #cookie: Buffer | undefined;

  constructor(cookie: Buffer | undefined) {
    super(SYNC_REQUEST, { critical: true });
    this.#cookie = cookie;
  }

  protected override writeControl(writer: BerWriter): void {
    const value = new BerWriter();
    value.startSequence();
    value.writeEnumeration(REFRESH_AND_PERSIST);
    if (this.#cookie) value.writeBuffer(this.#cookie, OCTET_STRING);
    value.endSequence();
    writer.writeBuffer(value.buffer, OCTET_STRING);
  }
}

/** What happened to the entry that it comes with; `present`: nothing, since the cookie. */
export interface SyncState {
  readonly state: "present" | "add" | "modify" | "delete";
  /** The entry's UUID as 32 hexadecimal digits. */
  readonly uuid: string;
  readonly cookie: Buffer | undefined;
}

export type SyncInfo =
  | { readonly type: "newCookie"; readonly cookie: Buffer | undefined }
  /** A phase of the refresh is over, in which deleted entries, or those that remain, were named. */
  | {
      readonly type: "refreshDelete" | "refreshPresent";
      readonly cookie: Buffer | undefined;
      /** Whether the refresh as a whole is. */
      readonly done: boolean;
    }
  | {
      readonly type: "deleted" | "present";
      readonly cookie: Buffer | undefined;
      readonly uuids: readonly string[];
    };

const states = ["present", "add", "modify", "delete"] as const;

/** Sync State Control (§2.3). */
export function readSyncState(value: Buffer): SyncState {
  const reader = new BerReader(value);
  const end = enter(reader);
  const state = states[reader.readEnumeration() ?? -1];
  if (state === undefined) throw new Error("a sync state that RFC 4533 doesn't know came");
  return { state, uuid: readUuid(reader), cookie: readCookie(reader, end) };
}

/** Sync Info Message (§2.5), an intermediate response. */
export function readSyncInfo(reader: BerReader): SyncInfo {
  if (reader.peek() !== INFO_NAME || readText(reader, INFO_NAME) !== SYNC_INFO) {
    throw new Error("an intermediate answer that isn't of RFC 4533 came");
  }
  const value = new BerReader(readBytes(reader, INFO_VALUE));
  const tag = value.peek();
  if (tag === 0x80) return { type: "newCookie", cookie: checked(readBytes(value, tag)) };
  if (tag === 0xa1 || tag === 0xa2) {
    const end = enter(value);
    const cookie = readCookie(value, end);
    return { type: tag === 0xa1 ? "refreshDelete" : "refreshPresent", cookie, done: readFlag(value, end, true) };
  }
  if (tag !== 0xa3) throw new Error("a sync info that RFC 4533 doesn't know came");
  const end = enter(value);
  const cookie = readCookie(value, end);
  const type = readFlag(value, end, false) ? "deleted" : "present";
  const endOfSet = enter(value, SET);
  return { type, cookie, uuids: readUntil(value, endOfSet, () => readUuid(value)) };
}

function readUuid(reader: BerReader): string {
  const bytes = readBytes(reader);
  if (bytes.length !== UUID_BYTES) throw new Error(`a UUID of ${bytes.length} bytes came`);
  return bytes.toString("hex");
}

function readCookie(reader: BerReader, end: number): Buffer | undefined {
  return comes(reader, end, OCTET_STRING) ? checked(readBytes(reader)) : undefined;
}

/** A copy, so that the message it came in needn't be kept. An empty one is none: OpenLDAP sends it when it has none. */
function checked(cookie: Buffer): Buffer | undefined {
  if (cookie.length > LONGEST_COOKIE) throw new Error(`a cookie of ${cookie.length} bytes came`);
  return cookie.length === 0 ? undefined : Buffer.from(cookie);
}

function readFlag(reader: BerReader, end: number, otherwise: boolean): boolean {
  return comes(reader, end, BOOLEAN) ? (reader.readBoolean() ?? otherwise) : otherwise;
}
