// Words for errors about operations, options, networks, addresses and explanations.

const list = (names: readonly string[]) => names.join(", ");

export const graphWords = {
  "option.value": (f: { where: string; option: string; expected: string; received: unknown }) => ({
    where: `${f.where}, option ${f.option}`,
    expected: f.expected,
    received: show(f.received),
    hint: `Change ${f.option}.`,
  }),
  "option.unknown": (f: { where: string; option: string; known: readonly string[] }) => ({
    where: f.where,
    expected: f.known.length ? `one of the options ${list(f.known)}` : "no options",
    received: `option ${f.option}`,
    hint: "Remove it or correct its spelling.",
  }),
  "option.missing": (f: { where: string; option: string; expected: string }) => ({
    where: `${f.where}, option ${f.option}`,
    expected: f.expected,
    received: "nothing",
    hint: `Give ${f.option}.`,
  }),
  "shape.rank": (f: { where: string; expected: string; received: readonly number[]; hint: string }) => ({
    where: f.where,
    expected: f.expected,
    received: `shape [${list(f.received.map(String))}]`,
    hint: f.hint,
  }),
  "shape.window": (f: {
    where: string;
    window: readonly number[];
    strides: readonly number[];
    image: readonly number[];
  }) => ({
    where: f.where,
    expected: "a window that fits the padded image",
    received: `window [${list(f.window.map(String))}] with strides [${list(f.strides.map(String))}] on an image [${list(f.image.map(String))}]`,
    hint: "Make the kernel or the dilation smaller, or add padding.",
  }),
  "shape.groups": (f: { where: string; groups: number; channels: number; filters: number }) => ({
    where: f.where,
    expected: "groups that divide both the input channels and the filters",
    received: `${f.groups} groups, ${f.channels} channels, ${f.filters} filters`,
    hint: "Choose groups that divide both.",
  }),
  "shape.same": (f: { where: string; shapes: readonly (readonly number[])[] }) => ({
    where: f.where,
    expected: "inputs of one shape",
    received: f.shapes.map((shape) => `[${list(shape.map(String))}]`).join(" and "),
    hint: "Bring both branches to the same shape before adding them.",
  }),
};

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
