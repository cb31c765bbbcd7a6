/** Serves the daemon's health and metrics over HTTP: `/healthz` and `/metrics`, for whoever may reach the address. */

import { createServer, type ServerResponse } from "node:http";
import { isIP, type AddressInfo } from "node:net";
import type { Status } from "../status.ts";
import { listenFailed, listenMalformed } from "./errors.ts";
import { METRICS_CONTENT_TYPE, metricsText } from "./metrics.ts";

/** Only for this host's own: health has no password. */
const DEFAULT_LISTEN = "127.0.0.1:9465";

/** Everybody on the host may connect: whoever does and says nothing is let go, so that root's daemon keeps its descriptors. */
const limits = { requestTimeout: 5_000, headersTimeout: 5_000, connectionsCheckingInterval: 1_000 };
const mostConnections = 32;

export interface Health extends AsyncDisposable {
  /** With the port that was given, where 0 was asked for. */
  readonly address: string;
}

/**
 * Serves until it is disposed of.
 * @param listen `ADDRESS:PORT`; an IPv6 address in brackets
 * @throws BulkheadError Ssh.ListenMalformed, .ListenFailed
 */
export async function startHealth(status: () => Status, listen: string = DEFAULT_LISTEN): Promise<Health> {
  const { host, port } = parseListen(listen);
  const server = createServer(limits, ({ method, url }, response) => {
    response.setHeader("cache-control", "no-store");
    response.setHeader("x-content-type-options", "nosniff");
    if (method !== "GET" && method !== "HEAD") answer(response, 405, "Only GET and HEAD.\n", { allow: "GET, HEAD" });
    else if (url === "/healthz") answerHealth(response, status());
    else if (url === "/metrics") answer(response, 200, metricsText(status()), { "content-type": METRICS_CONTENT_TYPE });
    else answer(response, 404, "There is /healthz and /metrics.\n");
  });
  server.maxConnections = mostConnections;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      reject(listenFailed(listen, cause));
    });
    server.listen({ host, port }, resolve);
  });
  const { port: given } = server.address() as AddressInfo;
  return {
    address: `${isIP(host) === 6 ? `[${host}]` : host}:${given}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** 200 where nobody needs to look, and 503 with the reason. */
function answerHealth(response: ServerResponse, status: Status): void {
  const { lastGoodRead, mode } = status;
  const problem = status.problem ?? (lastGoodRead === null ? "The directory has not been read yet." : null);
  const document = { healthy: problem === null, problem, mode, lastGoodRead: lastGoodRead?.toISOString() ?? null };
  answer(response, problem === null ? 200 : 503, `${JSON.stringify(document)}\n`, {
    "content-type": "application/json",
  });
}

function answer(
  response: ServerResponse,
  code: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(code, { "content-type": "text/plain; charset=utf-8", ...headers }).end(body);
}

function parseListen(listen: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(listen) ?? [];
  const host = bracketed ?? plain ?? "";
  const family = bracketed === undefined ? 4 : 6;
  if (isIP(host) !== family || Number(port) > 65_535) throw listenMalformed(listen);
  return { host, port: Number(port) };
}
