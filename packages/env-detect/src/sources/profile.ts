/** A profile of the shared AWS configuration: which account it leads to, its region, and its keys where they stand in it. */

import { parseArn } from "../arn.ts";
import type { Finding, Surroundings } from "../findings.ts";
import type { Credentials } from "../model.ts";

export interface Profile {
  readonly name: string;
  readonly findings: readonly Finding[];
  /** Where the profile says how to get credentials at all. */
  readonly hasCredentials: boolean;
  /** Keys that stand in the files; other kinds (SSO, roles, processes) are the SDK's business. */
  readonly keys: Credentials | undefined;
  readonly configFile: string;
  readonly credentialsFile: string;
}

/**
 * Reads the profile that AWS_PROFILE names, or `default`.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
export function readProfile({ env, readFile }: Surroundings): Profile {
  const { join } = process.getBuiltinModule("node:path");
  const name = env["AWS_PROFILE"] || "default";
  const home = join(env["HOME"] ?? env["USERPROFILE"] ?? ".", ".aws");
  const configFile = env["AWS_CONFIG_FILE"] || join(home, "config");
  const credentialsFile = env["AWS_SHARED_CREDENTIALS_FILE"] || join(home, "credentials");
  const settings = {
    ...section(readFile(configFile), name === "default" ? ["default", "profile default"] : [`profile ${name}`]),
    // Where both files have a key, the SDKs take it from the credentials file.
    ...section(readFile(credentialsFile), [name]),
  };

  const findings: Finding[] = [];
  const add = (about: "account" | "region", key: string, value: string | undefined, trust: "strong" | "hint"): void => {
    if (value === undefined) return;
    const side = about === "account" ? "credentials" : "configuration";
    findings.push({ about, side, source: `${key} of profile ${name}`, value, trust });
  };
  // Strong: AWS hands out no other account's credentials for these.
  const arnKey = ["role_arn", "login_session"].find((key) => settings[key] !== undefined);
  if (arnKey !== undefined) add("account", arnKey, parseArn(settings[arnKey])?.account, "strong");
  else add("account", "sso_account_id", settings["sso_account_id"], "strong");
  add("account", "aws_account_id", settings["aws_account_id"], "hint");
  // Every SDK takes the variables before the profile.
  if (!env["AWS_REGION"] && !env["AWS_DEFAULT_REGION"]) add("region", "region", settings["region"], "strong");

  const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey } = settings;
  const ownKeys = arnKey === undefined && settings["sso_account_id"] === undefined;
  const keys =
    ownKeys && accessKeyId !== undefined && secretAccessKey !== undefined
      ? { accessKeyId, secretAccessKey, sessionToken: settings["aws_session_token"] }
      : undefined;
  const hasCredentials = !ownKeys || keys !== undefined || settings["credential_process"] !== undefined;
  return { name, findings, hasCredentials, keys, configFile, credentialsFile };
}

/** The keys of a section; indented lines belong to a nested setting (`s3 =`) and are left out. */
function section(text: string | undefined, names: readonly string[]): Record<string, string> {
  const settings: Record<string, string> = {};
  let inside = false;
  for (const line of text?.split(/\r?\n/) ?? []) {
    const heading = /^\[\s*(.+?)\s*\]/.exec(line)?.[1]?.replace(/\s+/g, " ");
    if (heading !== undefined) inside = names.includes(heading);
    const setting = /^(\w+)\s*=\s*(.*?)(?:\s+[#;].*)?$/.exec(line);
    if (inside && setting?.[1] !== undefined && setting[2] !== undefined && setting[2] !== "") {
      settings[setting[1].toLowerCase()] = setting[2].trim();
    }
  }
  return settings;
}
