// MAP.md is what npm run map would write now.
import { expect, test } from "vitest";
import { mapText } from "../../scripts/map.ts";
import { readText } from "../../scripts/tree.ts";

test("MAP.md is current; npm run map makes it so", () => {
  expect(readText("MAP.md")).toBe(mapText());
});

test("it lists files by folder with their first lines", () => {
  expect(mapText()).toContain(
    "## src/base\n\n[base](src/base/README.md): Errors, shapes, random numbers, elementary functions and the interfaces of a host.\n\n- [",
  );
  expect(mapText()).toContain("- [errors.ts](src/base/errors.ts): The one error of the library: data first");
});
