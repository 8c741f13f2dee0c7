// What a machine gives: a clock, a pause, files, image decoding. Implemented in host/node and host/web.

/** What long work needs of the machine it runs on. */
export interface Host {
  /** "node", "browser" … as printed to the user. */
  readonly name: string;
  /** Milliseconds from an arbitrary start. */
  now(): number;
  /** Lets the page or the server do its own work, then goes on. */
  pause(): Promise<void>;
  /** More threads than the caller's; absent where the host starts none. */
  readonly threads?: Threads;
}

/** Threads that share memory with the caller. */
export interface Threads {
  /** How many may run at the same time, the caller's included. */
  available(): number;
  /** Why threads cannot share memory here, and how to mend it; undefined where they can. */
  readonly obstacle: string | undefined;
  /** Whether the caller may wait and do nothing else meanwhile. A page may not: there others do all of the work. */
  readonly mayBlock: boolean;
  /** Starts a thread that serves an engine; `onFailure` hears why it ended by itself. */
  start(assignment: unknown, onFailure: (why: string) => void): HostThread;
}

export interface HostThread {
  /** Ends it at once, whatever it does; one whose work is over ends by itself. */
  stop(): void;
}

/** How long work may go on before the machine gets a pause, in milliseconds; a page feels 50. */
const breath = 16;

/** Says, between two pieces of work, whether the machine needs a pause now: a promise to wait for, or undefined. */
export function breathing(host: Host | undefined): () => Promise<void> | undefined {
  if (!host) return () => undefined;
  let since = host.now();
  return () => {
    if (host.now() - since < breath) return undefined;
    return host.pause().then(() => {
      since = host.now();
    });
  };
}

/** Does the work for each item, with pauses for the host; without a host, in one go. */
export async function eachInTurn<T>(
  items: Iterable<T>,
  host: Host | undefined,
  work: (item: T) => void,
): Promise<void> {
  const breathe = breathing(host);
  for (const item of items) {
    work(item);
    const pause = breathe();
    if (pause) await pause;
  }
}

/** A place where files are; paths are the host's own. */
export interface Files {
  /** "file", "folder", or undefined where there is nothing. */
  kind(path: string): Promise<"file" | "folder" | undefined>;
  /** Names in a folder, sorted by their UTF-16 units so that every machine sees the same order. */
  list(path: string): Promise<string[]>;
  read(path: string): Promise<Uint8Array>;
  /** Writes all or nothing: a temporary neighbour, synced, then renamed. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Adds one line at the end of a text file; creates it where there is none. */
  append(path: string, line: string): Promise<void>;
  /** Removes a file; nothing happens where there is none. */
  remove(path: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
  join(...parts: string[]): string;
}

/** Pixels as a decoder gives them: 8 bits a channel, row first, orientation applied, RGBA or fewer channels. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
  readonly pixels: Uint8Array;
}

/** Turns the bytes of a PNG, JPEG or WebP file into pixels; `where` names the file in errors. */
export type DecodeImage = (bytes: Uint8Array, where: string) => Promise<DecodedImage>;

/** Unpacks gzip; `where` names the file in errors. */
export type Gunzip = (bytes: Uint8Array, where: string) => Promise<Uint8Array>;
