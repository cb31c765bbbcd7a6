/** Stack policies: the default one, that of a file, and the one that lets a single deployment replace and delete. */

import { diskFiles, readText, type Files } from "@bulkhead/landing-zone";
import { policyBroken } from "./errors.ts";
import { policyBytes } from "./limits.ts";

const statement = (Effect: "Allow" | "Deny", Action: string | readonly string[]) => ({
  Effect,
  Action,
  Principal: "*",
  Resource: "*",
});

/** What a stack has that declares none: it can be updated, but nothing in it is replaced or deleted. */
export const defaultPolicy = JSON.stringify({
  Statement: [statement("Allow", "Update:*"), statement("Deny", ["Update:Replace", "Update:Delete"])],
});

export const openPolicy = JSON.stringify({ Statement: [statement("Allow", "Update:*")] });

/** @throws CloudFormation.PolicyBroken */
export function readPolicyFile(path: string, files: Files = diskFiles): string {
  const text = readText(files, path);
  if (text === undefined) throw policyBroken(path, "there is no such file");
  if (Buffer.byteLength(text) > policyBytes) throw policyBroken(path, `it is larger than ${policyBytes} bytes`);
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    throw policyBroken(path, "it isn't JSON");
  }
}
