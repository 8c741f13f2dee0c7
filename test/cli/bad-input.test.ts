// Bad input: one line on standard error that says what was expected, what came and the mend; exit code 2; nothing written.
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { linesOf, userFolder } from "./run.ts";
import { writeWrong } from "./wrong.ts";

const place = userFolder();
const { run } = place;

/** What is wrong, the command, and words that its line must hold. */
type Case = readonly [what: string, command: string, ...words: string[]];

function cases(title: string, table: readonly Case[]): void {
  describe(title, () => {
    test.each(table)("%s: cutaway %s", async (_, command, ...words) => {
      const before = place.list();
      const { code, stdout, stderr } = await run(...argumentsOf(command));
      const [line, ...rest] = linesOf(stderr).filter((said) => !/^Training|^Running|^epoch/.test(said));
      expect(rest).toEqual([]);
      expect(line).toMatch(/^cutaway: .+: expected .+, got .+\. .+/);
      for (const word of words) expect(line).toContain(word);
      expect(stdout).toBe("");
      expect(code).toBe(2);
      expect(place.list()).toEqual(before);
    });
  });
}

/** Words between spaces; those in double quotes are one. */
function argumentsOf(command: string): string[] {
  return (command.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ""));
}

beforeAll(() => writeWrong(place));

cases("data", [
  ["nothing there", "train --data nowhere", "nowhere", "nothing there", '"digits"'],
  ["a file", "train --data disc.png", "disc.png", "folder"],
  ["an empty folder", "train --data nothing", "nothing", "empty"],
  ["IDX cut short", "train --data cut-idx", "cut-idx/train-images-idx3-ubyte", "1312 bytes", "700 bytes", "cut short"],
  ["IDX with bytes after its end", "train --data long-idx", "long-idx/train-images", "1312 bytes", "1317 bytes"],
  ["images and labels interchanged", "train --data swapped-idx", "swapped-idx/train-images", "interchanged"],
  ["no IDX at all", "train --data no-idx", "no-idx/train-images", "00 00"],
  ["fewer labels than images", "train --data count-idx", "9 pictures and 8 labels"],
  ["a label out of range", "train --data label-idx", "label 3", "0…2", "got 3"],
  ["images without labels", "train --data alone-idx", "labels", "train-images-idx3-ubyte"],
  ["gzip cut short", "train --data packed-idx", "packed-idx/train-images", "gzip"],
  ["only test files to train on", "train --data test-idx", "test-idx", "train", "test files only"],
  ["only test pictures to train on", "train --data test-only", "test-only", "test files only"],
  ["only test files for the training part", "eval good.safetensors --data test-idx --split train", "--split test"],
  ["a picture cut short", "train --data cut-folder", join("cut-folder", "b", "2.png"), "PNG", "damaged"],
  ["an empty picture", "train --data empty-folder", join("empty-folder", "b", "2.png"), "an empty file"],
  ["text as a picture", "train --data text-folder", join("text-folder", "b", "2.png"), "PNG, JPEG or WebP"],
  ["one class", "train --data one-class", "at least two", "only"],
  ["a file beside the class folders", "train --data stray", join("stray", "notes.pdf")],
  ["a test class that is not trained", "train --data new-class", "a, b", "got c"],
]);

cases("pictures", [
  ["nothing there", "predict good.safetensors nowhere.png", "nowhere.png", "nothing there"],
  ["cut short", "predict good.safetensors cut.png", "cut.png", "PNG"],
  ["empty", "explain good.safetensors loss --input empty.png --label disc", "empty.png", "an empty file"],
  ["text", "predict good.safetensors text.png", "text.png", "PNG, JPEG or WebP"],
  ["a folder", "predict good.safetensors shapes", "shapes", "a folder"],
  [
    "another size where the model's form does not resize",
    "predict exact.safetensors large.png",
    "large.png",
    "12 high",
    "30 high",
  ],
  ["no index", "explain good.safetensors loss --input shapes", "SOURCE#INDEX", "got shapes"],
  ["an index that is no number", "explain good.safetensors loss --input shapes#one", "SOURCE#INDEX", "got shapes#one"],
  ["an index out of range", "explain good.safetensors loss --input shapes#3", "0…2", "got 3"],
  ["a source of other classes", "explain good.safetensors loss --input animals#0", "animals", "bar, disc, pole"],
  ["a source that is not there", "explain good.safetensors loss --input nowhere#0", "nowhere", "nothing there"],
]);

