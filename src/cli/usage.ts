// What is wrong with the command line itself, in the words of the house instead of the parser's.
import type { Command, CommanderError } from "commander";
import { fail } from "../base/words/cli.ts";

/** Throws what the parser complains about as a CutawayError; what it throws after --help and --version passes through. */
export function refuse(error: CommanderError, command: Command): never {
  if (error.exitCode === 0) throw error;
  const option = command.options.find(({ flags }) => error.message.includes(`'${flags}'`));
  if (option?.long) {
    const expected = `${option.flags.slice(option.long.length + 1)} (${option.description})`;
    return fail("cli.option", { option: option.long, expected, received: "" }, error);
  }
  return fail("cli.usage", { command: pathOf(command), received: complaint(error) }, error);
}

/** As it is typed: "cutaway export proof". */
function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

function complaint({ code, message }: CommanderError): string {
  const [, quoted] = /'(.+?)'/.exec(message) ?? [];
  if (code === "commander.help") return "no command";
  if (code === "commander.missingArgument") return `no <${quoted}>`;
  if (code === "commander.excessArguments") return `too many arguments: ${/got \d+: (.*)\.$/s.exec(message)?.[1]}`;
  return message.replace(/^error: /, "");
}
