// The command line: one command a file; this one puts them together and turns errors into one line and an exit code.
import { Command, CommanderError } from "commander";
import { CutawayError } from "../base/errors.ts";
import { words } from "../base/words/index.ts";
import { checkCommand } from "./check.ts";
import { evalCommand } from "./eval.ts";
import { exampleCommand } from "./example.ts";
import { explainCommand } from "./explain.ts";
import { infoCommand } from "./info.ts";
import { report } from "./output.ts";
import { predictCommand } from "./predict.ts";
import { startCommand } from "./start.ts";
import { trainCommand } from "./train.ts";
import { version } from "./version.ts";

/** Runs the command that `argv` names; sets the exit code: 0, 2 for what the user can mend, 1 for a failed check or a fault of ours. */
export async function main(argv: readonly string[]): Promise<void> {
  // A reader that closes the pipe early, such as head, is no fault.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
  const debug = argv.includes("--debug");
  try {
    await program().parseAsync([...argv]);
  } catch (error) {
    process.exitCode = error instanceof CommanderError ? usage(error) : report(error, debug);
  }
}

function program(): Command {
  const root = new Command("cutaway")
    .description("Train convolutional networks and open any number in them, forward or backward.")
    .version(version)
    .option("--debug", "show where an error came from");
  const commands = [
    startCommand(),
    trainCommand(),
    evalCommand(),
    predictCommand(),
    explainCommand(),
    exampleCommand(),
    checkCommand(),
    infoCommand(),
  ];
  for (const command of [root, ...commands]) {
    command
      .exitOverride()
      .configureOutput({ outputError: () => undefined })
      .helpCommand(false);
  }
  for (const command of commands) root.addCommand(command.option("--debug", "show where an error came from"));
  return root;
}

/** Commander throws for --help and --version too, with exit code 0. */
function usage(error: CommanderError): number {
  if (error.exitCode === 0) return 0;
  const received = error.message.replace(/^error: /, "");
  const bare = error.code === "commander.help";
  return report(
    new CutawayError("cli.usage", words["cli.usage"]({ command: "cutaway", received: bare ? "no command" : received })),
    false,
  );
}
