/** Reading over LDAP from a server that plays Active Directory, and every fault that a directory may have. */

import type { Event } from "@bulkhead/core";
import { describe, expect, it } from "@jest/globals";
import { setImmediate, setTimeout } from "node:timers/promises";
import type { DirectoryRead, IncompleteCode } from "./model.ts";
import { readDirectory } from "./read-directory.ts";
import type { DirectorySettings, ReadOptions } from "./settings.ts";
import { activeDirectoryEntries, guidBytes, toEntry } from "./testing/active-directory.ts";
import { describeContract } from "./testing/contract.ts";
import { crowd, groupsSelection, peopleSelection, readOptions, suffix, uuid } from "./testing/people.ts";
import {
  encode,
  RANGE_SIZE,
  startScriptedServer,
  writeEntry,
  writeResult,
  type Reply,
  type Script,
  type ScriptedServer,
  type ServerRequest,
} from "./testing/scripted-server.ts";

const reader = `cn=reader,${suffix}`;
const login = { bindDn: reader, bindPassword: { env: "LDAP_PASSWORD" }, allowPlaintext: true };
const everybody = crowd.length + 6;
const SILENCE_MS = 1_500;

describeContract("Active Directory", async () => {
  const server = await startScriptedServer(activeDirectoryEntries);
  return {
    directory: { url: server.url, ...login },
    boundAs: `u:EXAMPLE\\${reader}`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() as Promise<void>,
  };
});

function read(
  servers: readonly { readonly url: string }[],
  options: Partial<ReadOptions> = {},
  directory: Partial<DirectorySettings> = {},
  people = peopleSelection,
): Promise<DirectoryRead> {
  const url = servers.map((server) => server.url).join(" ");
  const settings = { directory: { url, ...login, ...directory }, people, groups: groupsSelection };
  return readDirectory(settings, { ...readOptions, ...options });
}

const start = (script?: Script): Promise<ScriptedServer> => startScriptedServer(activeDirectoryEntries, script);
const codes = ({ proof }: DirectoryRead): readonly string[] => proof.reasons.map(({ code }) => code);
const kinds = ({ requests }: ScriptedServer): readonly string[] => requests.map(({ kind }) => kind);

/** Does something else at the nth request of a kind. */
const at =
  (kind: ServerRequest["kind"], when: number, act: (reply: Reply) => void): Script =>
  (request, reply, nth) => {
    if (request.kind !== kind || nth !== when) return false;
    act(reply);
    return true;
  };

/** Sends a tenth of the first page, then does something else. */
const within = (act: (reply: Reply) => void): Script =>
  at("search", 1, (reply) => {
    for (const entry of activeDirectoryEntries.slice(3, 53)) reply.entry(entry);
    act(reply);
  });

