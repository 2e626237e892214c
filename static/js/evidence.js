// Evidence in the questionnaire: several files by button, drop or paste, or a link.
"use strict";

(function () {
  if (!plumbline.questionnaire) return;
  const { form, texts, controlOf, complain } = plumbline.questionnaire;
  const { inPlace } = plumbline.control;

  async function upload(control, data) {
    const area = control.element.querySelector(".evidence");
    area.setAttribute("aria-busy", "true");
    try {
      if (!document.cookie.includes("csrftoken=")) await plumbline.renewCsrf();
      const response = await fetch(control.element.dataset.evidence, {
        method: "POST",
        body: data,
        headers: { "X-CSRFToken": plumbline.csrf(), "HX-Request": "true" },
      });
      const html = await response.text();
      if (response.status === 422) {
        area.querySelector(".evidence-form").innerHTML = html;
        area.querySelector("[role=alert], input").scrollIntoView({ block: "nearest" });
      } else if (response.ok) {
        const header = JSON.parse(response.headers.get("HX-Trigger") || "{}");
        const wasHere = area.contains(document.activeElement);
        inPlace(control.element, () => {
          area.innerHTML = html;
          htmx.process(area);
          if (wasHere) area.querySelector("[data-add-evidence]").focus({ preventScroll: true });
        });
        area.querySelector(".files li:last-child")?.scrollIntoView({ block: "nearest", behavior: "instant" });
        if (header["answer-version"]) {
          document.body.dispatchEvent(new CustomEvent("answer-version", { detail: header["answer-version"] }));
        }
      } else if (response.status === 401) {
        complain(control, [texts.signedOut]);
        plumbline.signIn.open();
      } else {
        complain(control, [response.status === 413 ? texts.tooLarge : texts.uploadFailed]);
      }
    } catch (error) {
      complain(control, [texts.uploadFailed]);
    }
    area.removeAttribute("aria-busy");
  }

  form.addEventListener("click", (event) => {
    const control = controlOf(event.target);
    if (!control) return;
    if (event.target.closest("[data-add-evidence]")) event.preventDefault();
    if (event.target.closest("[data-close-evidence]")) {
      control.element.querySelector("[data-add-evidence]").focus();
      control.element.querySelector(".evidence-form").replaceChildren();
    }
    if (event.target.closest("[data-upload]")) {
      const data = new FormData();
      for (const field of control.element.querySelectorAll("[data-evidence-form] input")) {
        if (field.type === "file") [...field.files].forEach((file) => data.append("uploads", file));
        else data.append(field.name, field.value);
      }
      upload(control, data);
    }
  });

  // Removed or put back: the button that was pressed is gone, so the keyboard goes on at
  // "Undo", or at "Add".
  document.body.addEventListener("htmx:afterSwap", ({ target }) => {
    if (!target.matches(".evidence") || document.activeElement !== document.body) return;
    target.querySelector("[role=status] button, [data-add-evidence]")?.focus({ preventScroll: true });
  });

  function take(control, files) {
    if (!files.length) return;
    const data = new FormData();
    files.forEach((file) => data.append("uploads", file));
    upload(control, data);
  }

  form.addEventListener("dragover", (event) => {
    if (event.target.closest("[data-drop]")) event.preventDefault();
  });
  form.addEventListener("drop", (event) => {
    if (!event.target.closest("[data-drop]")) return;
    event.preventDefault();
    take(controlOf(event.target), [...event.dataTransfer.files]);
  });
  form.addEventListener("paste", (event) => {
    const control = controlOf(event.target);
    const files = [...event.clipboardData.files];
    if (control && files.length) {
      event.preventDefault();
      take(control, files);
    }
  });
})();
