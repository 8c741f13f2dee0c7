// Where the blocks of Net's graph stand: chains and branches by hand, and what holds of every graph.
import fc from "fast-check";
import { expect, test } from "vitest";
import { type GraphNode, layoutOf, type Measures, type Point } from "../../studio/src/views/net/layout.ts";
import { pitchFor } from "../../studio/src/views/net/room.ts";

const measures: Measures = { width: 736, blockWidth: 80, blockHeight: 48, gap: 20, laneGap: 8, lineGap: 24 };
const chain = (count: number): GraphNode[] =>
  Array.from({ length: count }, (_, k) => ({ name: `n${k}`, inputs: k === 0 ? [] : [`n${k - 1}`] }));

test("a chain that fits stands in one line, its wires straight", () => {
  const { blocks, wires, height, across } = layoutOf(chain(7), measures);
  expect(blocks.map(({ x, y }) => [x, y])).toEqual([0, 100, 200, 300, 400, 500, 600].map((x) => [x, 0]));
  expect(wires.map(({ points }) => points)).toEqual(
    [80, 180, 280, 380, 480, 580].map((x) => [
      [x, 24],
      [x + 20, 24],
    ]),
  );
  expect([height, across]).toEqual([48, 7]);
});

test("a longer chain goes on in the next line", () => {
  const { blocks, across } = layoutOf(chain(10), measures);
  expect(across).toBe(7);
  expect(blocks.slice(6, 8).map(({ rank, x, y }) => ({ rank, x, y }))).toEqual([
    { rank: 6, x: 612, y: 0 },
    { rank: 7, x: 12, y: 72 },
  ]);
});

test("a skip passes below what it skips; branches stand in lanes of their own", () => {
  const nodes = [
    { name: "input", inputs: [] },
    { name: "conv1", inputs: ["input"] },
    { name: "conv2", inputs: ["conv1"] },
    { name: "side", inputs: ["conv1"] },
    { name: "add", inputs: ["conv2", "side"] },
    { name: "sum", inputs: ["add", "conv1"] },
  ];
  const { blocks, wires } = layoutOf(nodes, measures);
  const lanes = Object.fromEntries(blocks.map(({ name, rank, lane }) => [name, [rank, lane]]));
  expect(lanes).toEqual({ input: [0, 0], conv1: [1, 0], conv2: [2, 0], side: [2, 1], add: [3, 0], sum: [4, 0] });
  const skip = wires.find(({ from, to }) => from === "conv1" && to === "sum");
  expect(Math.max(...(skip?.points.map(([, y]) => y) ?? []))).toBe(48 + 8 + 48 + 8 + 4);
});

/** Random graphs without rings: every node reads one to three of the nodes before it. */
const graphs = fc
  .array(fc.array(fc.nat(1000), { minLength: 1, maxLength: 3 }), { maxLength: 24 })
  .map((reads): GraphNode[] => [
    { name: "n0", inputs: [] },
    ...reads.map((places, k) => ({ name: `n${k + 1}`, inputs: places.map((place) => `n${place % (k + 1)}`) })),
  ]);

const crosses = ([x1, y1]: Point, [x2, y2]: Point, { x, y }: { x: number; y: number }) =>
  Math.max(x1, x2) > x && Math.min(x1, x2) < x + 80 && Math.max(y1, y2) > y && Math.min(y1, y2) < y + 48;

test("of any graph: no blocks overlap, nothing leaves the width, no wire crosses a block, wires are upright or level", () => {
  fc.assert(
    fc.property(graphs, fc.integer({ min: 200, max: 1200 }), (nodes, width) => {
      const { blocks, wires } = layoutOf(nodes, { ...measures, width });
      for (const [k, a] of blocks.entries()) {
        expect(a.x >= 0 && a.x + 80 <= width).toBe(true);
        for (const b of blocks.slice(k + 1)) expect(Math.abs(a.x - b.x) >= 80 || Math.abs(a.y - b.y) >= 48).toBe(true);
      }
      const at = new Map(blocks.map((block) => [block.name, block]));
      expect(wires.length).toBe(nodes.reduce((sum, { inputs }) => sum + new Set(inputs).size, 0));
      for (const { from, to, points } of wires) {
        const [start, end] = [at.get(from), at.get(to)];
        expect(points[0]).toEqual([(start?.x ?? 0) + 80, (start?.y ?? 0) + 24]);
        expect(points.at(-1)).toEqual([end?.x, (end?.y ?? 0) + 24]);
        for (const [k, point] of points.slice(1).entries()) {
          const before = points[k] ?? point;
          expect(before[0] === point[0] || before[1] === point[1]).toBe(true);
          expect(Math.min(point[0], before[0]) >= 0 && Math.max(point[0], before[0]) <= width).toBe(true);
          expect(blocks.filter((block) => crosses(before, point, block))).toEqual([]);
        }
      }
    }),
    { seed: 5, numRuns: 300 },
  );
});

test("cells are as large as all parts allow, and undefined where none are", () => {
  const parts = [
    { rows: 6, columns: 6 },
    { rows: 4, columns: 4, stacked: 3, bare: true },
  ];
  expect(pitchFor(parts, { width: 736, height: 540, gap: 56 }, true)).toBe(36);
  expect(pitchFor(parts, { width: 736, height: 400, gap: 56 }, true)).toBe(24);
  expect(pitchFor(parts, { width: 736, height: 300, gap: 56 }, true)).toBeUndefined();
  expect(pitchFor(parts, { width: 736, height: 300, gap: 56 }, false)).toBe(16);
});
