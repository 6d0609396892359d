// The page: draws the models that it is given, in a browser or in the editor's panel.

const api = typeof acquireVsCodeApi === "function" ? acquireVsCodeApi() : undefined;
const SVG = "http://www.w3.org/2000/svg";
const element = (id) => document.getElementById(id);
const view = { models: [], name: "", open: new Map(), chosen: "", here: new Set(), metric: "flops" };

const UNITS = ["", "k", "M", "G", "T", "P"];
function amount(count, suffix = "") {
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) [value, unit] = [value / 1000, unit + 1];
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${UNITS[unit]}${suffix}`.trim();
}
const METRICS = {
  parameters: (n) => n.parameters.toLocaleString("en"),
  flops: (n) => amount(n.flops),
  memory: (n) => amount(n.memory, "B"),
};

function made(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}
function drawn(name, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}
const clip = (text, length) => (text.length > length ? text.slice(0, length - 1) + "…" : text);

const current = () => view.models.find((m) => m.name === view.name) ?? view.models[0];

function openGroups(model) {
  const kept = view.open.get(model.name);
  if (kept === undefined) return openAtFirst(model);
  return new Set([...groupsOf(model)].filter((g) => kept.has(keyOf(model, g))));
}
function setOpen(model, groups) {
  view.open.set(model.name, new Set([...groups].map((g) => keyOf(model, g))));
  render();
}

function titleOf(node) {
  return node.kind === "layer" ? node.name || node.type : node.name;
}
function labelOf(node) {
  const parts = [titleOf(node), node.kind === "layer" ? node.type : node.kind];
  if (node.shape) parts.push(`gives ${node.shape}`);
  if (node.parameters) parts.push(`${METRICS.parameters(node)} parameters`);
  if (node.flops) parts.push(`${METRICS.flops(node)} FLOPs`);
  if (node.error) parts.push(`fails: ${node.error}`);
  return parts.join(", ");
}

// ------------------------------------------------------------------------------------------------- the graph

function box(model, node, at, groups, open, most) {
  const isGroup = groups.has(node.id);
  const wrong = node.error || (isGroup && model.nodes.some((n) => n.error && standIn(model, n.id, open) === node.id));
  const classes = ["node", node.kind, isGroup && "group", wrong && "wrong", view.here.has(node.id) && "here"];
  const key = keyOf(model, node.id);
  const half = NODE.width / 2;
  const share = most > 0 ? node[view.metric] / most : 0;
  const group = drawn(
    "g",
    {
      class: [...classes, key === view.chosen && "chosen"].filter(Boolean).join(" "),
      transform: `translate(${at.x - half} ${at.y})`,
      role: "button",
      tabindex: "-1",
      "data-id": node.id,
      "aria-label": labelOf(node) + (isGroup ? ", closed group, press space to open" : ""),
    },
    drawn("title", {}, labelOf(node)),
    drawn("rect", { class: "box", width: NODE.width, height: NODE.height, rx: 6 }),
    drawn("text", { class: "name", x: 10, y: 19 }, clip(titleOf(node), isGroup ? 20 : 23)),
    drawn("text", { class: "type", x: 10, y: 36 }, clip(detailOf(node), 26)),
  );
  if (share > 0) {
    group.append(
      drawn("rect", { class: "track", x: 10, y: 42, width: NODE.width - 20, height: 3, rx: 1.5 }),
      drawn("rect", { class: "bar", x: 10, y: 42, width: Math.max(2, share * (NODE.width - 20)), height: 3, rx: 1.5 }),
    );
  }
  if (isGroup) {
    const toggle = drawn(
      "g",
      { class: "toggle", transform: `translate(${NODE.width - 26} 4)` },
      drawn("rect", { width: 22, height: 22, rx: 4 }),
      drawn("text", { x: 7, y: 16 }, "+"),
    );
    toggle.addEventListener("click", (event) => {
      event.stopPropagation();
      setOpen(model, new Set([...open, node.id]));
    });
    group.append(toggle);
  }
  group.addEventListener("click", () => choose(model, node.id, true));
  return group;
}

function detailOf(node) {
  if (node.kind === "input" || node.kind === "output") return node.shape;
  if (node.kind === "operation") return node.type === node.name ? "operation" : node.type;
  return node.settings ? `${node.type}(${node.settings})` : node.type;
}

function line(edge) {
  const [first, ...rest] = edge.points;
  let path = `M${first.x} ${first.y}`;
  let from = first;
  for (const to of rest) {
    const middle = (from.y + to.y) / 2;
    path += ` C${from.x} ${middle} ${to.x} ${middle} ${to.x} ${to.y}`;
    from = to;
  }
  const [a, b] = edge.points.slice(-2);
  // Beside the line: where lines meet on the side that it comes from, where they part on the one that it goes to.
  const middle = { x: (a.x + b.x) / 2, y: (Math.max(a.y, b.y - RANK_GAP) + b.y) / 2 + 3 };
  const rightwards = edge.meets ? a.x < b.x - 1 : a.x > b.x + 1;
  const label = rightwards ? { x: middle.x - 6, anchor: "end" } : { x: middle.x + 6, anchor: "start" };
  return drawn(
    "g",
    { class: edge.failed ? "edge wrong" : "edge" },
    drawn("path", { d: path, "marker-end": `url(#${edge.failed ? "arrow-wrong" : "arrow"})` }),
    drawn("text", { x: label.x, y: middle.y, "text-anchor": label.anchor }, clip(edge.shape, 34)),
  );
}