describe("a search", () => {
  it("sets no limits of its own, pages critically, and says goodbye on the one connection it made", async () => {
    await using server = await start();
    expect((await read([server])).proof.complete).toBe(true);
    const searches = server.requests.filter((request) => request.kind === "search");
    expect(new Set(searches.map(({ search }) => `${search.sizeLimit} ${search.timeLimit}`))).toEqual(new Set(["0 0"]));
    const paged = searches.flatMap((search) => (search.paged ? [search.paged] : []));
    expect(paged.map(({ cookie }) => cookie)).toEqual(["", "500", "1000", "", ""]);
    expect(paged.every(({ critical, size }) => critical && size === 500)).toBe(true);
    // The goodbye is on its way while the read is over already.
    while (kinds(server).at(-1) !== "unbind") await setImmediate();
    expect(server.connections).toBe(1);
  });

  it("goes on after an empty page with a cookie", async () => {
    await using server = await startScriptedServer(activeDirectoryEntries, (request, reply) => {
      if (request.kind !== "search" || !request.paged) return false;
      // Every other page is empty.
      if (request.paged.cookie.startsWith("e")) {
        Object.assign(request.paged, { cookie: request.paged.cookie.slice(1) });
        return false;
      }
      reply.done({}, `e${request.paged.cookie}`);
      return true;
    });
    const all = await read([server]);
    expect(all.proof).toMatchObject({ complete: true, counts: { people: everybody } });
  });

  it("is incomplete when empty pages never end", async () => {
    await using server = await start((request, reply) => {
      if (request.kind === "search") reply.done({}, "again");
      return request.kind === "search";
    });
    expect(codes(await read([server]))).toContain("pagingBroken");
  });

  it("is incomplete when the server ignores the paging control", async () => {
    await using server = await start(within((reply) => reply.done()));
    expect(codes(await read([server]))).toContain("pagingBroken");
  });

  it.each([
    [3, "timeLimitExceeded (3)"],
    [4, "sizeLimitExceeded (4)"],
    [11, "adminLimitExceeded (11)"],
    [12, "unavailableCriticalExtension (12)"],
    [32, "noSuchObject (32)"],
    [50, "insufficientAccessRights (50)"],
    [123, "result code (123)"],
  ])("is incomplete with the result code %d", async (code, name) => {
    await using server = await start(within((reply) => reply.done({ code, message: "words" }, "")));
    const half = await read([server]);
    expect(half.people).toHaveLength(50);
    expect(half.proof).toMatchObject({ complete: false, reasons: [{ code: "resultCode" }] });
    expect(half.proof.reasons[0]?.message).toContain(`while reading people below ${peopleSelection.base}`);
    expect(half.proof.reasons[0]?.message).toContain(`${name}: words`);
  });

  it("is incomplete when the limit is hit on a later page, and with groups", async () => {
    await using people = await start(at("search", 2, (reply) => reply.done({ code: 4 }, "")));
    expect(codes(await read([people]))).toEqual(["resultCode"]);
    await using groups = await start(at("search", 4, (reply) => reply.done({ code: 4 }, "")));
    expect(codes(await read([groups]))).toEqual(["resultCode", "noGroups"]);
  });

  it("misses a canary that the server has, but that isn't among the people it gave", async () => {
    await using server = await start(within((reply) => reply.done({ code: 4 }, "")));
    const { proof } = await read([server], { canary: "(uid=crowd-0900)" });
    expect(proof.canary).toEqual({ wanted: "(uid=crowd-0900)", found: false });
    expect(proof.reasons.map(({ code }) => code)).toEqual(["resultCode", "canaryMissing"]);
  });

  it("is incomplete with a referral as result, or among the entries, which isn't followed", async () => {
    await using elsewhere = await start();
    const referrals = [`${elsewhere.url}/ou=people`];
    await using result = await start(at("search", 1, (reply) => reply.done({ code: 10, referrals })));
    const none = await read([result], { canary: undefined });
    expect(codes(none)).toEqual(["referral", "nobody"]);
    expect(none.proof.reasons[0]?.message).toContain(elsewhere.url);

    await using among = await start(
      within((reply) => {
        reply.reference(`${elsewhere.url}/ou=more`);
        reply.done({}, "");
      }),
    );
    const some = await read([among]);
    expect(codes(some)).toEqual(["referral"]);
    expect(some.proof.reasons[0]?.message).toContain(`${elsewhere.url}/ou=more`);
    expect(elsewhere.connections).toBe(0);
  });

  it("waits for a slow server, as long as something comes", async () => {
    await using server = await start(async (request, reply, nth) => {
      if (request.kind !== "search" || nth > 1) return false;
      for (const entry of activeDirectoryEntries.slice(3, 8)) {
        await setTimeout(SILENCE_MS / 4);
        reply.entry(entry);
      }
      reply.done({}, "");
      return true;
    });
    const { proof } = await read([server], { silenceMs: SILENCE_MS });
    expect(proof).toMatchObject({ complete: true, counts: { people: 5 } });
  });
});

