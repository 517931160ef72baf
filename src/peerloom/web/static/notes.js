// Keeps what is typed: drafts on this device until the server has them, notes saved as one writes,
// a partner's changes shown as they come. Without it every form still works by its button.
"use strict";

(() => {
  const PREFIX = "peerloom-draft-";
  const WAIT = 900, LOOK = 5000, AGAIN = 8000;

  const keep = (key, text) => {
    try { localStorage.setItem(PREFIX + key, text); } catch (e) { /* a full or private store: the form keeps it */ }
  };
  const kept = (key) => {
    try { return localStorage.getItem(PREFIX + key); } catch (e) { return null; }
  };
  const drop = (key) => {
    try { localStorage.removeItem(PREFIX + key); } catch (e) { /* nothing was kept */ }
  };

  const note = (form) => {
    const key = form.dataset.note, area = form.querySelector("textarea");
    const seen = form.elements.seen, status = form.querySelector("[data-status]");
    const usual = status.textContent;
    let saved = area.value, timer = 0, sending = false, stopped = false;

    const say = (words) => { status.textContent = words; };
    const dirty = () => area.value !== saved;

    const clash = (theirs, version) => {
      stopped = true;
      let box = form.querySelector("[data-clash]");
      if (!box) {
        box = document.createElement("div");
        box.dataset.clash = "yes";
        box.className = "notice";
        box.setAttribute("role", "alert");
        form.prepend(box);
      }
      box.replaceChildren();
      const title = document.createElement("strong");
      title.textContent = "Your partner wrote at the same time. How it stands:";
      const text = document.createElement("pre");
      text.className = "letter";
      text.textContent = theirs;
      const both = document.createElement("button");
      both.type = "button"; both.className = "btn small"; both.textContent = "Keep both";
      const mine = document.createElement("button");
      mine.type = "button"; mine.className = "btn quiet small"; mine.textContent = "Keep mine";
      const go = (value) => {
        area.value = value; seen.value = version; saved = theirs; stopped = false;
        box.remove(); send();
      };
      both.addEventListener("click", () => go(theirs.trimEnd() + "\n\n" + area.value));
      mine.addEventListener("click", () => go(area.value));
      const row = document.createElement("div");
      row.className = "row";
      row.append(both, mine);
      box.append(title, text, row);
    };

    const send = async () => {
      if (sending || stopped || !dirty()) return;
      sending = true;
      const text = area.value, body = new FormData(form);
      say("Saving …");
      try {
        const answer = await fetch(form.action, {
          method: "POST", body, headers: { Accept: "application/json" },
        });
        const said = await answer.json();
        if (answer.ok) {
          saved = text; seen.value = said.version;
          if (area.value === text) { drop(key); say("Saved."); }
        } else if (answer.status === 409) {
          clash(said.theirs, said.version);
          say("Kept on this device.");
        } else {
          say(said.words);
        }
      } catch (e) {
        // Offline, or signed out: it stays here and goes when it can.
        say("Not sent yet; kept on this device.");
        setTimeout(send, AGAIN);
      }
      sending = false;
      if (dirty() && !stopped) { clearTimeout(timer); timer = setTimeout(send, AGAIN); }
    };

    const look = async () => {
      if (document.hidden || sending || stopped || dirty()) return;
      try {
        const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
        if (!answer.ok) return;
        const now = await answer.json();
        if (!dirty() && String(now.version) !== seen.value) {
          const at = area.selectionStart;
          area.value = saved = now.text; seen.value = now.version;
          area.setSelectionRange(at, at);
          say("Changed by your partner just now.");
        }
      } catch (e) { /* looked at again in a moment */ }
    };

    if (area.readOnly) return;
    const draft = kept(key);
    if (draft !== null && draft !== area.value) {
      area.value = draft;
      say("This is your draft from this device.");
      timer = setTimeout(send, WAIT);
    } else { drop(key); }
    area.addEventListener("input", () => {
      keep(key, area.value);
      clearTimeout(timer);
      timer = setTimeout(send, WAIT);
    });
    area.addEventListener("focus", () => { if (!dirty()) say(usual); });
    window.addEventListener("online", send);
    form.addEventListener("submit", () => keep(key, area.value));
    if (form.dataset.live) setInterval(look, LOOK);
  };

  // Forms that are sent by their button: what was typed comes back after a page that did not load.
  const plain = (form) => {
    const key = form.dataset.draft;
    const fields = [...form.querySelectorAll("textarea, input[type=text]")];
    const before = JSON.parse(kept(key) || "{}");
    if (before.sent && !document.querySelector(".errors, [role=alert]")) { drop(key); return watch(); }
    for (const field of fields) if (before[field.name] && !field.value) field.value = before[field.name];
    return watch();

    function watch() {
      form.addEventListener("input", () => {
        keep(key, JSON.stringify(Object.fromEntries(fields.map((f) => [f.name, f.value]))));
      });
      form.addEventListener("submit", () => {
        const now = Object.fromEntries(fields.map((f) => [f.name, f.value]));
        keep(key, JSON.stringify({ ...now, sent: true }));
      });
    }
  };

  // Whoever signs out leaves nothing on this device.
  document.querySelectorAll("form[action$='/logout/']").forEach((form) => form.addEventListener("submit", () => {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  }));
  document.querySelectorAll("form[data-note]").forEach(note);
  document.querySelectorAll("form[data-draft]").forEach(plain);
})();
