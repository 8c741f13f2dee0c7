// Words for errors about files and run folders.
import { type Fail, failing } from "../errors.ts";

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

const words = {
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

/** Throws the error of a code of this room. */
export const fail: Fail<typeof words> = failing(words);
