// What was chosen before is shown before anything is drawn.
try {
  const chosen = localStorage.getItem("dasdlab-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // A page opened from a file may have no storage; then the system decides.
}
