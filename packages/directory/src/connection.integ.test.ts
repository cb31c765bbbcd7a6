/** A connection beside a server that doesn't stop. */

import { describe, expect, it } from "@jest/globals";
import { setImmediate } from "node:timers/promises";
import { Connection } from "./connection.ts";
import { ANY_ENTRY } from "./filter.ts";
import { readSyncInfo, SyncRequestControl } from "./sync-messages.ts";
import { startScriptedServer, type Reply } from "./testing/scripted-server.ts";
import { sendInfo, sendState } from "./testing/sync-server.ts";
import { anna, annaKey } from "./testing/sync-script.ts";

const search = { base: "dc=x", scope: "sub", filter: ANY_ENTRY, attributes: [] } as const;
const options = { ca: undefined, silenceMs: 5_000, signal: undefined };

/** Sends the same again and again, until the test is over. */
async function withEndless(
  send: (reply: Reply) => void,
  work: (connection: Connection) => Promise<void>,
): Promise<void> {
  let over = false;
  await using server = await startScriptedServer([], async (_, reply) => {
    while (!over) {
      for (let count = 0; count < 100; count += 1) send(reply);
      await setImmediate();
    }
    return true;
  });
  const connection = await Connection.open(server.url, { ...options, longestAnswer: 100_000 });
  try {
    await work(connection);
  } finally {
    over = true;
    connection.close();
  }
}

const newCookie = (reply: Reply): void => {
  sendInfo(reply, (writer) => {
    writer.writeString("cookie", 0x80);
  });
};

describe("an answer without end", () => {
  it("to a search is refused", async () => {
    await withEndless(
      (reply) => {
        reply.entry(anna);
      },
      (connection) => expect(connection.search(search)).rejects.toThrow("an answer of more than 100000 bytes came"),
    );
  });

  it.each([
    ["intermediate answers", newCookie],
    [
      "entries",
      (reply: Reply) => {
        sendState(reply, "add", annaKey, anna);
      },
    ],
  ])("to a search that goes on is refused while it is waited for: %s", async (_, send) => {
    await withEndless(send, (connection) => {
      const { ended } = connection.openSearch(search, new SyncRequestControl(undefined), {
        onEntry: () => undefined,
        onReferences: () => undefined,
        onIntermediate: readSyncInfo,
      });
      return expect(ended).rejects.toThrow("an answer of more than 100000 bytes came");
    });
  });

  it("is none, when what was waited for has come", async () => {
    await withEndless(newCookie, async (connection) => {
      let bytes = 0;
      const enough = Promise.withResolvers<undefined>();
      const open = connection.openSearch(search, new SyncRequestControl(undefined), {
        onEntry: () => undefined,
        onReferences: () => undefined,
        onIntermediate: (reader) => {
          open.rest();
          bytes += reader.buffer.length;
          if (bytes > 200_000) enough.resolve(undefined);
        },
      });
      open.ended.catch(() => undefined);
      await enough.promise;
      expect(bytes).toBeGreaterThan(200_000);
    });
  });
});
