// Comfort only: everything there is to read stands in the page without it.
(() => {
  "use strict";
  const all = (what, within = document) => [...within.querySelectorAll(what)];

  const theme = document.getElementById("theme");
  if (theme) {
    const root = document.documentElement;
    const system = matchMedia("(prefers-color-scheme: dark)");
    const isDark = () => (root.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
    const show = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
    theme.hidden = false;
    theme.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      try { localStorage.setItem("dasdlab-theme", root.dataset.theme); } catch { /* for this page only */ }
      show();
    });
    system.addEventListener("change", show);
    show();
  }

  // Buttons that copy a command: there is nothing to press where nothing can be copied.
  const copied = async (button, code) => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  };
  for (const box of all(".cmd")) {
    const code = box.querySelector("code");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy: ${code.textContent}`);
    button.addEventListener("click", () => copied(button, code));
    box.append(button);
  }

  // What did not pass, by words and by cause.
  const tools = document.getElementById("failure-tools");
  if (tools) {
    const [words, cause, shown] = ["failure-words", "failure-cause", "failure-shown"].map((id) => document.getElementById(id));
    const rest = document.querySelector(".rest");
    const fails = all(".fail, .rest tbody tr").map((item) => ({ item, text: item.textContent.toLowerCase(), cause: item.dataset.cause }));
    const show = () => {
      const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      for (const { item, text, cause: of } of fails) {
        const fits = (!cause.value || of === cause.value) && wanted.every((word) => text.includes(word));
        item.hidden = !fits;
        count += fits;
      }
      // What was looked for may be among those that are only named.
      if (rest && (wanted.length > 0 || cause.value)) rest.open = fails.some(({ item }) => !item.hidden && rest.contains(item));
      shown.textContent = `${count} of ${fails.length}`;
    };
    tools.hidden = false;
    words.addEventListener("input", show);
    cause.addEventListener("change", show);
    show();
    for (const link of all("a[data-cause]")) {
      link.addEventListener("click", () => { cause.value = link.dataset.cause; words.value = ""; show(); });
    }
  }

  // A link into something folded up unfolds it.
  const unfold = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    for (let at = id && document.getElementById(id); at; at = at.parentElement) {
      if (at.tagName === "DETAILS") at.open = true;
    }
  };
  addEventListener("hashchange", unfold);
  unfold();

  // On paper nothing can be unfolded.
  addEventListener("beforeprint", () => all("details").forEach((one) => { one.dataset.was = one.open ? "open" : ""; one.open = true; }));
  addEventListener("afterprint", () => all("details[data-was]").forEach((one) => { one.open = one.dataset.was === "open"; }));

  // Which section is read.
  const links = new Map(all(".nav a").map((link) => [link.hash.slice(1), link]));
  const seen = new Set();
  const watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) seen[isIntersecting ? "add" : "delete"](target.id);
    const first = [...links.keys()].find((id) => seen.has(id));
    for (const [id, link] of links) {
      if (id === first) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
    }
  }, { rootMargin: "-20% 0px -60% 0px" });
  for (const id of links.keys()) { const target = document.getElementById(id); if (target) watch.observe(target); }
})();
