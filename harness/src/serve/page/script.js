// Shows what the control face says: asked again when the event stream says that something changed.
(() => {
  "use strict";
  const base = "/control/v1";
  const kept = 20;
  const byId = (id) => document.getElementById(id);
  const ask = async (path) => {
    const answer = await fetch(base + path, { headers: { accept: "application/json" } });
    if (!answer.ok) throw new Error(path + ": " + answer.status);
    return answer;
  };
  const cell = (text, shade, title) => {
    const td = document.createElement("td");
    td.textContent = text === null || text === undefined ? "" : String(text);
    if (shade) td.className = shade;
    if (title) td.title = title;
    return td;
  };
  const rows = (id, list) => {
    const body = byId(id);
    if (!body.dataset.empty) body.dataset.empty = body.textContent;
    const made = list.map((cells) => {
      const tr = document.createElement("tr");
      tr.append(...cells);
      return tr;
    });
    if (made.length === 0) {
      const none = cell(body.dataset.empty, "sv-none");
      none.colSpan = 9;
      const tr = document.createElement("tr");
      tr.append(none);
      made.push(tr);
    }
    body.replaceChildren(...made);
  };
  const instant = (ms) => {
    if (ms === null || ms === undefined) return "";
    const pad = (number, width) => String(Math.floor(number)).padStart(width, "0");
    return pad(ms / 3600000, 2) + ":" + pad(ms / 60000 % 60, 2) + ":" + pad(ms / 1000 % 60, 2) + "." + pad(ms % 1000, 3);
  };

  // The clock goes on between two answers.
  let clock = null;
  let asked = 0;
  const times = () => (clock && /^[0-9]+x$/.test(clock.pace) ? Number.parseInt(clock.pace, 10) : 0);
  const tick = () => {
    if (!clock) return;
    byId("now").textContent = instant(clock.now_ms + (performance.now() - asked) * times()).slice(0, -4);
  };
  const showClock = async () => {
    clock = await (await ask("/clock")).json();
    asked = performance.now();
    byId("pace").textContent = clock.pace;
    byId("next").textContent = clock.next_ms === null ? "none" : instant(clock.next_ms).slice(0, -4);
    tick();
  };

  const shades = { ready: "sv-good", synchronizing: "sv-warn", "setup-needed": "sv-bad" };
  const copies = (generation) => {
    const parts = Object.entries(generation.copies).map(([state, count]) => count + " " + (state === "none" ? "without a copy" : state));
    if (generation.held > 0) parts.push(generation.held + " held");
    const backup = generation.backup;
    if (backup) parts.push(backup.valid ? (backup.expired ? "expired backup" : "valid backup") : "invalid backup");
    return generation.generation + ": " + (parts.join(", ") || "no target");
  };
  const showProfiles = async () => {
    const panels = await (await ask("/profiles")).json();
    rows("profiles-rows", panels.map((panel) => {
      const needed = panel.setup_needed;
      const state = needed ? "setup needed (" + needed + ")" : panel.state;
      const locked = panel.locked_by ? ", locked by " + panel.locked_by : "";
      const generations = document.createElement("td");
      for (const generation of panel.generations) {
        const line = document.createElement("div");
        line.textContent = copies(generation);
        generations.append(line);
      }
      generations.className = "sv-wide";
      return [
        cell(panel.name),
        cell(panel.type + ", " + panel.method + ", " + panel.sources + (panel.sources === 1 ? " source" : " sources")),
        cell(state + locked, needed ? "sv-bad" : shades[panel.state]),
        generations,
        cell(panel.next, "sv-wide"),
      ];
    }));
    byId("needed").textContent = panels.filter((panel) => panel.setup_needed).length + " of " + panels.length;
    const view = byId("view");
    const names = panels.map((panel) => panel.name);
    if (names.join() !== [...view.options].map((option) => option.value).join()) {
      const before = view.value;
      view.replaceChildren(...names.map((name) => new Option(name, name)));
      if (names.includes(before)) view.value = before;
    }
  };
  // How a piece of work ended does not change any more.
  const endings = new Map();
  const ending = async (piece) => {
    if (!endings.has(piece.number)) {
      const steps = (await (await ask("/work/" + piece.number)).json()).steps || [];
      endings.set(piece.number, steps.map((step) => step.ending || step.refused).filter(Boolean).pop() || piece.failed || piece.state);
    }
    return endings.get(piece.number);
  };
  const showWork = async () => {
    const work = await (await ask("/work")).json();
    const newest = [...work].reverse().slice(0, 20);
    for (const piece of newest.filter((piece) => piece.state !== "running")) await ending(piece).catch(() => {});
    rows("work-rows", newest.map((piece) => {
      const code = piece.return_code;
      const shade = code === null || code === undefined ? "" : code === 0 ? "sv-good" : code === 4 ? "sv-warn" : "sv-bad";
      const ended = piece.state !== "running";
      return [
        cell(piece.number), cell(piece.profile), cell(piece.kind),
        cell(ended ? endings.get(piece.number) || piece.state : piece.phase || "running", ended ? "sv-wide" : "sv-warn"),
        cell(instant(piece.began_ms), "sv-mono"), cell(instant(piece.ended_ms), "sv-mono"), cell(code, shade),
      ];
    }));
    byId("running").textContent = work.filter((piece) => piece.state === "running").length;
  };
  const words = (value) => {
    if (value === null || typeof value !== "object") return String(value);
    return Object.entries(value).map(([key, inner]) => {
      const said = words(inner);
      return said === "" ? key : key + " " + said;
    }).join(", ");
  };
  const showFaults = async () => {
    const faults = await (await ask("/faults")).json();
    rows("fault-rows", faults.map((fault) => [
      cell(fault.fault.name), cell(words(fault.fault.what), "sv-wide"),
      cell(words(fault.fault.when) + (fault.fault.for ? " for " + fault.fault.for : ""), "sv-wide"), cell(fault.state),
    ]));
  };

  // Grids: cells that look different than before are marked for a moment, and what was unfolded stays so.
  let looks = new Map();
  let shown = "";
  let drawing = false;
  let redraw = false;
  const showPicture = async () => {
    if (drawing) {
      redraw = true;
      return;
    }
    drawing = true;
    const began = performance.now();
    try {
      const view = byId("view").value;
      const html = await (await ask("/picture" + (view ? "?profile=" + encodeURIComponent(view) : ""))).text();
      if (html === shown) return;
      shown = html;
      const place = byId("picture");
      const open = [...place.querySelectorAll("details")].map((details) => details.open);
      const focusable = () => [...place.querySelectorAll("summary, [tabindex]")];
      const focused = focusable().indexOf(document.activeElement);
      const made = document.createElement("template");
      made.innerHTML = html;
      const next = new Map();
      made.content.querySelectorAll(".dv-grid").forEach((grid) => {
        const name = grid.querySelector("b").textContent;
        grid.querySelectorAll(".dv-cell").forEach((one) => {
          const title = one.querySelector("title").textContent;
          const key = name + " " + title.slice(0, 2);
          next.set(key, view + title);
          if (looks.has(key) && looks.get(key).startsWith(view) && looks.get(key) !== view + title) one.classList.add("dv-new");
        });
      });
      looks = next;
      place.replaceChildren(made.content);
      place.querySelectorAll("details").forEach((details, at) => { details.open = open[at] || false; });
      if (focused >= 0 && focusable()[focused]) focusable()[focused].focus({ preventScroll: true });
    } finally {
      // Drawing never takes more than a part of the time.
      const rest = Math.max(700, 4 * (performance.now() - began));
      setTimeout(() => {
        drawing = false;
        if (redraw) {
          redraw = false;
          showPicture().catch(failed);
        }
      }, rest);
    }
  };

  const failed = () => live(false, "the server does not answer");
  const live = (is, text) => {
    const link = byId("link");
    if (link.textContent === text) return;
    link.dataset.live = is;
    link.textContent = text;
  };
  let stream = null;
  const connected = () => {
    if (stream && stream.readyState === EventSource.OPEN) live(true, "live");
  };
  let waiting = null;
  const showAll = () => Promise.all([showClock(), showProfiles().then(showPicture), showWork(), showFaults()]).then(connected, failed);
  const soon = () => {
    if (waiting) return;
    waiting = setTimeout(() => {
      waiting = null;
      showAll();
    }, 300);
  };

  const events = [];
  let drawn = null;
  const showEvents = () => {
    drawn = null;
    rows("event-rows", events.map((event) => event.lost
      ? [cell(""), cell(event.lost + " events came faster than this page could read", "sv-warn"), cell(""), cell(""), cell("")]
      : [cell(instant(event.at), "sv-mono"), cell(event.object, "sv-mono"), cell(event.from), cell(event.to), cell(event.cause, "sv-cause")]));
  };
  const happened = (event) => {
    // Work of another world has other endings.
    if (event.object === "site") endings.clear();
    events.unshift(event);
    events.length = Math.min(events.length, kept);
    drawn = drawn || requestAnimationFrame(showEvents);
    soon();
  };
  const listen = () => {
    stream = new EventSource(base + "/events/stream");
    stream.addEventListener("open", connected);
    stream.addEventListener("begin", () => soon());
    stream.addEventListener("change", (message) => happened(JSON.parse(message.data)));
    stream.addEventListener("lost", (message) => happened({ lost: JSON.parse(message.data).count }));
    stream.addEventListener("restarted", () => {
      events.length = 0;
      soon();
    });
    stream.addEventListener("error", () => live(false, "not connected: trying again"));
  };

  byId("view").addEventListener("change", () => showPicture().catch(failed));
  setInterval(tick, 200);
  setInterval(() => showClock().then(() => byId("link").dataset.live === "true" || soon()).catch(failed), 2000);
  ask("/events?limit=1").then((answer) => answer.json()).then(async ({ newest }) => {
    const last = await (await ask("/events?after=" + Math.max(0, newest - kept))).json();
    events.push(...last.events.reverse());
    if (events.length > 0) showEvents();
  }).catch(failed);
  showAll();
  listen();
})();
