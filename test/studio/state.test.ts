// The state of the studio and its address: what is written is read again, whatever it is, and what cannot be used is named.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readText } from "../../scripts/tree.ts";
import { initialState, lessonSteps, readState, type State, screens, writeState } from "../../studio/src/state.ts";

const fields = Object.keys(initialState).filter((name) => name !== "screen" && name !== "step");

/** Reads an address as it stands in a link. */
function open(address: string) {
  const { pathname, search } = new URL(address, "http://localhost");
  return readState(pathname, search);
}

/** Minus zero is written as zero. */
const plain = (state: State) => JSON.parse(JSON.stringify(state)) as State;

const indices = fc.array(fc.nat(30), { maxLength: 4 }).map((cell) => (cell.length > 0 ? `[${cell.join(",")}]` : ""));
const address = fc
  .tuple(fc.constantFrom("", "grad:", "next:"), fc.constantFrom("input", "conv1.kernel", "out", "logits"), indices)
  .map(([scope, name, cell]) => `${scope}${name}${cell}`);
const value = fc.double({ noNaN: true, noDefaultInfinity: true });
const short = (maxLength: number) => fc.string({ maxLength, unit: "binary-ascii" });

/** States as a reader may have brought them about; fields that are not named here are as they begin. */
const someState: fc.Arbitrary<State> = fc
  .record({
    screen: fc.constantFrom(...screens),
    step: fc.integer({ min: 1, max: lessonSteps }),
    model: fc.constantFrom("lesson6", "lesson6-full", "example:conv2d", "trained"),
    at: address,
    set: fc.dictionary(address, value, { maxKeys: 5 }),
    t: fc.double({ min: 0, max: 10_000, noNaN: true }),
    direction: fc.constantFrom("forward", "backward"),
    from: address,
    to: address,
    zoom: fc.constantFrom("net", "layer", "cell"),
    layer: short(60),
    channel: fc.nat(1000),
    guess: short(40),
    part: fc.constantFrom("predict", "watch", "complete", "own"),
    flipped: fc.boolean(),
    stride: fc.integer({ min: 1, max: 5 }),
    padding: fc.constantFrom("valid", "same"),
    drawing: short(300),
    plan: fc.constantFrom("", '{"input":[28,28,1],"nodes":[{"op":"conv2d","options":{"filters":8,"kernelSize":3}}]}'),
  })
  .map((some) => ({ ...initialState, ...some }) as State)
  // Of the step only Learn's address speaks.
  .map((state) => (state.screen === "learn" ? state : { ...state, step: 1 }));

describe("an address", () => {
  test("of any state is read as that state", () => {
    fc.assert(
      fc.property(someState, (state) => {
        const { state: read, ignored } = open(writeState(state));
        expect(plain(read)).toEqual(plain(state));
        expect(ignored).toEqual([]);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  /** Whatever any field takes is among these: the words that stand in the table's own file, numbers, addresses, lists of them. */
  const words = [...readText("studio/src/state.ts").matchAll(/"([^"\n]*)"/g)].map(([, word]) => word);
  const numbers = ["0", "1", "2", "3", "1.5", "1000", "-1", "1e9", "NaN", "two"];
  const lists = [
    "1;;-6",
    "input[2,2,0]=153;conv1.kernel[0,0,0,0]=-2.5",
    "a=1;a=2",
    "=",
    ";",
    "input=",
    '{"a":[1]}',
    '{"input":[28,28,1],"nodes":[{"op":"relu"}]}',
    "[]",
  ];
  const spellings = [...new Set([...words, ...numbers, ...lists, "input[2,2,0]", "x".repeat(5000)])];

  test.each(fields)("may say %s otherwise than it begins, and names it where it says nothing", (name) => {
    const read = spellings.map((spelling) => open(`/net?${new URLSearchParams({ [name]: spelling })}`));
    const begins = JSON.stringify(initialState[name as keyof State]);
    const found = read.filter(({ state }) => JSON.stringify(state[name as keyof State]) !== begins);
    expect(found.length).toBeGreaterThan(0);
    expect(found.flatMap(({ ignored }) => ignored)).toEqual([]);
    expect(read.filter(({ ignored }) => ignored.length > 0).length).toBeGreaterThan(0);
    for (const { ignored } of read) expect(ignored.length === 0 || ignored.join() === name).toBe(true);
  });

  test("of any spelling, good or bad, is read as a state whose own address says the same", () => {
    const query = fc.dictionary(fc.constantFrom(...fields), fc.oneof(fc.constantFrom(...spellings), short(30)));
    const path = fc.constantFrom("/", "/net", "/trace", "/train", "/build", ...[1, 2, 10].map((k) => `/learn/${k}`));
    fc.assert(
      fc.property(path, query, (where, said) => {
        const { state, ignored } = open(`${where}?${new URLSearchParams(said)}`);
        const again = open(writeState(state));
        expect(plain(again.state)).toEqual(plain(state));
        expect(again.ignored).toEqual([]);
        expect(Object.keys(said)).toEqual(expect.arrayContaining([...ignored]));
        for (const name of ignored) expect(state[name as keyof State]).toEqual(initialState[name as keyof State]);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});

test("the address of what a page begins with is its path alone", () => {
  const at = (screen: State["screen"], step = 1) => writeState({ ...initialState, screen, step });
  expect([at("home"), at("net"), at("learn"), at("learn", 10)]).toEqual(["/", "/net", "/learn/1", "/learn/10"]);
});

test("addresses of numbers stay readable in links", () => {
  const state: State = { ...initialState, screen: "trace", at: "grad:conv1.kernel[0,0,0,0]" };
  expect(writeState(state)).toBe("/trace?at=grad:conv1.kernel[0,0,0,0]");
});

test.each([
  ["/nowhere", "home", 1],
  ["/nowhere/11", "home", 1],
  ["/learn/0", "learn", 1],
  ["/learn/11", "learn", 1],
  ["/learn/two", "learn", 1],
  ["/learn/2.5", "learn", 1],
  ["/learn/2/more", "learn", 2],
  ["/trace/2", "trace", 1],
])("%s is named once and opens what it can", (path, screen, step) => {
  const { state, ignored } = readState(path, "");
  expect([state.screen, state.step, ignored]).toEqual([screen, step, [path]]);
});

test("names that no field has are named", () => {
  expect(readState("/net", "?tt=1&constructor=2&tt=3&t=4")).toMatchObject({
    state: { t: 4 },
    ignored: ["tt", "constructor"],
  });
});
