// The HTTP server that clients take for AWS: counts calls, lets faults happen, applies the rules, and asks moto.
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { errorAnswer, Refusal } from "./answer.ts";
import type { Answer } from "./answer.ts";
import { htmlAnswer } from "./backend.ts";
import type { Backend } from "./backend.ts";
import { Faults } from "./faults.ts";
import type { Fault } from "./faults.ts";
import { parseRequest } from "./request.ts";
import type { AwsRequest } from "./request.ts";
import type { RuleSet } from "./rules/index.ts";
import type { Call } from "./rules/rule.ts";

/** The front of one sandbox. */
export class Front {
  readonly faults = new Faults();
  #ruleSet: RuleSet;
  #calls: string[] = [];
  readonly #backend: Backend;
  readonly #server = createServer((incoming, outgoing) => void this.#serve(incoming, outgoing));

  constructor(backend: Backend, ruleSet: RuleSet) {
    this.#backend = backend;
    this.#ruleSet = ruleSet;
    // Only faults may cut a connection, never the idleness of a test.
    this.#server.keepAliveTimeout = 0;
  }

  /** Listens on the loopback interface; on a free port if it is 0. Gives the port. */
  async listen(port: number): Promise<number> {
    this.#server.listen(port, "127.0.0.1");
    await once(this.#server, "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  /** The calls since the last {@link clearCalls}, as `service:Operation`, in order of arrival. */
  get calls(): readonly string[] {
    return this.#calls;
  }

  clearCalls(): void {
    this.#calls = [];
  }

  /** Puts fresh rules in place of those whose counters have run. */
  replaceRules(ruleSet: RuleSet): void {
    this.#ruleSet = ruleSet;
  }

  /** Stops listening and cuts the connections. */
  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      const request = await readRequest(incoming);
      this.#calls.push(request.name);
      await this.#respond(request, outgoing);
    } catch (error) {
      // The client went away, or moto died. Either way nobody can be given an answer.
      outgoing.destroy(error instanceof Error ? error : undefined);
    }
  }

  async #respond(request: AwsRequest, outgoing: ServerResponse): Promise<void> {
    const fault = this.faults.strike(request);
    const delay = this.faults.latencyOf(request) + (fault?.kind === "delay" ? fault.ms : 0);
    if (delay > 0) await sleep(delay);
    if (fault?.kind === "cut" || (fault?.kind === "before" && (await fault.run(request)) === "cut")) {
      outgoing.destroy();
      return;
    }
    const answer = await this.#answer(request, fault);
    if (fault?.kind === "cutAfter" || (fault?.kind === "after" && (await fault.run(request)) === "cut")) {
      outgoing.destroy();
      return;
    }
    const length = request.method === "HEAD" ? {} : { "content-length": String(answer.body.length) };
    outgoing.writeHead(answer.status, { ...answer.headers, ...length });
    if (fault?.kind === "half") {
      outgoing.write(answer.body.subarray(0, answer.body.length / 2), () => outgoing.destroy());
      return;
    }
    outgoing.end(answer.body);
  }

  async #answer(request: AwsRequest, fault: Fault | undefined): Promise<Answer> {
    if (fault?.kind === "notAws") return htmlAnswer();
    try {
      if (fault?.kind === "fail") throw new Refusal(fault.status, fault.code, fault.message ?? fault.code);
      return this.faults.intercept(request) ?? (await this.#applyRules(this.#ruleSet.keys.identify(request), 0));
    } catch (error) {
      if (error instanceof Refusal) return errorAnswer(request, error);
      throw error;
    }
  }

  async #applyRules(call: Call, from: number): Promise<Answer> {
    const { rules } = this.#ruleSet;
    const index = rules.findIndex((rule, at) => at >= from && rule.operations.includes(call.request.name));
    const rule = rules[index];
    if (rule === undefined) return this.#backend.forward(call.request, call.account);
    return rule.handle(call, (changed) => this.#applyRules(changed, index + 1));
  }
}

async function readRequest(incoming: IncomingMessage): Promise<AwsRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return parseRequest(incoming.method ?? "GET", incoming.url ?? "/", incoming.headers, Buffer.concat(chunks));
}
