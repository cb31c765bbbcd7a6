/** Which management events a trail records, and what becomes of its other selectors. */

import { expect, test } from "@jest/globals";
import { managementEvents, withAllManagementEvents, type Selectors } from "./event-selectors.ts";

const buckets = [{ Type: "AWS::S3::Object", Values: ["arn:aws:s3"] }];
const management = { Field: "eventCategory", Equals: ["Management"] };
const data = { Name: "data", FieldSelectors: [{ Field: "eventCategory", Equals: ["Data"] }] };

test.each<[string, Selectors, string]>([
  ["AWS's default", { EventSelectors: [{ ReadWriteType: "All", IncludeManagementEvents: true }] }, "All"],
  ["what isn't said", { EventSelectors: [{}] }, "All"],
  ["writes only", { EventSelectors: [{ ReadWriteType: "WriteOnly" }] }, "WriteOnly"],
  ["without KMS", { EventSelectors: [{ ExcludeManagementEventSources: ["kms.amazonaws.com"] }] }, "Some"],
  ["data only", { EventSelectors: [{ IncludeManagementEvents: false, DataResources: buckets }] }, "None"],
  ["no selector", {}, "None"],
  ["advanced", { AdvancedEventSelectors: [data, { FieldSelectors: [management] }] }, "All"],
  [
    "advanced, narrowed",
    { AdvancedEventSelectors: [{ FieldSelectors: [management, { Field: "readOnly", Equals: ["false"] }] }] },
    "Some",
  ],
  ["advanced, data only", { AdvancedEventSelectors: [data] }, "None"],
])("%s", (_, selectors, recorded) => {
  expect(managementEvents(selectors)).toBe(recorded);
  const mended = withAllManagementEvents(selectors);
  expect(managementEvents(mended)).toBe("All");
  expect(JSON.stringify(mended).includes("AWS::S3::Object")).toBe(
    JSON.stringify(selectors).includes("AWS::S3::Object"),
  );
  expect(JSON.stringify(mended).includes("Data")).toBe(JSON.stringify(selectors).includes("Data"));
});
