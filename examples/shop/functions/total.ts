/** What an order costs. */

export interface Order {
  readonly id: string;
  readonly items: readonly { readonly price: number; readonly quantity: number }[];
}

/** @returns the sum in cents */
export function totalOf({ items }: Order): number {
  return items.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
}
