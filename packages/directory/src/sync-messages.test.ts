/** Hostile answers end in an error, and never in a loop or a crash. */

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { BerReader, BerWriter } from "ldapts";
import { readControls, readEntry, readResult, readStrings } from "./response.ts";
import { readSyncInfo, readSyncState } from "./sync-messages.ts";
import { writeEntry } from "./testing/scripted-server.ts";
import { anna } from "./testing/sync-script.ts";

const written = (write: (writer: BerWriter) => void): Buffer => {
  const writer = new BerWriter();
  write(writer);
  return writer.buffer;
};
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
const uuid = "00112233445566778899aabbccddeeff";

const entry = written((writer) => {
  writeEntry(writer, anna);
});
const info = (value: string): Buffer =>
  written((writer) => {
    writer.writeString("1.3.6.1.4.1.4203.1.9.1.4", 0x80);
    writer.writeBuffer(hex(value), 0x81);
  });

describe("sync messages", () => {
  it.each([
    ["00", "present"],
    ["01", "add"],
    ["02", "modify"],
    ["03", "delete"],
  ])("tell a state: %s", (code, state) => {
    const value = hex(`3018 0a01${code} 0410${uuid} 04016b`);
    expect(readSyncState(value)).toEqual({ state, uuid, cookie: Buffer.from("k") });
    expect(readSyncState(hex(`3015 0a01${code} 0410${uuid}`)).cookie).toBeUndefined();
  });

  it.each([
    ["8001 6b", { type: "newCookie", cookie: Buffer.from("k") }],
    ["a103 04016b", { type: "refreshDelete", cookie: Buffer.from("k"), done: true }],
    ["a200", { type: "refreshPresent", cookie: undefined, done: true }],
    ["a203 010100", { type: "refreshPresent", cookie: undefined, done: false }],
    [`a314 3112 0410${uuid}`, { type: "present", cookie: undefined, uuids: [uuid] }],
    [`a317 0101ff 3112 0410${uuid}`, { type: "deleted", cookie: undefined, uuids: [uuid] }],
  ])("tell what happens: %s", (value, told) => {
    expect(readSyncInfo(new BerReader(info(value)))).toEqual(told);
  });

  it.each([
    ["a state that isn't known", () => readSyncState(hex(`3015 0a0107 0410${uuid}`))],
    ["a UUID that is too short", () => readSyncState(hex("3007 0a0101 040201 02"))],
    ["an info that isn't known", () => readSyncInfo(new BerReader(info("a400")))],
    ["a string longer than the message", () => readStrings(new BerReader(hex("0405 61")), 3)],
    ["a string of a negative length", () => readStrings(new BerReader(hex("0484fffffffa 61")), 7)],
    ["controls of a negative length", () => readControls(new BerReader(hex("a00630 84fffffffa")))],
  ])("refuse %s", (_, read) => {
    expect(read).toThrow();
  });

  const readers: readonly ((reader: BerReader) => unknown)[] = [
    readEntry,
    readResult,
    readControls,
    readSyncInfo,
    (reader) => readSyncState(reader.buffer),
    (reader) => readStrings(reader, reader.buffer.length),
  ];
  const seeds = [
    entry,
    info(`a314 3112 0410${uuid}`),
    hex(`3018 0a0101 0410${uuid} 04016b`),
    hex("0a0100 0400 0400"),
    hex("a00d 300b 0404312e3233 0403616263"),
  ];

  it("that are broken anywhere are read to an end or refused", () => {
    const change = fc.record({ at: fc.nat(), byte: fc.constantFrom(0, 1, 0x7f, 0x80, 0x84, 0xff, 0x30, 0x04) });
    fc.assert(
      fc.property(fc.constantFrom(...seeds), fc.array(change, { minLength: 1, maxLength: 6 }), (seed, changes) => {
        const bytes = Buffer.from(seed);
        for (const { at, byte } of changes) bytes[at % bytes.length] = byte;
        for (const read of readers) {
          const outcome = ((): unknown => {
            try {
              return read(new BerReader(bytes)) ?? null;
            } catch (error) {
              return (error as Error).message;
            }
          })();
          expect(outcome).toBeDefined();
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
