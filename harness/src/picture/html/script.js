// Moves a story to and fro. Without this it is shown as it ends.
(() => {
  "use strict";
  for (const figure of document.querySelectorAll("figure.dv[data-slots]")) {
    const read = (name) => JSON.parse(figure.dataset[name]);
    const [looks, first, slots, edges, names] = ["looks", "first", "slots", "edges", "names"].map(read);
    const bar = figure.querySelector(".dv-time");
    const input = bar.querySelector("input");
    const output = bar.querySelector("output");
    const buttons = [...bar.querySelectorAll("button")];
    const cursors = [...figure.querySelectorAll(".dv-cursor")];
    const cells = [];
    for (const cell of figure.querySelectorAll("[data-cell]")) {
      const part = (what) => cell.querySelector(what);
      cells[+cell.dataset.cell] = {
        cell, name: part("title").textContent.split(": ")[0], title: part("title"), shape: part("use"), role: part(".dv-role"), copy: part(".dv-copy"),
        mark: part(".dv-mark"), sign: part(".dv-mark text"), drawn: -1,
      };
    }

    const draw = (one, at) => {
      if (one.drawn === at) return;
      const [role, roleTone, status, copy, copyTone, mark, markTone, words] = looks[at];
      one.title.textContent = `${one.name}: ${words}`;
      one.shape.setAttribute("href", `#${figure.id}-${status}`);
      one.role.textContent = role;
      one.role.setAttribute("class", `dv-role dv-${roleTone}`);
      one.role.setAttribute("x", copy ? 10 : 14);
      one.copy.textContent = copy;
      one.copy.setAttribute("class", `dv-copy dv-${copyTone}`);
      one.mark.setAttribute("class", `dv-mark dv-${markTone}`);
      one.mark.setAttribute("visibility", mark ? "visible" : "hidden");
      one.sign.textContent = mark;
      one.drawn = at;
    };

    const show = () => {
      const slot = +input.value;
      const now = first.slice();
      const changed = new Set();
      slots.slice(0, slot + 1).forEach((changes, at) => {
        for (let i = 0; i < changes.length; i += 2) {
          now[changes[i]] = changes[i + 1];
          if (at === slot) changed.add(changes[i]);
        }
      });
      now.forEach((look, at) => {
        if (!cells[at]) return;
        draw(cells[at], look);
        cells[at].cell.classList.toggle("dv-new", changed.has(at));
      });
      for (const cursor of cursors) {
        cursor.setAttribute("x", `${edges[slot] / 100}%`);
        cursor.setAttribute("width", `${(edges[slot + 1] - edges[slot]) / 100}%`);
      }
      output.textContent = names[slot];
      input.setAttribute("aria-valuetext", names[slot]);
      for (const button of buttons) button.disabled = slot + +button.dataset.by < 0 || slot + +button.dataset.by > +input.max;
    };

    for (const button of buttons) {
      button.addEventListener("click", () => { input.value = +input.value + +button.dataset.by; show(); });
    }
    input.addEventListener("input", show);
    // Whoever presses on a lane goes there.
    for (const lane of figure.querySelectorAll(".dv-row > svg")) {
      lane.addEventListener("click", (event) => {
        const box = lane.getBoundingClientRect();
        const at = (event.clientX - box.left) / box.width * edges[edges.length - 1];
        let slot = edges.length - 2;
        while (slot > 0 && edges[slot] > at) slot -= 1;
        input.value = slot;
        show();
      });
    }
    bar.hidden = false;
    show();
  }
})();
