/** The calls to IAM: lists read to the end, and writes that wait out what passes by itself. */

import type { Report } from "@bulkhead/core";
import { awsErrorName, type Access } from "@bulkhead/credentials";
import {
  IAMClient,
  type IAMClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from "@aws-sdk/client-iam";
import type { Command } from "@smithy/types";
import { setTimeout as sleep } from "node:timers/promises";

type IamCommand<I extends ServiceInputTypes, O extends ServiceOutputTypes> = Command<
  ServiceInputTypes,
  I,
  ServiceOutputTypes,
  O,
  IAMClientResolvedConfig
>;

/** How IAM cuts its lists. */
export interface Paged {
  readonly Marker?: string | undefined;
}

export interface IamApi {
  read<I extends ServiceInputTypes, O extends ServiceOutputTypes>(command: IamCommand<I, O>): Promise<O>;
  /** The same, or null where there is no such thing. */
  find<I extends ServiceInputTypes, O extends ServiceOutputTypes>(command: IamCommand<I, O>): Promise<O | null>;
  /** All items of a list. Pages may be short; only one without a marker is the last. */
  readAll<I extends ServiceInputTypes & Paged, O extends ServiceOutputTypes & Paged, T>(
    command: (page: Paged) => IamCommand<I, O>,
    items: (answer: O) => readonly T[] | undefined,
  ): Promise<T[]>;
  /** A write that may be sent again if its answer is lost. */
  write<I extends ServiceInputTypes, O extends ServiceOutputTypes>(command: IamCommand<I, O>): Promise<O>;
  /** A write that makes one thing more each time that it is sent: never sent again. */
  writeOnce<I extends ServiceInputTypes, O extends ServiceOutputTypes>(command: IamCommand<I, O>): Promise<O>;
  /** Ties two things together, of which this run may have made one a moment ago: IAM takes seconds to know it everywhere. */
  attach<I extends ServiceInputTypes, O extends ServiceOutputTypes>(command: IamCommand<I, O>): Promise<O>;
  /** A write to what somebody or an earlier run may have removed: then nothing is left to do. */
  unlessGone<I extends ServiceInputTypes, O extends ServiceOutputTypes>(command: IamCommand<I, O>): Promise<void>;
}

export interface IamApiOptions {
  readonly access: Access;
  /** 12 digits: the identity account. */
  readonly account: string;
  /** IAM is a global service; this is the region that names its partition. */
  readonly region: string;
  readonly report: Report;
  /** The lease is lost: nothing more is written. */
  readonly lost: AbortSignal;
}

const noSuchEntity = "NoSuchEntityException";
/** Refusals that pass by themselves; nothing was done when IAM gives one (IAM API Reference, UpdateUser). */
const passing = new Map([
  ["ConcurrentModificationException", "IAM is still busy with another change to it"],
  ["EntityTemporarilyUnmodifiableException", "IAM has only just changed it"],
]);
const firstPause = 200;
/** Pauses double: six seconds in all. */
const tries = 6;

export function createIamApi({ access, account, region, report, lost }: IamApiOptions): IamApi {
  const client = access.client(IAMClient, { account, region });
  const oneTryClient = access.client(IAMClient, { account, region }, 1);

  const outwait = async <T>(send: () => Promise<T>, reasons: ReadonlyMap<string, string>): Promise<T> => {
    for (let attempt = 1, pause = firstPause; ; attempt++, pause *= 2) {
      lost.throwIfAborted();
      try {
        return await send();
      } catch (error) {
        const reason = reasons.get(awsErrorName(error) ?? "");
        if (reason === undefined || attempt === tries) throw error;
        report({ type: "waiting", subject: "IAM", reason });
        await sleep(pause, undefined, { signal: lost }).catch(() => lost.throwIfAborted());
      }
    }
  };
  const passingOrNew = new Map([...passing, [noSuchEntity, "IAM doesn't know everywhere yet what was just made"]]);

  return {
    read: (command) => client.send(command),
    find: (command) =>
      client.send(command).catch((error: unknown) => {
        if (awsErrorName(error) === noSuchEntity) return null;
        throw error;
      }),
    readAll: async (command, items) => {
      const all = [];
      for (let page: Paged = {}; ;) {
        const answer = await client.send(command(page));
        all.push(...(items(answer) ?? []));
        if (!answer.Marker) return all;
        page = { Marker: answer.Marker };
      }
    },
    write: (command) => outwait(() => client.send(command), passing),
    writeOnce: (command) => outwait(() => oneTryClient.send(command), passing),
    attach: (command) => outwait(() => client.send(command), passingOrNew),
    unlessGone: async (command) => {
      try {
        await outwait(() => client.send(command), passing);
      } catch (error) {
        if (awsErrorName(error) !== noSuchEntity) throw error;
      }
    },
  };
}
