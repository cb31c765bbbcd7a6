/** An LDAP server on loopback that plays Active Directory, and whatever else a test's script makes it do. */

import {
  BerReader,
  BerWriter,
  BindRequest,
  ExtendedRequest,
  PagedResultsControl,
  ProtocolOperation,
  SearchRequest,
} from "ldapts";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { isAtOrBelow, normalizeDn } from "../dn.ts";
import type { Entry } from "../entry.ts";
import { enter, readText } from "../ber.ts";
import { matches } from "../filter-match.ts";
import { MessageFrames } from "../frames.ts";
import { readControls } from "../response.ts";
import { SYNC_REQUEST } from "../sync-messages.ts";
import { suffix } from "./people.ts";

export type ServerRequest =
  | { readonly kind: "bind"; readonly dn: string; readonly password: string }
  | { readonly kind: "startTls" }
  | { readonly kind: "whoAmI" }
  | {
      readonly kind: "search";
      readonly search: SearchRequest;
      readonly paged: { readonly size: number; readonly cookie: string; readonly critical: boolean } | null;
      /** What the sync request control asks for (RFC 4533). */
      readonly sync: { readonly cookie: string | undefined } | null;
    }
  | { readonly kind: "unbind" };

export interface Result {
  readonly code?: number;
  readonly message?: string;
  readonly referrals?: readonly string[];
}

/** Sends answers to one request. */
export interface Reply {
  result(result?: Result): void;
  entry(entry: Entry): void;
  reference(url: string): void;
  /** The end of a search; with a cookie, in a paged results control. */
  done(result?: Result, cookie?: string): void;
  extended(result?: Result, value?: string): void;
  raw(bytes: Buffer | string): void;
  /** A message that answers the request. */
  message(operation: number, body: (writer: BerWriter) => void, controls?: (writer: BerWriter) => void): void;
  drop(): void;
}

/**
 * Handles a request in place of the server.
 * @param nth counts the requests of this kind, from 1, over all connections
 * @returns false, to let the server answer as Active Directory does
 */
export type Script = (request: ServerRequest, reply: Reply, nth: number) => boolean | Promise<boolean>;

export interface ScriptedServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly ServerRequest[];
  /** How many connections were made to it. */
  readonly connections: number;
}

/** Values of one attribute that it gives at a time; Active Directory's 1,500 in small. */
export const RANGE_SIZE = 400;

