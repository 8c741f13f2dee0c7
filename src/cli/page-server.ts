// Serves a built page to this machine alone: files with the headers of all pages, one page for every path, and a model beside it.
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import sirv from "sirv";
import { pageHeaders } from "./page-headers.ts";

/** A model file that the page finds under `/model.safetensors`, and its name under `/model.json`. */
export interface GivenModel {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface PageOptions {
  /** 0, the default: any that is free. */
  readonly port?: number;
  readonly model?: GivenModel | undefined;
}

export interface ServedPages {
  /** With the port, without a slash at the end: "http://127.0.0.1:8124". */
  readonly address: string;
  close(): Promise<void>;
}

const machine = "127.0.0.1";

/**
 * Serves the files of `folder`; paths that name no file and have no ending get its index.html. Nothing is kept between requests,
 * so that a folder built anew is served anew. Rejects with Node's error where the port cannot be had.
 */
export async function servePages(folder: string, { port = 0, model }: PageOptions = {}): Promise<ServedPages> {
  const files = sirv(folder, { dev: true, single: true });
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(pageHeaders)) response.setHeader(name, value);
    if (!isOurs(request)) refuse(response, 421);
    else if (request.method !== "GET" && request.method !== "HEAD") refuse(response, 405);
    else if (!sendModel(model, request, response)) files(request, response);
  });
  await new Promise<void>((ready, failed) => server.once("error", failed).listen(port, machine, ready));
  return {
    address: `http://${machine}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** Whether the page was asked for by an address of this machine: another site may have given it a name of its own. */
function isOurs({ headers }: IncomingMessage): boolean {
  const [name] = (headers.host ?? "").split(":");
  return name === machine || name === "localhost";
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}

/** Answers a request for the model, also where none was given; false for every other request. */
function sendModel(model: GivenModel | undefined, ...[request, response]: Parameters<RequestListener>): boolean {
  const [path] = (request.url ?? "/").split("?", 1);
  if (path !== "/model.json" && path !== "/model.safetensors") return false;
  if (!model) {
    refuse(response, 404);
    return true;
  }
  const named = path === "/model.json";
  const body = named ? JSON.stringify({ name: model.name }) : model.bytes;
  const type = named ? "application/json" : "application/octet-stream";
  response.writeHead(200, {
    "Content-Type": type,
    "Content-Length": Buffer.byteLength(body),
    "Cache-Control": "no-store",
  });
  response.end(body);
  return true;
}
