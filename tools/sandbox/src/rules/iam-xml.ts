// Takes lists out of IAM's answers, which are XML of the Query protocol.

/** The `<member>…</member>` elements of the first list of that name, whole; members within members stay in them. */
export function topLevelMembers(xml: string, list: string): readonly string[] {
  const start = xml.indexOf(`<${list}>`);
  if (start < 0) return [];
  const members: string[] = [];
  const tags = /<(\/?)(\w+)>/g;
  tags.lastIndex = start + list.length + 2;
  let opened = 0;
  let depth = 0;
  for (let tag = tags.exec(xml); tag !== null; tag = tags.exec(xml)) {
    const isEnd = tag[1] === "/";
    if (isEnd && depth === 0) break;
    if (!isEnd && depth === 0) opened = tag.index;
    depth += isEnd ? -1 : 1;
    if (isEnd && depth === 0) members.push(xml.slice(opened, tags.lastIndex));
  }
  return members;
}

/** The texts of the elements of that name, wherever they are. */
export function elements(xml: string, name: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map(([, text = ""]) => text);
}
