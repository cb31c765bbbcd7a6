/** Bind passwords from each place, and the error where there is none. */

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readBindPassword } from "./bind-password.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bulkhead-directory-"));
  await writeFile(join(folder, "password"), " two words \n");
  await writeFile(join(folder, "empty"), "\n");
});
afterAll(() => rm(folder, { recursive: true }));

describe("a bind password", () => {
  it("comes from the environment, a file without its last line break, or the caller's store of secrets", async () => {
    const env = { LDAP_PASSWORD: "from env" };
    const readSecret = (secret: string) => Promise.resolve(`value of ${secret}`);
    expect(await readBindPassword({ env: "LDAP_PASSWORD" }, { env })).toBe("from env");
    expect(await readBindPassword({ file: "password" }, { env, folder })).toBe(" two words ");
    expect(await readBindPassword({ secret: "arn" }, { env, readSecret })).toBe("value of arn");
  });

  it.each([
    [{ env: "LDAP_PASSWORD" }, "The environment variable LDAP_PASSWORD holds no bind password."],
    [{ env: "EMPTY" }, "The environment variable EMPTY holds no bind password."],
    [{ file: "empty" }, "The file empty holds no bind password."],
    [{ secret: "arn" }, "Nothing here can read the secret arn."],
  ])("that is missing is an error: %j", async (source, message) => {
    await expect(readBindPassword(source, { env: { EMPTY: "" }, folder })).rejects.toMatchObject({
      code: "Directory.PasswordMissing",
      fault: "user",
      message,
    });
  });

  it("in a file that isn't there is an error", async () => {
    await expect(readBindPassword({ file: "none" }, { env: {}, folder })).rejects.toMatchObject({
      code: "Directory.PasswordMissing",
    });
  });
});
