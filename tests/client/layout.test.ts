import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";

interface Node {
  id: number;
  parent: number;
  kind: string;
  name: string;
  error: string;
}
interface Edge {
  source: number;
  target: number;
  shape: string;
  failed: boolean;
}
interface Model {
  nodes: Node[];
  edges: Edge[];
}
interface Plan {
  width: number;
  height: number;
  places: Map<number, { x: number; y: number; rank: number }>;
  edges: { source: number; target: number; points: { x: number; y: number }[] }[];
}
interface Layout {
  NODE: { width: number; height: number };
  layout(nodes: Node[], edges: Edge[]): Plan;
  shown(model: Model, open: Set<number>): Model;
  openAtFirst(model: Model): Set<number>;
  keyOf(model: Model, id: number): string;
}

const text = readFileSync("server/shapewright/modelview/layout.js", "utf8");
const { NODE, layout, shown, openAtFirst, keyOf } = new Function(
  `${text}; return { NODE, layout, shown, openAtFirst, keyOf };`,
)() as Layout;

/** A model with as many groups, each a chain of three with a way around it. */
function model(groups: number, failing = -1): Model {
  const nodes: Node[] = [{ id: 0, parent: -1, kind: "layer", name: "", error: "" }];
  const edges: Edge[] = [];
  const add = (parent: number, kind: string, name: string): number =>
    nodes.push({ id: nodes.length, parent, kind, name, error: nodes.length === failing ? "no" : "" }) - 1;
  const link = (source: number, target: number): void =>
    void edges.push({ source, target, shape: "f32[1]", failed: target === failing });
  let last = add(0, "input", "x");
  for (let g = 0; g < groups; g++) {
    const group = add(0, "layer", `blocks.${g}`);
    const [a, b, sum] = [add(group, "layer", "a"), add(group, "layer", "b"), add(group, "operation", "+")];
    link(last, a);
    link(a, b);
    link(b, sum);
    link(last, sum);
    last = sum;
  }
  link(last, add(0, "output", "output"));
  return { nodes, edges };
}

describe("the graph of a model", () => {
  test("boxes stand below what they take, and none over another", () => {
    const whole = model(5);
    const seen = shown(whole, new Set(whole.nodes.map((n) => n.id)));
    assert.equal(seen.nodes.length, 5 * 3 + 2);
    const plan = layout(seen.nodes, seen.edges);
    for (const { source, target, points } of plan.edges) {
      const [from, to] = [plan.places.get(source)!, plan.places.get(target)!];
      assert.ok(from.y + NODE.height < to.y);
      assert.deepEqual(points[0], { x: from.x, y: from.y + NODE.height });
      assert.deepEqual(points.at(-1), { x: to.x, y: to.y });
    }
    const boxes = [...plan.places.values()];
    for (const a of boxes) {
      assert.ok(a.x - NODE.width / 2 >= 0 && a.x + NODE.width / 2 <= plan.width && a.y + NODE.height <= plan.height);
      for (const b of boxes) {
        if (a !== b && a.y === b.y) assert.ok(Math.abs(a.x - b.x) >= NODE.width);
      }
    }
  });

  test("a closed group stands for what is in it", () => {
    const seen = shown(model(2), new Set());
    assert.deepEqual(
      seen.nodes.map((n) => n.name),
      ["x", "blocks.0", "blocks.1", "output"],
    );
    assert.deepEqual(
      seen.edges.map((e) => [e.source, e.target]),
      [
        [1, 2],
        [2, 6],
        [6, 10],
      ],
    );
  });

  test("small models are open at first, of large ones only what fails", () => {
    assert.equal(openAtFirst(model(3)).size, 3);
    assert.equal(openAtFirst(model(30)).size, 0);
    assert.deepEqual([...openAtFirst(model(30, 8))], [6]);
  });

  test("a node is known again after an edit", () => {
    const [before, after] = [model(2), model(3)];
    assert.equal(keyOf(before, 8), keyOf(after, 8));
    const keys = after.nodes.map((n) => keyOf(after, n.id));
    assert.equal(new Set(keys).size, keys.length);
  });
});
