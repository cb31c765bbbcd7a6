/** Takes the parts of LDAP's answers (RFC 4511 §4) out of their BER encoding. */

import { ControlParser, PagedResultsControl, ProtocolOperation, type BerReader, type Control } from "ldapts";
import type { Entry } from "./entry.ts";
import type { LdapResult } from "./result-code.ts";

const OCTET_STRING = 0x04;
const REFERRALS = 0xa3;
const EXTENDED_NAME = 0x8a;
const EXTENDED_VALUE = 0x8b;

/** LDAPResult (RFC 4511 §4.1.9), referrals included. */
export function readResult(reader: BerReader): LdapResult {
  const code = reader.readEnumeration();
  if (code === null) throw new Error("an answer without a result code came");
  reader.readString();
  const message = reader.readString() ?? "";
  const referrals: string[] = [];
  if (reader.peek() === REFERRALS) {
    reader.readSequence();
    referrals.push(...readStrings(reader));
  }
  return { code, message, referrals };
}

/** What an extended response brings, behind its result. */
export function readExtendedValue(reader: BerReader): string {
  if (reader.peek() === EXTENDED_NAME) reader.readString(EXTENDED_NAME);
  return reader.peek() === EXTENDED_VALUE ? (reader.readString(EXTENDED_VALUE) ?? "") : "";
}

/** The strings of the sequence that was just entered. */
export function readStrings(reader: BerReader): readonly string[] {
  const strings: string[] = [];
  for (const end = endOf(reader); reader.offset < end;) strings.push(reader.readString() ?? "");
  return strings;
}

export function readEntry(reader: BerReader): Entry {
  const dn = reader.readString() ?? "";
  const attributes = new Map<string, readonly Buffer[]>();
  reader.readSequence();
  for (const end = endOf(reader); reader.offset < end;) {
    reader.readSequence();
    const description = (reader.readString() ?? "").toLowerCase();
    const values: Buffer[] = [];
    reader.readSequence(ProtocolOperation.LBER_SET);
    for (const endOfSet = endOf(reader); reader.offset < endOfSet;) {
      values.push(reader.readString(OCTET_STRING, true) ?? Buffer.alloc(0));
    }
    attributes.set(description, values);
  }
  return { dn, attributes };
}

/** The cookie of the paged results control (RFC 2696), which stands among the controls behind the result. */
export function readCookie(reader: BerReader): Buffer | undefined {
  if (reader.peek() !== ProtocolOperation.LDAP_CONTROLS) return undefined;
  reader.readSequence();
  const controls: (Control | null)[] = [];
  for (const end = endOf(reader); reader.offset < end;) controls.push(ControlParser.parse(reader, []));
  const paged = controls.find((control) => control instanceof PagedResultsControl);
  return paged && (paged.value?.cookie ?? Buffer.alloc(0));
}

/** Where the sequence that was just entered ends. */
function endOf(reader: BerReader): number {
  const end = reader.offset + reader.length;
  if (end > reader.buffer.length) throw new Error("an answer is shorter than it says");
  return end;
}
