// Lambda: what MiniStack lets pass or leaves out, and AWS doesn't.
import type { Answer } from "../answer.ts";
import { jsonAnswer, readJson, Refusal } from "../answer.ts";
import type { Backend } from "../backend.ts";
import { parseRequest } from "../request.ts";
import type { AwsRequest, Fields } from "../request.ts";
import type { Call, Rule } from "./rule.ts";

/** `/2015-03-31/functions/{name}` of a request about a function, and its qualifier. */
function functionOf({ url }: AwsRequest): { readonly path: string; readonly qualifier: string | null } {
  const { pathname, searchParams } = new URL(url, "http://sandbox");
  const name = pathname.split("/")[3] ?? "";
  return { path: `/2015-03-31/functions/${name}`, qualifier: searchParams.get("Qualifier") };
}

/** Asks MiniStack in the caller's name. Undefined: it isn't there. */
async function ask(backend: Backend, { request, account }: Call, path: string): Promise<Fields | undefined> {
  const { authorization } = request.headers;
  const headers = authorization === undefined ? {} : { authorization };
  const answer = await backend.forward(parseRequest("GET", path, headers, Buffer.alloc(0)), account);
  return answer.status === 200 ? readJson(answer) : undefined;
}

/** Of an alias's weights, each call takes the version whose turn it is, so that the shares are exact. */
export function aliasWeights(backend: Backend): Rule {
  const calls = new Map<string, number>();
  return {
    name: "An alias's weights share out its calls",
    page: "https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html",
    operations: ["lambda:Invoke"],
    async handle(call, next) {
      const { path, qualifier } = functionOf(call.request);
      if (qualifier === null || /^(\d+|\$LATEST)$/.test(qualifier)) return next(call);
      const alias = await ask(backend, call, `${path}/aliases/${qualifier}`);
      const routing = alias?.["RoutingConfig"] as { AdditionalVersionWeights?: Record<string, number> } | undefined;
      const [weighted] = Object.entries(routing?.AdditionalVersionWeights ?? {});
      if (weighted === undefined) return next(call);
      const [version, weight] = weighted;
      const key = `${call.account}/${call.request.region}/${path}/${qualifier}`;
      const count = (calls.get(key) ?? 0) + 1;
      calls.set(key, count);
      // Of every hundred calls, as many as the weight says; in whole hundredths, for sums of fractions drift.
      const share = Math.round(weight * 100);
      if (Math.floor((count * share) / 100) === Math.floor(((count - 1) * share) / 100)) return next(call);
      const url = call.request.url.replace(/([?&]Qualifier=)[^&]+/, `$1${version}`);
      return next({ ...call, request: { ...call.request, url } });
    },
  };
}

/** MiniStack writes the code of a dry run. */
export function updateCodeDryRun(backend: Backend): Rule {
  return {
    name: "A dry run of UpdateFunctionCode writes nothing",
    page: "https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html",
    operations: ["lambda:UpdateFunctionCode"],
    async handle(call, next) {
      const { input } = call.request;
      if (input["DryRun"] !== true) return next(call);
      const found = await ask(backend, call, `${functionOf(call.request).path}/configuration`);
      if (found === undefined) throw new Refusal(404, "ResourceNotFoundException", "Function not found");
      refuseStale(input, found);
      return jsonAnswer(found);
    },
  };
}

/** MiniStack publishes whatever stands there. */
export function publishPreconditions(backend: Backend): Rule {
  return {
    name: "PublishVersion holds to CodeSha256 and RevisionId",
    page: "https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html",
    operations: ["lambda:PublishVersion"],
    async handle(call, next): Promise<Answer> {
      const { input } = call.request;
      if (input["CodeSha256"] === undefined && input["RevisionId"] === undefined) return next(call);
      const found = await ask(backend, call, `${functionOf(call.request).path}/configuration`);
      if (found !== undefined) {
        refuseStale(input, found);
        refuseOtherCode(input, found);
      }
      return next(call);
    },
  };
}

function refuseStale({ RevisionId: wanted }: Fields, { RevisionId: found }: Fields): void {
  if (wanted === undefined || wanted === found) return;
  throw new Refusal(
    412,
    "PreconditionFailedException",
    "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
  );
}

function refuseOtherCode({ CodeSha256: wanted }: Fields, { CodeSha256: found }: Fields): void {
  if (wanted === undefined || wanted === found) return;
  throw new Refusal(
    400,
    "InvalidParameterValueException",
    `CodeSHA256 (${String(wanted)}) is different from current CodeSHA256 in $LATEST (${String(found)}). Please try again with the CodeSHA256 in $LATEST.`,
  );
}
