/** What a server that tells of changes sends (RFC 4533), for scripts of the scripted server. */

import { BerWriter, ProtocolOperation } from "ldapts";
import type { Entry } from "../entry.ts";
import { INTERMEDIATE, SYNC_STATE } from "../sync-messages.ts";
import { writeEntry, type Reply } from "./scripted-server.ts";

const SYNC_INFO = "1.3.6.1.4.1.4203.1.9.1.4";
const OCTET_STRING = 0x04;
const states = { present: 0, add: 1, modify: 2, delete: 3 };

function bytes(write: (writer: BerWriter) => void): Buffer {
  const writer = new BerWriter();
  write(writer);
  return writer.buffer;
}

/** @param uuid in its usual form */
export function sendState(reply: Reply, state: keyof typeof states, uuid: string, entry: Entry, cookie?: string): void {
  const value = bytes((writer) => {
    writer.startSequence();
    writer.writeEnumeration(states[state]);
    writer.writeBuffer(Buffer.from(uuid.replaceAll("-", ""), "hex"), OCTET_STRING);
    if (cookie !== undefined) writer.writeString(cookie);
    writer.endSequence();
  });
  reply.message(
    ProtocolOperation.LDAP_RES_SEARCH_ENTRY,
    (writer) => {
      writeEntry(writer, entry);
    },
    (writer) => {
      writer.startSequence();
      writer.writeString(SYNC_STATE);
      writer.writeBuffer(value, OCTET_STRING);
      writer.endSequence();
    },
  );
}

export function sendInfo(reply: Reply, write: (writer: BerWriter) => void): void {
  reply.message(INTERMEDIATE, (writer) => {
    writer.writeString(SYNC_INFO, 0x80);
    writer.writeBuffer(bytes(write), 0x81);
  });
}

/** The end of a phase, and of the refresh unless said otherwise. */
export function sendRefreshEnd(reply: Reply, phase: "delete" | "present", cookie?: string, done = true): void {
  sendInfo(reply, (writer) => {
    writer.startSequence(phase === "delete" ? 0xa1 : 0xa2);
    if (cookie !== undefined) writer.writeString(cookie);
    if (!done) writer.writeBoolean(false);
    writer.endSequence();
  });
}

/** Entries that are still there, or are gone, by their UUIDs alone. */
export function sendIds(reply: Reply, gone: boolean, uuids: readonly string[]): void {
  sendInfo(reply, (writer) => {
    writer.startSequence(0xa3);
    if (gone) writer.writeBoolean(true);
    writer.startSequence(0x31);
    for (const uuid of uuids) writer.writeBuffer(Buffer.from(uuid.replaceAll("-", ""), "hex"), OCTET_STRING);
    writer.endSequence();
    writer.endSequence();
  });
}
