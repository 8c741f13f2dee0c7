// The file of a worker in a browser: takes its assignment and serves.
import type { Assignment } from "../../backend/wasm/crew.ts";
import { serve } from "../../backend/wasm/worker.ts";

addEventListener(
  "message",
  ({ data }: MessageEvent<Assignment>) => {
    serve(data);
    close();
  },
  { once: true },
);
