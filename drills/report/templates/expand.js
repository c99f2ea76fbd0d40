"use strict";
// Puts the details of a drill together when it is opened, printed, or when the address names a place in it.
const rows = (async () => {
  const bytes = Uint8Array.from(atob(document.getElementById("packed").textContent), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const text = await new Response(stream).text();
  const [sorted, places, runs] = text.split("\n\x02\n").map((part) => part.split("\n"));
  return { lines: places[0].split(",").map((place) => sorted[Number(place)]), drills: runs };
})();
const drills = [...document.querySelectorAll("details.drill")];
let table = null;
function fill(drill) {
  const place = drill.querySelector("div.packed");
  if (table === null || place === null) { return; }
  const number = drills.indexOf(drill);
  const runs = table.drills[number].split(",").map((run) => run.split(":").map(Number));
  const html = runs.map((run) => table.lines.slice(run[0], run[0] + run[1]).join("\n")).join("\n");
  const holder = document.createElement("template");
  holder.innerHTML = html.replaceAll("\x01", `d${number + 1}-`);
  place.replaceWith(holder.content);
}
function show() {
  const named = /^#d(\d+)/.exec(location.hash);
  const drill = named === null ? undefined : drills[Number(named[1]) - 1];
  if (drill !== undefined) { fill(drill); drill.open = true; }
  const target = document.getElementById(location.hash.slice(1));
  for (let part = target; part; part = part.parentElement) {
    if (part.tagName === "DETAILS") { part.open = true; }
  }
  if (target) { target.scrollIntoView(); }
}
for (const drill of drills) {
  drill.addEventListener("toggle", () => { if (drill.open) { fill(drill); } });
}
addEventListener("hashchange", show);
addEventListener("beforeprint", () => drills.forEach(fill));
const all = document.getElementById("open-all");
all.hidden = false;
all.addEventListener("click", () => drills.forEach((drill) => { drill.open = true; }));
rows.then((found) => {
  table = found;
  drills.filter((drill) => drill.open).forEach(fill);
  show();
  document.documentElement.dataset.ready = "true";
});
