/** The calls to AWS Organizations: lists read to the end, writes one at a time, and waiting where AWS asks for it. */

import { BulkheadError, type Report } from "@bulkhead/core";
import { awsErrorName, type Access } from "@bulkhead/credentials";
import {
  OrganizationsClient,
  type Account,
  type OrganizationsClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from "@aws-sdk/client-organizations";
import type { Command } from "@smithy/types";
import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import type { AccountState } from "./model.ts";

type OrganizationsCommand<I extends ServiceInputTypes, O extends ServiceOutputTypes> = Command<
  ServiceInputTypes,
  I,
  ServiceOutputTypes,
  O,
  OrganizationsClientResolvedConfig
>;

export interface OrganizationsApi {
  read<I extends ServiceInputTypes, O extends ServiceOutputTypes>(command: OrganizationsCommand<I, O>): Promise<O>;
  /**
   * All pages of a list. An empty page can carry a token, and only a page without one is the last
   * (Organizations API Reference, “ListAccounts”).
   */
  readAll<I extends ServiceInputTypes & Paged, O extends ServiceOutputTypes & Paged, T>(
    command: (page: Paged) => OrganizationsCommand<I, O>,
    items: (answer: O) => readonly T[] | undefined,
  ): Promise<T[]>;
  /** A write: never beside another one, since they conflict; waits out what AWS says will pass. */
  write<I extends ServiceInputTypes, O extends ServiceOutputTypes>(command: OrganizationsCommand<I, O>): Promise<O>;
  /** A write that must never be sent twice; a lost answer is an error. */
  writeOnce<I extends ServiceInputTypes, O extends ServiceOutputTypes>(command: OrganizationsCommand<I, O>): Promise<O>;
  /** Waits, unless the run is interrupted, and says why. */
  wait(milliseconds: number, subject: string, reason: string): Promise<void>;
}

interface Paged {
  readonly NextToken?: string | undefined;
}

export interface OrganizationsApiOptions {
  readonly access: Access;
  readonly managementAccountId: string;
  /** Organizations is a global service; this is the region that signs and answers. */
  readonly region: string;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Refusals that pass by themselves; nothing was done when AWS gives one. */
const passing = new Map([
  ["ACCOUNT_CREATION_RATE_LIMIT_EXCEEDED", "AWS is creating as many accounts as it takes at once"],
  ["ConcurrentModificationException", "AWS is still busy with another change to the organization"],
  ["FinalizingOrganizationException", "AWS is still setting up the organization, which can take up to an hour"],
  ["TooManyRequestsException", "AWS asks for fewer calls"],
]);
const longestPause = 30_000;
const patience = 60 * 60_000;

export function createOrganizationsApi(options: OrganizationsApiOptions): OrganizationsApi {
  const { access, region, report, signal } = options;
  const place = { account: options.managementAccountId, region };
  const client = access.client(OrganizationsClient, place);
  const oneTryClient = access.client(OrganizationsClient, place, 1);
  const oneAtATime = pLimit(1);

  const wait = async (milliseconds: number, subject: string, reason: string): Promise<void> => {
    report({ type: "waiting", subject, reason });
    await sleep(milliseconds, undefined, { signal }).catch(() => {
      throw interrupted(subject);
    });
  };
  const outwait = async <T>(send: () => Promise<T>): Promise<T> => {
    for (let pause = 500, waited = 0; ; waited += pause, pause = Math.min(pause * 2, longestPause)) {
      try {
        return await send();
      } catch (error) {
        const reason = passing.get(refusalOf(error));
        if (reason === undefined || waited > patience) throw error;
        await wait(pause, "AWS Organizations", reason);
      }
    }
  };

  return {
    read: (command) => client.send(command),
    readAll: async (command, items) => {
      const all = [];
      for (let token: string | undefined; ;) {
        const answer = await client.send(command(token === undefined ? {} : { NextToken: token }));
        all.push(...(items(answer) ?? []));
        token = answer.NextToken;
        if (!token) return all;
      }
    },
    write: (command) => oneAtATime(() => outwait(() => client.send(command))),
    writeOnce: (command) => outwait(() => oneTryClient.send(command)),
    wait,
  };
}

/** What AWS refuses a call for: the exception, or its reason where the exception alone says little. */
function refusalOf(error: unknown): string {
  const name = awsErrorName(error) ?? "";
  const reason = error instanceof Error ? (error.cause as { Reason?: string } | undefined)?.Reason : undefined;
  return name === "ConstraintViolationException" ? (reason ?? name) : name;
}

function interrupted(subject: string): BulkheadError {
  return new BulkheadError({
    code: "Accounts.Interrupted",
    fault: "user",
    message: `Interrupted while waiting: ${subject}`,
    next: "Run the command again: it goes on where it stopped.",
  });
}

/** `State`, or what `Status` says where an endpoint doesn't know `State` yet. */
export function stateOf(account: Account): AccountState {
  return (account.State ?? account.Status ?? "ACTIVE") as AccountState;
}
