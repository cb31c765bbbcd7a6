/** The receipt book of a run: reads what was deployed, and writes a line before the first write and one after the last. */

import { asBulkheadError } from "@bulkhead/core";
import type { SSMClient } from "@aws-sdk/client-ssm";
import type { DeployRun } from "../run.ts";
import { readCheckout } from "./checkout.ts";
import { foldLines } from "./history.ts";
import { jobUrl } from "./job.ts";
import type { Beginning, Ending, Kind, OpenReceipt, Receipt, ReceiptBook, Source } from "./model.ts";
import { parameterOf, pathOf, readLines, readReceipts, writeReceipt } from "./store.ts";

type BookRun = Pick<DeployRun, "target" | "place" | "access" | "context" | "hold" | "lost">;

/** @param kind whose units the book speaks of */
export function openReceiptBook(run: BookRun, kind: Kind): ReceiptBook {
  const { target, place, access, context } = run;
  const { application } = target;
  const environment = target.environment ?? null;
  const client = async (): Promise<SSMClient> => {
    const { SSMClient } = await import("@aws-sdk/client-ssm");
    return access.client(SSMClient, place);
  };
  const read = async (): Promise<Map<string, Receipt>> => {
    const receipts = await readReceipts(await client(), pathOf(application, environment, kind));
    return new Map(receipts.map((it) => [it.unit, it]));
  };
  let before: Promise<Map<string, Receipt>> | undefined;
  let held: Promise<Map<string, Receipt>> | undefined;
  let source: Promise<Source> | undefined;

  const known = (): Promise<Map<string, Receipt>> => held ?? (before ??= read());
  /** From then on, nobody else writes. */
  const underLease = async (): Promise<Map<string, Receipt>> => {
    await run.hold();
    run.lost.throwIfAborted();
    return (held ??= read());
  };
  const write = async (receipt: Receipt): Promise<void> => {
    run.lost.throwIfAborted();
    await writeReceipt(await client(), receipt);
    (await underLease()).set(receipt.unit, receipt);
  };
  const now = (): string => new Date().toISOString();

  const checkout = (): Promise<Source> => (source ??= readCheckout(target.folder));
  const line = async (beginning: Beginning): Promise<Omit<Receipt, "to" | "result">> => {
    const { source, ...rest } = beginning;
    const { commit, dirty } = source ?? (await checkout());
    const who = (await access.identity()).arn;
    const more = { commit, dirty, who, job: jobUrl(context.env), at: now(), reason: null };
    return { version: 1, application, environment, kind, ...rest, ...more };
  };

  const begin = async (beginning: Beginning): Promise<OpenReceipt> => {
    await underLease();
    const begun: Receipt = { ...(await line(beginning)), to: null, result: "begun" };
    const { commit } = begun;
    await write(begun);
    const end = async (ending: Ending): Promise<void> => {
      try {
        await write({ ...begun, ...ending, at: now() });
      } catch (error) {
        const { message } = asBulkheadError(error);
        const text = `the receipt of ${begun.name} couldn't be ended, which the next run does: ${message}`;
        context.report({ type: "warning", message: text });
      }
    };
    return {
      begun,
      end,
      done: (to) => end({ result: "done", to: to && { ...to, commit }, reason: null }),
      failed: (reason, to = begun.from) => end({ result: "failed", to, reason }),
      turnedBack: (reason, to = begun.from) => end({ result: "turned back", to, reason }),
    };
  };

  return {
    last: async (unit) => (await known()).get(unit),
    latest: async (unit) => (await underLease()).get(unit),
    lasts: async () => [...(await known()).values()],
    settle: async (unit, judge) => {
      const last = (await underLease()).get(unit);
      if (last?.result !== "begun") return last;
      const ended = { ...last, ...(await judge(last)), at: now() };
      await write(ended);
      return ended;
    },
    begin,
    confirm: async ({ version, ...found }) => {
      if (!target.isBeforeAnother) return;
      const { commit, dirty } = found.source ?? (await checkout());
      if (commit === null || dirty) return;
      const says = (last: Receipt | undefined): boolean =>
        last?.result === "done" && last.to?.commit === commit && !last.dirty;
      if (says((await known()).get(found.unit))) return;
      const last = (await underLease()).get(found.unit);
      if (says(last)) return;
      // So that what ran before is known, even where older lines are forgotten.
      const from = last?.verb !== "rollback" && last?.to?.version === version ? last.from : null;
      const to = { version, digest: found.digest, commit };
      await write({ ...(await line({ ...found, verb: "confirm", from })), to, result: "done" });
    },
    checkout,
    history: async (unit) => {
      const lines = await readLines(await client(), parameterOf({ application, environment, kind, unit }));
      return foldLines(lines).toReversed();
    },
  };
}