function marker(id, tip) {
  const shape = drawn("path", { id: tip, d: "M0 0L8 4L0 8z" });
  const size = { viewBox: "0 0 8 8", refX: 8, refY: 4, markerWidth: 8, markerHeight: 8, markerUnits: "userSpaceOnUse" };
  return drawn("marker", { id, orient: "auto", ...size }, shape);
}

function drawGraph(model) {
  const open = openGroups(model);
  const groups = groupsOf(model);
  const seen = shown(model, open);
  const plan = layout(seen.nodes, seen.edges);
  const most = Math.max(0, ...seen.nodes.map((n) => n[view.metric]));
  const picture = drawn(
    "svg",
    { width: plan.width, height: plan.height, role: "group", "aria-label": `Layers of ${model.name}` },
    drawn("defs", {}, marker("arrow", "tip"), marker("arrow-wrong", "tip-wrong")),
    ...plan.edges
      .sort((a, b) => a.failed - b.failed)
      .map((e) => line({ ...e, meets: plan.edges.some((o) => o !== e && o.target === e.target) })),
    ...seen.nodes.map((n) => box(model, n, plan.places.get(n.id), groups, open, most)),
  );
  picture.addEventListener("keydown", (event) => keyPressed(event, model, seen, plan, open));
  const hadFocus = element("graph").contains(document.activeElement);
  element("graph").replaceChildren(picture);
  const chosen = seen.nodes.find((n) => keyOf(model, n.id) === view.chosen) ?? seen.nodes[0];
  const target = picture.querySelector(`[data-id="${chosen?.id}"]`);
  target?.setAttribute("tabindex", "0");
  if (hadFocus) target?.focus();
}

