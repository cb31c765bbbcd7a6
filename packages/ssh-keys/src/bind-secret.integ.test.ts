/** A host whose bind password is a secret in AWS, read by the packed command: real slapd, and Secrets Manager of the sandbox. */

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { reader } from "../../directory/src/testing/slapd.ts";
import { REPOSITORY, type Ran } from "./testing/boot-host.ts";
import { FOLDER, pack, UNPACKED, unpackInto, writeLandingZone } from "./testing/bulkhead.ts";
import { startLdap } from "./testing/host-ldap.ts";
import { openHost, type TestHost } from "./testing/host.ts";
import { groupEntry, landingZone, personEntry } from "./testing/people.ts";

let host: TestHost;
let aws: Readonly<Record<string, string>>;
let arn: string;

const inRepository = ["env", `--chdir=${REPOSITORY}`];

beforeAll(async () => {
  host = await openHost();
  await unpackInto(host, await pack());
  const { line } = await host.makeKey("anna");
  await startLdap(host, [personEntry({ uid: "anna", number: 20_001, keys: [line] }), groupEntry("shop", ["anna"])]);
  aws = await startAws();
  const make = `
    import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
    const input = { Name: "reader", SecretString: process.env.PASSWORD };
    const { ARN } = await new SecretsManagerClient({ region: "eu-central-1" }).send(new CreateSecretCommand(input));
    process.stdout.write(ARN);`;
  const made = await host.run([...inRepository, process.execPath, "--input-type=module", "-e", make], {
    env: { ...aws, PASSWORD: reader.password },
  });
  if (made.code !== 0) throw new Error(made.stderr);
  arn = made.stdout;
});
afterAll(async () => host[Symbol.asyncDispose]());

/** @returns the variables by which its clients reach it */
async function startAws(): Promise<Readonly<Record<string, string>>> {
  const main = `${REPOSITORY}/tools/sandbox/src/main.ts`;
  const sandbox = host.start([process.execPath, "--conditions=@bulkhead/source", "--no-warnings", main]);
  sandbox.stderr.resume();
  let text = "";
  for await (const more of sandbox.stdout.setEncoding("utf8")) {
    text += more as string;
    if (text.includes("\n#")) break;
  }
  return Object.fromEntries(
    [...text.matchAll(/^export (AWS_\w+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
}

async function sync(secret: string, env: Readonly<Record<string, string>> = aws): Promise<Ran> {
  const { dn } = reader;
  const directory = `{ url: "ldap://127.0.0.1", allowPlaintext: true, bindDn: "${dn}", bindPassword: { secret: "${secret}" } }`;
  await writeLandingZone(host, landingZone({ directory }));
  const words = ["sync", "--verbose", "--file", `${FOLDER}/bulkhead.yaml`, "--account", "shop-dev"];
  return host.run([`${UNPACKED}/bulkhead-ssh`, ...words], { env: { AWS_EC2_METADATA_DISABLED: "true", ...env } });
}

describe("a bind password in Secrets Manager", () => {
  it("that isn't there, or may not be read, is told by the secret's name, and nothing changes", async () => {
    const before = await host.read("/etc/passwd");
    const missing = arn.replace(/reader-\w+$/, "nobody-abcdef");
    for (const [secret, env] of [
      [missing, aws],
      [arn, {}],
    ] as const) {
      const { code, stderr } = await sync(secret, env);
      expect(code).toBe(1);
      expect(stderr).toContain("Directory.PasswordMissing");
      expect(stderr).toContain(secret);
    }
    expect(await host.read("/etc/passwd")).toBe(before);
  });

  it("lets the directory be read, and is shown nowhere", async () => {
    const { code, stdout, stderr } = await sync(arn);
    expect(stderr).not.toContain("Directory.");
    expect(code).toBe(0);
    expect(await host.read("/etc/passwd")).toContain("\nanna:x:20001:");
    expect(stdout + stderr).not.toContain(reader.password);
  });
});
