/**
 * The lease: at most one run at a time writes to an account.
 *
 * It is a row of SSM parameters, `/bulkhead/lease/00000007`, of which the last one counts. Whoever wants the lease makes
 * the next parameter without overwriting; SSM lets exactly one succeed (PutParameter, ParameterAlreadyExists), so two
 * runs that both find the last lease expired can't both take it. A run that looked long ago can still make a number
 * that is no longer the next: so it looks again after it has made it, and only the last number holds.
 */

import type { Report } from "@bulkhead/core";
import type { SSMClient } from "@aws-sdk/client-ssm";
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Access, Place } from "./access.ts";
import { awsErrorName, leaseHeld, leaseLost, leaseUnreadable } from "./errors.ts";
import { readAll, readPages } from "./pages.ts";
import { isGone, thisProcess, type ProcessId } from "./process-id.ts";

/** The account's lease; one with a name of its own is a row below it, which a look at the former doesn't see. */
const folder = "/bulkhead/lease";
/** Milliseconds for which a renewal is good. */
const validity = 120_000;
/** Milliseconds longer that others wait, since their clock may be ahead of the holder's. */
const clockSkew = 60_000;
const renewEvery = 30_000;
/** Milliseconds before its end at which the holder gives up a lease that it couldn't renew. */
const margin = 10_000;
const lookEvery = 5_000;
/** What SSM says when somebody else writes the same parameter. */
const contention = new Set(["ParameterAlreadyExists", "TooManyUpdates"]);

export interface LeaseOptions {
  /** What in the account is leased, such as `deploy/shop`: letters, digits and . _ - /. By default the whole account. */
  readonly name?: string;
  /** Milliseconds to wait for another run to end; ten minutes by default. */
  readonly patience?: number;
  readonly report: Report;
  readonly signal: AbortSignal;
}

export interface Lease {
  /** Aborted if the lease was lost, with the error that says how: nothing more may be written. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

interface Holder {
  /** Who, for others to read: an ARN and a machine. */
  readonly owner: string;
  readonly host: string;
  readonly process: ProcessId | null;
  /** Tells this taking of the lease from all others. */
  readonly nonce: string;
  /** Milliseconds since the epoch; 0 once released. */
  readonly until: number;
}

/**
 * Takes the lease of an account in its home region, after waiting for another run if need be.
 * A holder whose process on this machine has ended is not waited for.
 * @throws Credentials.LeaseHeld with who has it, Credentials.LeaseUnreadable
 */
export async function leaseAccount(access: Access, place: Place, options: LeaseOptions): Promise<Lease> {
  const { name, patience = 600_000, report, signal } = options;
  const row = name === undefined ? folder : `${folder}/${name}`;
  const nameOf = (number: number): string => `${row}/${String(number).padStart(8, "0")}`;
  const ssm = await import("@aws-sdk/client-ssm");
  const client = access.client(ssm.SSMClient, place);
  const { arn: owner } = await access.identity();
  const self = { owner, host: hostname(), process: thisProcess(), nonce: randomUUID() };
  const put = (number: number, until: number, overwrite: boolean) => {
    const Value = JSON.stringify({ ...self, until } satisfies Holder);
    const input = { Name: nameOf(number), Value, Type: "String", Overwrite: overwrite } as const;
    return client.send(new ssm.PutParameterCommand(input));
  };
  const remove = async (numbers: readonly number[]): Promise<void> => {
    for (let start = 0; start < numbers.length; start += 10) {
      const Names = numbers.slice(start, start + 10).map(nameOf);
      await client.send(new ssm.DeleteParametersCommand({ Names }));
    }
  };

  const giveUpAt = Date.now() + patience;
  let made: number | undefined;
  for (;;) {
    const rows = await readRows(client, row);
    const last = rows.at(-1);
    // Also where the answer to its making was lost.
    if (last?.holder.nonce === self.nonce) return hold(last.number, last.holder.until, rows.slice(0, -1));
    if (made !== undefined) await remove([made]);
    made = undefined;
    if (!last || isFree(last.holder)) {
      const number = (last?.number ?? 0) + 1;
      try {
        await put(number, Date.now() + validity, false);
        made = number;
      } catch (error) {
        if (!contention.has(awsErrorName(error) ?? "")) throw error;
        await sleep(200, undefined, { signal });
      }
      continue;
    }
    if (Date.now() >= giveUpAt) throw leaseHeld(last.holder.owner, last.holder.host, freeAt(last.holder));
    report({ type: "waiting", subject: "lease", reason: `${last.holder.owner} on ${last.holder.host} is at work` });
    await sleep(lookEvery, undefined, { signal });
  }

  function hold(number: number, until: number, older: readonly Row[]): Lease {
    const lost = new AbortController();
    let released = false;
    let renewing: Promise<void> = Promise.resolve();
    const lose = (how: string): void => {
      stop();
      lost.abort(leaseLost(how));
    };
    // The clock decides, not the timer, which can be early or late (a machine that slept).
    const expire = (end: number): NodeJS.Timeout =>
      setTimeout(
        () => {
          if (Date.now() >= end - margin) lose("it couldn't be renewed");
          else expiry = expire(end);
        },
        Math.max(1, end - margin - Date.now()),
      ).unref();
    let expiry = expire(until);
    const renew = async (): Promise<void> => {
      const last = (await readRows(client, row)).at(-1);
      if (released) return;
      if (last?.number !== number)
        return lose(last ? `${last.holder.owner} on ${last.holder.host} has it` : "it is gone");
      const end = Date.now() + validity;
      await put(number, end, true);
      clearTimeout(expiry);
      expiry = expire(end);
    };
    const renewal = setInterval(() => {
      renewing = renew().catch((error: unknown) => {
        report({ type: "warning", message: `the lease couldn't be renewed yet: ${String(error)}` });
      });
    }, renewEvery).unref();
    const stop = (): void => {
      clearInterval(renewal);
      clearTimeout(expiry);
    };
    return {
      lost: lost.signal,
      release: async () => {
        released = true;
        stop();
        await renewing;
        if (lost.signal.aborted) return;
        try {
          await put(number, 0, true);
          await remove(older.map((row) => row.number));
        } catch (error) {
          // The work is done and must not look undone.
          report({
            type: "warning",
            message: `the lease couldn't be given back and runs out by itself: ${String(error)}`,
          });
        }
      },
    };
  }
}

interface Row {
  readonly number: number;
  readonly holder: Holder;
}

async function readRows(client: SSMClient, path: string): Promise<Row[]> {
  const { GetParametersByPathCommand } = await import("@aws-sdk/client-ssm");
  const pages = readPages("NextToken", (page) => client.send(new GetParametersByPathCommand({ Path: path, ...page })));
  const parameters = await readAll(pages, (answer) => answer.Parameters);
  return parameters
    .map(({ Name = "", Value = "" }) => ({
      number: Number(Name.slice(path.length + 1)),
      holder: parseHolder(Name, Value),
    }))
    .sort((a, b) => a.number - b.number);
}

function parseHolder(name: string, value: string): Holder {
  try {
    return JSON.parse(value) as Holder;
  } catch (cause) {
    throw leaseUnreadable(name, cause);
  }
}

function freeAt({ until }: Holder): Date {
  return new Date(until === 0 ? 0 : until + clockSkew);
}

function isFree(holder: Holder): boolean {
  return freeAt(holder).getTime() < Date.now() || (holder.process !== null && isGone(holder.process));
}
