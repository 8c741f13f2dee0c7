// Where the command prints: a terminal, a dumb one, a pipe, a pipe that is closed early.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { missing } from "../data.ts";
import { modelBytes, pixelsOf, pngOf, writeClassFolders } from "./material.ts";
import { bin, launch, userFolder } from "./run.ts";

const place = userFolder();
const control = String.fromCharCode(27);

beforeAll(async () => {
  await writeClassFolders(join(place.folder, "shapes"));
  place.write("model.safetensors", modelBytes());
  place.write("disc.png", await pngOf(pixelsOf("disc", 3)));
});

describe("the command", () => {
  const script = ["/usr/bin/script", "/bin/script"].find((path) => existsSync(path));
  const inTerminal = async (line: string, env: NodeJS.ProcessEnv) => {
    const command = `'${process.execPath}' '${bin}' ${line}`;
    const found = await launch(script as string, ["-qec", command, "/dev/null"], place.folder, env).ended;
    expect(found.code).toBe(0);
    return found.stdout;
  };
  const skip = missing(script, "colours in a terminal", "the program script is not here");

  test.skipIf(skip)("a terminal gets bold names, NO_COLOR turns them off", async () => {
    const env = { TERM: "xterm" };
    expect(await inTerminal("predict model.safetensors disc.png", env)).toContain(
      `${control}[1mdisc.png${control}[22m: `,
    );
    const plain = await inTerminal("predict model.safetensors disc.png", { ...env, NO_COLOR: "1" });
    expect(plain).toMatch(/^disc\.png: /);
  });

  test.skipIf(skip)("a terminal gets a live line, a dumb one plain lines", async () => {
    // An epoch on 20,000 digits takes long enough for a line that lives; one on 30 shapes may not.
    const live = await inTerminal("train --epochs 1 --out live", { TERM: "xterm" });
    expect(live).toMatch(/\r.\[Kepoch 1\/1, loss \d+\.\d{4}, accuracy \d+\.\d\d %, \d+ images\/s, \d:\d\d left/);
    const train = "train --data shapes --epochs 12 --out dumb --backend reference";
    const dumb = await inTerminal(train, { TERM: "dumb" });
    expect(dumb).not.toContain(`${control}[K`);
    expect(dumb.match(/^epoch \d+\/12, loss .*images\/s\r$/gm)).toHaveLength(12);
  });

  test("a reader that leaves early, such as head, ends it quietly", async () => {
    const running = place.start("explain", "model.safetensors", "loss", "--input", "shapes#0", "--json");
    running.closeOutput();
    const { code, stderr } = await running.ended;
    expect(stderr).toBe("");
    expect(code).toBe(0);
  });

  test("a run whose reader leaves ends too, and leaves nothing behind", async () => {
    const before = place.list();
    const running = place.start("train", "--data", "shapes", "--epochs", "50", "--out", "unread", "--json");
    running.closeOutput();
    const { code, stderr } = await running.ended;
    expect(stderr).toMatch(/^Training .*\nRunning on .*\n(epoch .*\n){1,5}$/);
    expect(code).toBe(0);
    expect(place.list()).toEqual(before);
  });
});