export async function startScriptedServer(
  entries: readonly Entry[],
  script: Script = () => false,
): Promise<ScriptedServer> {
  const stored = entries.map(({ dn, attributes }) => ({
    entry: { dn, attributes },
    dn: normalizeDn(dn),
    attributes: new Map([...attributes].map(([name, values]) => [name.toLowerCase(), values])),
  }));
  const requests: ServerRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;

  const server = createServer({ noDelay: true }, (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    const frames = new MessageFrames();
    let identity = "";
    let queue = Promise.resolve();
    const handle = async (message: Buffer): Promise<void> => {
      const { id, request } = parseRequest(message);
      requests.push(request);
      const reply = replyTo(socket, id, request.kind);
      const nth = requests.filter(({ kind }) => kind === request.kind).length;
      if (request.kind === "bind") identity = `u:EXAMPLE\\${request.dn}`;
      if (await script(request, reply, nth)) return;
      if (request.kind === "bind") reply.result();
      else if (request.kind === "startTls") reply.extended({ code: 52, message: "no certificate" });
      else if (request.kind === "whoAmI") reply.extended({}, identity);
      else if (request.kind === "search") answerSearch(stored, request, reply);
    };
    socket.on("data", (chunk) => {
      for (const message of frames.push(chunk)) queue = queue.then(() => handle(message));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    url: `ldap://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const rootDse: Entry = {
  dn: "",
  attributes: new Map([
    ["supportedControl", [Buffer.from(PagedResultsControl.type)]],
    ["highestCommittedUSN", [Buffer.from("12345")]],
    ["dsServiceName", [Buffer.from(`cn=NTDS Settings,cn=DC1,cn=Servers,cn=Configuration,${suffix}`)]],
  ]),
};

/** Pages as asked, with an opaque cookie; long attributes in ranges, beside an empty value list as the real one does. */
function answerSearch(
  stored: readonly (Entry & { readonly entry: Entry })[],
  { search, paged }: Extract<ServerRequest, { kind: "search" }>,
  reply: Reply,
): void {
  const base = normalizeDn(search.baseDN);
  if (base === "" && search.scope === "base") {
    reply.entry(rootDse);
    reply.done();
    return;
  }
  const found = stored.filter((candidate) => {
    // Searches for one entry ask for its mere presence, which ldapts can write, but reads wrongly.
    if (search.scope === "base") return candidate.dn === base;
    return isAtOrBelow(candidate.dn, base) && matches(search.filter, candidate);
  });
  const start = Number(paged?.cookie ?? 0);
  const end = paged ? start + paged.size : found.length;
  for (const { entry } of found.slice(start, end)) reply.entry(select(entry, search.attributes));
  reply.done({}, paged ? (end < found.length ? String(end) : "") : undefined);
}

/** @param names in lower case */
function select({ dn, attributes }: Entry, names: readonly string[]): Entry {
  const selected = new Map<string, readonly Buffer[]>();
  for (const [attribute, values] of attributes) {
    const name = attribute.toLowerCase();
    const range = names.find((wanted) => wanted.startsWith(`${name};range=`));
    const from = Number(range?.split(/[=-]/)[1] ?? 0);
    if (range === undefined && !names.includes(name)) continue;
    if (range === undefined && values.length <= RANGE_SIZE) {
      selected.set(attribute, values);
      continue;
    }
    const part = values.slice(from, from + RANGE_SIZE);
    const last = from + part.length >= values.length;
    selected.set(attribute, []);
    selected.set(`${attribute};range=${from}-${last ? "*" : from + part.length - 1}`, part);
  }
  return { dn, attributes: selected };
}

function parseRequest(message: Buffer): { readonly id: number; readonly request: ServerRequest } {
  const reader = new BerReader(message);
  reader.readSequence();
  const id = reader.readInt() ?? 0;
  const operation = reader.readSequence();
  const messageId = id;
  switch (operation) {
    case ProtocolOperation.LDAP_REQ_BIND: {
      const bind = new BindRequest({ messageId });
      bind.parse(reader, []);
      return { id, request: { kind: "bind", dn: bind.dn, password: bind.password } };
    }
    case ProtocolOperation.LDAP_REQ_EXTENSION: {
      const extended = new ExtendedRequest({ messageId });
      extended.parse(reader, []);
      return { id, request: { kind: extended.oid.endsWith(".20037") ? "startTls" : "whoAmI" } };
    }
    case ProtocolOperation.LDAP_REQ_SEARCH: {
      // The filter is replaced by the one that is parsed.
      const search = new SearchRequest({ messageId, filter: undefined as never });
      search.parse(reader, []);
      const control = search.controls?.find((it) => it instanceof PagedResultsControl);
      const { size = 0, cookie } = control?.value ?? {};
      const paged = control ? { size, cookie: String(cookie ?? ""), critical: control.critical } : null;
      return { id, request: { kind: "search", search, paged, sync: parseSync(message) } };
    }
    default:
      return { id, request: { kind: "unbind" } };
  }
}

function parseSync(message: Buffer): { readonly cookie: string | undefined } | null {
  const reader = new BerReader(message);
  enter(reader);
  reader.readInt();
  reader.offset = enter(reader);
  const value = readControls(reader).get(SYNC_REQUEST);
  if (!value) return null;
  const control = new BerReader(value);
  const end = enter(control);
  control.readEnumeration();
  return { cookie: control.offset < end ? readText(control) : undefined };
}

function replyTo(socket: Socket, id: number, kind: ServerRequest["kind"]): Reply {
  const send = (...message: EncodeArguments): void => {
    socket.write(encode(id, ...message));
  };
  const operation = kind === "bind" ? ProtocolOperation.LDAP_RES_BIND : ProtocolOperation.LDAP_RES_EXTENSION;
  return {
    result: (result = {}) => {
      send(operation, (writer) => {
        writeResult(writer, result);
      });
    },
    entry: (entry) => {
      send(ProtocolOperation.LDAP_RES_SEARCH_ENTRY, (writer) => {
        writeEntry(writer, entry);
      });
    },
    reference: (url) => {
      send(ProtocolOperation.LDAP_RES_SEARCH_REF, (writer) => {
        writer.writeString(url);
      });
    },
    done: (result = {}, cookie) => {
      const body = (writer: BerWriter): void => {
        writeResult(writer, result);
      };
      send(ProtocolOperation.LDAP_RES_SEARCH, body, cookie === undefined ? undefined : pagingControl(cookie));
    },
    extended: (result = {}, value) => {
      send(ProtocolOperation.LDAP_RES_EXTENSION, (writer) => {
        writeResult(writer, result);
        if (value !== undefined) writer.writeString(value, 0x8b);
      });
    },
    raw: (bytes) => {
      socket.write(bytes);
    },
    message: send,
    drop: () => {
      socket.end();
    },
  };
}

type EncodeArguments = readonly [
  operation: number,
  body: (writer: BerWriter) => void,
  controls?: ((writer: BerWriter) => void) | undefined,
];

/** The bytes of a message from the server. */
export function encode(id: number, ...[operation, body, controls]: EncodeArguments): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  writer.startSequence(operation);
  body(writer);
  writer.endSequence();
  if (controls) {
    writer.startSequence(ProtocolOperation.LDAP_CONTROLS);
    controls(writer);
    writer.endSequence();
  }
  writer.endSequence();
  return writer.buffer;
}

const pagingControl =
  (cookie: string) =>
  (writer: BerWriter): void => {
    new PagedResultsControl({ value: { size: 0, cookie: Buffer.from(cookie) } }).write(writer);
  };

export function writeResult(writer: BerWriter, { code = 0, message = "", referrals = [] }: Result): void {
  writer.writeEnumeration(code);
  writer.writeString("");
  writer.writeString(message);
  if (referrals.length === 0) return;
  writer.startSequence(0xa3);
  for (const url of referrals) writer.writeString(url);
  writer.endSequence();
}

export function writeEntry(writer: BerWriter, { dn, attributes }: Entry): void {
  writer.writeString(dn);
  writer.startSequence();
  for (const [name, values] of attributes) {
    writer.startSequence();
    writer.writeString(name);
    writer.startSequence(ProtocolOperation.LBER_SET);
    for (const value of values) writer.writeBuffer(value, 0x04);
    writer.endSequence();
    writer.endSequence();
  }
  writer.endSequence();
}
