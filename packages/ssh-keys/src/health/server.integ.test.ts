/** Health over real HTTP: what is answered, to whom, and what is refused. */

import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { once } from "node:events";
import { connect } from "node:net";
import type { Status } from "../status.ts";
import { startHealth, type Health } from "./server.ts";

const working: Status = {
  startedAt: new Date("2026-11-22T10:00:00Z"),
  lastGoodRead: new Date("2026-11-22T11:00:00Z"),
  lastSync: null,
  mode: "polling",
  people: 7,
  keys: 9,
  leavers: 0,
  held: 0,
  closed: false,
  errors: {},
  problem: null,
};

let status: Status;
let health: Health;
beforeEach(async () => {
  status = working;
  health = await startHealth(() => status, "127.0.0.1:0");
});
afterEach(async () => health[Symbol.asyncDispose]());

const ask = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`http://${health.address}${path}`, init);

test("health is 200 where all is well, and 503 with the reason otherwise", async () => {
  const well = await ask("/healthz");
  expect(well.status).toBe(200);
  expect(await well.json()).toEqual({
    healthy: true,
    problem: null,
    mode: "polling",
    lastGoodRead: "2026-11-22T11:00:00.000Z",
  });

  status = { ...working, problem: "The directory has been silent for an hour.", mode: "stale" };
  const silent = await ask("/healthz");
  expect(silent.status).toBe(503);
  expect(await silent.json()).toMatchObject({ healthy: false, problem: status.problem, mode: "stale" });

  status = { ...working, lastGoodRead: null };
  expect((await ask("/healthz")).status).toBe(503);
});

test("metrics are in Prometheus's format", async () => {
  const response = await ask("/metrics");
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(await response.text()).toContain("\nbulkhead_ssh_people 7\n");
});

test("nothing else is answered", async () => {
  expect((await ask("/")).status).toBe(404);
  expect((await ask("/metrics", { method: "POST" })).status).toBe(405);
});

test("a second on the same address is told so", async () => {
  await expect(startHealth(() => status, health.address)).rejects.toMatchObject({ code: "Ssh.ListenFailed" });
});

test.each(["9465", "localhost:9465", "127.0.0.1", "127.0.0.1:99999", "::1:9465", "[127.0.0.1]:9465"])(
  "%s isn't an address to listen on",
  async (listen) => {
    await expect(startHealth(() => status, listen)).rejects.toMatchObject({ code: "Ssh.ListenMalformed" });
  },
);

test("whoever connects and says nothing is let go, and many at once are refused", async () => {
  const [host, port] = health.address.split(":");
  const clients = Array.from({ length: 40 }, () =>
    connect(Number(port), host)
      .on("error", () => undefined)
      .resume(),
  );
  await Promise.all(clients.map((client) => once(client, "close")));
  expect((await ask("/healthz")).status).toBe(200);
});

test("it ends while somebody is connected", async () => {
  const other = await startHealth(() => status, "127.0.0.1:0");
  const [host, port] = other.address.split(":");
  const client = connect(Number(port), host);
  await once(client, "connect");
  const closed = once(client.resume(), "close");
  await other[Symbol.asyncDispose]();
  await closed;
  await expect(fetch(`http://${other.address}/healthz`)).rejects.toThrow("fetch failed");
});
