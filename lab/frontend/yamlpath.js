// Where in a manifest the cursor stands, read from the indentation: it also works while the text is not yet YAML.

const LINE = /^( *)((?:- +)*-?)(.*)$/;
const KEY = /^("[^"]*"|'[^']*'|[\w./-]+) *:(?: +(.*)| *)$/;

function read(text) {
  const [, indent, dashes, rest] = LINE.exec(text);
  const key = KEY.exec(rest);
  return {
    dash: dashes ? indent.length : null,
    column: indent.length + dashes.length + (dashes && !dashes.endsWith(" ") ? 1 : 0),
    key: key ? key[1].replace(/^["']|["']$/g, "") : null,
    empty: !rest.trim() && !dashes,
    comment: rest.trimStart().startsWith("#"),
  };
}

/** The keys above a line, outermost first. `lines` is the document, `at` the line's index, `column` where its key begins. */
export function pathAt(lines, at, column = null) {
  const own = read(lines[at]);
  let limit = column ?? own.column;
  if (own.dash !== null) limit = own.dash + 1;
  const path = [];
  for (let index = at - 1; index >= 0 && limit > 0; index--) {
    const line = read(lines[index]);
    if (line.empty || line.comment) continue;
    if (line.dash !== null && line.column === limit) limit = line.dash + 1;
    else if (line.column < limit && line.key !== null) {
      path.unshift(line.key);
      limit = line.dash === null ? line.column : line.dash + 1;
    }
  }
  return path;
}

/** The document around a line: its lines, where it begins, and what it says it is. */
export function documentAt(lines, at) {
  let first = at;
  while (first > 0 && !lines[first - 1].startsWith("---")) first--;
  let last = at;
  while (last + 1 < lines.length && !lines[last + 1].startsWith("---")) last++;
  const own = lines.slice(first, last + 1);
  const value = (name) => own.map((line) => new RegExp(`^${name}: *["']?([\\w./-]+)`).exec(line)?.[1]).find(Boolean) ?? "";
  return { lines: own, first, apiVersion: value("apiVersion"), kind: value("kind") };
}
