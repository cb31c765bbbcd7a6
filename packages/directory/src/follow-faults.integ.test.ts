/** Following a server that fails, lies or attacks: what was read last stands, and the following goes on. */

import type { Event } from "@bulkhead/core";
import { describe, expect, it } from "@jest/globals";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import type { DirectoryRead } from "./model.ts";
import type { DirectorySettings, ReadOptions } from "./settings.ts";
import { activeDirectoryEntries } from "./testing/active-directory.ts";
import { describeContract } from "./testing/contract.ts";
import { groupsSelection, peopleSelection, suffix, uuid } from "./testing/people.ts";
import { startScriptedServer, type Reply, type Script, type ScriptedServer } from "./testing/scripted-server.ts";
import { sendIds, sendInfo, sendRefreshEnd, sendState } from "./testing/sync-server.ts";
import {
  anna,
  annaKey,
  asksForContainers,
  ben,
  benKey,
  personEntry,
  sendAll,
  syncScript,
  type SyncRequest,
} from "./testing/sync-script.ts";
import { readByFollowing, watch, type Watch } from "./testing/watch.ts";
import type { Pace } from "./pace.ts";

const reader = `cn=reader,${suffix}`;
const login = { bindDn: reader, bindPassword: { env: "LDAP_PASSWORD" }, allowPlaintext: true };

describeContract(
  "Active Directory, followed",
  async () => {
    const server = await startScriptedServer(activeDirectoryEntries);
    return {
      directory: { url: server.url, ...login },
      boundAs: `u:EXAMPLE\\${reader}`,
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() as Promise<void>,
    };
  },
  readByFollowing,
);

function watchServers(
  servers: readonly { readonly url: string }[],
  options: Partial<ReadOptions> = {},
  pace: Partial<Pace> = {},
  directory: Partial<DirectorySettings> = {},
): Watch {
  const url = servers.map((server) => server.url).join(" ");
  const settings = {
    directory: { url, ...login, ...directory },
    people: peopleSelection,
    groups: groupsSelection,
  };
  return watch(settings, { canary: undefined, ...options }, pace);
}

interface SyncServer extends ScriptedServer {
  /** What the last search for people is told more by. */
  people(): Reply;
}

async function startSync(answer: (request: SyncRequest) => boolean = () => false): Promise<SyncServer> {
  let last: Reply | undefined;
  const script = syncScript((request) => {
    if (request.subject === "people") last = request.reply;
    return answer(request);
  });
  return Object.assign(await startScriptedServer([], script), { people: () => last! });
}

const uids = ({ people }: DirectoryRead): string => people.map(({ attributes }) => attributes["uid"]).join(" ");
const kinds = ({ requests }: ScriptedServer): readonly string[] => requests.map(({ kind }) => kind);
const cookies = ({ requests }: ScriptedServer, { base } = peopleSelection): readonly (string | undefined)[] =>
  requests.flatMap((request) =>
    request.kind === "search" && request.sync && request.search.baseDN === base && !asksForContainers(request.search)
      ? [request.sync.cookie]
      : [],
  );

/** The search for people, the nth time. */
const people =
  (nth: number, act: (request: SyncRequest) => void) =>
  (request: SyncRequest): boolean => {
    if (request.subject !== "people" || request.nth !== nth) return false;
    act(request);
    return true;
  };

/** Everything is sent at first; what comes when the search is opened a second time is up to the test. */
const after = (act: (request: SyncRequest) => void): ((request: SyncRequest) => boolean) => people(2, act);

