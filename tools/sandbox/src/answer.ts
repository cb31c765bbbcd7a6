// Writes answers as AWS does: a result, or an error in the protocol of the request.
import type { AwsRequest, Fields } from "./request.ts";

/** An HTTP answer, whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** An error that AWS would answer. Rules throw it; the front writes it in the protocol of the request. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  /** Further members of the error, such as `Reason`. */
  readonly details: Fields;

  constructor(status: number, code: string, message: string, details: Fields = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** A successful answer of a JSON protocol. */
export function jsonAnswer(body: Fields): Answer {
  return makeAnswer(200, "application/x-amz-json-1.1", JSON.stringify(body));
}

/** An answer of any kind. */
export function makeAnswer(status: number, contentType: string, body: string): Answer {
  return { status, headers: { "content-type": contentType }, body: Buffer.from(body) };
}

/** The members of an answer of a JSON protocol. */
export function readJson(answer: Answer): Fields {
  return answer.body.length === 0 ? {} : (JSON.parse(answer.body.toString()) as Fields);
}

/** The text of the first element of that name in an answer of an XML protocol. */
export function readElement(answer: Answer, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(answer.body.toString())?.[1];
}

/** An error in the protocol of the request. */
export function errorAnswer(request: AwsRequest, refusal: Refusal): Answer {
  const { status, code, message, details } = refusal;
  const xml = `<Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`;
  const id = "<RequestId>00000000-0000-0000-0000-000000000000</RequestId>";
  switch (request.protocol) {
    case "json":
      return makeAnswer(status, "application/x-amz-json-1.1", JSON.stringify({ __type: code, message, ...details }));
    case "rest-json": {
      const answer = makeAnswer(status, "application/json", JSON.stringify({ message, ...details }));
      return { ...answer, headers: { ...answer.headers, "x-amzn-errortype": code } };
    }
    case "query":
      return makeAnswer(
        status,
        "text/xml",
        `<ErrorResponse><Error><Type>Sender</Type>${xml}</Error>${id}</ErrorResponse>`,
      );
    case "ec2":
      return makeAnswer(status, "text/xml", `<Response><Errors><Error>${xml}</Error></Errors>${id}</Response>`);
    case "rest-xml":
      return makeAnswer(status, "application/xml", `<Error>${xml}${id}</Error>`);
  }
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
