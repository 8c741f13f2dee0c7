// npm run example:browser [port = 8123]: serves this folder and the built library with the headers that let a page use threads.
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { pageHeaders } from "../../src/cli/page-headers.ts";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** Which folder answers for paths that begin so; the first that fits. */
export type Folders = readonly (readonly [prefix: string, folder: string])[];

/** "" for an address that is none. */
function pathOf(url: string): string {
  try {
    return decodeURIComponent(new URL(url, "http://localhost").pathname);
  } catch {
    return "";
  }
}

/** The file that a request asks for; undefined where there is none, or where it lies outside the folder. */
function fileOf(folders: Folders, url: string): string | undefined {
  const path = pathOf(url);
  const [prefix, folder] = folders.find(([beginning]) => path.startsWith(beginning)) ?? [];
  if (prefix === undefined || folder === undefined) return undefined;
  const file = resolve(folder, path.slice(prefix.length) || "index.html");
  const inside = file.startsWith(resolve(folder) + sep);
  return inside && existsSync(file) && statSync(file).isFile() ? file : undefined;
}

export interface Served {
  /** With the port that was free, without a slash at the end. */
  readonly address: string;
  close(): void;
}

/** Serves files of folders to this machine alone; `headers` may differ by path. Port 0: any that is free. */
export async function serve(
  folders: Folders,
  headers: (path: string) => Readonly<Record<string, string>>,
  port = 0,
): Promise<Served> {
  const server = createServer(({ url = "/" }, response) => {
    const file = fileOf(folders, url);
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    const type = types[extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { "Content-Type": type, "Cache-Control": "no-store", ...headers(url) });
    response.end(readFileSync(file));
  });
  await new Promise<void>((ready, failed) => server.once("error", failed).listen(port, "127.0.0.1", ready));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The example's own page and the library beside it. */
export const exampleFolders: Folders = [
  ["/dist/", fileURLToPath(new URL("../../dist", import.meta.url))],
  ["/", fileURLToPath(new URL(".", import.meta.url))],
];

if (import.meta.main) {
  if (!existsSync(exampleFolders[0][1])) {
    process.stderr.write("dist/ is missing. Run: npm run build\n");
    process.exit(2);
  }
  const port = Number(process.argv[2] ?? 8123);
  const { address } = await serve(exampleFolders, () => pageHeaders, port);
  process.stdout.write(`${address} (Ctrl-C ends it)\n`);
}