describe("a server that tells of changes", () => {
  it("is asked critically, from nothing at first and then from the cookie", async () => {
    await using server = await startSync(
      after(({ reply }) => {
        sendState(reply, "modify", annaKey, personEntry("anna-maria", annaKey));
        sendRefreshEnd(reply, "delete", "second");
      }),
    );
    await using watched = watchServers([server]);
    expect(uids(await watched.read())).toBe("anna ben");
    server.people().drop();
    expect((await watched.next("stale")).reason.message).toContain("the connection was dropped");
    expect(uids(await watched.read())).toBe("anna-maria ben");
    expect(cookies(server)).toEqual([undefined, "cookie"]);
  });

  it.each<readonly [string, (request: SyncRequest) => void, string]>([
    [
      "deletes by entry",
      ({ reply }) => {
        sendState(reply, "delete", benKey, { dn: ben.dn, attributes: new Map() });
        sendRefreshEnd(reply, "delete", "c");
      },
      "anna",
    ],
    [
      "deletes by UUID",
      ({ reply }) => {
        sendIds(reply, true, [annaKey]);
        sendRefreshEnd(reply, "delete", "c");
      },
      "ben",
    ],
    [
      "remains by UUID, and whoever isn't named is gone",
      ({ reply }) => {
        sendIds(reply, false, [benKey]);
        sendRefreshEnd(reply, "present", "c");
      },
      "ben",
    ],
    [
      "remains by entry",
      ({ reply }) => {
        sendState(reply, "present", annaKey, { dn: anna.dn, attributes: new Map() });
        sendRefreshEnd(reply, "present", "c");
      },
      "anna",
    ],
    [
      "remains, then deletes",
      ({ reply }) => {
        sendIds(reply, false, [annaKey, benKey]);
        sendState(reply, "add", uuid(7), personEntry("carla", uuid(7)));
        sendRefreshEnd(reply, "present", "b", false);
        sendIds(reply, true, [annaKey]);
        sendRefreshEnd(reply, "delete", "c");
      },
      "ben carla",
    ],
    [
      "sends everything anew, without those that are gone",
      ({ reply }) => {
        sendState(reply, "add", benKey, ben);
        sendRefreshEnd(reply, "present", "c");
      },
      "ben",
    ],
  ])("on return: %s", async (_, act, expected) => {
    await using server = await startSync(after(act));
    await using watched = watchServers([server]);
    await watched.read();
    server.people().drop();
    expect(uids(await watched.read())).toBe(expected);
  });

  it("may want everything to be asked anew (e-syncRefreshRequired)", async () => {
    await using server = await startSync(
      after(({ reply }) => {
        reply.done({ code: 4096 });
      }),
    );
    await using watched = watchServers([server]);
    expect(uids(await watched.read())).toBe("anna ben");
    server.people().drop();
    await watched.next("stale");
    await watched.next("live");
    expect(cookies(server)).toEqual([undefined, "cookie", undefined]);
  });

  it("may want so later as well, which is no failure", async () => {
    await using server = await startSync(
      people(1, (request) => {
        sendAll(request, "first");
        request.reply.done({ code: 4096 });
      }),
    );
    await using watched = watchServers([server]);
    await watched.next("current");
    expect(watched.events.map(({ type }) => type)).toEqual(["live", "read", "current"]);
    expect(cookies(server)).toEqual([undefined, undefined]);
  });

  it("is asked for everything anew, when one of its cookies was of no use", async () => {
    await using server = await startSync(
      after(({ reply }) => {
        sendIds(reply, false, [uuid(99)]);
      }),
    );
    await using watched = watchServers([server]);
    await watched.read();
    server.people().drop();
    await watched.next("current");
    expect(cookies(server)).toEqual([undefined, "cookie", undefined]);
    expect(cookies(server, groupsSelection)).toEqual([undefined, undefined]);
  });

  it("doesn't hold up the reader: what comes together is told together", async () => {
    await using server = await startSync();
    await using watched = watchServers([server]);
    await watched.read();
    for (let number = 10; number < 110; number += 1) {
      sendState(server.people(), "add", uuid(number), personEntry(`p${number}`, uuid(number)));
    }
    await watched.read(({ people: all }) => all.length === 102);
    expect(watched.events.filter(({ type }) => type === "read").length).toBeLessThan(10);
  });

  it("keeps to itself what makes no difference", async () => {
    await using server = await startSync();
    await using watched = watchServers([server]);
    await watched.read();
    sendState(server.people(), "modify", annaKey, anna, "later");
    await watched.next("current");
    sendState(server.people(), "delete", uuid(99), { dn: "", attributes: new Map() });
    await watched.next("current");
    expect(watched.events.map(({ type }) => type)).toEqual(["live", "read", "current", "current"]);
  });

  it("that refers to another server makes the read incomplete", async () => {
    await using server = await startSync(
      people(1, (request) => {
        request.reply.message(
          0x73,
          (writer) => {
            writer.writeString("ldap://other.example.com/");
          },
          (writer) => {
            writer.startSequence();
            writer.writeString("1.3.6.1.4.1.4203.1.9.1.2");
            const state = Buffer.concat([Buffer.from("30150a01010410", "hex"), Buffer.alloc(16, 7)]);
            writer.writeBuffer(state, 0x04);
            writer.endSequence();
          },
        );
        sendAll(request);
      }),
    );
    await using watched = watchServers([server]);
    const { proof } = await watched.read();
    expect(proof).toMatchObject({ complete: false, reasons: [{ code: "referral" }] });
  });

  it.each([
    ["lacks the control", 12],
    ["limits what it sends", 4],
    ["doesn't allow it", 50],
  ])("that %s is polled, and says what that yields", async (_, code) => {
    const script = syncScript(
      people(1, (request) => {
        sendState(request.reply, "add", annaKey, anna);
        request.reply.done({ code });
      }),
    );
    const limited: Script = (request, reply, nth) => {
      if (request.kind !== "search" || !request.paged) return script(request, reply, nth);
      if (request.search.baseDN === peopleSelection.base) reply.entry(anna);
      reply.done({ code: 4 }, "");
      return true;
    };
    await using server = await startScriptedServer([], limited);
    const events: Event[] = [];
    await using watched = watchServers([server], { report: (event) => events.push(event) });
    expect(await watched.next("live")).toMatchObject({ mode: "polling" });
    const read = await watched.read();
    expect(uids(read)).toBe("anna");
    expect(read.proof).toMatchObject({ complete: false, reasons: [{ code: "resultCode" }, {}, {}] });
    expect(events).toMatchObject([{ type: "warning" }]);
  });
});

