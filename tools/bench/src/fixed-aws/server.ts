/** The HTTP server of fixed answers: as fast as Node is, so that what is measured is the client. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { organizationsOperations } from "./organizations.ts";
import { services, type ServiceOptions } from "./services.ts";
import {
  errorAnswer,
  Faults,
  jsonAnswer,
  parseRequest,
  Refusal,
  type Answer,
  type AwsRequest,
} from "@bulkhead/sandbox/wire";

/** How AWS behaves from now on. */
export interface Behaviour {
  /** Milliseconds that each answer takes. */
  readonly latency: number;
  /** What a service or an operation (`sts:*`) takes: so many calls at once, then so many a second. */
  readonly limits: readonly { readonly calls: string; readonly rate: number; readonly burst: number }[];
}

/** What was asked since the last behaviour was set. */
export interface Counts {
  /** By `service:Operation`, throttled ones included. */
  readonly calls: Readonly<Record<string, number>>;
  readonly throttled: Readonly<Record<string, number>>;
  /** Calls that this server has no answer to. */
  readonly unknown: readonly string[];
}

/** Where the bench itself speaks with the server: POST sets the behaviour and starts the counts anew, GET reads them. */
export const controlPath = "/bench";

export function createFixedAws(options: ServiceOptions): Server {
  const organizations = organizationsOperations(options.size);
  const others = services(options);
  let behaviour: Behaviour = { latency: 0, limits: [] };
  let faults = new Faults();
  let calls = new Map<string, number>();
  let throttled = new Map<string, number>();
  let unknown = new Set<string>();

  const control = (method: string, body: Buffer): Answer => {
    if (method === "POST") {
      behaviour = JSON.parse(body.toString()) as Behaviour;
      faults = new Faults();
      for (const { calls: pattern, ...limit } of behaviour.limits) faults.throttle(pattern, limit);
      [calls, throttled, unknown] = [new Map(), new Map(), new Set()];
    }
    const counts: Counts = {
      calls: Object.fromEntries(calls),
      throttled: Object.fromEntries(throttled),
      unknown: [...unknown],
    };
    return jsonAnswer({ ...counts });
  };
  const answer = (request: AwsRequest): Answer => {
    const isObject = request.service === "s3";
    const name = isObject ? `s3:${request.method}` : request.name;
    count(calls, name);
    const refused = faults.intercept(request);
    if (refused) {
      count(throttled, name);
      return refused;
    }
    try {
      const operation = request.service === "organizations" ? organizations[request.operation] : undefined;
      if (operation) return jsonAnswer(operation(request.input));
      const service = others[isObject ? "s3:*" : request.name];
      if (service) return service(request);
      unknown.add(request.name);
      throw new Refusal(400, "NoFixedAnswer", `there is no fixed answer to ${request.name}`);
    } catch (error) {
      if (error instanceof Refusal) return errorAnswer(request, error);
      throw error;
    }
  };
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { method = "GET", url = "/", headers } = incoming;
    const body = await readBody(incoming);
    const asked = url === controlPath ? undefined : parseRequest(method, url, headers, body);
    if (asked && behaviour.latency > 0) await sleep(behaviour.latency);
    const given = asked ? answer(asked) : control(method, body);
    outgoing.writeHead(given.status, { ...given.headers, "content-length": given.body.length });
    outgoing.end(method === "HEAD" ? undefined : given.body);
  };
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch((error: unknown) => outgoing.destroy(error instanceof Error ? error : undefined));
  });
  server.keepAliveTimeout = 0;
  return server;
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
