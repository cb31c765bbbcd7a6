/** The tag by which Bulkhead knows its own. */

export const managedTag = "bulkhead:managed";

/** What everything carries that Bulkhead makes and AWS can tag. */
export const ours: { readonly [key: string]: string } = { [managedTag]: "true" };
