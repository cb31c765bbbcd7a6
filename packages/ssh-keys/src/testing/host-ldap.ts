/** OpenLDAP's server in a test host, which tells of changes (syncrepl) and holds SSH keys. Its data outlives a stop. */

import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { findSlapd } from "../../../directory/src/testing/install-slapd.ts";
import { suffix, toLdif, type FixtureEntry } from "../../../directory/src/testing/people.ts";
import { admin, reader } from "../../../directory/src/testing/slapd.ts";
import { finish } from "./boot-host.ts";
import type { TestHost } from "./host.ts";
import { dnOf, dnOfGroup } from "./people.ts";

export interface HostLdap {
  readonly url: string;
  start(): Promise<void>;
  /** Ends the server as a crash would; whoever is connected notices. */
  stop(): Promise<void>;
  add(...entries: readonly FixtureEntry[]): Promise<void>;
  /** LDIF with change records (RFC 2849). */
  modify(ldif: string): Promise<void>;
  /** Somebody leaves by their own entry, … */
  disable(uid: string): Promise<void>;
  /** … and comes back. */
  enable(uid: string): Promise<void>;
  setMembers(group: string, uids: readonly string[]): Promise<void>;
}

const FOLDER = "/srv/ldap";

/** @param syncrepl without it, the server can only be polled */
export async function startLdap(
  host: TestHost,
  entries: readonly FixtureEntry[],
  { syncrepl = true }: { readonly syncrepl?: boolean } = {},
): Promise<HostLdap> {
  const slapd = await findSlapd();
  const ldif = toLdif([...ownEntries, ...entries]);
  await host.sh('mkdir -p "$1/data"', FOLDER);
  await host.write(`${FOLDER}/slapd.conf`, configuration(syncrepl));
  await host.write(`${FOLDER}/data.ldif`, ldif);
  await host.sh('slapadd -q -f "$1/slapd.conf" -l "$1/data.ldif"', FOLDER);

  const url = "ldap://127.0.0.1";
  let running: ReturnType<TestHost["start"]> | undefined;
  const start = async (): Promise<void> => {
    const server = host.start([slapd, "-f", `${FOLDER}/slapd.conf`, "-h", url, "-d", "0"]);
    running = server;
    const ready = async (): Promise<boolean> =>
      (await host.run(["ldapsearch", "-x", "-H", url, "-s", "base", "-b", "", "1.1"])).code === 0;
    while (!(await ready())) {
      if (server.exitCode !== null) throw new Error(`slapd did not start:\n${(await finish(server)).stderr}`);
      await sleep(20);
    }
  };
  const stop = async (): Promise<void> => {
    if (running === undefined) return;
    const exited = once(running, "exit");
    await host.sh("pkill -KILL -x slapd");
    await exited;
    running = undefined;
  };
  const modify = async (changes: string): Promise<void> => {
    const argv = ["ldapmodify", "-x", "-H", url, "-D", admin.dn, "-w", admin.password];
    const { code, stdout, stderr } = await host.run(argv, { input: changes });
    if (code !== 0) throw new Error(`${stdout}${stderr}\n${changes}`);
  };
  const modifyEntry = (dn: string, change: string): Promise<void> =>
    modify(`dn: ${dn}\nchangetype: modify\n${change}\n`);
  await start();
  return {
    url,
    start,
    stop,
    modify,
    disable: (uid) => modifyEntry(dnOf(uid), "add: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z"),
    enable: (uid) => modifyEntry(dnOf(uid), "delete: pwdAccountLockedTime"),
    setMembers: (group, uids) =>
      modifyEntry(dnOfGroup(group), ["replace: member", ...uids.map((uid) => `member: ${dnOf(uid)}`)].join("\n")),
    add: (...more) => modify(toLdif(more).replaceAll(/^(dn:.*)$/gm, "$1\nchangetype: add")),
  };
}

const ownEntries: readonly FixtureEntry[] = [
  { dn: suffix, attributes: { objectClass: ["dcObject", "organization"], dc: ["example"], o: ["Example"] } },
  ...["people", "groups"].map((ou) => ({
    dn: `ou=${ou},${suffix}`,
    attributes: { objectClass: ["organizationalUnit"], ou: [ou] },
  })),
  {
    dn: reader.dn,
    attributes: {
      objectClass: ["organizationalRole", "simpleSecurityObject"],
      cn: ["reader"],
      userPassword: [reader.password],
    },
  },
];

/** With the schema of openssh-lpk, which is how directories hold SSH keys. */
function configuration(syncrepl: boolean): string {
  return `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include /etc/ldap/schema/nis.schema
attributetype ( 1.3.6.1.4.1.24552.500.1.1.1.13 NAME 'sshPublicKey' EQUALITY octetStringMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 )
objectclass ( 1.3.6.1.4.1.24552.500.1.1.2.0 NAME 'ldapPublicKey' SUP top AUXILIARY MAY ( sshPublicKey $ uid ) )
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
${syncrepl ? "moduleload syncprov" : ""}
sizelimit unlimited
database mdb
directory ${FOLDER}/data
maxsize 1073741824
dbnosync
suffix "${suffix}"
rootdn "${admin.dn}"
rootpw "${admin.password}"
index objectClass,entryUUID,entryCSN eq
access to attrs=userPassword by * auth
access to * by dn.exact="${reader.dn}" read by * none
overlay ppolicy
${syncrepl ? "overlay syncprov\nsyncprov-checkpoint 10 1\nsyncprov-sessionlog 1000" : ""}
`;
}
