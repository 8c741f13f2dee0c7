// cutaway studio as its user meets it: the page, a model beside it, what is refused, Ctrl-C.
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeAll, describe, expect, test } from "vitest";
import { pageHeaders } from "../../src/cli/page-headers.ts";
import { startStudio } from "../studio/command.ts";
import { modelBytes } from "./material.ts";
import { bin, linesOf, userFolder } from "./run.ts";

const place = userFolder();
const bytes = modelBytes();
const start = (...wishes: string[]) => startStudio([process.execPath, bin], place.folder, "--port", "0", ...wishes);

beforeAll(() => {
  place.write("model.safetensors", bytes);
  place.write("runs/shapes/model.safetensors", bytes);
  place.write("cut.safetensors", bytes.subarray(0, bytes.length - 5));
});

describe("cutaway studio", () => {
  test("serves the page with its headers under every path, says where, and ends at Ctrl-C", async () => {
    const { told, fetch, interrupt } = await start();
    expect(told).toEqual({ address: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/), model: null });
    for (const path of ["/", "/learn/2?at=conv1.out[0,0,0]", "/trace"]) {
      const answer = await fetch(path);
      expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html;charset=utf-8"]);
      expect(Object.fromEntries(answer.headers)).toMatchObject(lowered(pageHeaders));
      expect(await answer.text()).toContain("<title>Cutaway</title>");
    }
    expect((await fetch("/assets/nowhere.js")).status).toBe(404);
    expect((await fetch("/model.json")).status).toBe(404);
    expect((await fetch("/model.safetensors")).status).toBe(404);
    expect(await interrupt()).toBe(0);
    await expect(fetch("/")).rejects.toThrow();
  });

  test.each([
    ["runs/shapes/model.safetensors", "shapes"],
    ["model.safetensors", place.folder.replace(/^.*[/\\]/, "")],
  ])("%s is given to the page, as %s", async (path, name) => {
    const { told, fetch, interrupt } = await start(path);
    expect(told.model).toBe(name);
    expect(told.address).toMatch(/\/net\?model=given$/);
    expect(await (await fetch("/model.json")).json()).toEqual({ name });
    expect(new Uint8Array(await (await fetch("/model.safetensors")).arrayBuffer())).toEqual(bytes);
    expect(await interrupt()).toBe(0);
  });

  test("--help", async () => {
    const { code, stdout } = await place.run("studio", "--help");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: cutaway studio/);
    expect(Math.max(...linesOf(stdout).map((line) => line.length))).toBeLessThanOrEqual(120);
  });
});

/** Names of headers as fetch() spells them. */
function lowered(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** One line that says what was expected, what came and the mend. */
async function refusal(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await place.run("studio", ...args);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/^cutaway: .+: expected .+, got .+\. .+\n$/);
  return stderr;
}

describe("is refused", () => {
  test("a port that is taken", async () => {
    const other = createServer();
    await new Promise<void>((ready) => other.listen(0, "127.0.0.1", ready));
    const { port } = other.address() as AddressInfo;
    expect(await refusal("--port", String(port))).toContain(`option --port: expected a port that is free, got ${port}`);
    other.close();
  });

  test.each([
    ["70000", "0…65535"],
    ["-1", "0…65535"],
    ["web", "0…65535"],
  ])("the port %s", async (port, range) => {
    expect(await refusal("--port", port)).toContain(range);
  });

  test.each([
    ["nowhere.safetensors", "nothing there"],
    ["cut.safetensors", "cut short"],
    [".", "a folder"],
  ])("the model %s", async (path, why) => {
    expect(await refusal(path, "--port", "0")).toContain(why);
  });
});

describe("the server", () => {
  test("answers this machine alone, reads only, and leaves its folder nowhere", async () => {
    const { told, interrupt } = await start();
    const { port, host } = new URL(told.address);
    const ask = (path: string, given: Partial<Asked> = {}) => answerTo({ port, path, host, method: "GET", ...given });
    expect((await ask("/", { host: `localhost:${port}` })).status).toBe(200);
    expect((await ask("/", { host: "rebound.example" })).status).toBe(421);
    expect((await ask("/", { method: "POST" })).status).toBe(405);
    expect(await ask("/", { method: "HEAD" })).toEqual({ status: 200, body: "" });
    for (const path of ["/../../package.json", "/%2e%2e/%2e%2e/package.json", "/..%2f..%2fpackage.json"])
      expect((await ask(path)).body).not.toContain('"cutaway"');
    await interrupt();
  });
});

interface Asked {
  readonly port: string;
  readonly path: string;
  readonly host: string;
  readonly method: string;
}

/** The answer to a request whose path and host stay as they are written. */
function answerTo({ port, path, host, method }: Asked): Promise<{ status: number | undefined; body: string }> {
  return new Promise((answered, failed) => {
    const asked = request({ port, host: "127.0.0.1", path, method, headers: { host } }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        body += part;
      });
      response.on("end", () => answered({ status: response.statusCode, body }));
    });
    asked.on("error", failed).end();
  });
}
