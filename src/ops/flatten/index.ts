// flatten: the operation, put together.
import type { Operation } from "../op.ts";
import { explain } from "./explain.ts";
import { op } from "./op.ts";
import { reference } from "./reference.ts";

export const flatten: Operation<object> = { op, reference, explain };
