// Addresses there and back: by hand, over the whole grammar, and texts that are none.
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Address, formatAddress, namePattern, parseAddress, specialNodes } from "./address.ts";

const value = { kind: "value" } as const;
const logit: Address = { scope: value, node: "logits", role: "out", cell: [0] };
const kernel = { node: "conv1", role: "kernel", cell: [0, 1, 2, 3] } as const;
const byHand: [string, Address][] = [
  ["conv1.out[1,2,0]", { scope: value, node: "conv1", role: "out", cell: [1, 2, 0] }],
  ["grad:conv1.kernel[0,1,2,3]", { scope: { kind: "grad" }, ...kernel }],
  ["next:conv1.kernel[0,1,2,3]", { scope: { kind: "next" }, ...kernel }],
  ["state.velocity:conv1.kernel[0,1,2,3]", { scope: { kind: "state", name: "velocity" }, ...kernel }],
  ["grad(logits[0]):conv1.kernel[0,1,2,3]", { scope: { kind: "grad", of: logit }, ...kernel }],
  ["input[2,2,0]@3", { scope: value, node: "input", role: "out", cell: [2, 2, 0], sample: 3 }],
  ["loss", { scope: value, node: "loss", role: "out" }],
  ["conv1.out", { scope: value, node: "conv1", role: "out" }],
  ["lossy_2.out@0", { scope: value, node: "lossy_2", role: "out", sample: 0 }],
  [
    "grad(grad(logits[0]):input[1,1,0]@2):relu1.out@2",
    {
      scope: {
        kind: "grad",
        of: { scope: { kind: "grad", of: logit }, node: "input", role: "out", cell: [1, 1, 0], sample: 2 },
      },
      node: "relu1",
      role: "out",
      sample: 2,
    },
  ],
];
test.each(byHand)("%s, both ways", (text, address) => {
  expect(parseAddress(text)).toEqual(address);
  expect(formatAddress(address)).toBe(text);
});

test("blanks and empty brackets are read and not written", () => {
  expect(formatAddress(parseAddress("  conv1.out[ 1,2 , 0] "))).toBe("conv1.out[1,2,0]");
  expect(parseAddress("loss[]")).toEqual({ scope: value, node: "loss", role: "out", cell: [] });
  expect(formatAddress(parseAddress("loss[]"))).toBe("loss");
});

const word = fc.stringMatching(namePattern);
const place = fc
  .record(
    {
      named: fc.option(fc.record({ node: word.filter((name) => !specialNodes.includes(name)), role: word })),
      special: fc.constantFrom(...specialNodes),
      cell: fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
      sample: fc.nat(),
    },
    { requiredKeys: ["named", "special"] },
  )
  .map(({ named, special, ...rest }) => ({ node: named?.node ?? special, role: named?.role ?? "out", ...rest }));
const grammar = fc.letrec<{ scope: Address["scope"]; address: Address }>((tie) => ({
  scope: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Address["scope"]>(value, { kind: "next" }, { kind: "grad" }),
    word.map((name) => ({ kind: "state", name }) as const),
    tie("address").map((of) => ({ kind: "grad", of }) as const),
  ),
  address: fc.tuple(tie("scope"), place).map(([scope, rest]) => ({ scope, ...rest })),
}));

test("every address of the grammar comes back", () => {
  fc.assert(
    fc.property(grammar.address, (address) => {
      expect(parseAddress(formatAddress(address))).toEqual(address);
    }),
    { seed: 1, numRuns: 1000 },
  );
});

const wrong = [
  ..."|conv1|conv1.|.out|loss.out|input.kernel|Conv1.out|1conv.out|conv1.Out|conv1..out|conv1.out.kernel".split("|"),
  ..."conv1.out[1|conv1.out[-1]|conv1.out[1.5]|conv1.out[1,]|conv1.out[,1]|conv1.out[1 2]|conv1.out[a]".split("|"),
  ..."conv1.out[0][1]|conv1.out@|conv1.out@-1|conv1.out@x|conv1.out@1[2]|conv1 .out|gradient:conv1.out".split("|"),
  ...":loss|next:next:loss|grad:grad:loss|state.:loss|state.Velocity:loss|grad(loss|grad(loss)loss|grad():loss".split(
    "|",
  ),
  `${"grad(".repeat(50_000)}loss${"):loss".repeat(50_000)}`,
];
test.each(wrong.map((text) => [text.slice(0, 30), text]))("%j is none", (_shown, text) => {
  expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: "address.syntax" }));
});

test("any text is an address or a clear error", () => {
  const pieces = fc.constantFrom("grad", "(", ")", ":", "conv1", ".", "out", "[", "]", "0", ",", "@", "next", " ", "é");
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces).map((parts) => parts.join("")),
      ),
      (text) => {
        try {
          expect(parseAddress(formatAddress(parseAddress(text)))).toMatchObject({ node: expect.any(String) });
        } catch (error) {
          expect(error).toMatchObject({ code: "address.syntax" });
        }
      },
    ),
    { seed: 2, numRuns: 2000 },
  );
});
