/** All that is in some of a host's folders, one line each: type, mode, owner, target or hash, path. */

import type { TestHost } from "./host.ts";

const LIST = `
for folder; do
  find "$folder" -xdev \\( -type f -printf '%M %u:%g %p\\n' -o -type l -printf '%M %u:%g %p -> %l\\n' -o -printf '%M %u:%g %p\\n' \\)
  find "$folder" -xdev -type f -exec sha256sum {} +
done | sort -k3
`;

/** @param except patterns of paths that come and go by themselves */
export async function listing(
  host: TestHost,
  folders: readonly string[],
  except: readonly RegExp[] = [],
): Promise<readonly string[]> {
  const lines = (await host.sh(LIST, ...folders)).split("\n");
  return lines.filter((line) => line !== "" && !except.some((pattern) => pattern.test(line)));
}
