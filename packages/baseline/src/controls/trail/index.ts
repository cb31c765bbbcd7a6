/** The control `trail`: one trail for the organization, into an account where nobody can alter what it wrote. */

import type { Control } from "../../control.ts";
import { management, organization } from "../../scopes.ts";
import { bucket } from "./bucket/index.ts";
import { wantedTrail } from "./desired.ts";
import { key } from "./key/index.ts";
import { layoutOf } from "./model.ts";
import { rights } from "./rights.ts";
import { trailItself } from "./trail/index.ts";
import { trustedAccess } from "./trusted-access/index.ts";

export const trail: Control = {
  name: "trail",
  section: "trail",
  summary: "One trail for the whole organization, into buckets of the log archive account that nobody can alter.",
  scope: organization(({ organization: { homeRegion }, baseline }) => ({
    account: management,
    region: baseline?.trail?.region ?? homeRegion,
  })),
  dependsOn: [],
  rights,
  kinds: [trustedAccess, bucket, key, trailItself],
  desired: (_, estate) => wantedTrail(estate),
  read: async (_, reach) => {
    const layout = layoutOf(reach);
    return layout === undefined ? [] : (await import("./actual.ts")).readAll(layout, reach);
  },
};