describe("a connection that ends in the middle", () => {
  const faults: readonly (readonly [string, (reply: Reply) => void, string])[] = [
    ["dropped", (reply) => reply.drop(), "the connection was dropped"],
    ["silent", () => undefined, `no answer within ${SILENCE_MS} ms`],
    [
      "cut off within a message",
      (reply) => {
        const bytes = encode(3, 0x64, (writer) => writeEntry(writer, activeDirectoryEntries[4]!));
        reply.raw(bytes.subarray(0, 40));
        reply.drop();
      },
      "the connection was dropped",
    ],
    [
      "broken: a part longer than the whole",
      (reply) => reply.raw(Buffer.from("300c020103640704016130133009", "hex")),
      "an answer is shorter than it says",
    ],
    ["broken: not LDAP", (reply) => reply.raw("HTTP/1.1 400 Bad Request\r\n\r\n"), "the answer is not LDAP"],
    ["broken: a length beyond reason", (reply) => reply.raw(Buffer.from("30847fffffff", "hex")), "bytes"],
    [
      "ended by notice",
      (reply) => reply.raw(encode(0, 0x78, (writer) => writeResult(writer, { code: 52, message: "shutting down" }))),
      "the server ends the connection: shutting down",
    ],
    [
      "answering something else",
      (reply) => reply.raw(encode(77, 0x65, (writer) => writeResult(writer, {}))),
      "an answer to no request came",
    ],
    [
      "sending an intermediate response",
      (reply) => reply.raw(encode(3, 0x79, (writer) => writer.writeString("1.2.3", 0x80))),
      "an answer of another kind came: 0x79",
    ],
    ["out of service", (reply) => reply.done({ code: 52, message: "maintenance" }), "unavailable (52): maintenance"],
    ["busy", (reply) => reply.done({ code: 51 }), "busy (51)"],
  ];

  it.each(faults)("is no read at all: %s", async (_, fault, words) => {
    await using server = await start(within(fault));
    const nothing = await read([server], { silenceMs: SILENCE_MS });
    expect(nothing).toMatchObject({
      people: [],
      groups: [],
      proof: { complete: false, server: server.url, canary: { found: false } },
    });
    expect(codes(nothing)).toEqual(["connectionLost"]);
    expect(nothing.proof.reasons[0]?.message).toContain(words);
    expect(server.connections).toBe(1);
  });

  it.each(faults)("is read from the start on the next server: %s", async (_, fault) => {
    await using first = await start(within(fault));
    await using second = await start();
    const events: Event[] = [];
    const all = await read([first, second], { silenceMs: SILENCE_MS, report: (event) => events.push(event) });
    expect(all.proof).toMatchObject({ complete: true, server: second.url, counts: { people: everybody } });
    expect(all.people).toHaveLength(everybody);
    expect(events).toMatchObject([{ type: "warning" }]);
  });

  it("is noticed between two pages: there is no reconnect, least of all as anonymous", async () => {
    await using server = await start(async (request, reply, nth) => {
      if (request.kind !== "search" || nth !== 1) return false;
      reply.done({}, "500");
      reply.drop();
      return true;
    });
    expect(codes(await read([server]))).toEqual(["connectionLost"]);
    expect(server.connections).toBe(1);
  });

  it("is noticed when nonsense comes along with the last answer", async () => {
    await using server: ScriptedServer = await start(
      at("whoAmI", 2, (reply) => {
        // Requests are numbered from 1.
        const answer = encode(server.requests.length, 0x78, (writer) => writeResult(writer, {}));
        reply.raw(Buffer.concat([answer, encode(77, 0x78, (writer) => writeResult(writer, {}))]));
      }),
    );
    const nothing = await read([server]);
    expect(codes(nothing)).toEqual(["connectionLost"]);
    expect(nothing.proof.reasons[0]?.message).toContain("an answer to no request came");
  });

  it("tells of every server that failed", async () => {
    await using first = await start(within((reply) => reply.drop()));
    await using second = await start(at("bind", 1, (reply) => reply.drop()));
    const nothing = await read([first, second]);
    expect(codes(nothing)).toEqual(["connectionLost", "connectionLost"]);
    expect(nothing.proof.reasons.map(({ message }) => message.split(": ")[0])).toEqual([first.url, second.url]);
  });
});

