/** Controls that are one setting at each site: one object, which has the control's own name. */

import type { JsonObject } from "@bulkhead/core";
import type { Action } from "@bulkhead/plan";
import type { Control, Estate, Reach, Scope, Site } from "./control.ts";

export interface Setting extends Pick<Control, "name" | "summary" | "scope"> {
  readonly section: string;
  /** Each field and what it means, for the reference. */
  readonly fields: Readonly<Record<string, string>>;
  /** IAM actions; settings have no resources of their own. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** What happens, for a person, without a full stop; `where` is the account, with its region where there is one. */
  sentence(action: Action | "unmanaged", where: string): string;
  /** What the file wants there. Pure. */
  desired(site: Site, estate: Estate): JsonObject | null;
  /** The setting as it is; null where there is none. */
  read(site: Site, reach: Reach): Promise<JsonObject | null>;
  write(after: JsonObject, site: Site, reach: Reach): Promise<void>;
}

export function settingControl(setting: Setting): Control {
  const { name, section, summary, scope, fields, reads, writes } = setting;
  return {
    name,
    section,
    summary,
    scope,
    dependsOn: [],
    rights: { read: [{ actions: reads, resources: ["*"] }], write: [{ actions: writes, resources: ["*"] }] },
    kinds: [
      {
        name,
        fields,
        sentence: (action, { account, region }) => setting.sentence(action, whereOf(scope, { account, region })),
        write: async ({ account, region, after }, _, reach) => {
          if (after) await setting.write(after, { account, region }, reach);
        },
      },
    ],
    desired: (site, estate) => {
      const wanted = setting.desired(site, estate);
      return wanted === null ? [] : [{ kind: name, name, fields: wanted }];
    },
    read: async (site, reach) => {
      const found = await setting.read(site, reach);
      return found === null ? [] : [{ kind: name, name, fields: found, ownership: null }];
    },
  };
}

function whereOf(scope: Scope, { account, region }: Site): string {
  return scope.name === "account and region" ? `${account} (${region})` : account;
}
