// Text inside SVG, HTML and MathML: escaped, and free of what XML cannot hold.

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Any text, safe between tags and between quotes; control characters and half surrogates become U+FFFD. */
export function escapeText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML forbids exactly these.
  const legal = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]|[\ud800-\udfff]/gu, "\ufffd");
  return legal.replace(/[&<>"']/g, (character) => entities[character]);
}

/** " name="value"" of every attribute that is given; numbers with at most two decimals. */
export function attributes(given: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(given)
    .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
    .map(([name, value]) => ` ${name}="${typeof value === "number" ? Number(value.toFixed(2)) : escapeText(value)}"`)
    .join("");
}
