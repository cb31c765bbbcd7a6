/** Bulkhead's own command in a test host, with the landing zone of `people.ts`. */

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { reader } from "../../../directory/src/testing/slapd.ts";
import { dropIn } from "../install/sshd.ts";
import { SSHD_DROP_IN } from "../paths.ts";
import type { Ran, RunOptions, Running } from "./boot-host.ts";
import type { TestHost } from "./host.ts";

export const FOLDER = "/root/zone";
const FILE = `${FOLDER}/bulkhead.yaml`;
const PACKAGE = join(import.meta.dirname, "..", "..");

const env = { LDAP_PASSWORD: reader.password, AWS_EC2_METADATA_DISABLED: "true" };

export interface Bulkhead {
  /** Runs a command to its end. It may fail. */
  run(command: string, ...args: readonly string[]): Promise<Ran>;
  /** Runs a command that has to succeed. @returns what it showed */
  succeed(command: string, ...args: readonly string[]): Promise<string>;
  /** Starts one that goes on, such as `watch`. */
  start(command: string, args?: readonly string[], options?: RunOptions): Running;
}

/** @param program what starts it, ahead of its arguments; from the sources without it */
export function bulkheadOn(host: TestHost, program: readonly string[] = fromSources): Bulkhead {
  const words = (command: string, args: readonly string[]): readonly string[] => {
    const account = command === "uninstall" ? [] : ["--account", "shop-dev"];
    return [...program, command, "--file", FILE, ...account, ...args];
  };
  const run = (command: string, ...args: readonly string[]): Promise<Ran> => host.run(words(command, args), { env });
  return {
    run,
    async succeed(command, ...args) {
      const { code, signal, stdout, stderr } = await run(command, ...args);
      if (code !== 0) throw new Error(`${command} ended with ${code ?? signal}:\n${stdout}${stderr}`);
      return stdout;
    },
    start: (command, args = [], options = {}) =>
      host.start(words(command, args), { ...options, env: { ...env, ...options.env } }),
  };
}

const flags = ["--conditions=@bulkhead/source", "--no-warnings"];
const fromSources: readonly string[] = [process.execPath, ...flags, join(PACKAGE, "src", "bin.ts")];

export async function writeLandingZone(host: TestHost, text: string): Promise<void> {
  await host.sh('mkdir -p "$1"', FOLDER);
  await host.write(FILE, text);
}

/** Where `unpackInto` puts the program, as a folder of root's. */
export const UNPACKED = "/opt/bulkhead-ssh";

let packed: Promise<Buffer> | undefined;

/** The tarball that instances get; made once for all tests of a file. */
export function pack(): Promise<Buffer> {
  packed ??= makeTarball();
  return packed;
}

async function makeTarball(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "bulkhead-packed-"));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [join(PACKAGE, "pack.ts"), folder]);
    return await readFile(stdout.trim());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function unpackInto(host: TestHost, tarball: Buffer): Promise<void> {
  await host.sh('mkdir -p "$1"', UNPACKED);
  const { code, stderr } = await host.run(["tar", "-xzf", "-", "-C", UNPACKED, "--strip-components=1"], {
    input: tarball,
  });
  if (code !== 0) throw new Error(stderr);
}

/** Bulkhead as instances get it: the packed program, which starts faster than the sources. */
export async function packedBulkheadOn(host: TestHost): Promise<Bulkhead> {
  await unpackInto(host, await pack());
  return bulkheadOn(host, [`${UNPACKED}/bulkhead-ssh`]);
}

/** Puts sshd's part in place without an installation: Bulkhead's own, or another. */
export async function useSshdPart(host: TestHost, text = dropIn): Promise<void> {
  await host.sh('mkdir -p "$(dirname "$1")"', SSHD_DROP_IN);
  await host.write(SSHD_DROP_IN, text);
  await host.sh("systemctl reload ssh.service");
}