cases("models", [
  ["nothing there", "info nowhere.safetensors", "nowhere.safetensors", "nothing there"],
  ["a folder", "info shapes", "shapes", "a folder"],
  ["cut short", "info cut.safetensors", "cut.safetensors", "bytes", "cut short"],
  ["cut short in the header", "info cut-header.safetensors", "cut-header.safetensors", "300 bytes"],
  ["a few bytes", "info tiny.safetensors", "tiny.safetensors", "5 bytes"],
  ["text", "info text.safetensors", "text.safetensors", "no safetensors file"],
  ["a header of 2⁶² bytes", "info huge-header.safetensors", "huge-header.safetensors", "at most 100000000 bytes"],
  ["a tensor beyond the end of the file", "info beyond.safetensors", "dense1.bias"],
  ["overlapping tensors", "info overlap.safetensors", "dense1.bias", "conv1.bias"],
  ["a tensor of 2⁸⁰ numbers", "info huge.safetensors", "dense1.bias"],
  ["brackets in brackets", "info deep.safetensors", "deep.safetensors", "brackets"],
  ["brackets in brackets of the graph", "info deep-graph.safetensors", "deep-graph.safetensors", "graph"],
  ["a header that is no JSON", "info no-json.safetensors", "no-json.safetensors", "JSON"],
  ["of another program", "info foreign.safetensors", "foreign.safetensors", "cutaway"],
  ["an unknown operation", "info operation.safetensors", "operation.safetensors", '"warp"', "conv2d", "crossEntropy"],
  ["tensors of other names", "info missing.safetensors", "dense1.bias"],
  ["a tensor of another shape", "info shape.safetensors", "dense1.weight", "75", "4"],
  ["fewer names than classes", "info classes.safetensors", "classes", "3"],
  [
    "other classes than the data's",
    "eval good.safetensors --data animals",
    "animals",
    "bar, disc, pole",
    "cat, dog, emu",
  ],
  ["another shape than the data's", "eval good.safetensors --data small-idx", "small-idx", "[12, 12, 1]", "[8, 8, 1]"],
]);

const explain = (address: string, rest = "--input shapes#0") => `explain good.safetensors ${address} ${rest}`;

cases("addresses and labels", [
  [
    "no such layer: says which there are",
    explain("conv9.out[0,0,0]"),
    "conv9.out[0,0,0]",
    "conv1.out",
    "dense1.weight",
    "logits",
  ],
  ["no such parameter", explain("conv1.gamma[0]"), "conv1.gamma", "conv1.kernel"],
  ["a cell outside", explain("conv1.out[99,0,0]"), "conv1.out[99,0,0]", "0…9, 0…9, 0…2"],
  ["too few indices", explain("conv1.out[0]"), "conv1.out[0]", "0…9, 0…9, 0…2"],
  ["a whole tensor", explain("conv1.out"), "one cell", "0…9, 0…9, 0…2"],
  ["no address", explain("conv1..out[0"), "conv1..out[0", "node.role[indices]"],
  ["another sample", explain("conv1.out[0,0,0]@5"), "@5", "@0"],
  ["the update of what is no parameter", explain("next:conv1.out[0,0,0]"), "next:conv1.out", "parameter"],
  ["optimiser state", explain("state.velocity:conv1.bias[0]"), "state.velocity", "grad:"],
  ["the gradient of a tensor", explain("grad(logits):input[0,0,0]"), "logits", "grad("],
  ["a gradient without a label", explain("grad:conv1.bias[0]", "--input disc.png"), "grad:conv1.bias[0]", "--label"],
  ["a loss without a label", explain("loss", "--input disc.png"), "loss", "--label"],
  ["a check without a label", "check good.safetensors --input disc.png", "--label", "true class"],
  [
    "a label by a name that is not there",
    explain("loss", "--input disc.png --label cat"),
    "option --label",
    "bar, disc, pole",
    "got cat",
  ],
  [
    "a label by a position that is not there",
    explain("loss", "--input disc.png --label 3"),
    "option --label",
    "0…2",
    "got 3",
  ],
]);

