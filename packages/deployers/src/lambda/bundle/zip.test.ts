/** Zips: what goes in comes out, in whatever order it came. */

import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { unzipSync } from "fflate";
import { inspectZip } from "./inspect.ts";
import { byCodePoint, checkNames } from "./names.ts";
import { writeZip, type ZipFile } from "./zip.ts";

const segment = fc
  .oneof(fc.string({ minLength: 1, maxLength: 6 }), fc.string({ unit: "grapheme", minLength: 1, maxLength: 4 }))
  .filter((name) => !name.includes("/") && name !== "." && isFine(name));
const tree = fc
  .uniqueArray(
    fc.record({
      path: fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/")),
      content: fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        fc.tuple(fc.string(), fc.nat(2_000)).map(([text, count]) => Buffer.from(text.repeat(count).slice(0, 100_000))),
      ),
      executable: fc.boolean(),
    }),
    { selector: ({ path }) => path.normalize("NFC"), maxLength: 12 },
  )
  // A name is that of a file or of a folder.
  .filter((files) => !files.some(({ path }) => files.some((other) => other.path.startsWith(`${path}/`))));

function isFine(name: string): boolean {
  try {
    checkNames([name], "test");
    return true;
  } catch {
    return false;
  }
}

it("gives back every tree of files", async () => {
  await fc.assert(
    fc.asyncProperty(tree, async (files) => {
      const unzipped = unzipSync(await writeZip(files));
      const got = new Map(Object.entries(unzipped).map(([path, content]) => [path, Buffer.from(content)]));
      expect(got).toEqual(new Map(files.map(({ path, content }) => [path, Buffer.from(content)])));
    }),
  );
});

it("lists what its own inspection finds, sorted by code point", async () => {
  await fc.assert(
    fc.asyncProperty(tree, async (files) => {
      fc.pre(files.length > 0);
      const listed = inspectZip(Buffer.from(await writeZip(files)), "test.zip", undefined);
      const expected = files.map(({ path, content }) => ({ path, bytes: content.length }));
      expect(listed).toEqual(expected.sort((a, b) => byCodePoint(a.path, b.path)));
    }),
  );
});

it("doesn't depend on the order of the files", async () => {
  const shuffled = tree.chain((files) =>
    fc.tuple(fc.constant(files), fc.shuffledSubarray(files, { minLength: files.length })),
  );
  await fc.assert(
    fc.asyncProperty(shuffled, async ([files, other]) => {
      expect(Buffer.compare(await writeZip(files), await writeZip(other))).toBe(0);
    }),
  );
});

const file = (path: string, content = path): ZipFile => ({ path, content: Buffer.from(content), executable: false });

it("keeps names that objects treat in their own way", async () => {
  const listed = inspectZip(
    Buffer.from(await writeZip(["b", "2", "1", "__proto__"].map((it) => file(it)))),
    "z",
    undefined,
  );
  expect(listed.map(({ path }) => path)).toEqual(["1", "2", "__proto__", "b"]);
});

it("sorts by code point, not by UTF-16's units or a language", async () => {
  const names = ["z", "ä", "\u{1f600}", "\uffee", "Z", "a"];
  const listed = inspectZip(Buffer.from(await writeZip(names.map((it) => file(it)))), "z", undefined);
  expect(listed.map(({ path }) => path)).toEqual(["Z", "a", "z", "ä", "\uffee", "\u{1f600}"]);
});

it("takes no more files than a zip can list", async () => {
  const files = Array.from({ length: 65_536 }, (_, index) => file(`f${index}`, ""));
  await expect(writeZip(files)).rejects.toMatchObject({ code: "Bundle.TooManyFiles" });
});
