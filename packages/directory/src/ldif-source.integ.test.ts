/** LDIF files as a directory. */

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readDirectory } from "./read-directory.ts";
import { describeContract } from "./testing/contract.ts";
import { fixture, groupsSelection, peopleSelection, readOptions, toLdif } from "./testing/people.ts";

describeContract("LDIF", async () => {
  const folder = await mkdtemp(join(tmpdir(), "bulkhead-directory-"));
  const file = join(folder, "people.ldif");
  await writeFile(file, toLdif(fixture));
  return {
    directory: { url: `ldif:${file}` },
    boundAs: "file",
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
});

describe("an LDIF file", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "bulkhead-directory-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const read = () =>
    readDirectory(
      { directory: { url: "ldif:people.ldif" }, people: peopleSelection, groups: groupsSelection },
      { ...readOptions, folder },
    );

  it("is incomplete when it was cut off within a line", async () => {
    const text = toLdif(fixture);
    await writeFile(join(folder, "people.ldif"), text.slice(0, text.lastIndexOf("uid=crowd-1000")));
    const { proof } = await read();
    expect(proof.complete).toBe(false);
    expect(proof.reasons).toContainEqual({
      code: "cutOff",
      message: "ldif:people.ldif: the last line has no end, so the file may have been cut off.",
    });
  });

  it("is incomplete when it is empty", async () => {
    await writeFile(join(folder, "people.ldif"), "");
    const { proof } = await read();
    expect(proof.reasons.map(({ code }) => code)).toEqual(["canaryMissing", "nobody", "noGroups"]);
  });

  it("is named when it is missing or broken", async () => {
    const where = { file: join(folder, "people.ldif") };
    await expect(read()).rejects.toMatchObject({ code: "Directory.LdifUnreadable", where });
    await writeFile(where.file, "dn: ou=people\nnonsense\n");
    await expect(read()).rejects.toMatchObject({ code: "Directory.BadLdif", where: { ...where, line: 2 } });
  });
});
