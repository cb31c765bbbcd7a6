/** Takes the parts of LDAP's answers (RFC 4511 §4) out of their BER encoding. */

import { BerReader, PagedResultsControl, ProtocolOperation } from "ldapts";
import { comes, enter, readBytes, readText, readUntil } from "./ber.ts";
import type { Entry } from "./entry.ts";
import type { LdapResult } from "./result-code.ts";

const BOOLEAN = 0x01;
const OCTET_STRING = 0x04;
const REFERRALS = 0xa3;
const EXTENDED_NAME = 0x8a;
const EXTENDED_VALUE = 0x8b;

/** The values of controls by OID; empty for a control without one. */
export type ControlValues = ReadonlyMap<string, Buffer>;

/** LDAPResult (RFC 4511 §4.1.9), referrals included. */
export function readResult(reader: BerReader): LdapResult {
  const code = reader.readEnumeration();
  if (code === null) throw new Error("an answer without a result code came");
  readText(reader);
  const message = readText(reader);
  const referrals = reader.peek() === REFERRALS ? readStrings(reader, enter(reader)) : [];
  return { code, message, referrals };
}

/** What an extended response brings, behind its result. */
export function readExtendedValue(reader: BerReader): string {
  if (reader.peek() === EXTENDED_NAME) readText(reader, EXTENDED_NAME);
  return reader.peek() === EXTENDED_VALUE ? readText(reader, EXTENDED_VALUE) : "";
}

/** All strings up to `end`. */
export function readStrings(reader: BerReader, end: number): readonly string[] {
  return readUntil(reader, end, () => readText(reader));
}

export function readEntry(reader: BerReader): Entry {
  const dn = readText(reader);
  const attributes = new Map<string, readonly Buffer[]>();
  for (const end = enter(reader); reader.offset < end;) {
    enter(reader);
    const description = readText(reader).toLowerCase();
    const endOfSet = enter(reader, ProtocolOperation.LBER_SET);
    attributes.set(
      description,
      readUntil(reader, endOfSet, () => readBytes(reader)),
    );
  }
  return { dn, attributes };
}

/** The controls (RFC 4511 §4.1.11) behind everything else in a message. */
export function readControls(reader: BerReader): ControlValues {
  const controls = new Map<string, Buffer>();
  if (reader.peek() !== ProtocolOperation.LDAP_CONTROLS) return controls;
  for (const end = enter(reader); reader.offset < end;) {
    const endOfControl = enter(reader);
    const oid = readText(reader);
    if (comes(reader, endOfControl, BOOLEAN)) reader.readBoolean();
    controls.set(oid, comes(reader, endOfControl, OCTET_STRING) ? readBytes(reader) : Buffer.alloc(0));
    reader.offset = endOfControl;
  }
  return controls;
}

/** The cookie of the paged results control (RFC 2696); undefined without the control. */
export function pagingCookie(controls: ControlValues): Buffer | undefined {
  const value = controls.get(PagedResultsControl.type);
  if (!value) return undefined;
  const reader = new BerReader(value);
  enter(reader);
  reader.readInt();
  return readBytes(reader);
}
