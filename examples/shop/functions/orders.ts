/** Takes orders from the queue, and says so in its log; asked by a ping, it answers with its version. */

import { totalOf, type Order } from "./total.ts";

interface Message {
  readonly body: string;
}

/** What the queue sends, or a ping. */
type Event = { readonly Records: readonly Message[] } | { readonly ping: true };

export const handler = async (event: Event): Promise<object> => {
  if ("ping" in event) return { ok: true, version: process.env["VERSION"] };
  for (const { body } of event.Records) {
    const order = JSON.parse(body) as Order;
    console.log(`order ${order.id}: ${totalOf(order)}`);
  }
  return { taken: event.Records.length };
};
