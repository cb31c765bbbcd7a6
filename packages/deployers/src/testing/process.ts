/** A deployment in a process of its own, so that it can be killed, or stopped by Ctrl-C, like one. */

import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Shop } from "./shop.ts";

export interface Running extends ChildProcess {
  /** All that it has written so far. */
  shown(): string;
  /** Waits until it has written a text. */
  until(text: string): Promise<void>;
}

/** Looks at what it has written, 20 ms apart, before it is given up. */
const patience = 3_000;

/** `bulkhead-deploy …` with the shop's deploy file. */
export function startDeploy(shop: Shop, ...words: readonly string[]): Running {
  const bin = join(import.meta.dirname, "../bin.ts");
  const argv = ["--conditions=@bulkhead/source", bin, ...words, "--deploy-file", shop.path("bulkhead.deploy.yaml")];
  const child = spawn(process.execPath, argv, {
    env: { ...process.env, ...shop.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (more: string) => (text += more));
  }
  return Object.assign(child, {
    shown: () => text,
    until: async (wanted: string) => {
      for (let tries = 0; !text.includes(wanted); tries++) {
        if (tries > patience) child.kill("SIGKILL");
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`It ended with:\n${text}`);
        await sleep(20);
      }
    },
  });
}
