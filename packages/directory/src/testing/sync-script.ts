/** A script of the scripted server for a directory that tells of changes: two people and a group. */

import type { Entry } from "../entry.ts";
import { SYNC_REQUEST } from "../sync-messages.ts";
import { toEntry } from "./active-directory.ts";
import { suffix, uuid } from "./people.ts";
import type { Reply, Script } from "./scripted-server.ts";
import { sendRefreshEnd, sendState } from "./sync-server.ts";

export const annaKey = uuid(1);
export const benKey = uuid(2);
const groupKey = uuid(3);

export const personEntry = (uid: string, key: string): Entry =>
  toEntry(`uid=${uid},ou=people,${suffix}`, { entryUUID: [key], uid: [uid] });
export const anna = personEntry("anna", annaKey);
export const ben = personEntry("ben", benKey);
const group = toEntry(`cn=aws-x,ou=groups,${suffix}`, {
  entryUUID: [groupKey],
  cn: ["aws-x"],
  member: [anna.dn, ben.dn],
});

const rootDse = toEntry("", { supportedControl: [SYNC_REQUEST] });

/** One of the searches that go on. */
export interface SyncRequest {
  readonly subject: "people" | "groups";
  readonly cookie: string | undefined;
  readonly reply: Reply;
  /** Counts the searches for this subject, from 1. */
  readonly nth: number;
}

/** Everything anew, with a cookie. */
export function sendAll({ subject, reply }: Pick<SyncRequest, "subject" | "reply">, cookie = "cookie"): void {
  if (subject === "groups") sendState(reply, "add", groupKey, group);
  else {
    sendState(reply, "add", annaKey, anna);
    sendState(reply, "add", benKey, ben);
  }
  sendRefreshEnd(reply, "present", cookie);
}

/** Whether only the DNs of containers are asked for. */
export function asksForContainers({ attributes }: { readonly attributes: readonly string[] }): boolean {
  return attributes.includes("1.1");
}

/** @param answer false, to have everything sent anew */
export function syncScript(answer: (request: SyncRequest) => boolean = () => false): Script {
  const counts = { people: 0, groups: 0 };
  return (request, reply) => {
    if (request.kind !== "search") return false;
    const { search, sync } = request;
    if (search.baseDN === "") {
      reply.entry(rootDse);
      reply.done();
      return true;
    }
    if (!sync) return false;
    if (asksForContainers(search)) {
      sendRefreshEnd(reply, "present", "cookie");
      return true;
    }
    const subject = search.baseDN.startsWith("ou=people") ? "people" : "groups";
    counts[subject] += 1;
    const asked = { subject, cookie: sync.cookie, reply, nth: counts[subject] } as const;
    if (!answer(asked)) sendAll(asked);
    return true;
  };
}