describe("who is bound", () => {
  it.each([
    ["anonymous", ""],
    ["somebody else", "u:EXAMPLE\\guest"],
  ])("makes the read incomplete if at the end it is %s", async (_, identity) => {
    await using server = await start(at("whoAmI", 2, (reply) => reply.extended({}, identity)));
    const doubtful = await read([server]);
    expect(codes(doubtful)).toEqual(["identityChanged"]);
    expect(doubtful.proof.boundAs).toBe(`u:EXAMPLE\\${reader}`);
  });

  it("makes the read incomplete if at the end the server won't say", async () => {
    await using server = await start(at("whoAmI", 2, (reply) => reply.extended({ code: 53 })));
    expect(codes(await read([server]))).toEqual(["identityChanged"]);
  });

  it.each(["", "dn:"])("is an error if the server takes the password and treats us as “%s”", async (identity) => {
    await using server = await start((request, reply) => {
      if (request.kind === "whoAmI") reply.extended({}, identity);
      return request.kind === "whoAmI";
    });
    await expect(read([server])).rejects.toMatchObject({ code: "Directory.BoundAsNobody", fault: "directory" });
    await using other = await start();
    expect((await read([server, other])).proof).toMatchObject({ complete: true, server: other.url });
  });

  it.each([2, 53])("is taken from the bind if the server doesn't tell (%d)", async (code) => {
    await using server = await start((request, reply) => {
      if (request.kind === "whoAmI") reply.extended({ code });
      return request.kind === "whoAmI";
    });
    const events: Event[] = [];
    const { proof } = await read([server], { report: (event) => events.push(event) });
    expect(proof).toMatchObject({ complete: true, boundAs: `dn:${reader}` });
    expect(events).toMatchObject([{ type: "warning" }]);
  });

  it("may be nobody, if that is what was asked for", async () => {
    await using server = await start();
    const { proof } = await read([server], {}, { bindDn: undefined, bindPassword: undefined });
    expect(proof).toMatchObject({ complete: true, boundAs: "anonymous" });
    expect(kinds(server)).not.toContain("bind");
  });
});

describe("a login", () => {
  it("that is refused ends it, without a try at the next server, and without the password in sight", async () => {
    await using first = await start(at("bind", 1, (reply) => reply.result({ code: 49, message: "data 52e" })));
    await using second = await start();
    const error: unknown = await read([first, second]).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "Directory.BindRefused", fault: "user" });
    expect(JSON.stringify(error) + String(error)).toContain("invalidCredentials (49): data 52e");
    expect(JSON.stringify(error) + String(error)).not.toContain("correct horse");
    expect(second.connections).toBe(0);
  });

  it("goes to the next server when one is busy or can't be reached", async () => {
    await using busy = await start(at("bind", 1, (reply) => reply.result({ code: 51 })));
    const closed = await start();
    await closed[Symbol.asyncDispose]();
    await using good = await start();
    expect((await read([busy, closed, good])).proof).toMatchObject({ complete: true, server: good.url });
    await expect(read([closed])).rejects.toMatchObject({ code: "Directory.Unreachable" });
    // A name with several addresses, each of which fails.
    const named = { url: closed.url.replace("127.0.0.1", "localhost") };
    await expect(read([named])).rejects.toMatchObject({ message: expect.stringContaining("ECONNREFUSED") as unknown });
    await using alsoBusy = await start(at("bind", 1, (reply) => reply.result({ code: 52 })));
    await expect(read([closed, alsoBusy])).rejects.toMatchObject({
      parts: [{ code: "Directory.Unreachable" }, { code: "Directory.Unavailable" }],
    });
  });

  it.each([
    [1, "operationsError (1)"],
    [3, "timeLimitExceeded (3)"],
    [80, "other (80)"],
  ])("isn't refused by result code %i, which says nothing of the password", async (code, words) => {
    await using troubled = await start(at("bind", 1, (reply) => reply.result({ code })));
    await expect(read([troubled])).rejects.toMatchObject({
      code: "Directory.Unavailable",
      message: expect.stringContaining(words) as unknown,
    });
    await using good = await start();
    expect((await read([troubled, good])).proof).toMatchObject({ complete: true });
  });

  it("sends nothing when StartTLS is refused", async () => {
    await using server = await start();
    await expect(read([server], {}, { startTls: true })).rejects.toMatchObject({ code: "Directory.Unavailable" });
    expect(kinds(server).filter((kind) => kind !== "unbind")).toEqual(["startTls"]);
  });

  it.each([
    ["a part of a message", Buffer.from("300c", "hex"), "more than an answer to StartTLS came"],
    ["a message", encode(2, 0x61, (writer) => writeResult(writer, {})), "an answer to no request came"],
    ["a second answer", encode(1, 0x61, (writer) => writeResult(writer, {})), "an answer to no request came"],
  ])("refuses %s that comes in the clear behind the answer to StartTLS", async (_, injected, words) => {
    await using server = await start(
      at("startTls", 1, (reply) =>
        reply.raw(Buffer.concat([encode(1, 0x78, (writer) => writeResult(writer, {})), injected])),
      ),
    );
    await expect(read([server], {}, { startTls: true })).rejects.toMatchObject({
      code: "Directory.Unreachable",
      message: `${server.url}: ${words}`,
    });
  });

  it("asks no server with an empty password, which would sign in as nobody", async () => {
    await using server = await start();
    await expect(read([server], { env: { LDAP_PASSWORD: "" } })).rejects.toMatchObject({
      code: "Directory.PasswordMissing",
    });
    await expect(read([server], {}, { bindPassword: undefined })).rejects.toMatchObject({
      code: "Directory.PasswordMissing",
    });
    expect(server.connections).toBe(0);
  });

  it.each([
    ["a broken filter", { filter: "(&(objectClass=user)" }, "Directory.BadFilter"],
    ["a broken base", { base: "people" }, "Directory.BadDn"],
  ])("isn't tried with %s", async (_, mistake, code) => {
    await using server = await start();
    await expect(read([server], {}, {}, { ...peopleSelection, ...mistake })).rejects.toMatchObject({ code });
    expect(server.connections).toBe(0);
  });

  it("can be given up, before and within a read", async () => {
    const reason = new Error("Ctrl-C");
    await using server = await start();
    await expect(read([server], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(server.connections).toBe(0);
    const abort = new AbortController();
    await using slow = await start(
      within(() => {
        abort.abort(reason);
      }),
    );
    await expect(read([slow, server], { signal: abort.signal })).rejects.toBe(reason);
    expect(server.connections).toBe(0);
  });
});

