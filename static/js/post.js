// Posting form fields and hearing a JSON answer; used wherever answers are sent.
"use strict";

window.plumbline = window.plumbline || {};

// A key that names one write. randomUUID needs https; plants often have none inside.
plumbline.newKey = function () {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
};

plumbline.csrf = function () {
  const cookie =
    document.cookie.match(/(?:^|;\s*)__Host-csrftoken=([^;]+)/) || // over https
    document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/);
  if (cookie) return decodeURIComponent(cookie[1]);
  const field = document.querySelector("[name=csrfmiddlewaretoken]");
  return field ? field.value : "";
};

// Every page sets the cookie that forms need: ask for one when the cookie is gone.
plumbline.renewCsrf = async function (url = location.href) {
  await fetch(url, { credentials: "same-origin" });
};

plumbline.formFields = function (pairs) {
  const fields = new URLSearchParams();
  for (const [name, value] of pairs) fields.append(name, value);
  return fields;
};

(function () {
  async function once(url, fields, timeout) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), timeout);
    try {
      const response = await fetch(url, {
        method: "POST",
        body: fields,
        signal: stop.signal,
        credentials: "same-origin",
        redirect: "error",
        // Lets a save that is under way outlive the page; browsers allow that up to 64 KB.
        keepalive: String(fields).length < 60000,
        headers: { "X-CSRFToken": plumbline.csrf(), Accept: "application/json" },
      });
      const body = await response.json().catch(() => ({}));
      return { status: response.status, body: body || {} };
    } finally {
      clearTimeout(timer);
    }
  }

  // Rejects when the network fails or takes too long.
  plumbline.post = async function (url, fields, { timeout = 15000 } = {}) {
    const answer = await once(url, fields, timeout);
    if (answer.status !== 403 || answer.body.error !== "csrf") return answer;
    await plumbline.renewCsrf();
    return once(url, fields, timeout);
  };

  // A status alone proves nothing: a hotel's sign-in page answers 200 to everything.
  plumbline.isSaved = function ({ status, body }) {
    return status === 200 && Number.isInteger(body.version);
  };
})();
