/** One HTTP request, bounded in time and size, that follows no redirect. */

import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";

/** No answer that we want is longer; a longer one is not what we asked for. */
const MAX_BYTES = 64 * 1024;

/** A time limit that several requests share. */
export interface Deadline {
  readonly milliseconds: number;
  readonly signal: AbortSignal;
}

export function deadline(milliseconds: number): Deadline {
  return { milliseconds, signal: AbortSignal.timeout(milliseconds) };
}

/** Why a source gave no answer, in words for people; never with what the request or the answer carried. */
export class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** What a promise gives, unless the deadline comes first. */
export async function within<T>(promise: Promise<T>, limit: Deadline): Promise<T> {
  return await new Promise<T>((resolve, reject) => {
    const late = (): void => reject(new NoAnswerError(`no answer within ${limit.milliseconds} ms`));
    if (limit.signal.aborted) late();
    limit.signal.addEventListener("abort", late, { once: true });
    promise.then(resolve, reject).finally(() => limit.signal.removeEventListener("abort", late));
  });
}

/**
 * Sends one request and reads the whole answer, whatever its status.
 * @throws NoAnswerError when the deadline passes, the connection fails or the answer is over 64 kB.
 */
export async function request(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string; deadline: Deadline },
): Promise<Answer> {
  if (!URL.canParse(url)) throw new NoAnswerError("its address is not a URL");
  const target = new URL(url);
  const send = sender(target);
  const { signal, milliseconds } = options.deadline;
  // Plain HTTP is for the machine's own link: with an agent of its own it never goes through a proxy, to another machine.
  const direct = target.protocol === "http:" ? { agent: false } : {};
  return await new Promise<Answer>((resolve, reject) => {
    const fail = (error: Error): void => reject(new NoAnswerError(reason(error, signal, milliseconds)));
    let outgoing: ClientRequest;
    try {
      outgoing = send(
        target,
        { method: options.method ?? "GET", headers: options.headers ?? {}, signal, ...direct },
        (incoming) => {
          const chunks: Buffer[] = [];
          let size = 0;
          incoming.on("data", (chunk: Buffer) => {
            size += chunk.length;
            if (size > MAX_BYTES) incoming.destroy(new Error(`it answered more than ${MAX_BYTES / 1024} kB`));
            else chunks.push(chunk);
          });
          incoming.on("error", fail);
          incoming.on("end", () =>
            resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
          );
        },
      );
    } catch (error) {
      // A header that came from outside (a metadata token) can be invalid.
      fail(error as Error);
      return;
    }
    outgoing.on("error", fail);
    outgoing.end(options.body);
  });
}

type Send = (url: URL, options: RequestOptions, onAnswer: (incoming: IncomingMessage) => void) => ClientRequest;

function sender({ protocol }: URL): Send {
  if (protocol === "https:") return process.getBuiltinModule("node:https").request;
  if (protocol === "http:") return process.getBuiltinModule("node:http").request;
  throw new NoAnswerError("its address is not an HTTP URL");
}

function reason(error: Error, signal: AbortSignal, milliseconds: number): string {
  if (signal.aborted) return `no answer within ${milliseconds} ms`;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ECONNREFUSED") return "the connection was refused";
  return code === undefined ? error.message : `the connection failed (${code})`;
}
