/** The daemon while the directory is silent: what it does without it, and once it is back. */

import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { toLdif } from "../../directory/src/testing/people.ts";
import { writeLandingZone, type Bulkhead, packedBulkheadOn, useSshdPart } from "./testing/bulkhead.ts";
import { openHost, type Key, type TestHost } from "./testing/host.ts";
import { access, groupEntry, landingZone, personEntry } from "./testing/people.ts";
import { REVOKED_FILE } from "./paths.ts";

const CLOCK = join(import.meta.dirname, "testing", "fast-clock.mjs");
const LDIF = "/root/zone/people.ldif";

let host: TestHost;
let bulkhead: Bulkhead;
let anna: Key;
beforeEach(async () => {
  host = await openHost();
  bulkhead = await packedBulkheadOn(host);
  anna = await host.makeKey("anna");
  const ssh = `{ ${access}, maxStaleHours: 1 }`;
  await writeLandingZone(host, landingZone({ ssh, directory: '{ url: "ldif:people.ldif" }' }));
  const entries = [personEntry({ uid: "anna", number: 20_001, keys: [anna.line] }), groupEntry("shop", ["anna"])];
  const known = entries.map(({ dn, attributes }) => ({ dn, attributes: { ...attributes, entryUUID: [dn] } }));
  await host.write(LDIF, toLdif(known));
  await bulkhead.succeed("sync");
  await useSshdPart(host);
  await host.sh("echo 0 >/srv/ahead");
});
afterEach(async () => host[Symbol.asyncDispose]());

async function until(ask: () => Promise<boolean>, wanted: boolean): Promise<void> {
  while ((await ask()) !== wanted) await sleep(50);
}
const watch = (): void => {
  bulkhead.start("watch", [], { env: { NODE_OPTIONS: `--import=${CLOCK}`, CLOCK_AHEAD: "/srv/ahead" } });
};
const annaComesIn = async (): Promise<boolean> => (await host.ssh("anna", anna)).code === 0;
const rootComesIn = async (): Promise<boolean> => (await host.ssh("root", host.root)).code === 0;
const isHealthy = async (): Promise<boolean> =>
  (await host.run(["curl", "-fs", "http://127.0.0.1:9465/healthz"])).code === 0;

it("makes the file of revoked keys where it is missing: sshd refuses root too without it", async () => {
  await host.sh('mv "$1" /srv/people.ldif; rm "$2"', LDIF, REVOKED_FILE);
  expect(await rootComesIn()).toBe(false);
  watch();
  await until(rootComesIn, true);
  await host.sh('rm "$1"', REVOKED_FILE);
  await until(rootComesIn, true);
  expect(await annaComesIn()).toBe(true);
});

it("shuts everybody out after maxStaleHours, and lets them in as soon as the directory answers the same as before", async () => {
  watch();
  await until(isHealthy, true);
  await host.sh('mv "$1" /srv/people.ldif', LDIF);
  await until(isHealthy, false);
  expect(await annaComesIn()).toBe(true);
  await host.sh("echo 7200000 >/srv/ahead");
  await until(annaComesIn, false);
  expect(await rootComesIn()).toBe(true);
  await host.sh('mv /srv/people.ldif "$1"', LDIF);
  await until(annaComesIn, true);
  await until(isHealthy, true);
});
