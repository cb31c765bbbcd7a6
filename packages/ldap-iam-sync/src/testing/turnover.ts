/** A day on which everything happens at once: somebody comes, changes, leaves, returns and is deleted, and groups with them. */

import { CreateAccessKeyCommand, CreateLoginProfileCommand, TagUserCommand } from "@aws-sdk/client-iam";
import { leftTag } from "../model.ts";
import type { Estate } from "./estate.ts";
import type { TestPerson } from "./people.ts";

const before: readonly TestPerson[] = [
  { number: 1, uid: "alice", groups: ["aws-old"] },
  { number: 2, uid: "bob", groups: ["aws-ops"] },
  { number: 3, uid: "carol" },
  { number: 4, uid: "dora", groups: ["aws-ops"] },
];
const after: readonly TestPerson[] = [
  { number: 1, uid: "alicia", mail: "alice@example.org", groups: ["aws-ops"] },
  { number: 2, uid: "bob", groups: ["aws-ops"], disabled: true },
  { number: 3, uid: "carol", groups: ["aws-developers"] },
  { number: 5, uid: "erin", groups: ["aws-developers"] },
];

/** IAM as it was the evening before, and the directory as it is in the morning. */
export async function prepareTurnover(estate: Estate): Promise<void> {
  await estate.writePeople(before, ["aws-ops", "aws-old"]);
  await estate.run("apply", "--yes");
  for (const UserName of ["bob", "carol", "dora"]) {
    await estate.byHand.send(new CreateAccessKeyCommand({ UserName }));
  }
  await estate.byHand.send(new CreateLoginProfileCommand({ UserName: "bob", Password: "correct horse" }));
  const [carol, dora] = before.slice(2);
  await estate.writePeople(
    before.map((person) => ({ ...person, disabled: person === carol || person === dora })),
    ["aws-ops", "aws-old"],
  );
  await estate.run("apply", "--yes");
  const longAgo = [{ Key: leftTag, Value: "2020-01-01" }];
  await estate.byHand.send(new TagUserCommand({ UserName: "dora", Tags: longAgo }));
  await estate.writePeople(after, ["aws-ops", "aws-developers"]);
}

/** All that has to be so in the end, however often it was cut off. */
export const turnedOver = {
  users: [
    ["alicia", ["ops"]],
    ["bob", ["ops"]],
    ["carol", ["developers"]],
    ["erin", ["developers"]],
  ],
  groups: ["developers", "ops"],
  keys: { alicia: [], bob: ["Inactive"], carol: ["Active"], erin: [] },
};
