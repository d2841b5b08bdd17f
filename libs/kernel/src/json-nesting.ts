const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** How deep a document may nest objects and arrays. */
export const NESTING_MAX = 32;

/** True when the JSON text opens more levels than this: found without parsing. */
export function nestsDeeperThan(json: string, levelsMax: number): boolean {
  // Most documents have fewer brackets than that: counted natively, many times faster than looked at one by one.
  if (countUpTo(json, '{', levelsMax) + countUpTo(json, '[', levelsMax) <= levelsMax) return false;
  return deepestIsOver(json, levelsMax);
}

function countUpTo(text: string, bracket: string, limit: number): number {
  let count = 0;
  for (let at = text.indexOf(bracket); at >= 0 && count <= limit; at = text.indexOf(bracket, at + 1))
    count += 1;
  return count;
}

function deepestIsOver(json: string, levelsMax: number): boolean {
  let level = 0;
  let inText = false;
  for (let index = 0; index < json.length; index += 1) {
    const code = json.charCodeAt(index);
    if (inText) {
      if (code === BACKSLASH) index += 1;
      else if (code === QUOTE) inText = false;
    } else if (code === QUOTE) inText = true;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      level += 1;
      if (level > levelsMax) return true;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) level -= 1;
  }
  return false;
}
