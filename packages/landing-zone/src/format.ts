/** A landing zone file from data, as a person would have laid it out. */

import { isMap, stringify, visit, Document } from "yaml";
import type { LandingZoneInput } from "./schema.ts";

/** The text of a landing zone file: sections as blocks, what stands in them on one line each. */
export function formatLandingZone(file: LandingZoneInput, comment: string): string {
  const document = new Document(file);
  document.commentBefore = comment;
  visit(document, {
    Pair: (_, { value }, path) => {
      // Depth 4: document, map, section, map; what follows fits on a line.
      if (path.length >= 4 && isMap(value)) value.flow = true;
    },
  });
  for (const item of isMap(document.contents) ? document.contents.items.slice(1) : []) {
    if (typeof item.key === "object" && item.key !== null) (item.key as { spaceBefore?: boolean }).spaceBefore = true;
  }
  return stringify(document, { lineWidth: 0, flowCollectionPadding: true });
}
