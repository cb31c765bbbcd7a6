/** Distinguished names (RFC 4514) in a form that can be compared. */

interface AttributeTypeAndValue {
  readonly type: string;
  readonly value: string;
}

const TYPE = /\s*([A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)\s*=\s*/y;
const HEX_VALUE = /#((?:[0-9A-Fa-f]{2})+)\s*/y;
const ESCAPE = /\\(?:([0-9A-Fa-f]{2})|([ "#+,;<=>\\]))/y;
const PLAIN = /[^\\,+\0]+/y;

/** DNs as most servers write most of them, which differ from their normal form in case only. */
const SIMPLE = /^[A-Za-z][A-Za-z0-9-]*=[\w.@-]+(?: [\w.@-]+)*(?:,[A-Za-z][A-Za-z0-9-]*=[\w.@-]+(?: [\w.@-]+)*)*$/;

/** Universal tags of strings that servers write as `#`: OCTET STRING, UTF8String, PrintableString, IA5String. */
const STRING_TAGS = new Set([0x04, 0x0c, 0x13, 0x16]);

export function isDn(text: string): boolean {
  return parseDn(text) !== undefined;
}

/**
 * One text for all spellings of a DN: case, spaces, escapes and the order within a multi-valued RDN don't count.
 * Values are prepared as caseIgnoreMatch does it (RFC 4518). What isn't a DN is only folded.
 */
export function normalizeDn(dn: string): string {
  // Half of the time of a large read went into taking such names apart.
  if (SIMPLE.test(dn)) return dn.toLowerCase();
  const rdns = parseDn(dn);
  if (rdns === undefined) return prepare(dn);
  return rdns
    .map((rdn) =>
      rdn
        .map(({ type, value }) => `${type.toLowerCase()}=${escapeSeparators(prepare(value))}`)
        .sort()
        .join("+"),
    )
    .join(",");
}

/** Whether one entry is the other or stands below it; both normalised. */
export function isAtOrBelow(dn: string, base: string): boolean {
  return base === "" || dn === base || dn.endsWith(`,${base}`);
}

/** The value of an attribute in the first RDN, as it is written; undefined if that attribute doesn't name the entry. */
export function namingValue(dn: string, type: string): string | undefined {
  return parseDn(dn)?.[0]?.find((pair) => pair.type.toLowerCase() === type)?.value;
}

/** The case folding and space handling of caseIgnoreMatch. */
export function prepare(value: string): string {
  return value.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}

function parseDn(text: string): readonly (readonly AttributeTypeAndValue[])[] | undefined {
  if (text.trim() === "") return [];
  const rdns: AttributeTypeAndValue[][] = [[]];
  for (let position = 0; ;) {
    const type = matchAt(TYPE, text, position);
    const value = type && parseValue(text, position + type[0].length);
    if (!type || !value) return undefined;
    rdns.at(-1)?.push({ type: type[1] ?? "", value: value.text });
    position = value.end;
    if (position === text.length) return rdns;
    if (text[position] === ",") rdns.push([]);
    else if (text[position] !== "+") return undefined;
    position += 1;
  }
}

function parseValue(text: string, start: number): { readonly text: string; readonly end: number } | undefined {
  const hex = matchAt(HEX_VALUE, text, start);
  if (hex) return { text: decodeHexValue(hex[1] ?? ""), end: start + hex[0].length };
  const parts: Buffer[] = [];
  let position = start;
  while (position < text.length && text[position] !== "," && text[position] !== "+") {
    const plain = matchAt(PLAIN, text, position);
    const escape = plain ? null : matchAt(ESCAPE, text, position);
    if (plain) parts.push(Buffer.from(plain[0]));
    else if (escape) parts.push(escape[1] === undefined ? Buffer.from(escape[2] ?? "") : Buffer.from(escape[1], "hex"));
    else return undefined;
    position += (plain ?? escape)?.[0].length ?? 0;
  }
  return { text: Buffer.concat(parts).toString().trim(), end: position };
}

/** `#` and the BER encoding of the value (RFC 4514 §2.4); what isn't a short string stays as it is. */
function decodeHexValue(hex: string): string {
  const [tag = 0, length, ...value] = Buffer.from(hex, "hex");
  return STRING_TAGS.has(tag) && length === value.length ? Buffer.from(value).toString() : `#${hex}`;
}

// As hexadecimal, so that a comma in a normalised DN always separates.
function escapeSeparators(value: string): string {
  return value.replace(/[\\,+]/g, (character) => `\\${character.charCodeAt(0).toString(16)}`);
}

function matchAt(pattern: RegExp, text: string, position: number): RegExpExecArray | null {
  pattern.lastIndex = position;
  return pattern.exec(text);
}
