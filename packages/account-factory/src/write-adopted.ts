/** Writes the landing zone file of an organization that exists, once it is sure that its plan is empty. */

import type { CommandContext } from "@bulkhead/core";
import { openAccess } from "@bulkhead/credentials";
import { diskFiles, formatLandingZone, loadLandingZone, type Files } from "@bulkhead/landing-zone";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readOrganization } from "./actual.ts";
import { adoptOrganization } from "./adopt.ts";
import { readBatchTags } from "./batch-tags.ts";
import { wantedOrganization } from "./desired.ts";
import { diffOrganization } from "./diff.ts";
import { adoptedFileExists, adoptionIncomplete, nothingToAdopt, patternInvalid } from "./errors.ts";
import type { FoundOrganization } from "./model.ts";
import { createOrganizationsApi } from "./organizations-api.ts";

export interface AdoptFlags {
  readonly pattern: readonly string[];
  readonly environments: readonly string[];
}

/**
 * Reads the organization of the credentials and writes the file and its policies. Overwrites nothing.
 * @returns the paths that were written
 * @throws Accounts.PatternInvalid, Accounts.NothingToAdopt, Accounts.AdoptedFileExists, Accounts.AdoptionIncomplete
 */
export async function writeAdopted(context: CommandContext, flags: AdoptFlags): Promise<readonly string[]> {
  const wrong = flags.pattern.find((pattern) => !pattern.includes("{team}") || !pattern.includes("{environment}"));
  if (wrong !== undefined) throw patternInvalid(wrong);
  const { file } = context.flags;
  const homeRegion = context.flags.region ?? context.env["AWS_REGION"] ?? "us-east-1";
  const access = openAccess(context, { region: homeRegion, accessRole: "OrganizationAccountAccessRole" });
  try {
    const { account: managementAccountId } = await access.identity();
    const { report, signal } = context;
    const api = createOrganizationsApi({ access, managementAccountId, region: homeRegion, report, signal });
    const batchTags = () => readBatchTags(access, managementAccountId, report);
    const { concurrency } = context.flags;
    const found = await readOrganization({ api, batchTags, managementAccountId, concurrency, report });
    if (found.featureSet === null) throw nothingToAdopt(managementAccountId);

    const texts = adoptedTexts(file, found, { managementAccountId, homeRegion, ...flags });
    const taken = [...texts.keys()].find((path) => existsSync(path));
    if (taken !== undefined) throw adoptedFileExists(taken);
    prove(file, texts, found);
    for (const [path, text] of texts) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text, { flag: "wx" });
    }
    return [...texts.keys()];
  } finally {
    access.close();
  }
}

function adoptedTexts(
  file: string,
  found: FoundOrganization,
  options: { managementAccountId: string; homeRegion: string } & AdoptFlags,
): ReadonlyMap<string, string> {
  const { pattern: patterns, environments, managementAccountId, homeRegion } = options;
  const adopted = adoptOrganization(found, { managementAccountId, homeRegion, patterns, environments });
  const policies = [...adopted.policies].map(
    ([path, content]) => [join(dirname(file), path), `${JSON.stringify(content, null, 2)}\n`] as const,
  );
  const comment = " The organization as it was found. `bulkhead plan` compares it with AWS.";
  return new Map([...policies, [file, formatLandingZone(adopted.file, comment)]]);
}

/** Loads what is to be written as `bulkhead plan` will, and compares it with what was found. */
function prove(file: string, texts: ReadonlyMap<string, string>, found: FoundOrganization): void {
  const files: Files = {
    ...diskFiles,
    size: (path) => texts.get(path)?.length ?? diskFiles.size(path),
    read: (path) => texts.get(path) ?? diskFiles.read(path),
  };
  const { changes, problems } = diffOrganization(wantedOrganization(loadLandingZone(file, files)), found);
  const differing = [...problems.map(({ message }) => message), ...changes.map(({ sentence }) => sentence)];
  if (differing.length > 0) throw adoptionIncomplete(differing);
}
