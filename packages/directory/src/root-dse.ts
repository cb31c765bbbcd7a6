/** What a server says about itself (the root DSE, RFC 4512 §5.1). */

import type { Connection } from "./connection.ts";
import { textOf, textsOf } from "./entry.ts";
import { ANY_ENTRY } from "./filter.ts";
import { SYNC_REQUEST } from "./sync-messages.ts";

export interface RootDse {
  /** Whether it may tell of changes (RFC 4533): it says so, or doesn't show what it can. */
  readonly mayTellOfChanges: boolean;
  /**
   * As long as this is the same, nothing was written: Active Directory's count of writes, which each of its servers
   * keeps for itself ([MS-ADTS] §3.1.1.3.2.18). Undefined elsewhere.
   */
  readonly marker: string | undefined;
}

/** @throws Directory.Unreachable */
export async function readRootDse(connection: Connection): Promise<RootDse> {
  const attributes = ["supportedControl", "highestCommittedUSN", "dsServiceName"];
  const { entries } = await connection.search({ base: "", scope: "base", filter: ANY_ENTRY, attributes });
  const [entry = { dn: "", attributes: new Map() }] = entries;
  const controls = textsOf(entry, "supportedControl");
  const [writes, server] = [textOf(entry, "highestCommittedUSN"), textOf(entry, "dsServiceName")];
  return {
    mayTellOfChanges: controls.length === 0 || controls.includes(SYNC_REQUEST),
    marker: writes !== undefined && server !== undefined ? `${server} ${writes}` : undefined,
  };
}
