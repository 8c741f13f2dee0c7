// The command line: one command a file; this one puts them together and turns errors into one line and an exit code.
import { Command, CommanderError } from "commander";
import { attendCommand } from "./attend.ts";
import { checkCommand } from "./check.ts";
import { evalCommand } from "./eval.ts";
import { exampleCommand } from "./example.ts";
import { explainCommand } from "./explain.ts";
import { exportCommand } from "./export.ts";
import { infoCommand } from "./info.ts";
import { lessonCommand } from "./lesson.ts";
import { messageOf, report, say } from "./output.ts";
import { patchesCommand } from "./patches.ts";
import { predictCommand } from "./predict.ts";
import { startCommand } from "./start.ts";
import { storyCommand } from "./story.ts";
import { studioCommand } from "./studio.ts";
import { trainCommand } from "./train.ts";
import { refuse } from "./usage.ts";
import { version } from "./version.ts";
import { whyCommand } from "./why.ts";

/** Runs the command that `argv` names, or shows the help; sets the exit code: 0, 2 for what the user can mend, 1 for a failed
 * check or a fault of ours. */
export async function main(argv: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", endQuietly);
  process.removeAllListeners("warning").on("warning", warn);
  try {
    await program().parseAsync(argv.length > 2 ? [...argv] : [...argv, "--help"]);
  } catch (error) {
    const answered = error instanceof CommanderError && error.exitCode === 0;
    if (!answered) process.exitCode = report(error, argv.includes("--debug"));
  }
}

/** A reader that closes the pipe early, such as head, is no fault. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit();
}

/** Warnings of the platform in one line, but for those about how it reads a --net module, which call for nothing. */
function warn(warning: Error & { readonly code?: string }): void {
  const reading = warning.name === "ExperimentalWarning" || warning.code === "MODULE_TYPELESS_PACKAGE_JSON";
  if (!reading) say(`cutaway: warning: ${messageOf(warning)}`);
}

const examples = `
Examples:
  cutaway start                               the first minute: train, test, and open a few numbers
  cutaway lesson                              the mathematics in ten steps, on a 6×6 picture
  cutaway train --data my-pictures            a folder with one folder of pictures a class
  cutaway predict runs/lesson-my-pictures-1/model.safetensors a.png b.jpg
  cutaway explain runs/start/model.safetensors "grad:conv1.kernel[0,0,0,0]" --input digits#3`;

function program(): Command {
  const root = new Command("cutaway")
    .description("Trains convolutional networks on pictures and opens any number in them, forward or backward.")
    .version(version)
    .option("--debug", "show where an error came from")
    .addHelpText("after", examples);
  const commands = [
    startCommand(),
    trainCommand(),
    evalCommand(),
    predictCommand(),
    explainCommand(),
    whyCommand(),
    storyCommand(),
    attendCommand(),
    patchesCommand(),
    exportCommand(),
    exampleCommand(),
    lessonCommand(),
    studioCommand(),
    checkCommand(),
    infoCommand(),
  ];
  for (const command of commands) root.addCommand(command);
  const all = [...commands, ...commands.flatMap((command) => command.commands)];
  for (const command of all) command.option("--debug", "show where an error came from");
  for (const command of [root, ...all]) {
    command.exitOverride((error) => refuse(error, command)).configureOutput({ writeErr: () => undefined });
  }
  return root;
}
