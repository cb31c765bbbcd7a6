/** Real HTTP servers on loopback that play the metadata services and AWS's APIs, well behaved and not. */

import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Server extends AsyncDisposable {
  readonly url: string;
  /** `METHOD path` of each request, in order. */
  readonly requests: string[];
  /** The headers of each request. */
  readonly headers: IncomingMessage["headers"][];
}

export async function serve(listener: RequestListener): Promise<Server> {
  const requests: string[] = [];
  const headers: IncomingMessage["headers"][] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method ?? ""} ${request.url ?? ""}`);
    headers.push(request.headers);
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    headers,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const document = {
  accountId: "111111111111",
  region: "eu-central-1",
  instanceId: "i-0123456789abcdef0",
  instanceType: "t3.micro",
};

const roleKeys = JSON.stringify({ AccessKeyId: "ASIAROLE", SecretAccessKey: "role-secret", Token: "role-token" });

/** EC2's metadata service, with what should differ. */
export function serveImds(
  behaviour: {
    readonly token?: RequestListener;
    readonly document?: string | RequestListener;
    readonly signature?: string;
  } = {},
): Promise<Server> {
  const answers: Record<string, RequestListener> = {
    "PUT /latest/api/token": behaviour.token ?? text("the-token"),
    "GET /latest/dynamic/instance-identity/document":
      typeof behaviour.document === "function"
        ? behaviour.document
        : withToken(behaviour.document ?? JSON.stringify(document)),
    "GET /latest/dynamic/instance-identity/signature": withToken(behaviour.signature ?? ""),
    "GET /latest/meta-data/iam/security-credentials/": withToken("the-role"),
    "GET /latest/meta-data/iam/security-credentials/the-role": withToken(roleKeys),
  };
  return serve((request, response) => {
    (answers[`${request.method ?? ""} ${request.url ?? ""}`] ?? status(404))(request, response);
  });
}

/** STS and SSM at one address; `marks` are the values of `/bulkhead/account`, by access key id. */
export function serveAws(
  accounts: Readonly<Record<string, string>>,
  marks: Readonly<Record<string, string>> = {},
): Promise<Server> {
  return serve((request, response) => {
    const key = /Credential=([^/]+)\//.exec(request.headers.authorization ?? "")?.[1] ?? "";
    const account = accounts[key];
    if (request.headers["x-amz-target"] === "AmazonSSM.GetParameter") {
      const mark = marks[key];
      if (mark === undefined) send(response, 400, '{"__type":"ParameterNotFound"}');
      else send(response, 200, JSON.stringify({ Parameter: { Name: "/bulkhead/account", Value: mark } }));
    } else if (account === undefined) {
      send(response, 403, "<ErrorResponse><Error><Code>InvalidClientTokenId</Code></Error></ErrorResponse>");
    } else {
      send(
        response,
        200,
        `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>` +
          `<Arn>arn:aws:iam::${account}:user/test</Arn><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
      );
    }
  });
}

export const text =
  (body: string): RequestListener =>
  (_request, response) =>
    send(response, 200, body);
export const status =
  (code: number): RequestListener =>
  (_request, response) =>
    send(response, code, "");
export const redirect =
  (to: string): RequestListener =>
  (_request, response) => {
    response.writeHead(302, { location: to }).end();
  };
/** Takes the request and never answers. */
export const silence: RequestListener = () => undefined;
/** Begins an answer and never ends it. */
export const halfAnswer: RequestListener = (_request, response) => {
  response.writeHead(200, { "content-length": "1000" });
  response.write("{");
};

function withToken(body: string): RequestListener {
  return (request, response) =>
    send(response, request.headers["x-aws-ec2-metadata-token"] === "the-token" ? 200 : 401, body);
}

function send(response: ServerResponse, code: number, body: string): void {
  response.writeHead(code, { "content-type": "text/plain" }).end(body);
}
