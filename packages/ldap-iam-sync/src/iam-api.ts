/** The calls to IAM: lists read to the end, and writes that wait out what passes by itself. */

import type { Report } from "@bulkhead/core";
import { awsErrorName, outwait, readAll, readPages, type Access, type PageToken } from "@bulkhead/credentials";
import {
  IAMClient,
  type IAMClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from "@aws-sdk/client-iam";
import type { Command } from "@smithy/types";

type IamCommand<I extends ServiceInputTypes, O extends ServiceOutputTypes> = Command<
  ServiceInputTypes,
  I,
  ServiceOutputTypes,
  O,
  IAMClientResolvedConfig
>;

/** How IAM cuts its lists. */
type Paged = PageToken<"Marker">;

export interface IamApi {
  read<I extends ServiceInputTypes, O extends ServiceOutputTypes>(command: IamCommand<I, O>): Promise<O>;
  /** The same, or null where there is no such thing. */
  find<I extends ServiceInputTypes, O extends ServiceOutputTypes>(command: IamCommand<I, O>): Promise<O | null>;
  /** All items of a list. */
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
/** Milliseconds: six seconds in all. */
const pauses: readonly number[] = [200, 400, 800, 1_600, 3_200];

export function createIamApi({ access, account, region, report, lost }: IamApiOptions): IamApi {
  const client = access.client(IAMClient, { account, region });
  const oneTryClient = access.client(IAMClient, { account, region }, 1);

  const patiently = <T>(send: () => Promise<T>, reasons: ReadonlyMap<string, string>): Promise<T> => {
    const sendUnlessLost = async (): Promise<T> => {
      lost.throwIfAborted();
      return send();
    };
    return outwait(sendUnlessLost, {
      reasonToWait: (error) => reasons.get(awsErrorName(error) ?? ""),
      pauses,
      tell: (reason) => report({ type: "waiting", subject: "IAM", reason }),
      signal: lost,
    });
  };
  const passingOrNew = new Map([...passing, [noSuchEntity, "IAM doesn't know everywhere yet what was just made"]]);

  return {
    read: (command) => client.send(command),
    find: (command) =>
      client.send(command).catch((error: unknown) => {
        if (awsErrorName(error) === noSuchEntity) return null;
        throw error;
      }),
    readAll: (command, items) =>
      readAll(
        readPages("Marker", (page) => client.send(command(page))),
        items,
      ),
    write: (command) => patiently(() => client.send(command), passing),
    writeOnce: (command) => patiently(() => oneTryClient.send(command), passing),
    attach: (command) => patiently(() => client.send(command), passingOrNew),
    unlessGone: async (command) => {
      try {
        await patiently(() => client.send(command), passing);
      } catch (error) {
        if (awsErrorName(error) !== noSuchEntity) throw error;
      }
    },
  };
}
