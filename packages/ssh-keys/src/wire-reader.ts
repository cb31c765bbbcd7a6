/** Reads SSH's wire format: strings with their length ahead, 4 bytes, the highest first (RFC 4251 §5). */

export class WireReader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  /** The next string; undefined where the bytes end within it. */
  bytes(): Buffer | undefined {
    if (this.#at + 4 > this.#buffer.length) return undefined;
    const start = this.#at + 4;
    const end = start + this.#buffer.readUInt32BE(this.#at);
    if (end > this.#buffer.length) return undefined;
    this.#at = end;
    return this.#buffer.subarray(start, end);
  }

  /** As `bytes`, each byte a character. */
  text(): string | undefined {
    return this.bytes()?.toString("latin1");
  }

  get atEnd(): boolean {
    return this.#at === this.#buffer.length;
  }
}
