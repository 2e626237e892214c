// What was written in this browser and cannot be sent from here: shown, to be copied or
// thrown away. The words stand in the template of components/outbox.html.
"use strict";

window.plumbline = window.plumbline || {};

plumbline.unsent = (function () {
  const template = document.querySelector("template[data-unsent-panel]");
  let count = 0;

  function words({ fields, ref, level }) {
    const values = new Map(fields);
    const texts = [level || values.get(`option:${ref}`), values.get(`why:${ref}`), values.get(`note:${ref}`)];
    return texts.filter(Boolean).join("\n\n");
  }

  function when({ at }) {
    if (!at) return "";
    const { lang } = document.documentElement;
    // The pages write 29 Nov 2026, 14:03.
    const style = { dateStyle: "medium", timeStyle: "short" };
    return new Date(at).toLocaleString(lang === "en" ? "en-GB" : lang, style);
  }

  // A panel for one entry; `discarded` is called once the person has thrown it away.
  function panel(entry, discarded) {
    const element = template.content.firstElementChild.cloneNode(true);
    const field = element.querySelector("textarea");
    count += 1;
    field.id = `unsent-${count}`;
    field.value = words(entry);
    field.setAttribute("aria-label", entry.ref);
    const copy = element.querySelector("[data-copy]");
    copy.dataset.copy = field.id;
    // Without https only what is visible can be copied.
    copy.addEventListener("click", () => { element.querySelector("details").open = true; });
    element.querySelector("[data-ref]").textContent = entry.label || entry.ref;
    element.querySelector("[data-when]").textContent = when(entry);
    element.querySelector("[data-discard]").addEventListener("click", (event) => {
      if (!window.confirm(event.target.dataset.discard)) return;
      plumbline.outbox.drop(entry);
      element.remove();
      discarded();
    });
    return element;
  }

  return { panel };
})();
