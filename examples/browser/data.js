// A worker that draws the digits, so that the page need not wait for them.
import { digits } from "./dist/digits.js";

postMessage({ train: digits(), test: digits({ split: "test", count: 2000 }) });
