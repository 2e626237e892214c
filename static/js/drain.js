// On every page: send what other pages left in the outbox before it is needed, and show
// what could not be sent.
"use strict";

(function () {
  const banner = document.querySelector("[data-outbox]");
  if (!banner) return;
  const user = banner.dataset.outbox;
  const outbox = plumbline.outbox;

  // The questionnaire sends and shows its own controls.
  function isElsewhere(entry) {
    return document.querySelector(`[data-url="${CSS.escape(entry.url)}"]`) === null;
  }

  function waiting() {
    return outbox.all(user).filter(isElsewhere);
  }

  function say(living) {
    const entries = waiting();
    banner.hidden = entries.length === 0;
    const text = entries.length === 1 ? banner.dataset.one : banner.dataset.many;
    banner.querySelector("[data-outbox-text]").textContent = text.replace("%s", entries.length);
    const list = banner.querySelector("[data-outbox-list]");
    list.replaceChildren(...entries.map((entry) => item(entry, living)));
  }

  function item(entry, living) {
    const element = plumbline.unsent.panel(entry, () => say(living));
    const link = element.querySelector("[data-open]");
    const isOpen = living.has(entry.owner);
    link.hidden = isOpen;
    link.href = `${entry.page}#c-${entry.ref}`;
    link.textContent = link.dataset.open.replace("%s", entry.label || entry.ref);
    element.querySelector("[data-other-tab]").hidden = !isOpen;
    element.querySelector("[data-discard]").hidden = isOpen;
    return element;
  }

  async function drain() {
    const entries = waiting();
    if (!entries.length) return say(new Set());
    const living = entries.every(outbox.isFromThisTab) ? new Set() : await outbox.living();
    let sent = 0;
    for (const entry of entries) {
      if (entry.stuck || living.has(entry.owner) || !outbox.holds(entry)) continue;
      try {
        const answer = await plumbline.post(entry.url, plumbline.formFields(entry.fields));
        if (!plumbline.isSaved(answer)) continue;
        outbox.confirm(entry.url, answer.body.version);
        outbox.drop(entry);
        sent += 1;
      } catch (error) {
        break;
      }
    }
    say(living);
    // What this page shows was made before those answers arrived.
    if (sent && document.querySelector("[data-reload-after-drain]")) location.reload();
  }

  let busy = false;
  async function drainOnce() {
    if (busy) return;
    busy = true;
    await drain().finally(() => { busy = false; });
  }

  drainOnce();
  window.addEventListener("online", drainOnce);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) drainOnce(); });
})();
