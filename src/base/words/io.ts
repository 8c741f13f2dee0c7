// Words for errors about files, run folders and safetensors files.

/** Mends by the system's own name of the trouble. */
const mends: Record<string, string> = {
  EACCES: "Give yourself permission, or choose another place.",
  EPERM: "Give yourself permission, or choose another place.",
  EROFS: "This place is read-only: choose another one.",
  ENOSPC: "The disk is full: free some space, or choose another disk.",
  EDQUOT: "Your share of the disk is used up: free some space, or choose another disk.",
  EFBIG: "Choose a place that allows larger files.",
  ENOENT: "Correct the path, or make its folder first.",
  ENOTDIR: "A part of this path is a file: choose another path.",
  EISDIR: "A folder has this name: choose another one.",
  ENAMETOOLONG: "Choose a shorter name.",
  EIO: "The disk or its connection is faulty: try another place.",
};
const otherMend = "Mend what the system says, or choose another place.";

/** The system's own name and sentence, such as ENOSPC and "no space left on device". */
export interface SystemReason {
  readonly code: string;
  readonly text: string;
}

const files = {
  "file.missing": (f: { where: string; expected: "file" | "folder" }) => ({
    where: f.where,
    expected: `a ${f.expected}`,
    received: "nothing there",
    hint: "Check the spelling of the path.",
  }),
  "file.notFile": (f: { where: string; received: "folder" | "device" }) => ({
    where: f.where,
    expected: "a file",
    received: `a ${f.received}`,
    hint: "Give the path of a file.",
  }),
  "file.notFolder": (f: { where: string }) => ({
    where: f.where,
    expected: "a folder",
    received: "a file",
    hint: "Give the path of a folder.",
  }),
  "file.unreadable": (f: { where: string; reason: SystemReason }) => ({
    where: f.where,
    expected: "something that can be read",
    received: `${f.reason.code}: ${f.reason.text}`,
    hint: mends[f.reason.code] ?? otherMend,
  }),
  "file.unwritable": (f: { where: string; reason: SystemReason }) => ({
    where: f.where,
    expected: "a place that can be written",
    received: `${f.reason.code}: ${f.reason.text}`,
    hint: mends[f.reason.code] ?? otherMend,
  }),
  "run.exists": (f: { where: string; received: string }) => ({
    where: f.where,
    expected: "a folder that holds no run",
    received: `one with ${f.received}`,
    hint: "Choose another folder with --out, or replace this run with --force.",
  }),
};

const fetchAgain = "The file is cut short or damaged: fetch or write it again.";
const wrongHeader = "The header does not belong to this file: fetch or write it again.";
const tensor = (f: { where: string; name: string }) => `${f.where}, tensor ${quoted(f.name)}`;
const bytes = (n: number) => `${n} ${n === 1 ? "byte" : "bytes"}`;

const safetensors = {
  "safetensors.truncated": (f: { where: string; expected: number; received: number }) => ({
    where: f.where,
    expected: `a safetensors file of at least ${bytes(f.expected)}`,
    received: bytes(f.received),
    hint: fetchAgain,
  }),
  "safetensors.headerLength": (f: { where: string; limit: number; received: number }) => ({
    where: f.where,
    expected: `a safetensors header of at most ${bytes(f.limit)}`,
    received: bytes(f.received),
    hint: "This is no safetensors file: give the path of a model.",
  }),
  "safetensors.header": (f: { where: string; received: string }) => ({
    where: f.where,
    expected: "a header that is a JSON object in UTF-8",
    received: f.received,
    hint: "The file is damaged, or no safetensors file: fetch or write it again.",
  }),
  "safetensors.nesting": (f: { where: string; limit: number }) => ({
    where: f.where,
    expected: `a header of at most ${f.limit} brackets inside one another`,
    received: "more",
    hint: wrongHeader,
  }),
  "safetensors.duplicate": (f: { where: string; name: string }) => ({
    where: f.where,
    expected: "each name once",
    received: `${quoted(f.name)} twice`,
    hint: "Write the file again with different names.",
  }),
  "safetensors.name": (f: { where: string; name: string }) => ({
    where: f.where,
    expected: "a name that is not reserved",
    received: quoted(f.name),
    hint: "Choose another name.",
  }),
  "safetensors.metadata": (f: { where: string; received: unknown }) => ({
    where: `${f.where}, __metadata__`,
    expected: "an object of strings",
    received: quoted(f.received),
    hint: wrongHeader,
  }),
  "safetensors.entry": (f: { where: string; name: string; expected: string; received: unknown }) => ({
    where: tensor(f),
    expected: f.expected,
    received: quoted(f.received),
    hint: wrongHeader,
  }),
  "safetensors.dtype": (f: { where: string; name: string; known: readonly string[]; received: unknown }) => ({
    where: tensor(f),
    expected: `numbers of type ${f.known.join(", ")}`,
    received: quoted(f.received),
    hint: "Convert this tensor to F32, or leave it out of the file.",
  }),
  "safetensors.size": (f: {
    where: string;
    name: string;
    shape: readonly number[];
    dtype: string;
    received: number;
  }) => ({
    where: tensor(f),
    expected: `the bytes of ${f.dtype} numbers of shape ${quoted(f.shape)}`,
    received: bytes(f.received),
    hint: wrongHeader,
  }),
  "safetensors.overlap": (f: { where: string; name: string; other: string }) => ({
    where: tensor(f),
    expected: "bytes of its own",
    received: `bytes that belong to tensor ${quoted(f.other)} too`,
    hint: wrongHeader,
  }),
  "safetensors.hole": (f: { where: string; begin: number; end: number }) => ({
    where: f.where,
    expected: "every byte of the data in a tensor",
    received: `none that holds bytes ${f.begin} to ${f.end} of the data`,
    hint: wrongHeader,
  }),
};

/** A value of a file as JSON, cut to a length that fits on a line. */
function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

export const ioWords = { ...files, ...safetensors };
