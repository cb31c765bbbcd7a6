/** The bind password, from where the settings say it is. It goes from here to the server, and nowhere else. */

import { BulkheadError } from "@bulkhead/core";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { passwordMissing, reasonOf } from "./errors.ts";
import type { PasswordSource, ReadOptions } from "./settings.ts";

/**
 * A line break at the end of a file doesn't count: editors and `echo` add one.
 * @throws Directory.PasswordMissing, and any BulkheadError of `readSecret`
 */
export async function readBindPassword(
  source: PasswordSource,
  { env, folder = ".", readSecret }: Pick<ReadOptions, "env" | "folder" | "readSecret">,
): Promise<string> {
  if ("env" in source) return notEmpty(env[source.env], `The environment variable ${source.env}`);
  if ("secret" in source) {
    if (!readSecret) throw passwordMissing(`Nothing here can read the secret ${source.secret}.`);
    const secret = await readSecret(source.secret).catch((cause: unknown) => {
      if (cause instanceof BulkheadError) throw cause;
      throw passwordMissing(`The secret ${source.secret} can't be read: ${reasonOf(cause)}`, cause);
    });
    return notEmpty(secret, `The secret ${source.secret}`);
  }
  const text = await readFile(resolve(folder, source.file), "utf8").catch((cause: unknown) => {
    throw passwordMissing(`The file with the bind password can't be read: ${reasonOf(cause)}`);
  });
  return notEmpty(text.replace(/\r?\n$/, ""), `The file ${source.file}`);
}

function notEmpty(password: string | undefined, where: string): string {
  if (password === undefined || password === "") throw passwordMissing(`${where} holds no bind password.`);
  return password;
}
