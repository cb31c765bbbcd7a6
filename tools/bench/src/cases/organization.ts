/** An organization of fixed answers, with all that our programs and the peer's need to run against it. */

import type { BenchContext } from "../bench-case.ts";
import type { EstateSize } from "../fixed-aws/estate.ts";
import { startFixedAws, type FixedAws } from "../fixed-aws/index.ts";
import { writeLandingZone } from "../fixed-aws/landing-zone.ts";
import { temporaryFolder } from "../folders.ts";
import type { Program } from "../measure.ts";
import { installOrgFormation, orgFormationName, type OrgFormation } from "../peers/org-formation.ts";
import { leftOut, tryPeer, type Peer } from "../peers/peer.ts";

export interface Organization extends AsyncDisposable {
  readonly aws: FixedAws;
  readonly folder: string;
  /** Where `bulkhead` keeps its sessions between runs. */
  readonly cache: string;
  /** `bulkhead …` in the folder of the landing zone file, without progress. */
  bulkhead(...args: string[]): Program;
  /** org-formation, with its template and state made from this organization. */
  orgFormation(): Promise<Peer<OrgFormation>>;
}

export interface OrganizationOptions extends EstateSize {
  /** Whether the tagging API gives the tags of accounts; it does, if left out. */
  readonly tagging?: boolean;
}

export async function openOrganization(
  { cli, peers }: BenchContext,
  options: OrganizationOptions,
): Promise<Organization> {
  const { tagging = true, ...size } = options;
  const folder = await temporaryFolder();
  const aws = await startFixedAws({ size, tagging });
  const cache = `${folder.path}/cache`;
  const env = { ...aws.env, XDG_CACHE_HOME: cache };
  await writeLandingZone(folder.path, size);
  return {
    aws,
    folder: folder.path,
    cache,
    bulkhead: (...args) => ({ command: process.execPath, args: [cli, ...args, "--quiet"], env, cwd: folder.path }),
    orgFormation: async () => {
      if (!peers) return leftOut;
      return tryPeer(orgFormationName, async () => {
        const peer = await installOrgFormation();
        await aws.behave({});
        await peer.init(aws.env, folder.path);
        return peer;
      });
    },
    [Symbol.asyncDispose]: async () => {
      await aws[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}
