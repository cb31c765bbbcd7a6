/**
 * One connection to one LDAP server. When it ends, it has ended.
 *
 * It uses ldapts' messages, not its client: that one reconnects by itself, as anonymous and without StartTLS, and hides
 * the cookie of an empty page.
 */

import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import {
  BerReader,
  BindRequest,
  ExtendedRequest,
  PagedResultsControl,
  ProtocolOperation,
  SearchRequest,
  UnbindRequest,
  type Control,
  type Filter,
} from "ldapts";
import type { Entry } from "./entry.ts";
import { enter } from "./ber.ts";
import { reasonOf, tlsFailed, unreachable } from "./errors.ts";
import { MessageFrames } from "./frames.ts";
import {
  pagingCookie,
  readControls,
  readEntry,
  readExtendedValue,
  readResult,
  readStrings,
  type ControlValues,
} from "./response.ts";
import { SUCCESS, type LdapResult } from "./result-code.ts";
import { INTERMEDIATE } from "./sync-messages.ts";

const START_TLS = "1.3.6.1.4.1.1466.20037";
const WHO_AM_I = "1.3.6.1.4.1.4203.1.11.3";
/** Bytes of all messages that answer one request: far above a page of entries, or a refresh of a large directory. */
const LONGEST_ANSWER = 512 * 1024 * 1024;

export interface ConnectionOptions {
  /** PEM certificates to trust in place of the system's. */
  readonly ca: Buffer | undefined;
  /** Milliseconds without a byte from the server after which the connection is given up. */
  readonly silenceMs: number;
  readonly signal: AbortSignal | undefined;
  /** Bytes that may answer one request. */
  readonly longestAnswer?: number;
}

export interface Search {
  readonly base: string;
  readonly scope: "base" | "sub";
  readonly filter: Filter;
  readonly attributes: readonly string[];
}

export interface SearchPage extends Search {
  /** How many entries at most, and where the page before it ended; without it, the search isn't paged. */
  readonly paging?: { readonly size: number; readonly cookie: Buffer };
}

export interface PageResult {
  readonly result: LdapResult;
  readonly entries: readonly Entry[];
  /** URLs of search continuations (RFC 4511 §4.5.3). */
  readonly references: readonly string[];
  /** What the next page begins with; empty after the last, undefined if the server didn't answer the paging control. */
  readonly cookie: Buffer | undefined;
}

/** What is told of a search that goes on. */
export interface SearchListener {
  readonly onEntry: (entry: Entry, message: OpenMessage) => void;
  readonly onReferences: (urls: readonly string[], message: OpenMessage) => void;
  readonly onIntermediate: (reader: BerReader) => void;
}

export interface OpenMessage {
  readonly controls: ControlValues;
  /** Bytes of the message. */
  readonly size: number;
}

export interface OpenSearch {
  /** What the server ended the search with. Rejects when the connection ends. */
  readonly ended: Promise<LdapResult>;
  /** What was waited for has come: from now on the server may be silent, and go on for good. */
  rest(): void;
}

type Write = (messageId: number) => Buffer;
/** @param end where the operation ends, and controls may follow */
type Take<T> = (operation: number, reader: BerReader, end: number) => T | undefined;

interface Pending {
  readonly take: (operation: number, reader: BerReader, end: number) => void;
  readonly reject: (reason: unknown) => void;
  /** Whether the server owes an answer: then its silence and the length of the answer count. */
  awaited: boolean;
  /** Of the answer so far. */
  bytes: number;
}

