"use strict";
// Where the boxes of a graph stand. Plain functions of plain data, so that a test needs no browser.

const NODE = { width: 190, height: 50, gap: 26 };
const RANK_GAP = 46;
const DUMMY = 14;
/** Room for the words beside the outermost lines. */
const MARGIN = 76;
const OPEN_AT_FIRST = 36;

/** What one remembers of a node from one edit to the next: its place in the model, not its number. */
function keyOf(model, id) {
  const node = model.nodes[id];
  let nth = 0;
  for (let i = 0; i < id; i++) {
    const other = model.nodes[i];
    if (other.kind === node.kind && other.name === node.name && other.parent === node.parent) nth++;
  }
  const around = node.parent >= 0 ? keyOf(model, node.parent) : "";
  return `${around}/${node.kind}:${node.name}#${nth}`;
}

/** The nodes that hold others. */
function groupsOf(model) {
  return new Set(model.nodes.filter((n) => n.parent > 0).map((n) => n.parent));
}

/** The groups to open at first: level by level as long as there is room, and everything around a failure. */
function openAtFirst(model) {
  const groups = groupsOf(model);
  const open = new Set();
  let level = [...groups].filter((g) => model.nodes[g].parent === 0);
  while (level.length > 0) {
    const next = new Set([...open, ...level]);
    if (shown(model, next).nodes.length > OPEN_AT_FIRST) break;
    level.forEach((g) => open.add(g));
    level = [...groups].filter((g) => level.includes(model.nodes[g].parent));
  }
  for (const node of model.nodes) {
    for (let p = node.error ? node.parent : 0; p > 0; p = model.nodes[p].parent) open.add(p);
  }
  return open;
}

/** What is to be seen of a node: itself, or the outermost closed group around it. */
function standIn(model, id, open) {
  let found = id;
  for (let at = id; at > 0; at = model.nodes[at].parent) if (!open.has(at)) found = at;
  return found;
}

/** The nodes and edges to draw while some groups are open. */
function shown(model, open) {
  const groups = groupsOf(model);
  const nodes = model.nodes.filter((n) => {
    if (n.id === 0 || (open.has(n.id) && groups.has(n.id))) return false;
    return standIn(model, n.id, open) === n.id;
  });
  const edges = new Map();
  for (const edge of model.edges) {
    const source = standIn(model, edge.source, open);
    const target = standIn(model, edge.target, open);
    if (source === target) continue;
    const key = `${source} ${target} ${edge.shape}`;
    const known = edges.get(key);
    edges.set(key, { source, target, shape: edge.shape, failed: edge.failed || (known?.failed ?? false) });
  }
  return { nodes, edges: [...edges.values()] };
}

/** Positions of the nodes and the points of the edges, layer below layer. */
function layout(nodes, edges) {
  const items = new Map(nodes.map((n) => [n.id, { id: n.id, width: NODE.width, up: [], down: [], rank: 0, x: 0 }]));
  const forward = edges.filter((e) => e.source < e.target && items.has(e.source) && items.has(e.target));
  for (const { source, target } of forward) {
    items.get(source).down.push(target);
    items.get(target).up.push(source);
  }
  const inOrder = [...items.values()].sort((a, b) => a.id - b.id);
  for (const item of inOrder) item.rank = Math.max(0, ...item.up.map((u) => items.get(u).rank + 1));
  // What comes from nowhere stands right above what takes it.
  for (const item of inOrder) {
    if (item.up.length === 0 && item.down.length > 0) {
      item.rank = Math.max(0, Math.min(...item.down.map((d) => items.get(d).rank)) - 1);
    }
  }
  const ranks = [];
  const put = (item) => (ranks[item.rank] ??= []).push(item);
  inOrder.forEach(put);
  const links = [];
  const routes = forward.map((edge) => {
    const route = [items.get(edge.source)];
    for (let rank = route[0].rank + 1; rank < items.get(edge.target).rank; rank++) {
      const dummy = { id: -1, width: DUMMY, rank, x: 0 };
      put(dummy);
      route.push(dummy);
    }
    route.push(items.get(edge.target));
    for (let i = 1; i < route.length; i++) links.push([route[i - 1], route[i]]);
    return { edge, route };
  });
  for (let rank = 0; rank < ranks.length; rank++) ranks[rank] ??= [];
  const above = new Map();
  const below = new Map();
  for (const [a, b] of links) {
    above.set(b, [...(above.get(b) ?? []), a]);
    below.set(a, [...(below.get(a) ?? []), b]);
  }
  ranks.forEach(spread);
  for (let round = 0; round < 12; round++) {
    const [list, beside] = round % 2 === 0 ? [ranks, above] : [[...ranks].reverse(), below];
    for (const rank of list) settle(rank, beside, round < 6);
  }
  const left = Math.min(...ranks.flat().map((i) => i.x - i.width / 2), 0);
  const right = Math.max(...ranks.flat().map((i) => i.x + i.width / 2), 0);
  const top = (rank) => 8 + rank * (NODE.height + RANK_GAP);
  return {
    width: right - left + 2 * MARGIN,
    height: 16 + ranks.length * (NODE.height + RANK_GAP) - RANK_GAP,
    places: new Map(inOrder.map((i) => [i.id, { x: i.x - left + MARGIN, y: top(i.rank), rank: i.rank }])),
    edges: routes.map(({ edge, route }) => ({
      ...edge,
      points: route.map((i, n) => {
        const y = top(i.rank) + (n === 0 ? NODE.height : n === route.length - 1 ? 0 : NODE.height / 2);
        return { x: i.x - left + MARGIN, y };
      }),
    })),
  };
}

/** One beside the other, the middle at 0. */
function spread(rank) {
  const total = rank.reduce((sum, item) => sum + item.width + NODE.gap, -NODE.gap);
  let x = -total / 2;
  for (const item of rank) {
    item.x = x + item.width / 2;
    x += item.width + NODE.gap;
  }
}

/** Move the items of a rank towards their neighbours, none over another. */
function settle(rank, beside, reorder) {
  const wanted = new Map(
    rank.map((item) => {
      const near = beside.get(item) ?? [];
      return [item, near.length > 0 ? near.reduce((sum, n) => sum + n.x, 0) / near.length : item.x];
    }),
  );
  if (reorder) rank.sort((a, b) => wanted.get(a) - wanted.get(b));
  const least = (a, b) => (a.width + b.width) / 2 + NODE.gap;
  const fromLeft = [];
  rank.forEach((item, i) => {
    fromLeft[i] = i === 0 ? wanted.get(item) : Math.max(wanted.get(item), fromLeft[i - 1] + least(rank[i - 1], item));
  });
  const fromRight = [];
  for (let i = rank.length - 1; i >= 0; i--) {
    const limit = i === rank.length - 1 ? Infinity : fromRight[i + 1] - least(rank[i], rank[i + 1]);
    fromRight[i] = Math.min(wanted.get(rank[i]), limit);
  }
  rank.forEach((item, i) => (item.x = (fromLeft[i] + fromRight[i]) / 2));
}
