/** Reading side by side: who has to wait holds up nobody else. */

import { expect, it } from "@jest/globals";
import { silent } from "@bulkhead/core";
import { createReadiness } from "@bulkhead/stages";
import { readPlaces } from "./actual.ts";
import type { Control, Reach } from "./control.ts";
import { global } from "./scopes.ts";

it("a new account that isn't ready leaves its turn to others", async () => {
  const seen: string[] = [];
  const read = async ({ account }: { account: string }) => {
    seen.push(account);
    if (account === "new" && !seen.includes("old")) {
      throw Object.assign(new Error("not subscribed yet"), { name: "OptInRequired" });
    }
    return [];
  };
  const control = { name: "control", read } as Partial<Control> as Control;
  const patience = { first: 1, longest: 1, total: 1 };
  const signal = new AbortController().signal;
  const readiness = createReadiness({ isNew: (account) => account === "new", report: silent, signal, patience });
  const places = ["new", "old"].map((account) => ({ control, site: { account, region: global }, wanted: [] }));
  const result = await readPlaces(places, {} as Reach, { concurrency: 1, readiness, report: silent });
  expect(result.map(({ status }) => status)).toEqual(["read", "read"]);
  expect(seen).toEqual(["new", "old", "new"]);
});
