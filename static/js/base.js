// Small helps on every page; each page works without them.
(() => {
  "use strict";

  const cookie = (name) =>
    document.cookie
      .split("; ")
      .find((part) => part.startsWith(`${name}=`))
      ?.slice(name.length + 1);

  // The cookie, not the page: signing in again in place changes the token.
  document.addEventListener("htmx:configRequest", (event) => {
    const token = cookie("__Host-csrftoken") ?? cookie("csrftoken"); // https, http
    if (token) event.detail.headers["X-CSRFToken"] = token;
  });

  // <button data-copy="id of a field"> copies the field's text.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // without https the clipboard is closed
    }
    const label = button.querySelector("[data-label]");
    label.textContent = button.dataset.done;
  });

  // <input data-time-zone> takes the zone of this device, once, while it is empty.
  for (const field of document.querySelectorAll("[data-time-zone]")) {
    field.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  }

  // <button data-busy="Signing in…"> says so while its form is on the way. Returns what
  // brings the button back.
  window.plumbline = window.plumbline || {};
  plumbline.busy = (button) => {
    const words = button?.dataset.busy;
    if (!words) return () => {};
    const label = button.textContent;
    button.textContent = words;
    button.setAttribute("aria-busy", "true");
    return () => {
      button.textContent = label;
      button.removeAttribute("aria-busy");
    };
  };
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const ready = plumbline.busy(event.submitter);
    // Coming back by the browser's button shows the page as it was left.
    window.addEventListener("pageshow", ready, { once: true });
  });

  document.querySelector("[data-focus]")?.focus();

  for (const field of document.querySelectorAll("[data-select]")) {
    field.addEventListener("focus", () => field.select());
  }

  for (const button of document.querySelectorAll("[data-needs-script]")) {
    button.hidden = false;
  }
})();
