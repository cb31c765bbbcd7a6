/** Hands events to one reader, who may be slow: of each type only the last is kept, in the order in which they came. */

export class Mailbox<T extends { readonly type: string }> {
  #events: readonly T[] = [];
  #closed: { readonly error: unknown } | undefined;
  #reader: PromiseWithResolvers<void> | undefined;
  #writer: PromiseWithResolvers<void> | undefined;

  post(event: T): void {
    this.#events = [...this.#events.filter(({ type }) => type !== event.type), event];
    this.#reader?.resolve();
  }

  /** @param error what the reader is told in place of the end; undefined, for a plain end */
  close(error?: unknown): void {
    this.#closed ??= { error };
    this.#reader?.resolve();
    this.#writer?.resolve();
  }

  /** @returns undefined at the end */
  async take(): Promise<T | undefined> {
    while (this.#events.length === 0 && !this.#closed) {
      this.#reader = Promise.withResolvers();
      this.#writer?.resolve();
      await this.#reader.promise;
      this.#reader = undefined;
    }
    if (this.#closed?.error !== undefined) throw this.#closed.error;
    if (this.#closed) return undefined;
    const [event, ...rest] = this.#events;
    this.#events = rest;
    return event;
  }

  /** Waits until the reader asks for more than there is. */
  async asked(): Promise<void> {
    if (this.#closed || (this.#reader && this.#events.length === 0)) return;
    this.#writer = Promise.withResolvers();
    await this.#writer.promise;
  }
}