cases("networks", [
  ["nothing there", "train --data shapes --net nowhere.json", "nowhere.json", "nothing there"],
  ["no such module", "train --data shapes --net nowhere", "nowhere", '"lesson", "lenet5", "vgg-small"', "no such file"],
  ["a kernel larger than the image", "train --data shapes --net nets/kernel.json", "conv1", "13", "12"],
  ["dense straight after conv2d", "train --data shapes --net nets/dense.json", "dense1", "flatten"],
  ["units for other classes", "train --data shapes --net nets/units.json", "7", "3 classes", "dense"],
  ["an unknown option", "train --data shapes --net nets/option.json", "filter", "filters"],
  ["an unknown operation", "train --data shapes --net nets/operation.json", '"warp"', "conv2d"],
  ["broken JSON", "train --data shapes --net nets/broken.json", "nets/broken.json", "JSON", "syntax"],
  ["JSON of something else", "train --data shapes --net nets/number.json", "nets/number.json"],
  ["a module that throws", "train --data shapes --net nets/throws.ts", "nets/throws.ts", "no luck today"],
  ["a function that fails later", "train --data shapes --net nets/rejects.ts", "nets/rejects.ts", "too late"],
  ["a module that throws as it loads", "train --data shapes --net nets/loads.ts", "nets/loads.ts", "not even loading"],
  ["a module with a syntax error", "train --data shapes --net nets/syntax.ts", "nets/syntax.ts"],
  ["a module that imports what is not there", "train --data shapes --net nets/import.ts", "no-such-package"],
  ["a module without a default export", "train --data shapes --net nets/empty.ts", "nets/empty.ts", "default export"],
  ["another shape than the data's", "train --data small-idx --net nets/net.json", "[12, 12, 1]", "[8, 8, 1]"],
  ["pictures too small for the preset", "train --data small-idx", "pool2", "[1, 1, 16]"],
]);

cases("runs", [
  ["a folder below a file", "train --data shapes --net nets/net.json --out disc.png/run", "disc.png", "a file"],
  ["a file as the folder", "train --data shapes --net nets/net.json --out disc.png", "disc.png", "a file"],
  [
    "numbers that stop being numbers: which layer, which step",
    "train --data shapes --net nets/net.json --lr 1e300 --out deep/down",
    "step 1",
    "conv1.kernel",
    "learning rate",
  ],
]);

cases("the command line", [
  ["an unknown command", "trian", "unknown command 'trian'", "train", "cutaway --help"],
  ["an unknown option", "train --epoch 3", "--epoch", "--epochs", "cutaway train --help"],
  ["an option without a value", "train --epochs", "--epochs", "<n>", "got nothing"],
  ["an option that is needed", "eval good.safetensors", "--data", "got nothing"],
  ["an argument that is needed", "explain good.safetensors --input shapes#0", "<address>", "cutaway explain --help"],
  ["too many arguments", "info good.safetensors other.safetensors", "too many arguments", "other.safetensors"],
  ["no command", "--debugging", "--debugging"],
  ["no whole number", "train --epochs 1.5", "--epochs", "got 1.5"],
  ["no epoch", "train --epochs 0", "--epochs", "from 1 up"],
  ["an empty batch", "train --batch 0", "--batch", "from 1 up"],
  ["no number", "train --lr fast", "--lr", "got fast"],
  ["a negative rate", "train --lr -1", "--lr", "got -1"],
  ["an empty value", 'train --lr ""', "--lr", "got nothing"],
  ["a momentum of 1", "train --momentum 1", "--momentum", "below 1"],
  ["a seed of 33 bits", "train --seed 4294967296", "--seed", "4294967295"],
  ["an unknown part", "eval good.safetensors --data shapes --split some", "test | train | all", "got some"],
  [
    "an unknown format of an account",
    explain("loss", "--input shapes#0 --format pdf"),
    "latex | svg | html",
    "got pdf",
  ],
  ["a folder that is not there", explain("loss", "--input shapes#0 -o nowhere/loss.txt"), "nowhere/loss.txt"],
  ["an unknown format", "example conv2d --format xml", "text | json | latex", "got xml"],
  ["an unknown operation", "example warp", "conv2d", "got warp"],
  ["no samples", "check good.safetensors --input shapes#0 --samples 0", "--samples", "from 1 up"],
]);

describe("--debug", () => {
  test.each([
    ["info cut.safetensors", "readSafetensors"],
    ["train --data shapes --net nets/throws.ts", "throws.ts:2"],
    ["trian", "Command.unknownCommand"],
  ])("cutaway %s --debug says where the error came from", async (command, where) => {
    const plain = linesOf((await run(...argumentsOf(command))).stderr);
    const { code, stderr } = await run(...argumentsOf(command), "--debug");
    const [line, ...trace] = linesOf(stderr);
    expect(code).toBe(2);
    expect([line]).toEqual(plain);
    expect(trace.filter((frame) => /^ {4}at /.test(frame)).length).toBeGreaterThan(0);
    expect(trace.join("\n")).toContain(where);
  });
});
