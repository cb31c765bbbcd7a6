/** Folders as they lie on disk: what of them is bundled, and what is refused. */

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { unzipSync } from "fflate";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, truncateSync } from "node:fs";
import { createServer } from "node:net";
import { codeFolder, type CodeFolder } from "../../testing/code.ts";
import { inspectZip } from "./inspect.ts";
import type { CodeBundle } from "./model.ts";

let code: CodeFolder;
beforeEach(() => {
  code = codeFolder({ "app/main.py": "print(1)\n", "app/sub/data.json": "{}" });
});
afterEach(() => code[Symbol.dispose]());

const paths = ({ files }: CodeBundle) => files.map(({ path }) => path);

/** The bits that Python's zipfile reads. */
function modes({ zip }: CodeBundle): unknown {
  const script =
    "import sys, io, json, zipfile\n" +
    "z = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))\n" +
    "assert z.testzip() is None\n" +
    "print(json.dumps([[i.filename, oct(i.external_attr >> 16), list(i.date_time)] for i in z.infolist()]))";
  return JSON.parse(execFileSync("python3", ["-c", script], { input: zip, encoding: "utf8" }));
}

describe("a folder", () => {
  it("is bundled with all its files, and says what they are", async () => {
    const bundle = await code.folder("app");
    expect(bundle.files).toEqual([
      { path: "main.py", bytes: 9 },
      { path: "sub/data.json", bytes: 2 },
    ]);
    expect(bundle).toMatchObject({ bytes: bundle.zip.length, unzippedBytes: 11 });
    expect(bundle.digest).toBe(`sha256:${Buffer.from(bundle.codeSha256, "base64").toString("hex")}`);
    expect(Buffer.from(unzipSync(bundle.zip)["main.py"] ?? []).toString()).toBe("print(1)\n");
  });

  it("leaves out what its ignore file and tools leave", async () => {
    code.write({
      "app/.bulkheadignore": "tests/\n*.md\n!keep.md\n",
      "app/tests/a.py": "",
      "app/README.md": "",
      "app/keep.md": "",
      "app/__pycache__/main.cpython-313.pyc": "",
      "app/.git/config": "",
      "app/.DS_Store": "",
      "app/node_modules/.cache/x": "",
      "app/node_modules/a/index.js": "",
    });
    expect(paths(await code.folder("app"))).toEqual(["keep.md", "main.py", "node_modules/a/index.js", "sub/data.json"]);
  });

  it("keeps which files are executable, and no other right", async () => {
    code.write({ "app/bootstrap": "#!/bin/sh\n" });
    chmodSync(code.path("app/bootstrap"), 0o744);
    chmodSync(code.path("app/main.py"), 0o666);
    const date = [1980, 1, 1, 0, 0, 0];
    expect(modes(await code.folder("app"))).toEqual([
      ["bootstrap", "0o100755", date],
      ["main.py", "0o100644", date],
      ["sub/data.json", "0o100644", date],
    ]);
  });

  it("has links followed that stay in it", async () => {
    symlinkSync("sub", code.path("app/other"));
    symlinkSync("../main.py", code.path("app/sub/main.py"));
    const bundle = await code.folder("app");
    expect(paths(bundle)).toEqual(["main.py", "other/data.json", "other/main.py", "sub/data.json", "sub/main.py"]);
    expect(Buffer.from(unzipSync(bundle.zip)["other/main.py"] ?? []).toString()).toBe("print(1)\n");
  });

  it("may be a link itself, inside the root", async () => {
    symlinkSync("app", code.path("linked"));
    expect((await code.folder("linked")).digest).toBe((await code.folder("app")).digest);
  });

  it.each<[string, () => unknown, string, RegExp]>([
    ["a link that leads out", () => symlinkSync("/etc/passwd", code.path("app/x")), "LeadsOut", /app\/x leads out/],
    ["a link to its neighbour", () => symlinkSync("../apple", code.path("app/x")), "LeadsOut", /leads out/],
    ["a link to the folder above", () => symlinkSync("..", code.path("app/x")), "LeadsOut", /leads out/],
    ["a link to nothing", () => symlinkSync("gone", code.path("app/x")), "LeadsNowhere", /leads to nothing/],
    ["a link to itself", () => symlinkSync("x", code.path("app/x")), "LeadsNowhere", /leads to nothing/],
    ["a link that leads back", () => symlinkSync("..", code.path("app/sub/x")), "LeadsBack", /lies in itself/],
    ["a pipe", () => execFileSync("/bin/sh", ["-c", `mkfifo "$0"`, code.path("app/x")]), "NotAFile", /is a pipe/],
    ["Windows' separator in a name", () => code.write({ "app/a\\b": "" }), "BadName", /some systems/],
    ["a line break in a name", () => code.write({ "app/a\nb": "" }), "BadName", /control/],
    ["a name in two forms", () => code.write({ "app/\u00e4": "", "app/a\u0308": "" }), "SameName", /same name/],
  ])("with %s is refused", async (_, make, reason, message) => {
    mkdirSync(code.path("apple"));
    make();
    await expect(code.folder("app")).rejects.toMatchObject({
      code: `Bundle.${reason}`,
      message: expect.stringMatching(message),
    });
  });

  it("with a socket is refused", async () => {
    const server = createServer().listen(code.path("app/x"));
    try {
      await expect(code.folder("app")).rejects.toMatchObject({ message: expect.stringContaining("is a socket") });
    } finally {
      server.close();
    }
  });

  it("takes what would be refused, if it is ignored", async () => {
    symlinkSync("/etc/passwd", code.path("app/x"));
    code.write({ "app/.bulkheadignore": "/x\n" });
    expect(paths(await code.folder("app"))).toEqual(["main.py", "sub/data.json"]);
  });

  it("keeps a name in the Unicode form in which it lies there", async () => {
    code.write({ "app/a\u0308.txt": "" });
    expect(paths(await code.folder("app"))).toContain("a\u0308.txt");
  });

  it("with links that multiply comes to an end", async () => {
    mkdirSync(code.path("app/0"));
    for (let level = 1; level < 30; level++) {
      mkdirSync(code.path(`app/${level}`));
      for (const name of ["a", "b"]) symlinkSync(`../${level - 1}`, code.path(`app/${level}/${name}`));
    }
    await expect(code.folder("app")).rejects.toMatchObject({ code: "Bundle.TooManyFiles" });
  });

  it("that is too large is refused without being read, with its largest files", async () => {
    // Holes: nobody could read a terabyte in a test.
    code.write({ "app/model.bin": "", "app/small.bin": "x" });
    truncateSync(code.path("app/model.bin"), 2 ** 40);
    await expect(code.folder("app")).rejects.toMatchObject({
      code: "Bundle.TooLarge",
      message: expect.stringMatching(
        /has 1048576.0 MB .*; Lambda takes 250.0 MB, .* model.bin \(1048576.0 MB\), main.py/,
      ),
    });
  });

  it("of which nothing is left, or that isn't there, or isn't one, is refused", async () => {
    code.write({ "none/.bulkheadignore": "*", "file.txt": "" });
    await expect(code.folder("none")).rejects.toMatchObject({ code: "Bundle.Empty" });
    await expect(code.folder("gone")).rejects.toMatchObject({ code: "Bundle.Missing" });
    await expect(code.folder("file.txt")).rejects.toMatchObject({ code: "Bundle.WrongKind" });
    await expect(code.folder("../")).rejects.toMatchObject({ code: "Bundle.OutOfRoot" });
  });

  it("that leads out of the root by a link is refused", async () => {
    using other = codeFolder({ "x/a.py": "" });
    symlinkSync(other.path("x"), code.path("x"));
    await expect(code.folder("x")).rejects.toMatchObject({ code: "Bundle.OutOfRoot" });
  });
});

describe("a ready zip", () => {
  it("is taken byte by byte", async () => {
    const { zip } = await code.folder("app");
    code.write({ "code.zip": zip });
    const bundle = await code.zip("code.zip");
    expect(Buffer.compare(bundle.zip, zip)).toBe(0);
    expect(bundle.files).toEqual(inspectZip(Buffer.from(zip), "", undefined));
  });

  it("that is too large is refused without being read", async () => {
    code.write({ "code.zip": "" });
    truncateSync(code.path("code.zip"), 2 ** 40);
    await expect(code.zip("code.zip")).rejects.toMatchObject({ code: "Bundle.TooLarge" });
  });

  it("may be one of other tools", async () => {
    const script =
      "import zipfile, sys\nz = zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED)\nz.write('main.py')";
    execFileSync("python3", ["-c", script, code.path("code.zip")], { cwd: code.path("app") });
    expect((await code.zip("code.zip")).files).toEqual([{ path: "main.py", bytes: 9 }]);
  });
});
