// A Node service that refuses to start in the wrong account.
//
// Its deployment says where it is meant to run (DEPLOY_ENVIRONMENT); where it really runs, AWS says.
import { createServer } from "node:http";
import { requireEnvironment } from "@bulkhead/env-detect";

const { account, region } = await requireEnvironment({ environment: process.env.DEPLOY_ENVIRONMENT ?? "prod" });

const server = createServer((_request, response) => response.end("hello\n"));
server.listen(Number(process.env.PORT ?? 8080), () => {
  console.log(`listening on ${server.address().port} in ${account.value}, ${region.value}`);
});