describe("Active Directory's ways", () => {
  const dn = `cn=aws-crowd,ou=groups,${suffix}`;
  const values = crowd.map((uid) => Buffer.from(`uid=${uid},ou=people,${suffix}`));
  const answer =
    (description: string, members: readonly Buffer[]) =>
    (reply: Reply): void => {
      reply.entry({ dn, attributes: new Map([[description, members]]) });
      reply.done();
    };

  it("fetches every part of a long attribute, to the last value", async () => {
    await using server = await start();
    const { groups } = await read([server]);
    expect(groups.find(({ name }) => name === "aws-crowd")?.members).toHaveLength(crowd.length);
    const asked = server.requests.flatMap((request) => (request.kind === "search" ? request.search.attributes : []));
    expect(asked.filter((name) => name.includes(";range="))).toEqual([
      ...["member;range=400-*", "member;range=800-*", "member;range=1200-*"],
      ...["member;range=400-*", "member;range=800-*", "member;range=1200-*"],
    ]);
  });

  it.each<readonly [string, (reply: Reply) => void, IncompleteCode]>([
    ["is missing", (reply) => reply.done(), "rangeBroken"],
    ["comes without values", answer("member", []), "rangeBroken"],
    ["holds less than it says", answer("member;range=400-799", values.slice(0, 9)), "rangeBroken"],
    ["begins elsewhere", answer("member;range=401-*", values.slice(401)), "rangeBroken"],
    ["begins anew", answer("member;range=0-399", values.slice(0, RANGE_SIZE)), "rangeBroken"],
    ["hits a limit", (reply) => reply.done({ code: 11 }), "resultCode"],
    ["is refused by referral", (reply) => reply.done({ code: 10 }), "referral"],
  ])("is incomplete when a part of a long attribute %s", async (_, act, code) => {
    await using server = await start((request, reply) => {
      const asked = request.kind === "search" && request.search.attributes.includes("member;range=400-*");
      if (asked) act(reply);
      return asked;
    });
    // Once among the groups that the filter names, once more among those that may be nested.
    expect(codes(await read([server]))).toEqual([code, code]);
  });

  it("is incomplete when the first part holds less than it says", async () => {
    await using server = await start((request, reply) => {
      if (request.kind !== "search" || !request.search.attributes.includes("member")) return false;
      const objectGUID = [guidBytes(uuid(9_000))];
      reply.entry({
        dn,
        attributes: new Map([
          ["objectGUID", objectGUID],
          ["member;range=0-399", values.slice(0, 7)],
        ]),
      });
      reply.done({}, "");
      return true;
    });
    expect(codes(await read([server]))).toEqual(["rangeBroken"]);
  });

  it("reads an objectGUID that happens to be text as the bytes that it is", async () => {
    const anna = toEntry(`uid=anna,ou=people,${suffix}`, {
      objectClass: ["inetOrgPerson"],
      ObjectGuid: ["ABCDEFGHIJKLMNOP"],
    });
    const group = toEntry(`cn=aws-x,ou=groups,${suffix}`, { cn: ["aws-x"], objectGUID: ["abcdefghijklmnop"] });
    await using server = await startScriptedServer([anna, group]);
    const { people, proof } = await read([server]);
    expect(people.map(({ key }) => key)).toEqual(["44434241-4645-4847-494a-4b4c4d4e4f50"]);
    expect(proof.complete).toBe(true);
  });

  it("counts people whose primary group it is, whom `member` leaves out", async () => {
    const sid = Buffer.from("010500000000000515000000010000000200000003000000", "hex");
    const domainUsers = Buffer.concat([sid, Buffer.from([0x01, 0x02, 0, 0])]);
    const anna = toEntry(`uid=anna,ou=people,${suffix}`, {
      objectClass: ["inetOrgPerson"],
      objectGUID: [guidBytes(uuid(1))],
      primaryGroupID: ["513"],
    });
    const group = toEntry(`cn=aws-all,ou=groups,${suffix}`, {
      cn: ["aws-all"],
      objectGUID: [guidBytes(uuid(2))],
      objectSid: [domainUsers],
    });
    await using server = await startScriptedServer([anna, group]);
    const { groups, proof } = await read([server]);
    expect(groups[0]?.members).toEqual([{ person: uuid(1), through: [] }]);
    expect(proof.complete).toBe(true);
  });
});

