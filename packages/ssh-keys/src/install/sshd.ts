/** sshd's configuration: the part that is Bulkhead's, and what all of it comes to. */

import { access } from "node:fs/promises";
import { KEYS_FOLDER, PEOPLE_GROUP, REVOKED_FILE } from "../paths.ts";
import { sshdMissing, sshdRefuses } from "./errors.ts";
import { runTool } from "../run-tool.ts";

/**
 * For people of Bulkhead's, and for nobody else, the only keys are those in the file that root owns. A revoked key stops
 * whoever offers it, root too: that is what revoking is for.
 */
export const dropIn = `# Written by \`bulkhead ssh install\`.
RevokedKeys ${REVOKED_FILE}
Match Group ${PEOPLE_GROUP}
  AuthorizedKeysFile ${KEYS_FOLDER}/%u
  AuthorizedKeysCommand none
`;

/** What holds for a user, by the name of each keyword in lower case. */
export type EffectiveConfig = ReadonlyMap<string, string>;

const places = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/sbin/sshd"];

/** @throws BulkheadError Ssh.SshdMissing */
export async function findSshd(): Promise<string> {
  for (const path of places) {
    const found = await access(path).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  throw sshdMissing();
}

/**
 * sshd's configuration as it would hold for a user, checked by sshd itself (sshd(8), `-t` and `-T`). Of a keyword with
 * several values each stands on a line of its own.
 * @throws BulkheadError Ssh.SshdRefuses, with what sshd says
 */
export async function effectiveConfig(sshd: string, user = "root"): Promise<EffectiveConfig> {
  await runTool(sshd, ["-t"]).catch((cause: unknown) => {
    throw sshdRefuses(cause);
  });
  const text = await runTool(sshd, ["-T", "-C", `user=${user},host=localhost,addr=127.0.0.1`]).catch(
    (cause: unknown) => {
      throw sshdRefuses(cause);
    },
  );
  const lines = text.split("\n").filter(Boolean);
  const byKeyword = Map.groupBy(lines, (line) => line.slice(0, line.indexOf(" ")));
  return new Map(
    [...byKeyword].map(([keyword, all]) => [keyword, all.map((line) => line.slice(keyword.length + 1)).join("\n")]),
  );
}

/** Keywords other than RevokedKeys that hold otherwise for root; sorted. */
export function otherDifferences(before: EffectiveConfig, after: EffectiveConfig): readonly string[] {
  const keywords = new Set([...before.keys(), ...after.keys()]);
  return [...keywords].filter((it) => it !== "revokedkeys" && before.get(it) !== after.get(it)).sort();
}
