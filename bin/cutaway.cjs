#!/usr/bin/env node
// The command `cutaway`: checks the version of Node in plain old syntax, then starts the real thing.
var version = process.versions.node.split(".");
var major = Number(version[0]);
if (major < 22 || (major === 22 && Number(version[1]) < 18)) {
  process.stderr.write(
    "cutaway: needs Node 22.18 or newer, got " +
      process.versions.node +
      ". Install a newer Node, for example with: npm install node@24\n",
  );
  process.exitCode = 2;
} else {
  import("../dist/joined/main.js").then((cli) => cli.main(process.argv));
}
