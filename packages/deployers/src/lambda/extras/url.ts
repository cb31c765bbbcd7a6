/** The function URL of the alias. Who may use it is a matter of permissions. */

import {
  CreateFunctionUrlConfigCommand,
  DeleteFunctionUrlConfigCommand,
  GetFunctionUrlConfigCommand,
  UpdateFunctionUrlConfigCommand,
  type Cors,
} from "@aws-sdk/client-lambda";
import { awsErrorName } from "@bulkhead/credentials";
import type { CorsInput } from "../../deploy-file/schema.ts";
import { defineExtra, fieldChange } from "./extra.ts";
import { manages } from "./names.ts";

interface FoundUrl {
  readonly url: string;
  readonly auth: string;
  readonly cors: Cors;
}

export const functionUrl = defineExtra<FoundUrl>({
  matters: ({ extras }, found) => extras.url !== undefined || (found !== null && manages(found.tags, "url")),
  read: async ({ client, wanted }) => {
    try {
      const {
        FunctionUrl: url = "",
        AuthType: auth = "",
        Cors: cors = {},
      } = await client.send(new GetFunctionUrlConfigCommand({ FunctionName: wanted.name, Qualifier: wanted.alias }));
      return { url, auth, cors };
    } catch (error) {
      if (awsErrorName(error) === "ResourceNotFoundException") return undefined;
      throw error;
    }
  },
  changes: ({ url: wanted }, found) => [
    ...fieldChange("url.auth", found?.auth, wanted?.auth),
    ...fieldChange("url.cors", textOf(found?.cors), textOf(wanted && corsOf(wanted.cors))),
  ],
  write: async ({ client, wanted: { name, alias, extras } }, found) => {
    const input = { FunctionName: name, Qualifier: alias };
    if (extras.url === undefined) {
      await client.send(new DeleteFunctionUrlConfigCommand(input));
      return;
    }
    const settings = { ...input, AuthType: extras.url.auth, Cors: corsOf(extras.url.cors) };
    await (found
      ? client.send(new UpdateFunctionUrlConfigCommand(settings))
      : client.send(new CreateFunctionUrlConfigCommand(settings)));
  },
});

function corsOf(cors: CorsInput | undefined): Cors {
  const { allowOrigins, allowMethods, allowHeaders, exposeHeaders, allowCredentials, maxAge } = cors ?? {};
  return {
    AllowOrigins: allowOrigins,
    AllowMethods: allowMethods,
    AllowHeaders: allowHeaders,
    ExposeHeaders: exposeHeaders,
    AllowCredentials: allowCredentials,
    MaxAge: maxAge,
  };
}

/** What isn't set, or set to nothing, is the same; so is the order. */
function textOf(cors: Cors | undefined): string | undefined {
  const parts = Object.entries(cors ?? {}).flatMap(([name, value]: [string, unknown]) => {
    const text = Array.isArray(value) ? [...(value as string[])].sort().join(",") : String(value ?? "");
    return text === "" || text === "false" || text === "0" ? [] : [`${name}: ${text}`];
  });
  return parts.length === 0 ? undefined : parts.sort().join("; ");
}
