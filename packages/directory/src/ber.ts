/**
 * Reads BER (X.690) without trust in what it says of itself.
 *
 * ldapts' reader gives null for a value that is cut off, without moving on, and takes lengths above 2³¹ for negative:
 * a loop over such values would never end.
 */

import type { BerReader } from "ldapts";

const OCTET_STRING = 0x04;

const cutOff = (): Error => new Error("an answer is shorter than it says");

/**
 * Enters a constructed value.
 * @returns the offset of its end
 */
export function enter(reader: BerReader, tag?: number): number {
  const start = reader.offset;
  if (reader.readSequence(tag) === null) throw cutOff();
  const end = reader.offset + reader.length;
  if (reader.offset <= start || reader.length < 0 || end > reader.buffer.length) throw cutOff();
  return end;
}

export function readBytes(reader: BerReader, tag = OCTET_STRING): Buffer {
  const start = reader.offset;
  const bytes = reader.readString(tag, true);
  if (bytes === null || reader.offset <= start) throw cutOff();
  return bytes;
}

export function readText(reader: BerReader, tag = OCTET_STRING): string {
  return readBytes(reader, tag).toString();
}

/** Whether a value with this tag comes next, before the end. */
export function comes(reader: BerReader, end: number, tag: number): boolean {
  return reader.offset < end && reader.peek() === tag;
}

/** Every value of the kind that `read` takes, up to the end. */
export function readUntil<T>(reader: BerReader, end: number, read: () => T): T[] {
  const values: T[] = [];
  while (reader.offset < end) values.push(read());
  return values;
}
