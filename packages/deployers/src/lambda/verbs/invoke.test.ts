/** An invocation waits for as long as a function may take; that long no simulator makes a test wait. */

import { expect, it } from "@jest/globals";
import type { DeployRun } from "../../run.ts";
import { runInvoke } from "./invoke.ts";

it("gives a function its 15 minutes, also while nothing comes", async () => {
  const patience = new Map<string, unknown>();
  const client = {
    config: { requestHandler: { updateHttpClientConfig: (name: string, value: unknown) => patience.set(name, value) } },
    send: async (_: unknown, options: Readonly<Record<string, unknown>>) => {
      for (const [name, value] of Object.entries(options)) patience.set(name, value);
      return { ExecutedVersion: "1", Payload: new TextEncoder().encode("1") };
    },
  };
  const run = {
    target: { functions: [{ key: "orders", name: "shop-dev-orders", alias: "live" }], application: "shop" },
    context: { args: ["orders"] },
    prove: async () => ({ protected: false }),
    access: { client: () => client },
  } as unknown as DeployRun;
  const flags = { payload: undefined, "payload-file": undefined, qualifier: undefined, async: false } as const;
  await runInvoke(run, { ...flags, "log-type": "none" });
  expect([...patience].toSorted()).toEqual([
    ["requestTimeout", expect.any(Number)],
    ["socketTimeout", expect.any(Number)],
  ]);
  for (const milliseconds of patience.values()) expect(milliseconds).toBeGreaterThan(15 * 60_000);
});
