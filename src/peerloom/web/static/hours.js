// The week as a grid: arrow keys move between its boxes, a drag sets as many as it crosses. Without
// this file each box is still a box.
document.querySelectorAll("[data-hours]").forEach((grid) => {
  const rows = [...grid.tBodies[0].rows].map((row) => [...row.querySelectorAll("input")]);
  const all = rows.flat();
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  let to = null;

  // One stop for the Tab key, wherever one was last.
  const stop = (box) => all.forEach((b) => { b.tabIndex = b === box ? 0 : -1; });
  stop(all.find((b) => b.checked) || rows[Math.min(2, rows.length - 1)][0]);
  grid.addEventListener("focusin", (event) => stop(event.target));
  grid.addEventListener("keydown", (event) => {
    const move = step[event.key];
    const y = rows.findIndex((row) => row.includes(event.target));
    if (!move || y < 0) return;
    event.preventDefault();
    const x = rows[y].indexOf(event.target);
    const next = rows[y + move[0]]?.[x + move[1]];
    if (!next) return;
    if (event.shiftKey) next.checked = event.target.checked;
    next.focus();
  });

  const box = (event) => document.elementFromPoint(event.clientX, event.clientY)?.closest("td")?.querySelector("input");
  grid.addEventListener("pointerdown", (event) => {
    const first = box(event);
    if (!first || event.pointerType === "touch") return;
    to = !first.checked;
  });
  grid.addEventListener("pointermove", (event) => {
    const over = to === null ? null : box(event);
    if (over && grid.contains(over)) { over.checked = to; over.dataset.dragged = "1"; }
  });
  // The click that ends a drag would turn its box once more.
  grid.addEventListener("click", (event) => {
    const over = event.target.closest("td")?.querySelector("input");
    if (over?.dataset.dragged) event.preventDefault();
    all.forEach((b) => delete b.dataset.dragged);
  });
  addEventListener("pointerup", () => { to = null; });
});
