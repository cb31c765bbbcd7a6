/** The test host itself: its people can log in, the machine that it runs on stays as it was, and nothing outlives a test. */

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { MACHINE_USER, openHost, type TestHost } from "./host.ts";

/** Of the machine that runs the tests. */
async function machine(): Promise<Readonly<Record<string, string>>> {
  const files = ["passwd", "shadow", "group", "gshadow", "subuid", "subgid", "hostname", "hosts"];
  const hashes = files.map(async (name) => {
    const content = await readFile(join("/etc", name)).catch(() => "");
    return [name, createHash("sha256").update(content).digest("hex")] as const;
  });
  const folders = ["/etc/ssh", "/etc/sudoers.d", "/etc/systemd/system", "/home", "/mnt", "/var/lib"];
  const names = folders.map(async (folder) => [folder, (await readdir(folder).catch(() => [])).join(" ")] as const);
  return Object.fromEntries(await Promise.all([...hashes, ...names]));
}

let before: Readonly<Record<string, string>>;
let host: TestHost;
beforeAll(async () => {
  before = await machine();
  host = await openHost();
});
afterAll(async () => host[Symbol.asyncDispose]());

describe("the test host", () => {
  it("lets root and the machine's user in, each with the own key only", async () => {
    expect(await host.ssh("root", host.root, "id -un; hostname")).toMatchObject({ stdout: "root\ntest-host\n" });
    expect(await host.ssh(MACHINE_USER, host.machineUser, "sudo -n id -un")).toMatchObject({ stdout: "root\n" });
    expect(await host.ssh("root", host.machineUser)).toMatchObject({ code: 255, stdout: "" });
    expect(await host.ssh("nobody", host.root)).toMatchObject({ code: 255, stdout: "" });
  });

  it("leaves the machine below as it was", async () => {
    await host.sh(`
      useradd --create-home somebody
      echo changed >/etc/hostname
      mkdir /etc/systemd/system/some.d /var/lib/something
      touch /etc/sudoers.d/something /mnt/something
      rm /etc/hostname`);
    expect(await machine()).toEqual(before);
  });

  it("has only its own loopback, and can't change the kernel's settings", async () => {
    expect(await host.sh("ip -o link | cut -d: -f2")).toBe(" lo\n");
    expect(await host.run(["sh", "-c", "echo 1 >/proc/sys/vm/swappiness"])).toMatchObject({ code: 2 });
    expect(await host.run(["sh", "-c", `echo >${import.meta.filename}`])).toMatchObject({ code: 2 });
  });
});

it("ends with the process that opened it, even one that is killed", async () => {
  const program = `
    import { openHost } from ${JSON.stringify(join(import.meta.dirname, "host.ts"))};
    const host = await openHost();
    console.log(host.init);
    setInterval(() => undefined, 1000);`;
  const flags = ["--conditions=@bulkhead/source", "--no-warnings", "--input-type=module", "--eval", program];
  const child = spawn(process.execPath, flags, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const executable = (): Promise<string> => readlink(`/proc/${line.toString().trim()}/exe`).catch(() => "none");
  expect(await executable()).toMatch(/systemd$/);
  child.kill("SIGKILL");
  while ((await executable()) !== "none") await sleep(20);
  expect(await executable()).toBe("none");
});
