/** Ready zips: taken as they are, unless they lie, lead out or burst. */

import { describe, expect, it } from "@jest/globals";
import type { BulkheadError } from "@bulkhead/core";
import { handmadeZip, type HandmadeEntry } from "../../testing/zips.ts";
import { inspectZip } from "./inspect.ts";

const inspect = (zip: Buffer) => inspectZip(zip, "code.zip", undefined);
const link = 0o120_777;

function refusal(zip: Buffer): BulkheadError {
  try {
    inspect(zip);
  } catch (error) {
    return error as BulkheadError;
  }
  throw new Error("it was taken");
}

describe("a ready zip", () => {
  it("is listed without its folders", () => {
    const zip = handmadeZip([
      { name: "b/", content: "", mode: 0o040_755 },
      { name: "b/two.py", content: "22" },
      { name: "a.py" },
      { name: "b/link", content: "../a.py", mode: link },
    ]);
    expect(inspect(zip)).toEqual([
      { path: "a.py", bytes: 1 },
      { path: "b/link", bytes: 7 },
      { path: "b/two.py", bytes: 2 },
    ]);
  });

  it("may have a comment at its end", () => {
    const zip = Buffer.concat([handmadeZip([{ name: "a" }]), Buffer.from("made by hand")]);
    zip.writeUInt16LE(12, zip.length - 14);
    expect(inspect(zip)).toHaveLength(1);
  });

  it.each<[string, HandmadeEntry[], string, RegExp]>([
    ["a name that leads out", [{ name: "../a" }], "Bundle.BadName", /leads out/],
    ["a name that leads out on the way", [{ name: "a/../../b" }], "Bundle.BadName", /leads out/],
    ["an absolute name", [{ name: "/etc/passwd" }], "Bundle.BadName", /absolute/],
    ["a name with a drive", [{ name: "C:/x" }], "Bundle.BadName", /absolute/],
    ["Windows' separators", [{ name: "a\\b" }], "Bundle.BadName", /folder/],
    ["a line break in a name", [{ name: "a\nb" }], "Bundle.BadName", /control/],
    ["a name twice", [{ name: "a" }, { name: "a" }], "Bundle.SameName", /same name/],
    ["a name in two Unicode forms", [{ name: "\u00e4" }, { name: "a\u0308" }], "Bundle.SameName", /same name/],
    ["another name in a file's head", [{ name: "b", claims: { name: "a" } }], "Bundle.BrokenZip", /another name/],
    [
      "a link that leads out",
      [{ name: "a", content: "../../etc", mode: link }],
      "Bundle.BrokenZip",
      /link a leads out/,
    ],
    ["an absolute link", [{ name: "a", content: "/etc", mode: link }], "Bundle.BrokenZip", /link a leads out/],
    [
      "a file behind a link",
      [{ name: "a", content: "b", mode: link }, { name: "a/c" }],
      "Bundle.BrokenZip",
      /behind a link/,
    ],
    ["a device", [{ name: "a", mode: 0o020_666 }], "Bundle.BrokenZip", /neither/],
    ["a password", [{ name: "a", flags: 0x801 }], "Bundle.BrokenZip", /encrypted/],
    ["a wrong checksum", [{ name: "a", claims: { crc: 1 } }], "Bundle.BrokenZip", /damaged/],
    ["an unknown method", [{ name: "a", claims: { method: 14 } }], "Bundle.BrokenZip", /method/],
    [
      "more in it than it says",
      [{ name: "a", content: "x".repeat(99), claims: { bytes: 5 } }],
      "Bundle.BrokenZip",
      /damaged/,
    ],
    ["less in it than it says", [{ name: "a", claims: { bytes: 5 } }], "Bundle.BrokenZip", /damaged/],
    ["a size that takes ZIP64", [{ name: "a", claims: { bytes: 0xffffffff } }], "Bundle.BrokenZip", /ZIP64/],
    ["nothing in it", [{ name: "a/", content: "" }], "Bundle.BrokenZip", /no file/],
  ])("with %s is refused", (_, entries, code, message) => {
    expect(refusal(handmadeZip(entries))).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it("that is a bomb is refused by what it says, before anything is unpacked", () => {
    const zeros = Buffer.alloc(1024 * 1024);
    const entries = Array.from({ length: 251 }, (_, index) => ({ name: `zeros${index}`, content: zeros }));
    const zip = handmadeZip(entries.map((entry) => ({ ...entry, claims: { crc: 1 } })));
    expect(zip.length).toBeLessThan(1024 * 1024);
    expect(refusal(zip)).toMatchObject({
      code: "Bundle.TooLarge",
      message: expect.stringMatching(/^code.zip has 251.0 MB .*; Lambda takes 250.0 MB, .*zeros0 \(1.0 MB\)/),
    });
  });

  it("that breaks off anywhere is refused", () => {
    const zip = handmadeZip([{ name: "a", content: "some text" }, { name: "b/c" }]);
    for (let length = 0; length < zip.length; length++) {
      expect(refusal(zip.subarray(0, length))).toMatchObject({ code: "Bundle.BrokenZip" });
    }
  });

  it("that is damaged anywhere is refused or the same, and never breaks us", () => {
    const zip = handmadeZip([
      { name: "a", content: "some text" },
      { name: "b/c", content: "more" },
    ]);
    for (let at = 0; at < zip.length; at++) {
      for (const bit of [1, 128]) {
        const damaged = Buffer.from(zip);
        damaged.writeUInt8(damaged.readUInt8(at) ^ bit, at);
        let code: string | undefined;
        try {
          inspect(damaged);
        } catch (error) {
          code = (error as BulkheadError).code;
          expect(code).toMatch(/^Bundle\./);
        }
        expect([undefined, "Bundle.BrokenZip", "Bundle.BadName", "Bundle.SameName", "Bundle.TooLarge"]).toContain(code);
      }
    }
  });
});
