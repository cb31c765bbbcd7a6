/** Starts the server of fixed answers, sets its behaviour, and reads what was asked of it. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { devNull } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { region } from "./estate.ts";
import { controlPath, type Behaviour, type Counts } from "./server.ts";
import type { ServiceOptions } from "./services.ts";

export type { Behaviour, Counts } from "./server.ts";

export interface FixedAws extends AsyncDisposable {
  /** What a client's environment needs to take it for AWS. */
  readonly env: Readonly<Record<string, string>>;
  /** Sets the behaviour, and starts the counts anew. */
  behave(behaviour: Partial<Behaviour>): Promise<void>;
  counts(): Promise<Counts>;
}

export async function startFixedAws(options: ServiceOptions): Promise<FixedAws> {
  const script = join(import.meta.dirname, "main.ts");
  const args = ["--conditions=@bulkhead/source", script, JSON.stringify(options)];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  const [port] = (await once(createInterface(child.stdout), "line")) as [string];
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    env: {
      AWS_ENDPOINT_URL: endpoint,
      // With the account before the host's name, which no address can have.
      AWS_ENDPOINT_URL_S3_CONTROL: `http://localhost:${port}`,
      AWS_ACCESS_KEY_ID: "AKIABENCH00000000000",
      AWS_SECRET_ACCESS_KEY: "bench",
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: devNull,
      AWS_SHARED_CREDENTIALS_FILE: devNull,
    },
    behave: async (behaviour) => {
      const body = JSON.stringify({ latency: 0, limits: [], ...behaviour } satisfies Behaviour);
      await (await fetch(endpoint + controlPath, { method: "POST", body })).text();
    },
    counts: async () => (await (await fetch(endpoint + controlPath)).json()) as Counts,
    [Symbol.asyncDispose]: async () => {
      const exited = once(child, "exit");
      child.stdin.end();
      await exited;
    },
  };
}