describe("what no server tells", () => {
  it("is found by asking for everything anew, which is no failure", async () => {
    await using server = await startSync();
    await using watched = watchServers([server], {}, { renewMs: 100, recheckMs: 20, keepAliveMs: 20 });
    await watched.read();
    while (cookies(server).length < 3) await watched.next("current");
    expect(new Set(cookies(server))).toEqual(new Set([undefined]));
    expect(new Set(watched.events.map(({ type }) => type))).toEqual(new Set(["live", "read", "current"]));
  });

  it("is found by asking for people anew, where the server finds them by their groups", async () => {
    let hired = false;
    await using server = await startSync((request) => {
      if (request.subject === "groups") return false;
      sendState(request.reply, "add", annaKey, anna);
      if (hired) sendState(request.reply, "add", benKey, ben);
      sendRefreshEnd(request.reply, "delete", "cookie");
      return true;
    });
    const options = { attributes: ["uid", "memberOf"] };
    await using watched = watchServers([server], options, { recheckMs: 50, keepAliveMs: 20 });
    expect(uids(await watched.read())).toBe("anna");
    hired = true;
    expect(uids(await watched.read())).toBe("anna ben");
    expect(new Set(cookies(server))).toEqual(new Set([undefined]));
  });

  it("is found by looking at the clock: an account expires", async () => {
    const fileTime = (BigInt(Date.now() + 1_000) + 11_644_473_600_000n) * 10_000n;
    const attributes = new Map([...anna.attributes, ["accountExpires", [Buffer.from(String(fileTime))]] as const]);
    await using server = await startSync(
      people(1, (request) => {
        sendState(request.reply, "add", annaKey, { dn: anna.dn, attributes });
        sendRefreshEnd(request.reply, "delete", "cookie");
      }),
    );
    await using watched = watchServers([server], { now: undefined }, { recheckMs: 50, keepAliveMs: 20 });
    await watched.read(({ people: [person] }) => person?.status.state === "expired");
    expect(cookies(server)).toHaveLength(1);
  });
});

describe("what was read last stands", () => {
  const half = ({ reply }: SyncRequest): void => {
    sendState(reply, "delete", annaKey, { dn: anna.dn, attributes: new Map() });
  };
  const faults: readonly (readonly [string, (request: SyncRequest) => void, string])[] = [
    ["is lost within a refresh", ({ reply }) => reply.drop(), "the connection was dropped"],
    ["falls silent within a refresh", () => undefined, "no answer within 400 ms"],
    ["announces gigabytes", ({ reply }) => reply.raw(Buffer.from("3084ffffffff", "hex")), "bytes"],
    ["isn't LDAP any more", ({ reply }) => reply.raw("HTTP/1.1 200 OK\r\n\r\n"), "the answer is not LDAP"],
    [
      "tells of an entry without its state",
      ({ reply }) => {
        reply.entry(ben);
      },
      "without its sync state",
    ],
    [
      "takes an entry for known that never came",
      ({ reply }) => {
        sendIds(reply, false, [uuid(99)]);
      },
      "never sent",
    ],
    [
      "sends again what it had sent, without saying who is left",
      ({ reply }) => {
        sendState(reply, "add", benKey, ben);
        sendRefreshEnd(reply, "delete", "c");
      },
      "sent again",
    ],
    [
      "sends a cookie beyond reason",
      ({ reply }) => {
        sendRefreshEnd(reply, "present", "x".repeat(70_000));
      },
      "a cookie of 70000 bytes",
    ],
    [
      "sends an intermediate answer of another kind",
      ({ reply }) => {
        reply.message(0x79, (writer) => {
          writer.writeString("1.2.3", 0x80);
        });
      },
      "isn't of RFC 4533",
    ],
    [
      "sends a set that never ends",
      ({ reply }) => {
        sendInfo(reply, (writer) => {
          writer.writeBuffer(Buffer.from("318400ffffff", "hex"), 0xa3);
        });
      },
      "shorter than it says",
    ],
    ["is busy", ({ reply }) => reply.done({ code: 51 }), "busy (51)"],
  ];

  it.each(faults)("when the connection %s", async (_, act, words) => {
    await using server = await startSync(
      after((request) => {
        half(request);
        act(request);
      }),
    );
    await using watched = watchServers([server], { silenceMs: 400 });
    expect(uids(await watched.read())).toBe("anna ben");
    server.people().drop();
    await watched.next("stale", ({ reason }) => reason.message.includes(words));
    // The third search ends well, and brings nothing new.
    await watched.next("current");
    expect(watched.events.filter(({ type }) => type === "read")).toHaveLength(1);
  });

  it("when the connection is half open", async () => {
    let half = false;
    const script = syncScript();
    await using server = await startScriptedServer([], (request, reply, nth) => {
      if (half) return true;
      return script(request, reply, nth);
    });
    await using watched = watchServers([server], { silenceMs: 100 });
    await watched.read();
    half = true;
    expect((await watched.next("stale")).reason.message).toContain("no answer within 100 ms");
    half = false;
    await watched.next("current");
  });
});

