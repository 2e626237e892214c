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

  document.querySelector("[data-focus]")?.focus();

  for (const field of document.querySelectorAll("[data-select]")) {
    field.addEventListener("focus", () => field.select());
  }

  for (const button of document.querySelectorAll("[data-needs-script]")) {
    button.hidden = false;
  }
})();
