// Around the questions of a section: its head, history counts and the step that
// completes it follow each saved answer. The page has them without this, as they were.
"use strict";

(function () {
  const place = document.querySelector("[data-progress]");
  if (!place) return;
  const address = place.dataset.progress;
  const PAUSE = 1000; // milliseconds between two requests, so that a burst makes few
  let busy = false;
  let again = false;

  async function refresh() {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    again = false;
    try {
      const response = await fetch(address, { headers: { "X-Requested-With": "XMLHttpRequest" } });
      if (response.ok && !response.redirected) show(await response.text());
    } catch (error) {
      // Offline: the next save asks again.
    }
    setTimeout(() => {
      busy = false;
      if (again) refresh();
    }, PAUSE);
  }

  function show(html) {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    for (const part of fresh.querySelectorAll("[data-live]")) {
      const old = document.querySelector(`[data-live="${CSS.escape(part.dataset.live)}"]`);
      if (!old || old.outerHTML === part.outerHTML) continue;
      // Whoever stands on a button keeps it; the next save brings the rest.
      if (old.contains(document.activeElement)) continue;
      old.replaceWith(part);
    }
  }

  document.addEventListener("plumbline:saved", refresh);
  document.body.addEventListener("answer-version", refresh); // evidence came or went
})();