describe("two servers", () => {
  it("are followed one after the other", async () => {
    await using first = await startSync();
    await using second = await startSync();
    await using watched = watchServers([first, second]);
    expect(await watched.next("live")).toMatchObject({ server: first.url });
    await watched.read();
    first.people().drop();
    expect(await watched.next("live")).toMatchObject({ server: second.url });
    // The cookie of one server means nothing to another.
    await watched.read();
    expect(cookies(second)).toEqual([undefined]);
    expect(watched.events.map(({ type }) => type)).not.toContain("stale");
  });
});

describe("a login", () => {
  it("that is refused is told, and not tried again until there is another password", async () => {
    let password = "old";
    const readSecret = (): Promise<string> => Promise.resolve(password);
    const script = syncScript();
    await using server = await startScriptedServer([], (request, reply, nth) => {
      if (request.kind !== "bind" || request.password === "new") return script(request, reply, nth);
      reply.result({ code: 49 });
      return true;
    });
    let looked = 0;
    await using watched = watchServers(
      [server],
      {
        readSecret: () => {
          looked += 1;
          if (looked === 5) password = "new";
          return readSecret();
        },
      },
      { passwordMs: 10 },
      { bindPassword: { secret: "arn" } },
    );
    const { reason, since } = await watched.next("stale");
    expect(reason.code).toBe("Directory.BindRefused");
    expect(since).toBeNull();
    await watched.read();
    expect(kinds(server).filter((kind) => kind === "bind")).toHaveLength(2);
    expect(looked).toBe(5);
  });

  it("never goes on in plain text when StartTLS is refused", async () => {
    const abort = new AbortController();
    await using server = await startSync();
    await using watched = watchServers([server], { signal: abort.signal }, {}, { startTls: true });
    expect((await watched.next("stale")).reason.code).toBe("Directory.Unavailable");
    // It is tried again, and nothing else is sent.
    const read = watched.read();
    while (kinds(server).filter((kind) => kind === "startTls").length < 3) await setImmediate();
    abort.abort();
    await expect(read).rejects.toThrow("it ended");
    expect(new Set(kinds(server))).toEqual(new Set(["startTls", "unbind"]));
  });
});

describe("following", () => {
  it("ends when it is given up", async () => {
    const abort = new AbortController();
    await using server = await startSync();
    await using watched = watchServers([server], { signal: abort.signal });
    await watched.read();
    abort.abort();
    await expect(watched.next("read")).rejects.toThrow("it ended");
  });

  it("doesn't replace a complete read that nobody has taken yet by one that isn't", async () => {
    let reads = 0;
    await using server = await startScriptedServer(activeDirectoryEntries, (request, reply) => {
      if (request.kind !== "search" || !request.paged || request.search.baseDN !== peopleSelection.base) return false;
      reads += 1;
      for (const entry of reads === 1 ? [anna, ben] : [anna]) reply.entry(entry);
      reply.done({ code: reads > 2 ? 4 : 0 }, "");
      return true;
    });
    await using watched = watchServers([server], {}, { rereadMs: 0, pollMs: 5 });
    await watched.next("live");
    // So long that it would be polled again and again.
    await sleep(200);
    const found = [await watched.read(), await watched.read(), await watched.read()];
    expect(found.map((read) => [uids(read), read.proof.complete])).toEqual([
      ["anna ben", true],
      ["anna", true],
      ["anna", false],
    ]);
  });

  it("asks Active Directory first whether anything was written", async () => {
    await using server = await startScriptedServer(activeDirectoryEntries);
    await using watched = watchServers([server]);
    await watched.read();
    await watched.next("current");
    await watched.next("current");
    const paged = server.requests.filter((request) => request.kind === "search" && request.paged);
    expect(paged).toHaveLength(5);
  });
});
