// Signing in again without leaving the questionnaire, when the session has ended.
// saving.js opens and closes the dialog, answers.js sets `done`.
"use strict";

(function () {
  const dialog = document.querySelector("[data-signin]");
  if (!dialog) return;
  const place = dialog.querySelector("[data-signin-error]");
  const signIn = {
    open() {
      if (!dialog.open) dialog.showModal();
    },
    close() {
      if (dialog.open) dialog.close();
    },
    done() {},
  };
  plumbline.signIn = signIn;

  const second = dialog.querySelector("[data-signin-code]");
  const value = (id) => dialog.querySelector(id).value;

  function post(url, pairs, headers) {
    return fetch(url, {
      method: "POST",
      body: plumbline.formFields(pairs),
      headers: { "X-CSRFToken": plumbline.csrf(), ...headers },
    });
  }

  // "in", "wrong", or "code" when the account asks for a second factor.
  async function sendPassword() {
    // All cookies may be gone: the form needs a fresh one first.
    if (!document.cookie.includes("csrftoken=")) await plumbline.renewCsrf(dialog.dataset.signin);
    const response = await post(
      dialog.dataset.signin,
      [["login", value("#signin-login")], ["password", value("#signin-password")]],
      { "X-Requested-With": "XMLHttpRequest", Accept: "application/json" },
    );
    if (!response.ok) return "wrong";
    const { location } = await response.json();
    return location === dialog.dataset.second ? "code" : "in";
  }

  // The page of the code answers with itself when the code is wrong.
  async function sendCode() {
    const response = await post(dialog.dataset.second, [["code", value("#signin-code")]], {});
    return response.ok && response.redirected ? "in" : "wrong";
  }

  dialog.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    place.textContent = "";
    const ready = plumbline.busy(event.submitter);
    const outcome = await (second.hidden ? sendPassword() : sendCode()).catch(() => null);
    ready();
    if (outcome === "in") {
      second.hidden = true;
      dialog.close();
      signIn.done();
    } else if (outcome === "code") {
      second.hidden = false;
      second.querySelector("input").focus();
    } else {
      const wrong = second.hidden ? dialog.dataset.wrong : dialog.dataset.wrongCode;
      place.textContent = outcome === null ? dialog.dataset.offline : wrong;
    }
  });
  // If that isn't so, the next save asks again.
  dialog.querySelector("[data-signin-elsewhere]").addEventListener("click", () => {
    dialog.close();
    signIn.done();
  });
  dialog.querySelector("[data-signin-later]").addEventListener("click", () => dialog.close());
})();
