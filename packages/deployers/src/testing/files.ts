/** Files in memory, for tests that touch no disk. */

import type { Files } from "@bulkhead/landing-zone";

export function memoryFiles(texts: Readonly<Record<string, string>>): Files {
  return {
    size: (path) => texts[path]?.length,
    read: (path) => texts[path] ?? "",
    list: () => [],
  };
}
