// cutaway export: what a model computed, in the form of another program. `export proof` writes a Python file that needs only PyTorch.
import { createHash } from "node:crypto";
import { dirname, relative, resolve, sep } from "node:path";
import { Command } from "commander";
import { createNodeFiles } from "../host/node/files.ts";
import { nodeHost } from "../host/node/host.ts";
import { loadModel } from "../io/model-file.ts";
import { type BackendOptions, backendOf, withEngine } from "./backend.ts";
import { inputHelp, labelHelp, openSample, requireLabel } from "./inputs.ts";
import { loadStory } from "./load-story.ts";
import { checkResult, type ResultOptions, withResult, writeResult } from "./result.ts";

interface Options extends BackendOptions, ResultOptions {
  readonly input: string;
  readonly label?: string;
}

export function exportCommand(): Command {
  const command = new Command("export")
    .summary("write what a model computed for another program to check")
    .description("Writes what a model computed in the form of another program.");
  const proof = command
    .command("proof")
    .summary("a Python file that proves one step against PyTorch")
    .description(
      "Writes a Python file that needs only PyTorch: it rebuilds the network from the model file and asserts the same logits, probabilities, loss and every gradient on one picture. It ends with 1 where one differs.",
    )
    .argument("<model>", "a model.safetensors")
    .requiredOption("--input <image>", inputHelp)
    .option("--label <class>", labelHelp)
    .addHelpText("after", examples)
    .action(run);
  withEngine(withResult(proof), "auto");
  return command;
}

const examples = `
Numbers of wasm are float32 and held to 1e-4 of a tensor's largest, those of the reference float64 and held to 1e-10.
With auto a model in float32 is computed by wasm, one in float64 by the reference.

Example:
  cutaway export proof model.safetensors --input digits#3 -o proof.py && python3 proof.py`;

async function run(path: string, options: Options): Promise<void> {
  const { input, label, output, ...engine } = options;
  await checkResult(options);
  const bytes = await createNodeFiles().read(path);
  const model = loadModel(bytes, path);
  model.host = nodeHost;
  const sample = await openSample(model, input, label);
  const backend = engine.backend === "auto" && !engine.exact ? undefined : backendOf(engine);
  const { proofScript } = await loadStory();
  const text = await proofScript(model, {
    input: sample.pixels,
    label: requireLabel(sample),
    file: { path: seenFrom(output, path), sha256: createHash("sha256").update(bytes).digest("hex") },
    ...(backend !== undefined && { backend }),
  });
  await writeResult(text, options, `; run it with: python3 ${output}`);
}

/** The way from the folder of the Python file to the model, with slashes: the two can be moved together. */
function seenFrom(output: string | undefined, path: string): string {
  return relative(dirname(resolve(output ?? "proof.py")), resolve(path))
    .split(sep)
    .join("/");
}