function keyPressed(event, model, seen, plan, open) {
  const id = Number(event.target.closest(".node")?.dataset.id ?? -1);
  if (id < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  const at = plan.places.get(id);
  const beside = (step) => {
    const row = seen.nodes.filter((n) => plan.places.get(n.id).rank === at.rank);
    row.sort((a, b) => plan.places.get(a.id).x - plan.places.get(b.id).x);
    return row[row.findIndex((n) => n.id === id) + step]?.id;
  };
  const node = model.nodes[id];
  const moves = {
    ArrowDown: () => seen.edges.find((e) => e.source === id)?.target,
    ArrowUp: () => seen.edges.find((e) => e.target === id)?.source,
    ArrowLeft: () => beside(-1),
    ArrowRight: () => beside(1),
    Home: () => seen.nodes[0].id,
    End: () => seen.nodes[seen.nodes.length - 1].id,
  };
  if (event.key in moves) {
    const next = moves[event.key]();
    if (next !== undefined) choose(model, next, false, true);
  } else if (event.key === "Enter") choose(model, id, true);
  else if ((event.key === " " || event.key === "+") && groupsOf(model).has(id)) {
    const inner = model.nodes.find((n) => n.parent === id);
    view.chosen = keyOf(model, inner.id);
    setOpen(model, new Set([...open, id]));
  } else if ((event.key === "-" || event.key === "Escape") && node.parent > 0) {
    view.chosen = keyOf(model, node.parent);
    setOpen(model, new Set([...open].filter((g) => !within(model, g, node.parent))));
  } else return;
  event.preventDefault();
}
function within(model, id, group) {
  for (let at = id; at > 0; at = model.nodes[at].parent) if (at === group) return true;
  return false;
}

// ------------------------------------------------------------------------------------- the table and the rest

function number(node, metric, most) {
  const cell = made("td", { class: "number" }, node[metric] > 0 ? METRICS[metric](node) : "–");
  if (node[metric] > 0 && most > 0) {
    const bar = drawn("rect", { class: "bar", width: Math.max(1, (100 * node[metric]) / most), height: 3 });
    cell.append(drawn("svg", { viewBox: "0 0 100 3", preserveAspectRatio: "none", "aria-hidden": "true" }, bar));
  }
  return cell;
}

function drawTable(model) {
  const layers = model.nodes.filter((n) => n.id > 0 && (n.kind === "layer" || n.error));
  const leaves = layers.filter((n) => !groupsOf(model).has(n.id));
  const most = Object.fromEntries(Object.keys(METRICS).map((m) => [m, Math.max(0, ...leaves.map((n) => n[m]))]));
  const depth = (n) => (n.parent > 0 ? 1 + depth(model.nodes[n.parent]) : 0);
  const rows = layers.map((node) => {
    const around = node.parent > 0 ? `${model.nodes[node.parent].name}.` : "";
    const name = titleOf(node).startsWith(around) ? titleOf(node).slice(around.length) : titleOf(node);
    const button = made("button", { type: "button", class: `in${Math.min(depth(node), 12)}` }, name);
    button.addEventListener("click", () => choose(model, node.id, true));
    const classes = [view.here.has(node.id) && "here", node.error && "wrong"].filter(Boolean).join(" ");
    const group = groupsOf(model).has(node.id);
    return made(
      "tr",
      { class: classes, "data-id": node.id },
      made("td", {}, button, made("code", {}, ` ${node.type}`)),
      made("td", { class: "shape" }, made("code", {}, clip(node.shape, 40))),
      ...Object.keys(METRICS).map((m) => number(node, m, group ? 0 : most[m])),
    );
  });
  const head = ["Layer", "Output", "Parameters", "FLOPs", "Memory"].map((t) => made("th", { scope: "col" }, t));
  const caption = made("caption", {}, `The ${layers.length} layer calls of ${model.name}, in order`);
  const table = made("table", {}, caption, made("thead", {}, made("tr", {}, ...head)), made("tbody", {}, ...rows));
  element("list").replaceChildren(table);
}

function drawFacts(model) {
  const whole = model.nodes[0];
  const inputs = model.nodes.filter((n) => n.kind === "input").map((n) => `${n.name} ${n.shape}`);
  const facts = [
    ["Input", `${inputs.join(", ") || "none"} (${model.evidence})`],
    ["Parameters", METRICS.parameters(whole)],
    ["FLOPs", METRICS.flops(whole)],
    ["Activations", METRICS.memory(whole) + (model.cut ? " (not all is shown)" : "")],
  ];
  element("facts").replaceChildren(...facts.map(([t, d]) => made("div", {}, made("dt", {}, t), made("dd", {}, d))));
}

function drawDetails(model) {
  const node = model.nodes.find((n) => keyOf(model, n.id) === view.chosen);
  if (node === undefined) {
    const help = "Choose a layer: arrow keys walk along the graph, Enter leads to the code, space opens a group, minus closes it.";
    element("details").replaceChildren(made("p", {}, help));
    return;
  }
  const lines = [made("h2", {}, titleOf(node)), made("p", {}, made("code", {}, detailOf(node)))];
  if (node.shape) lines.push(made("p", {}, "Output ", made("code", {}, node.shape)));
  for (const [word, place] of [["Made at", node.declared], ["Called at", node.call]]) {
    if (!place) continue;
    const text = `${place.path}:${place.cell ? `cell ${place.cell}:` : ""}${place.line + 1}`;
    const link = api ? made("button", { type: "button" }, text) : made("code", {}, text);
    if (api) link.addEventListener("click", () => api.postMessage({ type: "open", place }));
    lines.push(made("p", {}, `${word} `, link));
  }
  if (node.error) lines.push(made("p", { class: "wrong" }, node.error));
  element("details").replaceChildren(...lines);
}

function choose(model, id, go, focus = false) {
  view.chosen = keyOf(model, id);
  const node = model.nodes[id];
  const place = node.error ? (node.call ?? node.declared) : (node.declared ?? node.call);
  if (go && place && api) api.postMessage({ type: "open", place });
  render();
  if (focus) element("graph").querySelector(`[data-id="${id}"]`)?.focus();
}

function render() {
  const model = current();
  element("choice").hidden = view.models.length < 2;
  element("models").replaceChildren(...view.models.map((m) => made("option", m === model ? { selected: "" } : {}, m.name)));
  element("title").textContent = model?.name ?? "No model";
  if (model === undefined) {
    for (const id of ["graph", "list", "facts", "details"]) element(id).replaceChildren();
    return;
  }
  drawFacts(model);
  drawGraph(model);
  drawTable(model);
  drawDetails(model);
}

/** The layers that a place in the code is about: those whose call or declaration is the smallest around it. */
function cursorAt(uri, line) {
  const model = current();
  if (model === undefined) return;
  const holds = (p) => p && p.uri === uri && p.line <= line && line <= (p.endLine ?? p.line);
  const found = model.nodes.filter((n) => n.id > 0 && (holds(n.declared) || holds(n.call)));
  const exact = found.filter((n) => !found.some((o) => o !== n && within(model, o.id, n.id)));
  const here = new Set(exact.map((n) => n.id));
  const open = openGroups(model);
  for (const id of [...here]) here.add(standIn(model, id, open));
  if (here.size === view.here.size && [...here].every((id) => view.here.has(id))) return;
  view.here = here;
  render();
  element("graph").querySelector(".node.here")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  element("said").textContent = exact.map((n) => titleOf(n)).join(", ");
}

function show(models, problem) {
  view.here = new Set();
  if (models.length > 0 || !problem) view.models = models;
  element("problem").hidden = !problem;
  element("problem").textContent = problem ?? "";
  render();
}

element("models").addEventListener("change", (event) => {
  view.name = event.target.value;
  api?.postMessage({ type: "model", name: view.name });
  render();
});
element("metric").addEventListener("change", (event) => {
  view.metric = event.target.value;
  render();
});
element("all").addEventListener("click", () => setOpen(current(), groupsOf(current())));
element("none").addEventListener("click", () => setOpen(current(), new Set()));
window.addEventListener("message", ({ data }) => {
  if (data?.type === "models") {
    if (data.name) view.name = data.name;
    show(data.models, data.problem);
  } else if (data?.type === "cursor") cursorAt(data.uri, data.line);
});
show(JSON.parse(element("data").textContent).models);
api?.postMessage({ type: "ready" });
