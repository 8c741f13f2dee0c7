// The file of a worker thread in Node: takes its assignment and serves.
import { parentPort } from "node:worker_threads";
import type { Assignment } from "../../backend/wasm/crew.ts";
import { serve } from "../../backend/wasm/worker.ts";

parentPort?.once("message", (assignment: Assignment) => serve(assignment));
