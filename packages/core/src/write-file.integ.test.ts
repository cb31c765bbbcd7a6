/** Writing files whole, on a real disk. */

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeWhole } from "./write-file.ts";

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "bulkhead-write-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("writing a file whole", () => {
  it("replaces what was there, with the mode that was asked for", async () => {
    const path = join(folder, "a.json");
    await writeFile(path, "old", { mode: 0o644 });
    await writeWhole(path, "new", 0o600);
    expect(await readFile(path, "utf8")).toBe("new");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(["a.json"]);
  });

  it("leaves what was there where the check refuses the new", async () => {
    const path = join(folder, "checked");
    await writeFile(path, "old");
    const refuse = async (temporary: string): Promise<void> => {
      expect(await readFile(temporary, "utf8")).toBe("new");
      throw new Error("no");
    };
    await expect(writeWhole(path, "new", 0o600, refuse)).rejects.toThrow("no");
    expect(await readFile(path, "utf8")).toBe("old");
    expect(await readdir(folder)).toEqual(["checked"]);
  });

  it("leaves nothing behind where it can't be put into its place", async () => {
    await mkdir(join(folder, "taken", "inside"), { recursive: true });
    await expect(writeWhole(join(folder, "taken"), "new")).rejects.toMatchObject({ code: "EISDIR" });
    expect(await readdir(folder)).toEqual(["taken"]);
  });

  it("ends whole, with the text of one of them, when many write at once", async () => {
    const path = join(folder, "b.json");
    const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000));
    await Promise.all(texts.map((text) => writeWhole(path, text)));
    expect(texts).toContain(await readFile(path, "utf8"));
    expect(await readdir(folder)).toEqual(["b.json"]);
  });
});
