// A student's phone: it joins a room, asks for news, replaces the parts that changed, and sends
// what the student does until the server has it.
(() => {
  const setup = JSON.parse(document.body.dataset.setup);
  const at = (id) => document.getElementById(id);
  const shown = {};
  const LONGEST = 8000;
  let seat = kept("zhixing.seat");
  let version = "";
  let timer = null;
  let sending = null;
  let busy = false;

  function kept(key) {
    try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
  }

  function keep(key, value) {
    // A browser without storage forgets the seat with the page.
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(value));
    } catch { return; }
  }

  function tell(error) {
    at("error").hidden = !error;
    at("error").textContent = error || "";
  }

  async function ask(path, body) {
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(), LONGEST);
    try {
      const reply = await fetch(`${setup.root}/${path}lang=${setup.lang}`, {
        method: body ? "POST" : "GET",
        headers: { "content-type": "application/json", seat: seat ? seat.token : "" },
        body: body && JSON.stringify(body),
        signal: stop.signal,
        cache: "no-store",
      });
      return { status: reply.status, told: reply.status === 204 ? null : await reply.json() };
    } finally {
      clearTimeout(late);
    }
  }

  function door(open) {
    at("door").hidden = !open;
    at("leave").hidden = open;
    if (!open) return;
    for (const id of ["head", "main", "news"]) {
      at(id).replaceChildren();
      delete shown[id];
    }
  }

  async function join(room) {
    try {
      const { status, told } = await ask(`${encodeURIComponent(room)}?`, {});
      at("lost").hidden = true;
      if (status !== 200) {
        tell(told.error);
        door(true);
        return;
      }
      seat = told;
      version = "";
      keep("zhixing.seat", seat);
      tell("");
      door(false);
      poll();
    } catch {
      at("lost").hidden = false;
      timer = setTimeout(() => join(room), setup.every);
    }
  }

  function forget(error) {
    keep("zhixing.seat", null);
    seat = null;
    sending = null;
    tell(error);
    door(true);
  }

  async function poll() {
    clearTimeout(timer);
    if (!seat || busy) return;
    busy = true;
    try {
      // What was done goes first, and again until it has arrived.
      const done = sending;
      const path = `${seat.room}/seat?${done ? "" : `v=${encodeURIComponent(version)}&`}`;
      const { status, told } = await ask(path, done);
      at("lost").hidden = true;
      if (status === 410) {
        forget(told.error);
        return;
      }
      if (done && sending === done) sending = null;
      if (status === 200) show(told);
      if (status !== 204) tell(told.error);
    } catch {
      at("lost").hidden = false;
    } finally {
      busy = false;
      document.querySelectorAll("#main button").forEach((one) => { one.disabled = !!sending; });
      // Phones that ask at different moments do not crowd the server.
      const wait = setup.every * (0.8 + 0.4 * Math.random());
      if (seat) timer = setTimeout(poll, document.hidden ? 5 * wait : wait);
    }
  }

  function show(told) {
    version = told.version;
    for (const [id, html] of Object.entries(told.parts)) {
      if (shown[id] === html) continue;
      shown[id] = html;
      // The server has escaped whatever students wrote.
      at(id).innerHTML = html;
      if (id === "main") at(id).querySelectorAll("form[data-key]").forEach(restore);
    }
  }

  const draft = (form) => `zhixing.draft.${seat.room}.${form.dataset.key}`;

  function outputs(form) {
    form.querySelectorAll("input[type=range]").forEach((one) => {
      one.closest(".lever").querySelector("output").textContent = one.value + setup.percent;
      one.closest(".lever").classList.toggle("pulled", one.value > 0);
    });
  }

  function restore(form) {
    for (const [name, value] of Object.entries(kept(draft(form)) || {})) {
      const field = form.elements[name];
      if (field && field.type !== "hidden") field.value = value;
    }
    outputs(form);
  }

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form || !form.dataset.key || !seat) return;
    outputs(form);
    keep(draft(form), Object.fromEntries(new FormData(form)));
  });

  document.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.target.id === "enter") {
      join(at("number").value.trim());
      return;
    }
    if (!seat || sending) return;
    const form = event.target;
    sending = { act: form.dataset.act, ...Object.fromEntries(new FormData(form, event.submitter)) };
    // The worksheet of a lesson begins with this reason.
    if (sending.act === "predict") keep(`zhixing.reason.${sending.lesson}`, sending.reason);
    document.querySelectorAll("#main button").forEach((one) => { one.disabled = true; });
    poll();
  });

  at("leave").addEventListener("click", () => forget(""));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) poll(); });
  window.addEventListener("online", poll);

  if (seat && (!setup.room || setup.room === seat.room)) {
    door(false);
    poll();
  } else if (setup.room) {
    seat = null;
    join(setup.room);
  } else {
    door(true);
  }
})();
