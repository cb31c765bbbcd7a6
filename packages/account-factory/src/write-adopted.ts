/** Writes the landing zone file of an organization that exists, once it is sure that its plan is empty. */

import { BulkheadError, type CommandContext } from "@bulkhead/core";
import { openAccess } from "@bulkhead/credentials";
import { diskFiles, formatLandingZone, loadLandingZone, type Files, type LandingZone } from "@bulkhead/landing-zone";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readOrganization } from "./actual.ts";
import { adoptOrganization, type AdoptOptions } from "./adopt.ts";
import { readBatchTags } from "./batch-tags.ts";
import { wantedOrganization } from "./desired.ts";
import { diffOrganization } from "./diff.ts";
import { adoptedFileExists, adoptionIncomplete, billingOnly, nothingToAdopt, patternInvalid } from "./errors.ts";
import type { FoundOrganization } from "./model.ts";
import { createOrganizationsApi } from "./organizations-api.ts";

export interface AdoptFlags {
  readonly pattern: readonly string[];
  readonly environments: readonly string[];
}

export interface Written {
  /** The paths that were written. */
  readonly files: readonly string[];
  /** What stays unmanaged, and why. */
  readonly warnings: readonly string[];
}

/**
 * Reads the organization of the credentials and writes the file and its policies. Overwrites nothing.
 * @throws Accounts.PatternInvalid, Accounts.NothingToAdopt, Accounts.BillingOnly, Accounts.AdoptedFileExists,
 *   Accounts.AdoptionIncomplete
 */
export async function writeAdopted(context: CommandContext, flags: AdoptFlags): Promise<Written> {
  const wrong = flags.pattern.find((pattern) => !pattern.includes("{team}") || !pattern.includes("{environment}"));
  if (wrong !== undefined) throw patternInvalid(wrong);
  const { file } = context.flags;
  const homeRegion = context.flags.region ?? context.env["AWS_REGION"] ?? "us-east-1";
  const access = openAccess(context, { region: homeRegion, accessRole: "OrganizationAccountAccessRole" });
  try {
    const { account: managementAccountId } = await access.identity();
    const { report, signal } = context;
    const stop = { interrupted: signal, lost: new AbortController().signal };
    const api = createOrganizationsApi({ access, managementAccountId, region: homeRegion, report, ...stop });
    const batchTags = () => readBatchTags(access, managementAccountId, report);
    const { concurrency } = context.flags;
    const found = await readOrganization({ api, batchTags, managementAccountId, concurrency, report });
    if (found.featureSet === null) throw nothingToAdopt(managementAccountId);
    if (found.featureSet !== "ALL") throw billingOnly(managementAccountId);

    const { pattern: patterns, environments } = flags;
    const { texts, warnings } = adoptedTexts(file, found, { managementAccountId, homeRegion, patterns, environments });
    const taken = [...texts.keys()].find((path) => existsSync(path));
    if (taken !== undefined) throw adoptedFileExists(taken);
    prove(file, texts, found);
    for (const [path, text] of texts) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text, { flag: "wx" });
    }
    return { files: [...texts.keys()], warnings };
  } finally {
    access.close();
  }
}

interface AdoptedTexts {
  /** By path. */
  readonly texts: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

/** The texts of the file and its policies, without policies that a landing zone can't have. */
function adoptedTexts(file: string, found: FoundOrganization, options: AdoptOptions): AdoptedTexts {
  const adopted = adoptOrganization(found, options);
  const pathOf = (path: string): string => join(dirname(file), path);
  const policies = [...adopted.policies].map(
    ([path, content]) => [pathOf(path), `${JSON.stringify(content, null, 2)}\n`] as const,
  );
  const comment = " The organization as it was found. `bulkhead plan` compares it with AWS.";
  const texts = new Map([...policies, [file, formatLandingZone(adopted.file, comment)]]);

  const names = Object.entries(adopted.file.serviceControlPolicies ?? {}).map(
    ([name, path]) => [pathOf(path), name] as const,
  );
  const refused = refusedPolicies(load(file, texts), new Map(names));
  if (refused.size === 0) return { texts, warnings: adopted.warnings };
  const rest = found.policies.filter(({ name }) => !refused.has(name));
  const { texts: restTexts, warnings } = adoptedTexts(file, { ...found, policies: rest }, options);
  const refusals = [...refused].map(
    ([name, reason]) => `service control policy ${name} isn't in the file, and stays as it is in AWS: ${reason}`,
  );
  return { texts: restTexts, warnings: [...warnings, ...refusals] };
}

/** Why a landing zone can't have some of the policies, by name: one would lock Bulkhead out of an account, say. */
function refusedPolicies(
  loaded: LandingZone | BulkheadError,
  nameOf: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const problems = loaded instanceof BulkheadError ? partsOf(loaded) : [];
  return new Map(
    problems.flatMap(({ where, message }) => {
      const name = nameOf.get(where?.file ?? "");
      return name === undefined ? [] : [[name, message] as const];
    }),
  );
}

/** Loads what is to be written as `bulkhead plan` will. */
function load(file: string, texts: ReadonlyMap<string, string>): LandingZone | BulkheadError {
  const files: Files = {
    ...diskFiles,
    size: (path) => texts.get(path)?.length ?? diskFiles.size(path),
    read: (path) => texts.get(path) ?? diskFiles.read(path),
  };
  try {
    return loadLandingZone(file, files);
  } catch (error) {
    if (error instanceof BulkheadError) return error;
    throw error;
  }
}

/** Compares what is to be written with what was found. */
function prove(file: string, texts: ReadonlyMap<string, string>, found: FoundOrganization): void {
  const loaded = load(file, texts);
  // Its places would be in a file that doesn't exist.
  if (loaded instanceof BulkheadError) throw adoptionIncomplete(partsOf(loaded).map(({ message }) => message));
  const { changes, problems } = diffOrganization(wantedOrganization(loaded), found);
  const differing = [...problems.map(({ message }) => message), ...changes.map(({ sentence }) => sentence)];
  if (differing.length > 0) throw adoptionIncomplete(differing);
}

function partsOf(error: BulkheadError): readonly BulkheadError[] {
  return error.parts.length > 0 ? error.parts : [error];
}
