/** Cuts a stream of bytes into LDAP messages (RFC 4511 §5.1): each a BER SEQUENCE of definite length. */

const SEQUENCE = 0x30;
/** Far above any entry; a longer message is not LDAP, or an attack on memory. */
const LONGEST = 64 * 1024 * 1024;

export class MessageFrames {
  #chunks: Buffer[] = [];
  #size = 0;
  /** Bytes that must be there before it is worth looking again: spares copying a long message for each chunk. */
  #needed = 2;

  /** Whether the last message is complete and nothing follows it. */
  get empty(): boolean {
    return this.#size === 0;
  }

  /**
   * The messages that these bytes complete.
   * @throws Error, if this isn't LDAP
   */
  push(chunk: Buffer): readonly Buffer[] {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#needed) return [];
    let rest = Buffer.concat(this.#chunks);
    const messages: Buffer[] = [];
    for (;;) {
      const length = messageLength(rest);
      this.#needed = length;
      if (rest.length < length) break;
      messages.push(rest.subarray(0, length));
      rest = rest.subarray(length);
      if (rest.length === 0) break;
    }
    if (rest.length === 0) this.#needed = 2;
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#size = rest.length;
    return messages;
  }
}

/** Length of the message that begins here; while that isn't known, how many bytes tell it. */
function messageLength(bytes: Buffer): number {
  if (bytes[0] !== undefined && bytes[0] !== SEQUENCE) throw new Error("the answer is not LDAP");
  const first = bytes[1];
  if (first === undefined) return 2;
  if (first < 0x80) return 2 + first;
  const lengthBytes = first & 0x7f;
  if (lengthBytes === 0 || lengthBytes > 4) throw new Error("the answer is not LDAP");
  if (bytes.length < 2 + lengthBytes) return 2 + lengthBytes;
  const length = 2 + lengthBytes + bytes.readUIntBE(2, lengthBytes);
  if (length > LONGEST) throw new Error(`the answer holds a message of ${length} bytes`);
  return length;
}