export class Connection {
  /** The server's URL. */
  readonly url: string;
  readonly #options: ConnectionOptions;
  readonly #host: string;
  readonly #abort = (): void => {
    this.#end(this.#options.signal?.reason);
  };
  #socket: Socket;
  #silence: NodeJS.Timeout | undefined;
  #frames = new MessageFrames();
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  /** Why it ended. */
  #ended: { readonly reason: unknown } | undefined;

  private constructor(url: string, host: string, port: number, options: ConnectionOptions) {
    this.url = url;
    this.#host = host;
    this.#options = options;
    this.#socket = connectTcp(port, host);
    options.signal?.addEventListener("abort", this.#abort);
  }

  /**
   * Connects; for ldaps://, encrypted, with certificate and host name checked.
   * @throws Directory.Unreachable, Directory.TlsFailed
   */
  static async open(url: string, options: ConnectionOptions): Promise<Connection> {
    options.signal?.throwIfAborted();
    const { protocol, hostname, port } = new URL(url);
    const secure = protocol === "ldaps:";
    const host = hostname.replace(/^\[|\]$/g, "");
    const connection = new Connection(url, host, Number(port) || (secure ? 636 : 389), options);
    await connection.#ready("connect");
    if (secure) await connection.#encrypt();
    return connection;
  }

  /**
   * Encrypts the connection (RFC 4511 §4.14), if the server agrees.
   * @throws Directory.Unreachable, Directory.TlsFailed
   */
  async startTls(): Promise<LdapResult> {
    const { result } = await this.#extended(START_TLS);
    if (result.code !== SUCCESS) return result;
    // What came in the clear behind the answer isn't from the server that the certificate will name.
    if (!this.#frames.empty) throw this.#end(this.#broken("more than an answer to StartTLS came"));
    await this.#encrypt();
    return result;
  }

  /** Simple bind (RFC 4513 §5.1). */
  bind(dn: string, password: string): Promise<LdapResult> {
    return this.#exchange<LdapResult>(
      (messageId) => new BindRequest({ messageId, dn, password }).write(),
      (operation, reader) => {
        if (operation !== ProtocolOperation.LDAP_RES_BIND) throw unexpected(operation);
        return readResult(reader);
      },
    );
  }

  /** Asks the server who it takes us for (RFC 4532); the identity is empty for anonymous. */
  async whoAmI(): Promise<{ readonly result: LdapResult; readonly identity: string }> {
    const { result, value } = await this.#extended(WHO_AM_I);
    return { result, identity: value };
  }

  /** One search, or one page of it. No limits of ours: a limit that is hit has to be the server's, and be told. */
  search({ paging, ...search }: SearchPage): Promise<PageResult> {
    const controls = paging && [new PagedResultsControl({ critical: true, value: paging })];
    const entries: Entry[] = [];
    const references: string[] = [];
    return this.#exchange<PageResult>(
      (messageId) => searchRequest(messageId, search, controls),
      (operation, reader, end) => {
        if (operation === ProtocolOperation.LDAP_RES_SEARCH_ENTRY) entries.push(readEntry(reader));
        else if (operation === ProtocolOperation.LDAP_RES_SEARCH_REF) references.push(...readStrings(reader, end));
        else if (operation === ProtocolOperation.LDAP_RES_SEARCH) {
          const result = readResult(reader);
          return { result, entries, references, cookie: pagingCookie(readControls(reader)) };
        } else throw unexpected(operation);
        return undefined;
      },
    );
  }

  /** A search that a control keeps open, beside which other requests can be made. */
  openSearch(search: Search, control: Control, listener: SearchListener): OpenSearch {
    const { pending, answer } = this.#request<LdapResult>(
      (messageId) => searchRequest(messageId, search, [control]),
      (operation, reader, end) => {
        const message = (): OpenMessage => ({ controls: readControls(reader), size: reader.buffer.length });
        if (operation === ProtocolOperation.LDAP_RES_SEARCH_ENTRY) listener.onEntry(readEntry(reader), message());
        else if (operation === ProtocolOperation.LDAP_RES_SEARCH_REF) {
          listener.onReferences(readStrings(reader, end), message());
        } else if (operation === INTERMEDIATE) listener.onIntermediate(reader);
        else if (operation === ProtocolOperation.LDAP_RES_SEARCH) return readResult(reader);
        else throw unexpected(operation);
        return undefined;
      },
    );
    const rest = (): void => {
      pending.awaited = false;
      this.#watchSilence();
    };
    return { ended: answer, rest };
  }

  /** Says goodbye (RFC 4511 §4.3) and ends the connection. */
  close(): void {
    if (this.#ended) return;
    const socket = this.#socket;
    const goodbye = new UnbindRequest({ messageId: ++this.#lastId }).write();
    this.#forget(this.#broken("the connection was closed"));
    // A server that doesn't take the goodbye shall not keep this process alive.
    socket.unref();
    socket.end(goodbye, () => socket.destroy());
  }

  #extended(oid: string): Promise<{ readonly result: LdapResult; readonly value: string }> {
    return this.#exchange(
      (messageId) => new ExtendedRequest({ messageId, oid }).write(),
      (operation, reader) => {
        if (operation !== ProtocolOperation.LDAP_RES_EXTENSION) throw unexpected(operation);
        return { result: readResult(reader), value: readExtendedValue(reader) };
      },
    );
  }

  /** Sends a request and waits for what `take` makes of the messages that answer it. */
  async #exchange<T>(write: Write, take: Take<T>): Promise<T> {
    this.#throwIfEnded();
    const answer = await this.#request(write, take).answer;
    // Nonsense that came along with the answer makes the answer doubtful as well.
    this.#throwIfEnded();
    return answer;
  }

  /** Sends a request and gives each message that answers it to `take`, until that returns the answer. */
  #request<T>(write: Write, take: Take<T>): { readonly pending: Pending; readonly answer: Promise<T> } {
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const pending: Pending = {
      reject,
      take: (operation, reader, end) => {
        const answer = take(operation, reader, end);
        if (answer === undefined) return;
        this.#pending.delete(id);
        this.#watchSilence();
        resolve(answer);
      },
      awaited: true,
      bytes: 0,
    };
    if (this.#ended) reject(this.#ended.reason);
    else {
      this.#pending.set(id, pending);
      this.#watchSilence();
      this.#socket.write(write(id));
    }
    return { pending, answer: promise };
  }

  #receive(chunk: Buffer): void {
    this.#silence?.refresh();
    try {
      for (const message of this.#frames.push(chunk)) this.#take(message);
    } catch (cause) {
      this.#end(this.#broken(reasonOf(cause)));
    }
  }

  #take(message: Buffer): void {
    const reader = new BerReader(message);
    enter(reader);
    const id = reader.readInt();
    const operation = reader.peek();
    const end = enter(reader);
    if (operation === null) throw new Error("the answer is not LDAP");
    // Notice of Disconnection (RFC 4511 §4.4.1).
    if (id === 0) throw new Error(`the server ends the connection: ${readResult(reader).message}`);
    const pending = this.#pending.get(id ?? 0);
    if (!pending) throw new Error("an answer to no request came");
    if (pending.awaited) {
      pending.bytes += message.length;
      const { longestAnswer = LONGEST_ANSWER } = this.#options;
      if (pending.bytes > longestAnswer) throw new Error(`an answer of more than ${longestAnswer} bytes came`);
    }
    pending.take(operation, reader, end);
  }

  /** Waits until the socket is connected (or encrypted), then listens to what comes. */
  async #ready(event: "connect" | "secureConnect"): Promise<void> {
    const socket = this.#socket;
    let established = false;
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    this.#pending.set(0, { take: () => undefined, reject, awaited: true, bytes: 0 });
    this.#watchSilence();
    socket.once(event, () => {
      established = true;
      socket.on("data", (chunk: Buffer) => {
        this.#receive(chunk);
      });
      resolve(undefined);
    });
    socket.on("error", (cause) => {
      const untrusted = event === "secureConnect" && !established;
      this.#end(untrusted ? tlsFailed(this.url, cause) : this.#broken(reasonOf(cause), cause));
    });
    socket.on("close", () => {
      this.#end(this.#broken("the connection was dropped"));
    });
    try {
      await promise;
    } finally {
      this.#pending.delete(0);
      this.#watchSilence();
    }
  }

  async #encrypt(): Promise<void> {
    const { ca } = this.#options;
    this.#socket.removeAllListeners("data");
    this.#socket = connectTls({
      socket: this.#socket,
      host: this.#host,
      // The name to ask for (SNI, RFC 6066 §3) can't be an address; the certificate is checked against either.
      ...(isIP(this.#host) === 0 ? { servername: this.#host } : {}),
      ...(ca === undefined ? {} : { ca }),
      // Said, so that NODE_TLS_REJECT_UNAUTHORIZED can't turn it off.
      rejectUnauthorized: true,
    });
    await this.#ready("secureConnect");
  }

  /** From now on, while an answer is owed. */
  #watchSilence(): void {
    const { silenceMs } = this.#options;
    clearTimeout(this.#silence);
    if (this.#ended || [...this.#pending.values()].every(({ awaited }) => !awaited)) return;
    this.#silence = setTimeout(() => {
      this.#end(this.#broken(`no answer within ${silenceMs} ms`));
    }, silenceMs);
  }

  #broken(problem: string, cause?: unknown): Error {
    return unreachable(this.url, problem, cause);
  }

  /** Ends the connection for good, and with it the request under way. */
  #end(reason: unknown): unknown {
    this.#socket.destroy();
    return this.#forget(reason);
  }

  #throwIfEnded(): void {
    if (this.#ended) throw this.#ended.reason;
  }

  /** Notes the end, wherever it came from. */
  #forget(reason: unknown): unknown {
    this.#ended ??= { reason };
    this.#options.signal?.removeEventListener("abort", this.#abort);
    clearTimeout(this.#silence);
    for (const { reject } of this.#pending.values()) reject(this.#ended.reason);
    return this.#ended.reason;
  }
}

function searchRequest(
  messageId: number,
  { base, scope, filter, attributes }: Search,
  controls: readonly Control[] | undefined,
): Buffer {
  return new SearchRequest({
    messageId,
    baseDN: base,
    scope,
    filter,
    attributes: [...attributes],
    sizeLimit: 0,
    timeLimit: 0,
    ...(controls ? { controls: [...controls] } : {}),
  }).write();
}

function unexpected(operation: number): Error {
  return new Error(`an answer of another kind came: 0x${operation.toString(16)}`);
}
