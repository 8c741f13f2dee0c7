// Headless Chromium, driven over its debugging protocol: opens pages, hears what they report, takes pictures of them.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where Debian puts it; undefined where it is not installed. */
export const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-sync",
  "--disable-features=OptimizationHints,MediaRouter",
  "--remote-debugging-port=0",
];

export interface Page {
  /** Evaluates an expression in the page, waits where it is a promise, and gives its value. */
  evaluate(expression: string): Promise<unknown>;
  /** Calls of the page's function `report(text)`, as JSON; rejects with what the page threw and nobody caught. */
  readonly report: Promise<Record<string, unknown>>;
  screenshot(path: string): Promise<void>;
  close(): Promise<void>;
}

export interface Browser {
  /** Opens a page that may call the function `report` from its first line on. */
  open(address: string, size?: { readonly width: number; readonly height: number }): Promise<Page>;
  /** What a page reports; then it is closed. */
  visit(address: string): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

type Fields = Readonly<Record<string, unknown>>;
type Hear = (method: string, fields: Fields) => void;

/** Starts it with a profile of its own. */
export async function startChromium(): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), "cutaway-chromium-"));
  const given = [...flags, `--user-data-dir=${profile}`, "about:blank"];
  const child = spawn(chromium as string, given, { stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise<void>((end) => child.once("exit", () => end()));
  const address = await new Promise<string>((found, failed) => {
    let text = "";
    child.stderr.on("data", (part) => {
      text += part;
      const [, url] = /DevTools listening on (ws:\S+)/.exec(text) ?? [];
      if (url) found(url);
    });
    child.once("exit", (code) => failed(new Error(`Chromium ended with ${code}: ${text}`)));
  });
  const protocol = await connect(address);
  const open = (url: string, { width, height } = { width: 1000, height: 800 }) =>
    openPage(protocol, url, { width, height, deviceScaleFactor: 1, mobile: false });
  return {
    open,
    async visit(url) {
      const page = await open(url);
      try {
        return await page.report;
      } finally {
        await page.close();
      }
    },
    async close() {
      child.kill("SIGKILL");
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

interface Protocol {
  send(method: string, params?: Fields, sessionId?: string): Promise<Fields>;
  /** Events of a page. */
  hear(sessionId: string, hear: Hear): void;
}

/** Numbered calls and their answers, and events, over one socket. */
async function connect(address: string): Promise<Protocol> {
  const socket = new WebSocket(address);
  const calls = new Map<number, { resolve: (fields: Fields) => void; reject: (error: Error) => void }>();
  const hearers = new Map<string, Hear>();
  await new Promise((open, failed) => {
    socket.onopen = open;
    socket.onerror = failed;
  });
  socket.onmessage = ({ data }) => {
    const { id, result, error, method, params, sessionId } = JSON.parse(data as string);
    if (id === undefined) hearers.get(sessionId)?.(method, params);
    else if (error) calls.get(id)?.reject(new Error(error.message));
    else calls.get(id)?.resolve(result);
    calls.delete(id);
  };
  let last = 0;
  return {
    send: (method, params = {}, sessionId = undefined) =>
      new Promise((resolve, reject) => {
        calls.set(++last, { resolve, reject });
        socket.send(JSON.stringify({ id: last, method, params, sessionId }));
      }),
    hear: (sessionId, hear) => hearers.set(sessionId, hear),
  };
}

async function openPage(protocol: Protocol, url: string, metrics: Fields): Promise<Page> {
  const { targetId } = await protocol.send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await protocol.send("Target.attachToTarget", { targetId, flatten: true });
  const send = (method: string, params?: Fields) => protocol.send(method, params, sessionId as string);
  const report = new Promise<Record<string, unknown>>((resolve, reject) => {
    protocol.hear(sessionId as string, (method, { payload, exceptionDetails }) => {
      if (method === "Runtime.bindingCalled") resolve(JSON.parse(payload as string));
      if (method === "Runtime.exceptionThrown") reject(new Error(thrown(exceptionDetails as Fields)));
    });
  });
  // Who drives the page by hand may never ask for its report.
  report.catch(() => undefined);
  await send("Runtime.enable");
  await send("Runtime.addBinding", { name: "report" });
  await send("Emulation.setDeviceMetricsOverride", metrics);
  await send("Page.navigate", { url });
  return {
    report,
    async evaluate(expression) {
      const given = { expression, awaitPromise: true, returnByValue: true };
      const { result, exceptionDetails } = await send("Runtime.evaluate", given);
      if (exceptionDetails) throw new Error(thrown(exceptionDetails as Fields));
      return (result as Fields).value;
    },
    async screenshot(path) {
      const { data } = await send("Page.captureScreenshot", { format: "png" });
      writeFileSync(path, Buffer.from(data as string, "base64"));
    },
    async close() {
      await protocol.send("Target.closeTarget", { targetId });
    },
  };
}

function thrown({ text, exception }: Fields): string {
  return `in the page: ${(exception as Fields | undefined)?.description ?? text}`;
}
