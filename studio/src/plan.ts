// The plan of a network: an input and layers, as Build edits them, Train is asked for them and a network file holds them; and its reading from a text.

/** Layers that a plan may have, each with what can be set. */
export const layerOps = ["conv2d", "relu", "maxPool2d", "avgPool2d", "flatten", "dense", "rescale"] as const;
export type LayerOp = (typeof layerOps)[number];

export type Setting = number | boolean | string;
export type Settings = Readonly<Record<string, Setting>>;

export interface PlanLayer {
  readonly op: LayerOp;
  readonly options?: Settings;
}

export interface Plan {
  /** Height, width, channels. */
  readonly input: readonly number[];
  readonly nodes: readonly PlanLayer[];
}

/** One option of a layer as it is set on the page. */
export interface OptionField {
  readonly name: string;
  readonly kind: "size" | "padding" | "flag";
  /** Of a new layer; absent where the library's own stays. */
  readonly initial?: Setting;
  /** What the library takes where the option is left out; it may look at the others. Absent: the option is required. */
  readonly usual?: (settings: Settings) => Setting;
}

const pool: readonly OptionField[] = [
  { name: "poolSize", kind: "size", initial: 2 },
  { name: "strides", kind: "size", usual: ({ poolSize = 1 }) => poolSize },
  { name: "padding", kind: "padding", usual: () => "valid" },
];

export const optionsOf: Readonly<Record<LayerOp, readonly OptionField[]>> = {
  conv2d: [
    { name: "filters", kind: "size", initial: 8 },
    { name: "kernelSize", kind: "size", initial: 3 },
    { name: "strides", kind: "size", usual: () => 1 },
    { name: "padding", kind: "padding", usual: () => "valid" },
    { name: "useBias", kind: "flag", usual: () => true },
  ],
  relu: [],
  maxPool2d: pool,
  avgPool2d: pool,
  flatten: [],
  dense: [
    { name: "units", kind: "size", initial: 10 },
    { name: "useBias", kind: "flag", usual: () => true },
  ],
  rescale: [{ name: "divisor", kind: "size", usual: () => 255 }],
};

/** More layers than this are refused. */
export const mostLayers = 40;
/** And longer texts. */
const mostText = 6000;

/** A layer as it is added. */
export function newLayer(op: LayerOp): PlanLayer {
  const options = Object.fromEntries(
    optionsOf[op].flatMap(({ name, initial }) => (initial === undefined ? [] : [[name, initial]])),
  );
  return Object.keys(options).length === 0 ? { op } : { op, options };
}

/** What an option of a layer is, given or not. */
export function settingOf({ options = {} }: PlanLayer, { name, usual }: OptionField): Setting | undefined {
  return options[name] ?? usual?.(options);
}

/** The layer with another setting; one that the library takes anyway is left out. */
export function withSetting(layer: PlanLayer, field: OptionField, value: Setting): PlanLayer {
  const { [field.name]: _, ...others } = layer.options ?? {};
  const options = field.usual?.(others) === value ? others : { ...layer.options, [field.name]: value };
  return Object.keys(options).length === 0 ? { op: layer.op } : { op: layer.op, options };
}

export function writePlan({ input, nodes }: Plan): string {
  return JSON.stringify({ input, nodes });
}

/**
 * Reads what `writePlan` writes; undefined for anything else. Whether the network can work is the library's to say: a kernel larger than its
 * map, and sizes of 0 or 2.5, are a plan.
 */
export function readPlan(text: string): Plan | undefined {
  if (text.length > mostText) return undefined;
  const found = parsed(text);
  if (!isRecord(found, ["input", "nodes"]) || !Array.isArray(found.input) || !Array.isArray(found.nodes))
    return undefined;
  const { input, nodes } = found;
  const sized = input.length === 3 && input.every((size) => Number.isFinite(size));
  return sized && nodes.length <= mostLayers && nodes.every(isLayer) ? { input, nodes } : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown, keys: readonly string[]): value is Record<string, unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).every((key) => keys.includes(key))
  );
}

function isLayer(value: unknown): value is PlanLayer {
  if (!isRecord(value, ["op", "options"])) return false;
  const op = layerOps.find((known) => known === value.op);
  if (op === undefined) return false;
  const fields = optionsOf[op];
  const given = value.options ?? {};
  return (
    isRecord(
      given,
      fields.map(({ name }) => name),
    ) && fields.every(({ name, kind }) => given[name] === undefined || fits[kind](given[name]))
  );
}

const fits: Readonly<Record<OptionField["kind"], (value: unknown) => boolean>> = {
  size: (value) => Number.isFinite(value),
  padding: (value) => value === "valid" || value === "same" || Number.isFinite(value),
  flag: (value) => typeof value === "boolean",
};
