// Signing out while answers wait in this browser: say so, and remove them if asked.
(() => {
  "use strict";

  const REMOVE = "plumbline:remove";
  const start = (user) => `plumbline:outbox:${user}:`;

  function names(user) {
    try {
      return Object.keys(localStorage).filter((name) => name.startsWith(start(user)));
    } catch {
      return []; // no storage, so nothing waits in it
    }
  }

  // On the page that follows: the one that is left could write once more while it goes.
  function removeWhenGone() {
    try {
      const user = sessionStorage.getItem(REMOVE);
      if (user === null) return;
      for (const name of names(user)) localStorage.removeItem(name);
      sessionStorage.removeItem(REMOVE);
    } catch {
      // No storage: nothing was kept.
    }
  }

  function ask(dialog, form) {
    const count = names(dialog.dataset.leaving).length;
    const text = count === 1 ? dialog.dataset.one : dialog.dataset.many;
    dialog.querySelector("[data-leaving-text]").textContent = text.replace("%s", count);
    dialog.returnValue = "";
    dialog.addEventListener(
      "close",
      () => {
        if (!["keep", "remove"].includes(dialog.returnValue)) return;
        if (dialog.returnValue === "remove") {
          sessionStorage.setItem(REMOVE, dialog.dataset.leaving);
        }
        form.submit();
      },
      { once: true },
    );
    dialog.showModal();
  }

  removeWhenGone();
  const dialog = document.querySelector("[data-leaving]");
  if (!dialog) return;
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-sign-out]") || !names(dialog.dataset.leaving).length) return;
    event.preventDefault();
    ask(dialog, event.target);
  });
})();
