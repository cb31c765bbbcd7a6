/** What stands in a directory is shown as it is: it steers no terminal and means nothing in Markdown. */

import { expect, it } from "@jest/globals";
import { createStyle } from "@bulkhead/core";
import type { Explanation } from "./explain.ts";
import { explainResult } from "./render-explain.ts";

const dn = "uid=[anna](https://example.com)|<img>\u001b[2J,dc=x";
const explanation: Explanation = {
  asked: dn,
  entry: { dn, key: "k", state: "active", evidence: "" },
  user: null,
  groups: [],
  pending: [],
  stops: `${dn}: no`,
};

it("shows an entry without what it would do", () => {
  const { text, markdown } = explainResult(explanation);
  expect(text?.(createStyle(false))).not.toContain("\u001b");
  const written = markdown?.() ?? "";
  expect(written).not.toMatch(/\u001b|[^\\][[<|]/);
  expect(written).toMatch(/^- entry: uid=\\\[anna\\\]/);
  expect(written).toContain("**Enters nothing**: uid=");
});