describe("entries that can't be told apart", () => {
  const anna = { objectClass: ["inetOrgPerson"], uid: ["anna"] };
  const group = toEntry(`cn=aws-x,ou=groups,${suffix}`, {
    cn: ["aws-x"],
    objectGUID: [guidBytes(uuid(9))],
    memberUid: ["anna"],
  });

  it("make the read incomplete when they show no identity", async () => {
    await using server = await startScriptedServer([toEntry(`uid=anna,ou=people,${suffix}`, anna), group]);
    const { people, ...rest } = await read([server], { canary: undefined });
    expect(people).toEqual([]);
    expect(codes({ people, ...rest })).toEqual(["keyMissing", "nobody"]);
  });

  it("make the read incomplete when one identity comes twice: it was moved meanwhile", async () => {
    const objectGUID = [guidBytes(uuid(1))];
    await using server = await startScriptedServer([
      toEntry(`uid=anna,ou=people,${suffix}`, { ...anna, objectGUID }),
      toEntry(`uid=anna,ou=new,ou=people,${suffix}`, { ...anna, objectGUID }),
      group,
    ]);
    expect(codes(await read([server]))).toEqual(["readTwice"]);
  });

  it("make the read incomplete when a group names a uid that two people have", async () => {
    await using server = await startScriptedServer([
      toEntry(`uid=anna,ou=people,${suffix}`, { ...anna, objectGUID: [guidBytes(uuid(1))] }),
      toEntry(`uid=anna,ou=new,ou=people,${suffix}`, { ...anna, objectGUID: [guidBytes(uuid(2))] }),
      group,
    ]);
    expect(codes(await read([server]))).toEqual(["ambiguousMember"]);
  });
});
