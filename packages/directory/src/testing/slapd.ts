/**
 * A real OpenLDAP server on loopback, with TLS, password policy and memberOf, of which nothing outlives this process.
 *
 * The shell that runs it owns the folder with all that belongs to it, and waits for the end of its standard input, which
 * the kernel closes however this process ends, SIGKILL included; it then ends slapd and removes the folder.
 */

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { findSlapd } from "./install-slapd.ts";
import { suffix, toLdif, type FixtureEntry } from "./people.ts";

const run = promisify(execFile);

export const reader = { dn: `cn=reader,${suffix}`, password: "correct horse" };
export const admin = { dn: `cn=admin,${suffix}`, password: "battery staple" };
/** Wrong passwords until an account is locked. */
export const MAX_FAILURES = 2;

export interface Slapd extends AsyncDisposable {
  readonly ldap: string;
  readonly ldaps: string;
  readonly caFile: string;
  readonly folder: string;
  /** Ends it, in good order; what it holds stays. */
  stop(): Promise<void>;
  /** Starts it again, at the same addresses. */
  start(): Promise<void>;
}

export interface SlapdOptions {
  readonly entries: readonly FixtureEntry[];
  /** Entries that one search may yield. */
  readonly sizeLimit?: number | "unlimited";
  /** Whether it tells of changes (slapo-syncprov(5)); `module`: it could, but doesn't for these entries. */
  readonly syncprov?: boolean | "module";
}

/** Takes a line for each thing to do: the URLs to serve, or nothing, to stop. Says `ended` when slapd has ended. */
const SERVE = `
trap '' INT TERM PIPE
folder=$(mktemp -d "$1/bulkhead-slapd-XXXXXX") && echo "$folder"
slapd=$2
serve() {
  "$slapd" -f "$folder/slapd.conf" -h "$1" -d 0 &
  echo $! >"$folder/pid"
  wait $!
  echo ended
}
while read -r urls; do
  if [ -n "$urls" ]; then serve "$urls" </dev/null & else kill "$(cat "$folder/pid")"; fi
done
kill "$(cat "$folder/pid")" 2>/dev/null
wait
rm -rf "$folder"
`;

/** Starts slapd with these entries below the suffix, which may be read by `reader` only. */
export async function startSlapd({ entries, sizeLimit = "unlimited", syncprov = false }: SlapdOptions): Promise<Slapd> {
  const slapd = await findSlapd();
  const shell = spawn("sh", ["-c", SERVE, "sh", tmpdir(), slapd], { stdio: "pipe" });
  let log = "";
  shell.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  shell.stdin.on("error", () => undefined);
  const exited = new Promise((resolve) => shell.once("exit", resolve));
  const dispose = async (): Promise<void> => {
    shell.stdin.end();
    await exited;
  };
  try {
    const lines = createInterface({ input: shell.stdout });
    const [folder] = (await once(lines, "line")) as [string];
    await fill(folder, slapd, entries, configuration(folder, sizeLimit, syncprov));
    const [port, securePort] = await freePorts();
    const urls = { ldap: `ldap://127.0.0.1:${port}`, ldaps: `ldaps://127.0.0.1:${securePort}` };
    let ended = Promise.resolve<unknown>(undefined);
    const start = async (): Promise<void> => {
      let running = true;
      ended = once(lines, "line").then(() => {
        running = false;
      });
      shell.stdin.write(`${urls.ldap} ${urls.ldaps}\n`);
      if (!(await listens(securePort, () => running))) throw new Error(`slapd did not start:\n${log}`);
    };
    const stop = async (): Promise<void> => {
      shell.stdin.write("\n");
      await ended;
    };
    await start();
    return { ...urls, caFile: join(folder, "ca.pem"), folder, stop, start, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function fill(folder: string, slapd: string, entries: readonly FixtureEntry[], conf: string): Promise<void> {
  const [settings, ldif] = [join(folder, "slapd.conf"), join(folder, "data.ldif")];
  await mkdir(join(folder, "data"));
  await makeCertificates(folder);
  await writeFile(settings, conf);
  await writeFile(ldif, toLdif([...ownEntries, ...entries]));
  await run(slapd.replace(/slapd$/, "slapadd"), ["-q", "-f", settings, "-l", ldif]);
}

const ownEntries: readonly FixtureEntry[] = [
  { dn: suffix, attributes: { objectClass: ["dcObject", "organization"], dc: ["example"], o: ["Example"] } },
  {
    dn: reader.dn,
    attributes: {
      objectClass: ["organizationalRole", "simpleSecurityObject"],
      cn: ["reader"],
      userPassword: [reader.password],
    },
  },
  {
    dn: `cn=policy,${suffix}`,
    attributes: {
      objectClass: ["device", "pwdPolicy"],
      cn: ["policy"],
      pwdAttribute: ["userPassword"],
      pwdLockout: ["TRUE"],
      pwdMaxFailure: [String(MAX_FAILURES)],
    },
  },
];

function configuration(folder: string, sizeLimit: number | "unlimited", syncprov: SlapdOptions["syncprov"]): string {
  return `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include /etc/ldap/schema/nis.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
moduleload ppolicy
${syncprov === false ? "" : "moduleload syncprov"}
TLSCACertificateFile ${folder}/ca.pem
TLSCertificateFile ${folder}/server.pem
TLSCertificateKeyFile ${folder}/server.key
sizelimit ${sizeLimit}
database mdb
directory ${folder}/data
maxsize 1073741824
suffix "${suffix}"
rootdn "${admin.dn}"
rootpw "${admin.password}"
access to attrs=userPassword by * auth
access to * by dn.exact="${reader.dn}" read by * none
overlay memberof
overlay ppolicy
ppolicy_default "cn=policy,${suffix}"
${syncprov === true ? "overlay syncprov" : ""}
`;
}

/** A CA, and a certificate of it that is good for 127.0.0.1 and not for localhost. */
async function makeCertificates(folder: string): Promise<void> {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const make = (...args: readonly string[]): Promise<unknown> =>
    run("openssl", ["req", "-x509", ...key, ...args], { cwd: folder });
  await make("-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test CA");
  const names = ["-subj", "/CN=slapd", "-addext", "subjectAltName=IP:127.0.0.1,DNS:ldap.example.com"];
  const issuer = ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "basicConstraints=critical,CA:FALSE"];
  await make("-keyout", "server.key", "-out", "server.pem", ...names, ...issuer);
}

async function freePorts(): Promise<readonly [number, number]> {
  const servers = [createServer(), createServer()];
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))));
  const [first, second] = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return [first!, second!];
}

/** Waits until something listens on the port; false, if what shall listen ends before. */
async function listens(port: number, isRunning: () => boolean): Promise<boolean> {
  while (isRunning()) {
    const connected = await new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.on("connect", () => {
        socket.destroy();
        resolve(true);
      });
      socket.on("error", () => {
        resolve(false);
      });
    });
    if (connected === true) return true;
    await sleep(20);
  }
  return false;
}
