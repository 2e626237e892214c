// The questionnaire: saves each answer as it is given, and never loses one.
// States of a control: saved, saving, waiting (queued, retried), conflict, refused.
"use strict";

(function () {
  const form = document.querySelector("[data-answers]");
  if (!form) return;
  const user = form.dataset.user;
  const outbox = plumbline.outbox;
  const sections = [...form.querySelectorAll("[data-control]")];
  if (sections.filter((s) => outbox.outdated(s.dataset.url, versionField(s).value)).length) {
    location.reload();
    return;
  }
  const status = document.querySelector("[data-save-state]");
  const texts = JSON.parse(document.getElementById("answer-texts").textContent);
  const TYPING = 800;
  const LONGEST = 60000;
  const controls = new Map();
  let retryAfter = 2000;
  let retryTimer = null;
  let signedOut = false;

  // --- one control ---------------------------------------------------------------

  function versionField(section) {
    return section.querySelector(`[name="version:${CSS.escape(section.dataset.control)}"]`);
  }

  function setVersion(control, version) {
    control.version = version;
    versionField(control.element).value = version;
  }

  function own(control) {
    const ref = control.ref;
    return ["option", "why", "note", "tick", "flag", "ask"].map((name) => `${name}:${ref}`);
  }

  function read(control) {
    const wanted = new Set(own(control));
    return [...new FormData(form)].filter(([name]) => wanted.has(name));
  }

  function fill(control, pairs) {
    const values = new Map();
    for (const [name, value] of pairs) values.set(name, [...(values.get(name) || []), value]);
    for (const field of control.element.querySelectorAll("input, textarea, select")) {
      if (!own(control).includes(field.name)) continue;
      const given = values.get(field.name) || [];
      if (field.type === "radio" || field.type === "checkbox") {
        field.checked = given.includes(field.value);
      } else {
        field.value = given[0] || "";
      }
    }
  }

  function show(control, state, text) {
    control.state = state;
    const place = control.element.querySelector("[data-state]");
    const bad = state === "waiting" || state === "conflict" || state === "refused";
    const icon = bad ? "bi-exclamation-circle" : state === "saved" ? "bi-check2" : "";
    place.className = bad ? "state state-bad" : "state";
    place.replaceChildren();
    if (icon) {
      const mark = document.createElement("i");
      mark.className = `bi ${icon}`;
      mark.setAttribute("aria-hidden", "true");
      place.append(mark);
    }
    place.append(text);
    summarize();
  }

  function complain(control, messages) {
    control.element.querySelector("[data-error]").textContent = messages.join(" ");
  }

  function chip(control) {
    const place = document.querySelector(`[data-chip="${CSS.escape(control.ref)}"]`);
    const chosen = control.element.querySelector(`input[type=radio]:checked`);
    const level = chosen && chosen.closest(".opt").querySelector(".level");
    if (!place || !level) return;
    place.replaceChildren(level.cloneNode(true));
  }

  // --- the page's one status line, throttled so that a burst is announced once -----

  let announce = null;
  function summarize() {
    if (!status) return; // nothing can be answered here, so nothing is saved
    clearTimeout(announce);
    announce = setTimeout(() => {
      const all = [...controls.values()];
      const count = (state) => all.filter((c) => c.state === state).length;
      const conflicts = count("conflict");
      const waiting = count("waiting");
      const refused = count("refused");
      let text = texts.saved.replace("%s", lastSaved);
      if (refused) text = texts.refused.replace("%s", refused);
      if (waiting) text = (navigator.onLine ? texts.waiting : texts.offline).replace("%s", waiting);
      if (conflicts) text = texts.conflicts.replace("%s", conflicts);
      if (count("saving")) text = texts.saving;
      const bad = conflicts + waiting + refused > 0;
      if (!bad && !lastSaved && !count("saving")) text = texts.idle;
      status.textContent = text;
      status.className = bad ? "state state-bad" : "state";
    }, 150);
  }
  let lastSaved = "";

  // --- saving ----------------------------------------------------------------------

  function queue(control) {
    clearTimeout(control.typing);
    const fields = read(control);
    const text = JSON.stringify(fields);
    if (text === control.sent && control.state !== "refused") return;
    const key = plumbline.newKey();
    control.text = text;
    // Writes of ours whose outcome is not known: what they changed is no conflict.
    const after = control.unconfirmed.map((earlier) => [`after:${control.ref}`, earlier]);
    outbox.put(user, control.url, {
      key,
      page: location.pathname,
      unconfirmed: control.unconfirmed,
      fields: [["writer", user], ...fields, ...after, [`version:${control.ref}`, String(control.version)], [`key:${control.ref}`, key]],
    });
    complain(control, []);
    if (!control.busy) send(control);
  }

  async function send(control) {
    const entry = outbox.get(user, control.url);
    if (!entry || control.state === "conflict") return;
    control.busy = true;
    if (!control.unconfirmed.includes(entry.key)) control.unconfirmed.push(entry.key);
    show(control, "saving", texts.saving);
    let answer = null;
    try {
      answer = await plumbline.post(control.url, plumbline.formFields(entry.fields));
    } catch (error) {
      answer = { status: 0, body: {} };
    }
    control.busy = false;
    settle(control, entry, answer);
  }

  function settle(control, entry, { status: code, body }) {
    if (code === 200) return saved(control, entry, body);
    if (code === 409) return conflicting(control, entry, body);
    if (code === 422) return refused(control, entry, Object.values(body.errors || {}));
    if (code === 401) return askToSignIn(control);
    if (code === 403 && body.message) return refused(control, entry, [body.message]);
    if (code === 404) return refused(control, entry, [texts.gone]);
    return later(control);
  }

  function saved(control, entry, body) {
    setVersion(control, body.version);
    control.unconfirmed = [];
    outbox.confirm(control.url, body.version);
    const newer = outbox.get(user, control.url);
    if (newer && newer.key !== entry.key) {
      // Written on while the request was under way: send that, on top of the new version.
      requeue(control);
      return;
    }
    outbox.drop(user, control.url, entry.key);
    control.sent = JSON.stringify(read(control)) === control.text ? control.text : control.sent;
    retryAfter = 2000;
    lastSaved = body.at;
    const hint = control.element.querySelector("[data-suggestion]");
    if (hint) hint.textContent = body.suggestion || "";
    chip(control);
    complain(control, []);
    show(control, "saved", texts.saved.replace("%s", body.at));
    tell(control, body);
  }

  // For the rest of the page: what the server now holds of this control.
  function tell(control, { answered, version, at }) {
    const option = new Map(read(control)).get(`option:${control.ref}`) || "";
    const detail = { ref: control.ref, answered, option, version, at };
    document.dispatchEvent(new CustomEvent("plumbline:saved", { detail }));
  }

  function requeue(control) {
    control.sent = null;
    control.state = "";
    queue(control);
  }

  function conflicting(control, entry, body) {
    control.theirs = body.theirs;
    outbox.put(user, control.url, { ...entry, stuck: true });
    control.element.querySelector("[data-conflict]").innerHTML = body.html;
    show(control, "conflict", texts.conflict);
  }

  function refused(control, entry, messages) {
    outbox.put(user, control.url, { ...entry, stuck: true });
    complain(control, messages);
    show(control, "refused", texts.notSaved);
  }

  function later(control) {
    show(control, "waiting", texts.retrying);
    // One wait for all that failed together: ten answers must not make it ten times longer.
    if (retryTimer) return;
    retryTimer = setTimeout(() => { retryTimer = null; flush(); }, retryAfter);
    retryAfter = Math.min(retryAfter * 2, LONGEST);
  }

  function flush() {
    if (signedOut) return;
    for (const control of controls.values()) {
      if (control.busy || control.state === "conflict" || control.state === "refused") continue;
      if (outbox.get(user, control.url)) send(control);
    }
  }

  // --- signing in again, in place: signin.js --------------------------------------

  function askToSignIn(control) {
    signedOut = true;
    show(control, "waiting", texts.signedOut);
    plumbline.signIn.open();
  }

  plumbline.signIn.done = () => {
    signedOut = false;
    form.querySelector("[name=csrfmiddlewaretoken]").value = plumbline.csrf();
    flush();
  };

  // --- what people do ---------------------------------------------------------------

  function controlOf(element) {
    const section = element.closest("[data-control]");
    return section && controls.get(section.dataset.control);
  }

  form.addEventListener("input", (event) => {
    const control = controlOf(event.target);
    if (!control || !own(control).includes(event.target.name)) return;
    if (control.state === "refused") control.state = "";
    clearTimeout(control.typing);
    const wait = event.target.matches("textarea") ? TYPING : 0;
    control.typing = setTimeout(() => queue(control), wait);
  });

  form.addEventListener("focusout", (event) => {
    const control = controlOf(event.target);
    if (control && event.target.matches("textarea")) queue(control);
  });

  form.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-keep]");
    if (!choice) return;
    event.preventDefault();
    const control = controlOf(choice);
    if (control.theirs) setVersion(control, control.theirs.version);
    control.unconfirmed = [];
    control.element.querySelector("[data-conflict]").replaceChildren();
    control.state = "";
    if (choice.dataset.keep === "theirs" && control.theirs) {
      const ref = control.ref;
      const theirs = control.theirs;
      fill(control, [
        [`option:${ref}`, theirs.option],
        [`why:${ref}`, theirs.justification],
        [`note:${ref}`, theirs.note],
        ...theirs.ticks.map((tick) => [`tick:${ref}`, tick]),
        ...(theirs.flagged ? [[`flag:${ref}`, "on"]] : []),
      ]);
      const entry = outbox.get(user, control.url);
      if (entry) outbox.drop(user, control.url, entry.key);
      control.sent = JSON.stringify(read(control));
      chip(control);
      show(control, "saved", texts.theirs);
      control.element.querySelector("textarea").focus();
      return;
    }
    requeue(control);
  });

  // Digits choose a level, only while the focus is inside that group of levels.
  form.addEventListener("keydown", (event) => {
    const control = controlOf(event.target);
    if (!control) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      queue(control);
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
      const first = next.element.querySelector(".levels input:checked, .levels input");
      first.focus();
      next.element.scrollIntoView({ block: "start" });
    } else if (form.dataset.next) {
      leave(form.dataset.next);
    }
  }

  async function leave(address) {
    await drained();
    location.href = address;
  }

  // Wait a moment for what is under way; what stays is kept in the outbox anyway.
  async function drained() {
    for (const control of controls.values()) {
      if (JSON.stringify(read(control)) !== control.sent) queue(control);
    }
    for (let i = 0; i < 30 && pending().length; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  function pending() {
    return [...controls.values()].filter((c) => c.busy || outbox.get(user, c.url));
  }

  // The buttons of the form without JavaScript: save first, then go where they lead.
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (button && button.dataset.keep) return;
    event.preventDefault();
    await drained();
    const blocked = pending()[0];
    if (blocked) {
      blocked.element.scrollIntoView({ block: "center" });
      blocked.element.querySelector("input, textarea").focus();
      return;
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

  window.addEventListener("online", () => { retryAfter = 2000; flush(); });
  window.addEventListener("offline", summarize);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) flush(); });
  window.addEventListener("pagehide", () => {
    for (const control of controls.values()) {
      if (JSON.stringify(read(control)) !== control.sent) queue(control);
    }
  });
  window.addEventListener("beforeunload", (event) => {
    const unsent = [...controls.values()].some(
      (c) => JSON.stringify(read(c)) !== c.sent || outbox.get(user, c.url),
    );
    if (unsent) event.preventDefault();
  });

  // --- evidence: evidence.js adds and removes it, and tells the new version ---------

  document.body.addEventListener("answer-version", (event) => {
    const control = controls.get(event.detail.ref);
    if (control) setVersion(control, event.detail.version);
  });

  plumbline.questionnaire = { form, texts, controlOf, complain };

  // --- start: take up what an earlier visit could not send ---------------------------

  for (const element of sections) {
    const ref = element.dataset.control;
    const fieldset = element.querySelector("fieldset");
    if (fieldset.disabled) continue;
    const version = Number(versionField(element).value);
    const control = { ref, element, url: element.dataset.url, version, state: "", busy: false, unconfirmed: [] };
    controls.set(ref, control);
    control.sent = JSON.stringify(read(control));
    const entry = outbox.get(user, control.url);
    if (!entry) continue;
    fill(control, entry.fields);
    control.unconfirmed = entry.unconfirmed || [];
    control.text = JSON.stringify(read(control));
    outbox.put(user, control.url, { ...entry, stuck: false });
    send(control);
  }
  const summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();
  summarize();
})();
