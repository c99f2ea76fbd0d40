// The page of one role: shows what the server says, and sends what is typed. The server decides what may be done.
"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const histories = new Map();

  async function send(action, body) {
    try {
      const answer = await fetch(action, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), credentials: "same-origin",
      });
      if (!answer.headers.get("content-type").startsWith("application/json")) return { text: await answer.text(), good: false };
      return await answer.json();
    } catch { return { text: "the rehearsal does not answer; nothing was done", good: false }; }
  }

  async function say(line) {
    const answer = await send("say", { line, person: at("person").value });
    const log = at("answers");
    log.textContent = `> ${line}\n${answer.text}\n\n${log.textContent}`.slice(0, 20000);
    return answer.good;
  }

  function keepHistory(input, line) {
    const known = histories.get(input) ?? { lines: [], place: 0 };
    if (line) known.lines.push(line);
    known.place = known.lines.length;
    histories.set(input, known);
  }

  document.addEventListener("keydown", (event) => {
    const known = histories.get(event.target);
    if (!known || (event.key !== "ArrowUp" && event.key !== "ArrowDown") || event.target.hasAttribute("list")) return;
    known.place = Math.max(0, Math.min(known.lines.length, known.place + (event.key === "ArrowUp" ? -1 : 1)));
    event.target.value = known.lines[known.place] ?? "";
    event.preventDefault();
  });

  document.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    if (form.id === "say") {
      const line = form.line.value;
      if (await say(line)) form.line.value = "";
    } else if (form.id === "note") {
      const answer = await send("note", { person: at("person").value, text: form.text.value });
      at("said").textContent = answer.text;
      if (answer.good) form.text.value = "";
    } else if (form.dataset.gate) {
      const answer = await send("decide", { gate: form.dataset.gate, person: at("person").value, text: form.text.value });
      at("said").textContent = answer.text;
    } else {
      const place = form.closest(".terminal").dataset.place, input = form.line, line = input.value;
      input.value = "";
      if (input.type !== "password") keepHistory(input, line);
      await send("type", { place, line });
    }
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button, a[data-say], a[data-fill], .paper a");
    if (!button) return;
    if (button.tagName === "a") event.preventDefault(); // of a picture
    if (button.closest(".paper")) await showEvent(button.getAttribute("href"));
    else if (button.dataset.say) await say(button.dataset.say);
    else if (button.dataset.fill) { at("line").value = button.dataset.fill; at("line").focus(); }
    else if (button.classList.contains("interrupt")) {
      await send("interrupt", { place: button.closest(".terminal").dataset.place });
    }
  });

  function show(state) {
    at("clock").textContent = state.clock;
    at("how").textContent = state.over ? "the rehearsal has ended" : state.stopped ? `time stands still ${state.why && `(${state.why})`}` : state.branch;
    const view = at("view"), focused = document.activeElement, inside = view.contains(focused) ? focused : null;
    const key = inside && (inside.id || inside.getAttribute("aria-label"));
    if (view.dataset.shown !== state.view) {
      const tops = [...view.querySelectorAll("pre")].map((each) => each.scrollTop);
      view.dataset.shown = state.view;
      view.innerHTML = state.view; // the server's own template, which escapes everything
      view.querySelectorAll("pre").forEach((each, number) => { each.scrollTop = tops[number] ?? 0; });
      if (key) [...view.querySelectorAll("[id],[aria-label]")].find((each) => each.id === key || each.getAttribute("aria-label") === key)?.focus();
    }
    for (const each of document.querySelectorAll(".terminal")) {
      const terminal = state.terminals[each.dataset.place], output = each.querySelector("pre"), input = each.querySelector("input");
      if (output.textContent !== terminal.text) { output.textContent = terminal.text; output.scrollTop = output.scrollHeight; }
      each.querySelector(".prompt").textContent = terminal.prompt;
      input.type = terminal.prompt === "password:" ? "password" : "text";
    }
    const gates = at("gates"), names = state.gates.map((each) => each.gate).join("\n");
    if (gates.dataset.names !== names) {
      gates.dataset.names = names;
      const open = new Map([...gates.children].map((each) => [each.dataset.gate, each])); // what is being typed stays
      for (const form of open.values()) if (!state.gates.some((each) => each.gate === form.dataset.gate)) form.remove();
      for (const gate of state.gates) if (!open.has(gate.gate)) gates.append(gateForm(gate));
    }
    drawSoon();
  }

  let gateCount = 0;
  function gateForm(gate) {
    const form = document.createElement("form"), label = document.createElement("label"), words = document.createElement("input"), button = document.createElement("button");
    form.dataset.gate = gate.gate;
    form.autocomplete = "off";
    label.htmlFor = words.id = `gate-${++gateCount}`;
    label.textContent = `${gate.gate} Waits for ${gate.person}.`;
    Object.assign(words, { name: "text", required: true, maxLength: 2000, placeholder: "the decision, in words" });
    button.textContent = "Decide";
    form.append(label, words, button);
    return form;
  }

  // The picture: drawn anew while it is open, at most once in two seconds.
  let drawAt = 0, waits = false;
  async function draw() {
    drawAt = Date.now();
    const answer = await fetch("timeline", { credentials: "same-origin" }).catch(() => null);
    if (answer?.ok) at("drawing").innerHTML = await answer.text(); // the report's own drawing, which escapes everything
  }
  function drawSoon() {
    if (!at("picture").open || waits) return;
    waits = true;
    setTimeout(() => { waits = false; draw(); }, Math.max(0, drawAt + 2000 - Date.now()));
  }
  async function showEvent(href) {
    const number = href?.match(/e(\d+)$/)?.[1];
    if (!number) return;
    const answer = await fetch(`event/${number}`, { credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok) return;
    at("event").hidden = false;
    at("event").textContent = (await answer.json()).text;
    at("event").focus();
  }

  function listen() {
    const source = new EventSource("events");
    source.onopen = () => { at("connection").hidden = true; };
    source.onmessage = (event) => { const state = JSON.parse(event.data); show(state); if (state.over) source.close(); };
    source.onerror = () => {
      at("connection").hidden = false;
      if (source.readyState === EventSource.CLOSED) at("connection").textContent = "This address is no longer good: the rehearsal was started again, and has new ones. Nothing is lost.";
    };
  }

  at("picture").addEventListener("toggle", drawSoon);
  document.querySelectorAll(".terminal input").forEach((each) => keepHistory(each, ""));
  listen();
  at("lifeless").hidden = true; // a browser that cannot read this script, or has no EventSource, never comes here
})();
