// One control of the questionnaire on the page: its fields, its state and its messages.
"use strict";

plumbline.control = (function () {
  const NAMES = ["option", "why", "note", "tick", "flag", "ask"];
  const BAD = new Set(["waiting", "conflict", "refused"]);

  function versionField(element) {
    return element.querySelector(`[name="version:${CSS.escape(element.dataset.control)}"]`);
  }

  function create(element) {
    const version = Number(versionField(element).value);
    return {
      element,
      ref: element.dataset.control,
      url: element.dataset.url,
      version, // the one that the fields show
      state: "",
      entry: null, // in the outbox
      text: "", // what the fields held when the entry was made
      sent: "", // what the fields held when the server last had all of them
      unconfirmed: [], // keys of own writes whose outcome is not known
      busy: false,
      failed: false, // the last attempt never got an answer
      typing: null,
    };
  }

  function setVersion(control, version) {
    control.version = version;
    versionField(control.element).value = version;
  }

  function owns(control, field) {
    return NAMES.some((name) => field.name === `${name}:${control.ref}`);
  }

  function fieldsOf(control) {
    const fields = [...control.element.querySelectorAll("input, textarea, select")];
    return fields.filter((field) => owns(control, field));
  }

  function isChoice(field) {
    return field.type === "radio" || field.type === "checkbox";
  }

  function read(control) {
    const fields = fieldsOf(control).filter((field) => !isChoice(field) || field.checked);
    return fields.map((field) => [field.name, field.value]);
  }

  function text(control) {
    return JSON.stringify(read(control));
  }

  function fill(control, pairs) {
    const values = new Map();
    for (const [name, value] of pairs) values.set(name, [...(values.get(name) || []), value]);
    for (const field of fieldsOf(control)) {
      const own = values.get(field.name) || [];
      if (isChoice(field)) field.checked = own.includes(field.value);
      else field.value = own[0] || "";
    }
  }

  function chosen(control) {
    return control.element.querySelector("input[type=radio]:checked");
  }

  // The chosen level in words, for pages that do not know the scale.
  function levelText(control) {
    const radio = chosen(control);
    const label = radio && radio.closest(".opt").querySelector("b");
    return label ? label.textContent.trim().replace(/\.$/, "") : "";
  }

  // "Not applicable" without the justification that it needs: not wrong, not finished.
  function isUnfinished(control) {
    const radio = chosen(control);
    const why = control.element.querySelector(`[name="why:${CSS.escape(control.ref)}"]`);
    return Boolean(radio && "na" in radio.dataset && why.value.trim().length < Number(why.dataset.least));
  }

  function show(control, state, words) {
    control.state = state;
    const place = control.element.querySelector("[data-state]");
    const bad = BAD.has(state);
    const icon = bad ? "bi-exclamation-circle" : state === "saved" ? "bi-check2" : "";
    place.className = bad ? "state state-bad" : "state";
    place.replaceChildren();
    if (icon) {
      const mark = document.createElement("i");
      mark.className = `bi ${icon}`;
      mark.setAttribute("aria-hidden", "true");
      place.append(mark);
    }
    place.append(words);
    document.dispatchEvent(new CustomEvent("plumbline:state", { detail: { ref: control.ref, state } }));
  }

  function complain(control, messages) {
    control.element.querySelector("[data-error]").textContent = messages.join(" ");
  }

  function showChip(control) {
    const place = document.querySelector(`[data-chip="${CSS.escape(control.ref)}"]`);
    const radio = chosen(control);
    const level = radio && radio.closest(".opt").querySelector(".level");
    if (place && level) place.replaceChildren(level.cloneNode(true));
  }

  // "Yours" in the panel of a conflict is what the fields hold now, not when it opened.
  function showMine(control) {
    const values = new Map(read(control));
    const words = {
      level: levelText(control),
      why: values.get(`why:${control.ref}`),
      note: values.get(`note:${control.ref}`),
    };
    for (const place of control.element.querySelectorAll("[data-mine]")) {
      place.textContent = words[place.dataset.mine] || "";
    }
  }

  // Where the keyboard goes on: the chosen level, or the first one.
  function focus(control) {
    const field = chosen(control) || control.element.querySelector(".levels input, textarea");
    field.focus({ preventScroll: true });
  }

  // Change the page while `element` stays where the person sees it.
  function inPlace(element, change) {
    const before = element.getBoundingClientRect().top;
    change();
    window.scrollBy({ top: element.getBoundingClientRect().top - before, behavior: "instant" });
  }

  return {
    create, setVersion, owns, read, text, fill, levelText, isUnfinished, show, complain, showChip, showMine, focus, inPlace,
  };
})();
