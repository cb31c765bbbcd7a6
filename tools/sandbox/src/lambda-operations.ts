// Names the operations of Lambda: its routes carry an API version and a function's name, but no operation.

/** A route without its API version, and the operation of each method. From the service's model of 2015-03-31 and later. */
const ROUTES: readonly (readonly [RegExp, Readonly<Record<string, string>>])[] = [
  [/^functions$/, { POST: "CreateFunction", GET: "ListFunctions" }],
  [/^functions\/[^/]+$/, { GET: "GetFunction", DELETE: "DeleteFunction" }],
  [/^functions\/[^/]+\/configuration$/, { GET: "GetFunctionConfiguration", PUT: "UpdateFunctionConfiguration" }],
  [/^functions\/[^/]+\/code$/, { PUT: "UpdateFunctionCode" }],
  [/^functions\/[^/]+\/invocations$/, { POST: "Invoke" }],
  [/^functions\/[^/]+\/versions$/, { POST: "PublishVersion", GET: "ListVersionsByFunction" }],
  [/^functions\/[^/]+\/aliases$/, { POST: "CreateAlias", GET: "ListAliases" }],
  [/^functions\/[^/]+\/aliases\/[^/]+$/, { GET: "GetAlias", PUT: "UpdateAlias", DELETE: "DeleteAlias" }],
  [/^functions\/[^/]+\/policy$/, { POST: "AddPermission", GET: "GetPolicy" }],
  [/^functions\/[^/]+\/policy\/[^/]+$/, { DELETE: "RemovePermission" }],
  [
    /^functions\/[^/]+\/concurrency$/,
    { PUT: "PutFunctionConcurrency", GET: "GetFunctionConcurrency", DELETE: "DeleteFunctionConcurrency" },
  ],
  [
    /^functions\/[^/]+\/provisioned-concurrency$/,
    {
      PUT: "PutProvisionedConcurrencyConfig",
      GET: "GetProvisionedConcurrencyConfig",
      DELETE: "DeleteProvisionedConcurrencyConfig",
    },
  ],
  [
    /^functions\/[^/]+\/url$/,
    {
      POST: "CreateFunctionUrlConfig",
      GET: "GetFunctionUrlConfig",
      PUT: "UpdateFunctionUrlConfig",
      DELETE: "DeleteFunctionUrlConfig",
    },
  ],
  [/^event-source-mappings$/, { POST: "CreateEventSourceMapping", GET: "ListEventSourceMappings" }],
  [
    /^event-source-mappings\/[^/]+$/,
    { GET: "GetEventSourceMapping", PUT: "UpdateEventSourceMapping", DELETE: "DeleteEventSourceMapping" },
  ],
  [/^tags\/.+$/, { GET: "ListTags", POST: "TagResource", DELETE: "UntagResource" }],
  [/^layers$/, { GET: "ListLayers" }],
  [/^layers\/[^/]+\/versions$/, { POST: "PublishLayerVersion", GET: "ListLayerVersions" }],
  [/^layers\/[^/]+\/versions\/[^/]+$/, { GET: "GetLayerVersion", DELETE: "DeleteLayerVersion" }],
  [/^account-settings$/, { GET: "GetAccountSettings" }],
];

/** The operation of a request to Lambda; undefined for one that isn't listed here. */
export function lambdaOperation(method: string, path: string): string | undefined {
  const route = path.replace(/^\/\d{4}-\d{2}-\d{2}\//, "").replace(/\/$/, "");
  return ROUTES.find(([pattern]) => pattern.test(route))?.[1][method];
}
