/** Lists that AWS gives in pages, read to their end. */

/** Where a page begins, or where the next one does: none for the first, and none after the last. */
export type PageToken<K extends string> = { readonly [key in K]?: string | undefined };

/**
 * The pages of a list, one after the other. A page can be short or empty and still carry a token: only one without is
 * the last (Organizations API Reference, “ListAccounts”; IAM API Reference, “ListUsers”).
 * @param key the token's name, in the request as in the answer
 */
export async function* readPages<K extends string, A extends PageToken<K>>(
  key: K,
  ask: (page: PageToken<K>) => Promise<A>,
): AsyncGenerator<A> {
  for (let page: PageToken<K> = {}; ;) {
    const answer = await ask(page);
    yield answer;
    const token: string | undefined = answer[key];
    if (!token) return;
    page = { [key]: token } as Record<K, string>;
  }
}

/** All items of a list. */
export async function readAll<A, T>(
  pages: AsyncIterable<A>,
  items: (answer: A) => readonly T[] | undefined,
): Promise<T[]> {
  const all: T[] = [];
  for await (const answer of pages) all.push(...(items(answer) ?? []));
  return all;
}
