// Saving answers: each write has a key and the version it saw, waits in the outbox until
// the server has it, and is never taken for saved before.
// States of a control: saved, saving, waiting (retried), unfinished, conflict, refused.
"use strict";

plumbline.saving = function ({ user, texts, controls }) {
  const outbox = plumbline.outbox;
  const { create, setVersion, read, text, fill, levelText, isUnfinished, show, complain, showChip, showMine, focus, inPlace } =
    plumbline.control;
  const LONGEST = 60000; // ms between two attempts
  const FIRST = 2000;
  const SETTLED = new Set(["conflict", "refused", "unfinished"]); // it is the person's turn
  const MOST_KEYS = 200; // as many as the server reads
  let retryAfter = FIRST;
  let retryTimer = null;

  // --- keeping: what was written is in the outbox before anything is sent --------------

  function isChanged(control) {
    return text(control) !== (control.entry ? control.text : control.sent);
  }

  function keep(control) {
    // Another page may have taken it for left behind, and sent it.
    if (control.entry && control.entry.kept && !outbox.holds(control.entry)) remember(control, control.entry.key);
    const key = plumbline.newKey();
    const ref = control.ref;
    control.text = text(control);
    control.entry = outbox.put({
      user,
      key,
      ref,
      url: control.url,
      page: location.pathname,
      label: control.element.dataset.label,
      level: levelText(control),
      at: Date.now(),
      unconfirmed: control.unconfirmed,
      fields: [
        ["writer", user],
        ...read(control),
        ...control.unconfirmed.map((earlier) => [`after:${ref}`, earlier]),
        [`version:${ref}`, String(control.version)],
        [`key:${ref}`, key],
      ],
    });
    complain(control, []);
  }

  function remember(control, key) {
    if (control.unconfirmed.includes(key)) return;
    control.unconfirmed = [...control.unconfirmed, key].slice(-MOST_KEYS);
  }

  // Called at each change: kept at once, sent by `save` a little later.
  function change(control) {
    if (control.state === "conflict") showMine(control);
    if (!isChanged(control)) return;
    keep(control);
    if (control.state === "conflict") return;
    if (isUnfinished(control)) show(control, "unfinished", texts.unfinished);
    else show(control, "saving", texts.saving);
  }

  // --- sending ---------------------------------------------------------------------------

  function stopTyping(control) {
    clearTimeout(control.typing);
    control.typing = null;
  }

  // Send what the fields hold. `finished`: the person has left the field or the control.
  function save(control, { finished = false } = {}) {
    stopTyping(control);
    if (isChanged(control)) keep(control);
    if (!control.entry || control.state === "refused") return;
    if (isUnfinished(control) && !finished) return show(control, "unfinished", texts.unfinished);
    if (retryTimer && control.failed) return wait(control);
    send(control);
  }

  async function send(control) {
    if (control.busy || !control.entry || control.state === "conflict") return;
    const { entry, text: words } = control;
    control.busy = true;
    remember(control, entry.key);
    show(control, "saving", texts.saving);
    const answer = await plumbline.post(control.url, plumbline.formFields(entry.fields)).catch(() => ({ status: 0, body: {} }));
    control.busy = false;
    settle(control, entry, words, answer);
  }

  function settle(control, entry, words, answer) {
    const { status, body } = answer;
    if (plumbline.isSaved(answer)) return saved(control, entry, words, body);
    if (status === 409 && body.theirs) return conflicting(control, body);
    if (status === 401) return signedOut(control);
    const messages = refusal(answer);
    if (!messages) return later(control);
    if (control.entry === entry) return refused(control, messages);
    if (!control.typing) send(control); // it was written on: that may be right
  }

  // Why the server will not take it, as often as it may be sent; null when it may.
  function refusal({ status, body }) {
    if (status === 422 && body.errors) return Object.values(body.errors);
    if (status === 403 && body.message) return [body.message];
    if (status === 404) return [texts.gone];
    return null;
  }

  function saved(control, entry, words, body) {
    setVersion(control, body.version);
    control.unconfirmed = [];
    control.sent = words;
    control.failed = false;
    retryAfter = FIRST;
    plumbline.signIn.close();
    outbox.confirm(control.url, body.version);
    tell(control, words, body);
    if (control.entry !== entry) {
      // Written on while the request was under way: that stands on the new version.
      keep(control);
      if (!control.typing) send(control);
      return;
    }
    forget(control);
    const hint = control.element.querySelector("[data-suggestion]");
    if (hint) hint.textContent = body.suggestion || "";
    showChip(control);
    complain(control, []);
    show(control, "saved", texts.saved.replace("%s", body.at));
    takeUp();
  }

  function forget(control) {
    if (control.entry) outbox.drop(control.entry);
    if (control.taken) outbox.drop(control.taken);
    control.entry = control.taken = null;
  }

  // For the rest of the page: what the server now holds of this control.
  function tell(control, words, { answered, version, at }) {
    const option = new Map(JSON.parse(words)).get(`option:${control.ref}`) || "";
    const detail = { ref: control.ref, answered, option, version, at };
    document.dispatchEvent(new CustomEvent("plumbline:saved", { detail }));
  }

  function stick(control) {
    control.entry = outbox.put({ ...control.entry, stuck: true });
  }

  function refused(control, messages) {
    stick(control);
    complain(control, messages);
    show(control, "refused", texts.notSaved);
  }

  function wait(control) {
    show(control, "waiting", control.entry.kept ? texts.retrying : texts.unkept);
  }

  function later(control) {
    control.failed = true;
    wait(control);
    // One wait for all that failed together: ten answers must not make it ten times longer.
    if (retryTimer) return;
    retryTimer = setTimeout(flush, retryAfter);
    retryAfter = Math.min(retryAfter * 2, LONGEST);
  }

  // Try again now, all that waits.
  function flush() {
    clearTimeout(retryTimer);
    retryTimer = null;
    for (const control of controls.values()) {
      if (control.entry && !control.typing && !SETTLED.has(control.state)) send(control);
    }
  }

  function flushAtOnce() {
    retryAfter = FIRST;
    flush();
  }

  function signedOut(control) {
    show(control, "waiting", texts.signedOut);
    plumbline.signIn.open();
  }

  // --- two versions of one answer ----------------------------------------------------------

  function conflicting(control, body) {
    control.theirs = body.theirs;
    stick(control);
    inPlace(control.element.querySelector("fieldset"), () => {
      control.element.querySelector("[data-conflict]").innerHTML = body.html;
    });
    showMine(control);
    show(control, "conflict", texts.conflict);
  }

  function choose(control, which) {
    const { theirs } = control;
    setVersion(control, theirs.version);
    control.theirs = null;
    control.unconfirmed = [];
    control.state = "";
    focus(control);
    inPlace(control.element.querySelector("fieldset"), () => {
      control.element.querySelector("[data-conflict]").replaceChildren();
    });
    if (which === "theirs") return takeTheirs(control, theirs);
    keep(control);
    send(control);
  }

  function takeTheirs(control, theirs) {
    const ref = control.ref;
    stopTyping(control);
    fill(control, [
      [`option:${ref}`, theirs.option],
      [`why:${ref}`, theirs.justification],
      [`note:${ref}`, theirs.note],
      [`ask:${ref}`, theirs.ask],
      ...theirs.ticks.map((tick) => [`tick:${ref}`, tick]),
      ...(theirs.flagged ? [[`flag:${ref}`, "on"]] : []),
    ]);
    forget(control);
    control.sent = text(control);
    complain(control, []);
    showChip(control);
    show(control, "saved", texts.theirs);
    focus(control);
    takeUp();
  }

  // --- what an earlier page could not send ---------------------------------------------------

  function takeInto(control, entry) {
    const seen = new Map(entry.fields).get(`version:${control.ref}`);
    control.taken = entry;
    control.entry = outbox.takeOver({ ...entry, stuck: false });
    fill(control, entry.fields);
    // It was written on the version that its page saw, whatever this page shows.
    setVersion(control, Number(seen));
    control.unconfirmed = entry.unconfirmed;
    control.text = text(control);
    send(control);
  }

  function isFree(control) {
    return !control.entry && !control.busy && !isChanged(control);
  }

  function leftBehind() {
    const urls = new Map([...controls.values()].map((control) => [control.url, control]));
    const entries = outbox.all(user).filter((entry) => urls.has(entry.url) && !outbox.isMine(entry));
    return entries.map((entry) => [urls.get(entry.url), entry]);
  }

  // Take over what pages that are closed now left for the controls of this one. Two
  // texts for one control go one after the other: the second meets the first as a conflict.
  let taking = false;
  async function takeUp() {
    if (taking) return;
    taking = true;
    take((entry) => outbox.isFromThisTab(entry));
    if (leftBehind().length) {
      const living = await outbox.living();
      take((entry) => !living.has(entry.owner));
    }
    taking = false;
  }

  function take(isLeft) {
    for (const [control, entry] of leftBehind()) {
      if (isFree(control) && isLeft(entry)) takeInto(control, entry);
    }
  }

  // --- start ------------------------------------------------------------------------------

  function add(element) {
    const control = create(element);
    controls.set(control.ref, control);
    control.sent = text(control);
    if (!("unsaved" in element.dataset)) return;
    // Posted by the form and refused: the fields hold what the server does not.
    control.sent = "";
    setVersion(control, Number(element.dataset.unsaved));
    keep(control);
    send(control);
  }

  return { add, change, save, flush: flushAtOnce, choose, takeUp, isChanged };
};
