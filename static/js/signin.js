// Signing in again without leaving the questionnaire, when the session has ended.
// answers.js opens the dialog and sets `done`.
"use strict";

(function () {
  const dialog = document.querySelector("[data-signin]");
  if (!dialog) return;
  const place = dialog.querySelector("[data-signin-error]");
  const signIn = {
    open() {
      if (!dialog.open) dialog.showModal();
    },
    done() {},
  };
  plumbline.signIn = signIn;

  async function send() {
    const fields = plumbline.formFields([
      ["login", dialog.querySelector("#signin-login").value],
      ["password", dialog.querySelector("#signin-password").value],
      ["remember", "on"],
    ]);
    const response = await fetch(dialog.dataset.signin, {
      method: "POST",
      body: fields,
      headers: { "X-CSRFToken": plumbline.csrf(), "X-Requested-With": "XMLHttpRequest", Accept: "application/json" },
    });
    return response.ok;
  }

  dialog.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    place.textContent = "";
    const entered = await send().catch(() => null);
    if (entered) {
      dialog.close();
      signIn.done();
    } else {
      place.textContent = entered === null ? dialog.dataset.offline : dialog.dataset.wrong;
    }
  });
  dialog.querySelector("[data-signin-later]").addEventListener("click", () => dialog.close());
})();
