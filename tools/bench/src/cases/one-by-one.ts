/** How tools read IAM that ask for each user's tags and groups, twenty users at a time; run as a process. */

import { IAMClient, ListGroupsForUserCommand, ListUsersCommand, ListUserTagsCommand } from "@aws-sdk/client-iam";
import pLimit from "p-limit";

const iam = new IAMClient({ maxAttempts: 10 });
const names: string[] = [];
for (let Marker: string | undefined; ;) {
  const answer = await iam.send(new ListUsersCommand({ MaxItems: 1_000, Marker }));
  names.push(...(answer.Users ?? []).flatMap(({ UserName }) => UserName ?? []));
  Marker = answer.Marker;
  if (Marker === undefined) break;
}
const limit = pLimit(20);
const asked = names.map((UserName) =>
  limit(async () => {
    await iam.send(new ListUserTagsCommand({ UserName }));
    await iam.send(new ListGroupsForUserCommand({ UserName }));
  }),
);
await Promise.all(asked);
process.stdout.write(`${JSON.stringify({ users: names.length })}\n`);
