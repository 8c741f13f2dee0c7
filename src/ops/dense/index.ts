// dense: the operation, put together.
import type { Operation } from "../op.ts";
import { explain } from "./explain.ts";
import { type DenseOptions, op } from "./op.ts";
import { reference } from "./reference.ts";

export const dense: Operation<DenseOptions> = { op, reference, explain };
