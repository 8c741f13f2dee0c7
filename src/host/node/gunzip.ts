// Unpacks gzip through node:zlib, up to a size.
import { promisify } from "node:util";
import { gunzip as unpack } from "node:zlib";
import type { Gunzip } from "../../base/host.ts";
import { fail } from "../../base/words/source.ts";

/** A `Gunzip` that stops at `limit` unpacked bytes. Errors: `gzip.corrupt` (damaged, cut short, not gzip), `gzip.large`. */
export function gunzipUpTo(limit: number): Gunzip {
  return async (bytes, where) => {
    try {
      return await promisify(unpack)(bytes, { maxOutputLength: limit });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === "ERR_BUFFER_TOO_LARGE") return fail("gzip.large", { where, limit }, error);
      return fail("gzip.corrupt", { where, received: message }, error);
    }
  };
}

/** Unpacks at most 2 GiB, so that a small hostile file cannot fill the memory. */
export const gunzip: Gunzip = gunzipUpTo(0x80000000);
