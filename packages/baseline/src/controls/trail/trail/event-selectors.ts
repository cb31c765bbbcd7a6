/**
 * Which management events a trail records, and how to make it record all without losing what else it records. Pure.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html
 */

import type { AdvancedEventSelector, EventSelector, GetEventSelectorsResponse } from "@aws-sdk/client-cloudtrail";

export type Selectors = Pick<GetEventSelectorsResponse, "EventSelectors" | "AdvancedEventSelectors">;

/** `All`, `ReadOnly`, `WriteOnly`, `Some` or `None`. */
export function managementEvents({ EventSelectors = [], AdvancedEventSelectors = [] }: Selectors): string {
  const [advanced] = AdvancedEventSelectors.filter(isManagement);
  if (advanced) return advanced.FieldSelectors?.length === 1 ? "All" : "Some";
  const [basic] = EventSelectors.filter(({ IncludeManagementEvents }) => IncludeManagementEvents !== false);
  if (basic === undefined) return "None";
  if ((basic.ExcludeManagementEventSources ?? []).length > 0) return "Some";
  return basic.ReadWriteType ?? "All";
}

/** The same selectors, with all management events. */
export function withAllManagementEvents({ EventSelectors = [], AdvancedEventSelectors = [] }: Selectors): Selectors {
  if (AdvancedEventSelectors.length > 0) {
    return { AdvancedEventSelectors: [allAdvanced, ...AdvancedEventSelectors.filter((it) => !isManagement(it))] };
  }
  const others = EventSelectors.filter(({ DataResources = [] }) => DataResources.length > 0).map((selector) => ({
    ...selector,
    IncludeManagementEvents: false,
    ExcludeManagementEventSources: [],
  }));
  return { EventSelectors: [all, ...others] };
}

const all: EventSelector = { ReadWriteType: "All", IncludeManagementEvents: true };
const allAdvanced: AdvancedEventSelector = {
  Name: "Management events",
  FieldSelectors: [{ Field: "eventCategory", Equals: ["Management"] }],
};

function isManagement({ FieldSelectors = [] }: AdvancedEventSelector): boolean {
  return FieldSelectors.some(({ Field, Equals }) => Field === "eventCategory" && Equals?.includes("Management"));
}
