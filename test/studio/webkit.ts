// WebKit under a screen of its own, driven by plain WebDriver requests: opens a page and evaluates in it.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";

const screenProgram = "/usr/bin/Xvfb";
const driverProgram = "/usr/bin/WebKitWebDriver";

/** Whether Debian's webkit2gtk-driver and xvfb are installed. */
export const hasWebKit = existsSync(driverProgram) && existsSync(screenProgram);

export interface WebKit {
  open(address: string): Promise<void>;
  /** The body of a function without arguments, run in the page; what it returns, awaited where it is a promise. */
  run(body: string): Promise<unknown>;
  close(): Promise<void>;
}

/** Starts it with memory that threads share, which WebKitGTK does not offer unless told. */
export async function startWebKit(): Promise<WebKit> {
  const screen = spawn(screenProgram, ["-displayfd", "3", "-screen", "0", "1440x900x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const display = await new Promise<string>((found, failed) => {
    screen.stdio[3]?.once("data", (text) => found(`:${String(text).trim()}`));
    screen.once("exit", (code) => failed(new Error(`Xvfb ended with ${code}`)));
  });
  const port = await freePort();
  const env = { ...process.env, DISPLAY: display, JSC_useSharedArrayBuffer: "1", GDK_BACKEND: "x11" };
  const driver = spawn(driverProgram, [`--port=${port}`], { env, stdio: "ignore" });
  const end = () => Promise.all([driver, screen].map(ended));
  try {
    const session = await openSession(`http://127.0.0.1:${port}`);
    return {
      open: async (url) => void (await ask(`${session}/url`, { url })),
      run: (body) => ask(`${session}/execute/sync`, { script: body, args: [] }),
      async close() {
        await fetch(session, { method: "DELETE" });
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** The address of a session, once the driver answers. */
async function openSession(driver: string): Promise<string> {
  const capabilities = { alwaysMatch: { timeouts: { script: 30_000, pageLoad: 30_000 } } };
  for (let tries = 0; ; tries++) {
    try {
      const { sessionId } = (await ask(`${driver}/session`, { capabilities })) as { sessionId: string };
      return `${driver}/session/${sessionId}`;
    } catch (error) {
      const listening = !(error instanceof TypeError);
      if (listening || tries > 100) throw error;
      await new Promise((again) => setTimeout(again, 50));
    }
  }
}

/** Sends a command; gives its value, throws its error. */
async function ask(command: string, given: object): Promise<unknown> {
  const answer = await fetch(command, { method: "POST", body: JSON.stringify(given) });
  const { value } = (await answer.json()) as { value: unknown };
  if (!answer.ok) throw new Error(`WebKit: ${JSON.stringify(value)}`);
  return value;
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((over) => {
    child.once("exit", () => over());
    child.kill();
  });
}

function freePort(): Promise<number> {
  return new Promise((found) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => found(typeof address === "object" && address ? address.port : 0));
    });
  });
}
