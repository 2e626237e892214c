// On pages without a questionnaire: send what is still in the outbox before it is needed,
// and say plainly when something could not be sent.
"use strict";

(function () {
  const banner = document.querySelector("[data-outbox]");
  if (!banner) return;
  const user = banner.dataset.outbox;

  function say(count) {
    banner.hidden = count === 0;
    const text = count === 1 ? banner.dataset.one : banner.dataset.many;
    banner.querySelector("[data-outbox-text]").textContent = text.replace("%s", count);
    const first = plumbline.outbox.all(user).find((entry) => !isOnThisPage(entry));
    const link = banner.querySelector("a");
    if (first) link.href = first.page;
  }

  // The questionnaire sends what it shows itself.
  function isOnThisPage(entry) {
    return document.querySelector(`[data-url="${CSS.escape(entry.url)}"]`) !== null;
  }

  async function drain() {
    let sent = 0;
    for (const entry of plumbline.outbox.all(user)) {
      if (entry.stuck || isOnThisPage(entry)) continue;
      try {
        const answer = await plumbline.post(entry.url, plumbline.formFields(entry.fields));
        if (answer.status !== 200) continue;
        plumbline.outbox.confirm(entry.url, answer.body.version);
        plumbline.outbox.drop(user, entry.url, entry.key);
        sent += 1;
      } catch (error) {
        break;
      }
    }
    say(plumbline.outbox.all(user).filter((entry) => !isOnThisPage(entry)).length);
    // What this page shows was made before those answers arrived.
    if (sent && document.querySelector("[data-reload-after-drain]")) location.reload();
  }

  if (plumbline.outbox.all(user).length) drain();
})();
