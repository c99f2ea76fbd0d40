"use strict";
// Expands what stands compressed below the heading of each drill, and then goes to the place that the address names.
async function expanded(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).text();
}
function show() {
  const target = document.getElementById(location.hash.slice(1));
  for (let part = target; part; part = part.parentElement) {
    if (part.tagName === "DETAILS") { part.open = true; }
  }
  if (target) { target.scrollIntoView(); }
}
async function expandAll() {
  for (const block of document.querySelectorAll("script.packed")) {
    const holder = document.createElement("template");
    holder.innerHTML = await expanded(block.textContent);
    block.replaceWith(holder.content);
  }
  document.documentElement.dataset.expanded = "true";
  show();
}
addEventListener("hashchange", show);
expandAll();
