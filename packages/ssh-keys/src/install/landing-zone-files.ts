/** The landing zone's files as a host keeps them: the same names, in a folder of root's. */

import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { diskFiles, loadLandingZone, lockFilePath, readText, type LandingZone } from "@bulkhead/landing-zone";
import { CONFIGURATION, ENVIRONMENT_FILE, LANDING_ZONE_FILE } from "../paths.ts";
import { fileOutside, namedFileMissing, passwordMissing } from "./errors.ts";

export interface HostFile {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

export interface LandingZoneFiles {
  readonly landingZone: LandingZone;
  /** What is to be written; nothing where the landing zone stands in its place already. */
  readonly files: readonly HostFile[];
}

/**
 * @param env where the bind password may stand
 * @throws BulkheadError as `loadLandingZone` does; Ssh.FileOutside, .FileMissing, .PasswordMissing
 */
export async function readLandingZoneFiles(
  landingZoneFile: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<LandingZoneFiles> {
  const main = resolve(landingZoneFile);
  const texts = new Map<string, string>();
  const landingZone = loadLandingZone(main, {
    ...diskFiles,
    read(path) {
      const text = diskFiles.read(path);
      texts.set(resolve(path), text);
      return text;
    },
  });
  const environment = await environmentFile(landingZone, env);
  if (main === LANDING_ZONE_FILE) return { landingZone, files: environment };

  const lockFile = lockFilePath(main);
  const locked = readText(diskFiles, lockFile);
  if (locked !== undefined) texts.set(lockFile, locked);
  const secrets = new Set<string>();
  for (const { named, secret } of namedByDirectory(landingZone)) {
    if (isAbsolute(named)) continue;
    const path = join(dirname(main), named);
    const text = await readFile(path, "utf8").catch(() => {
      throw namedFileMissing(path);
    });
    texts.set(path, text);
    if (secret) secrets.add(path);
  }
  const files = [...texts].map(([path, text]) => {
    const inside = path === main ? "bulkhead.yaml" : relative(dirname(main), path);
    if (inside.startsWith("..")) throw fileOutside(path, dirname(main));
    return { path: join(CONFIGURATION, inside), text, mode: secrets.has(path) ? 0o600 : 0o644 };
  });
  return { landingZone, files: [...files, ...environment] };
}

/** Files that the section `users` names, and reading the directory needs. */
function namedByDirectory({ users }: LandingZone): readonly { readonly named: string; readonly secret: boolean }[] {
  const { url = "", caFile, bindPassword } = users?.directory ?? {};
  return [
    ...(url.startsWith("ldif:") ? [{ named: url.slice("ldif:".length), secret: true }] : []),
    ...(caFile === undefined ? [] : [{ named: caFile, secret: false }]),
    ...(bindPassword && "file" in bindPassword ? [{ named: bindPassword.file, secret: true }] : []),
  ];
}

/** The variable that holds the bind password, where the landing zone takes it from one: systemd.exec(5), EnvironmentFile. */
async function environmentFile(
  { users }: LandingZone,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly HostFile[]> {
  const source = users?.directory.bindPassword;
  if (source === undefined || !("env" in source)) return [];
  const password = env[source.env];
  const before = await readFile(ENVIRONMENT_FILE, "utf8").catch(() => "");
  const others = before.split("\n").filter((line) => line !== "" && !line.startsWith(`${source.env}=`));
  if (password === undefined) {
    if (before.split("\n").length > others.length + 1) return [];
    throw passwordMissing(source.env);
  }
  const line = `${source.env}="${password.replaceAll(/["\\$`]/g, "\\$&")}"`;
  return [{ path: ENVIRONMENT_FILE, text: [...others, line, ""].join("\n"), mode: 0o600 }];
}
