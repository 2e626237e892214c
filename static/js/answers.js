// The questionnaire: saves each answer as it is given, and never loses one.
// What is done with a control stands in control.js, how it is saved in saving.js.
"use strict";

(function () {
  const form = document.querySelector("[data-answers]");
  if (!form) return;
  const user = form.dataset.user;
  const outbox = plumbline.outbox;
  const { owns, complain, setVersion, focus } = plumbline.control;
  const elements = [...form.querySelectorAll("[data-control]")];
  const versionOf = (element) => element.querySelector("[name^='version:']").value;
  if (elements.filter((e) => outbox.outdated(e.dataset.url, versionOf(e))).length) {
    location.reload();
    return;
  }
  // Fields that the browser fills by itself on the way back would look like new words.
  form.autocomplete = "off";
  const texts = JSON.parse(document.getElementById("answer-texts").textContent);
  const TYPING = 800; // ms after the last key
  const controls = new Map();
  const saving = plumbline.saving({ user, texts, controls });

  // --- the page's one status line, throttled so that a burst is announced once -----

  const status = document.querySelector("[data-save-state]");
  let announce = null;
  let lastSaved = "";

  function summarize() {
    if (!status) return; // nothing can be answered here, so nothing is saved
    clearTimeout(announce);
    announce = setTimeout(() => {
      const all = [...controls.values()];
      const [conflicts, refused, waiting, unfinished, busy] = ["conflict", "refused", "waiting", "unfinished", "saving"].map(
        (state) => all.filter((c) => c.state === state),
      );
      const unkept = waiting.some(({ entry }) => entry && !entry.kept);
      let text = lastSaved ? texts.saved.replace("%s", lastSaved) : texts.idle;
      if (unfinished.length) text = texts.unfinishedCount.replace("%s", unfinished.length);
      if (refused.length) text = texts.refused.replace("%s", refused.length);
      if (waiting.length) text = (navigator.onLine ? texts.waiting : texts.offline).replace("%s", waiting.length);
      if (unkept) text = texts.unkept;
      if (conflicts.length) text = texts.conflicts.replace("%s", conflicts.length);
      if (busy.length) text = texts.saving;
      const bad = conflicts.length + waiting.length + refused.length > 0;
      status.replaceChildren(text);
      status.className = bad ? "state state-bad" : "state";
      const [look] = [...conflicts, ...refused, ...unfinished];
      if (look && !busy.length) status.append(" ", linkTo(look));
    }, 150);
  }

  function linkTo(control) {
    const link = document.createElement("a");
    link.href = `#${control.element.id}`;
    link.textContent = texts.goTo.replace("%s", control.ref);
    return link;
  }

  document.addEventListener("plumbline:state", summarize);
  document.addEventListener("plumbline:saved", (event) => { lastSaved = event.detail.at; });

  // --- signing in again, in place: signin.js --------------------------------------

  plumbline.signIn.done = () => {
    form.querySelector("[name=csrfmiddlewaretoken]").value = plumbline.csrf();
    saving.flush();
  };

  // --- what people do ---------------------------------------------------------------

  function controlOf(element) {
    const section = element.closest("[data-control]");
    return section && controls.get(section.dataset.control);
  }

  form.addEventListener("input", (event) => {
    const control = controlOf(event.target);
    if (!control || !owns(control, event.target)) return;
    if (control.state === "refused") control.state = "";
    clearTimeout(control.typing);
    saving.change(control);
    const wait = event.target.matches("textarea") ? TYPING : 0;
    control.typing = setTimeout(() => saving.save(control), wait);
  });

  form.addEventListener("focusout", (event) => {
    const control = controlOf(event.target);
    if (!control || !event.target.matches("input, select, textarea")) return;
    const left = !control.element.contains(event.relatedTarget) && document.hasFocus();
    if (left && control.state === "unfinished") saving.save(control, { finished: true });
    else if (event.target.matches("textarea")) saving.save(control);
  });

  form.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-keep]");
    const control = choice && controlOf(choice);
    // A panel that came with the page is answered by posting the form.
    if (!control || !control.theirs) return;
    event.preventDefault();
    saving.choose(control, choice.dataset.keep);
  });

  // Digits choose a level, only while the focus is inside that group of levels.
  form.addEventListener("keydown", (event) => {
    const control = controlOf(event.target);
    if (!control) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      saving.save(control, { finished: true });
      goOn(control);
      return;
    }
    if (!event.target.matches(".levels input[type=radio]")) return;
    if (event.ctrlKey || event.metaKey || event.altKey || !/^[0-9]$/.test(event.key)) return;
    const radio = event.target.closest(".levels").querySelector(`input[value="${event.key}"]`);
    if (!radio) return;
    event.preventDefault();
    radio.focus();
    radio.click();
  });

  function goOn(control) {
    const all = [...controls.values()];
    const next = all[all.indexOf(control) + 1];
    if (next) {
      focus(next);
      next.element.scrollIntoView({ block: "start" });
    } else if (form.dataset.next) {
      leave(form.dataset.next);
    }
  }

  async function leave(address) {
    await drained();
    location.href = address;
  }

  function saveAll() {
    for (const control of controls.values()) {
      if (control.typing || saving.isChanged(control)) saving.save(control);
    }
  }

  // Wait a moment for what is under way; what stays is kept in the outbox anyway.
  async function drained() {
    saving.flush();
    saveAll();
    for (const control of controls.values()) {
      if (control.state === "unfinished") saving.save(control, { finished: true });
    }
    for (let i = 0; i < 30 && pending().some((c) => c.busy || c.state === "waiting"); i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  function pending() {
    return [...controls.values()].filter((c) => c.busy || c.entry);
  }

  // The buttons of the form without JavaScript: save first, then go where they lead.
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (button && button.dataset.keep) return;
    event.preventDefault();
    await drained();
    const [blocked] = pending();
    if (blocked) {
      blocked.element.scrollIntoView({ block: "center" });
      focus(blocked);
      return;
    }
    if (button && button.value === "complete") {
      const then = Object.assign(document.createElement("input"), { type: "hidden", name: "then", value: "complete" });
      form.append(then);
      form.submit();
    }
    if (button && button.value === "check") location.href = `${location.pathname}check/`;
    if (button && button.value === "next" && form.dataset.next) location.href = form.dataset.next;
  });

  // A link waits for what is under way; what can't be sent stays in the outbox.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.target || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    if (link.origin !== location.origin || link.pathname === location.pathname || !pending().length) return;
    event.preventDefault();
    leave(link.href);
  });

  window.addEventListener("online", saving.flush);
  window.addEventListener("offline", summarize);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return saveAll();
    saving.flush();
    saving.takeUp();
  });
  window.addEventListener("pagehide", () => {
    saveAll();
    for (const { entry } of controls.values()) if (entry) outbox.leave(entry);
  });
  // A page that comes back as it was left may be old, and another may have its entries.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && outbox.works()) location.reload();
  });
  window.addEventListener("beforeunload", (event) => {
    if (pending().length || [...controls.values()].some(saving.isChanged)) event.preventDefault();
  });

  // --- evidence: evidence.js adds and removes it, and tells the new version ---------

  document.body.addEventListener("answer-version", (event) => {
    const { ref, version } = event.detail;
    const control = controls.get(ref);
    // More than one step means that somebody else wrote in between: not seen here.
    if (control && version === control.version + 1) setVersion(control, version);
  });

  plumbline.questionnaire = { form, texts, controlOf, complain };

  // --- start ------------------------------------------------------------------------

  function showUnsent(element) {
    const place = element.querySelector("[data-unsent]");
    const entries = outbox.all(user).filter((entry) => entry.url === element.dataset.url);
    place.replaceChildren(...entries.map((entry) => unsentPanel(element, entry)));
  }

  function unsentPanel(element, entry) {
    const panel = plumbline.unsent.panel(entry, () => showUnsent(element));
    panel.classList.add("alert", "alert-danger");
    panel.querySelector("details").open = true;
    return panel;
  }

  for (const element of elements) {
    if (element.querySelector("fieldset").disabled) showUnsent(element);
    else saving.add(element);
  }
  // Each answer is saved by itself: the button goes, and what the bar says of it.
  document.querySelector("[data-save-all]")?.remove();
  if (status) status.textContent = texts.idle;
  saving.takeUp();
  const summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();
  summarize();
})();
