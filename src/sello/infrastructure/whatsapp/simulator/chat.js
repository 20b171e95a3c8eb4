// The phones of the simulator. It asks once a second whether something changed and draws what did.
const el = (id) => document.getElementById(id);
const frame = document.querySelector(".frame");
const state = { version: "", phone: null, drawn: "", chats: [], typed: "" };
const STATUS = {
  queued: "En cola", accepted: "En cola", sending: "Saliendo", sent: "✓ Enviado", delivered: "✓✓ Entregado",
  read: "✓✓ Leído", failed: "No se envió", undelivered: "No se entregó",
};
const clock = new Intl.DateTimeFormat("es-PE", { hour: "numeric", minute: "2-digit" });
const days = new Intl.DateTimeFormat("es-PE", { weekday: "long", day: "numeric", month: "long" });
const short = new Intl.DateTimeFormat("es-PE", { day: "numeric", month: "short" });

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

const shown = (phone) => phone.replace(/^\+51(\d{3})(\d{3})(\d{3})$/, "+51 $1 $2 $3");
const when = (at) => {
  const date = new Date(at * 1000);
  return date.toDateString() === new Date().toDateString() ? clock.format(date) : short.format(date);
};

function hoursUntil(at) {
  const hours = Math.max(1, Math.round((at - Date.now() / 1000) / 3600));
  return hours === 1 ? "una hora" : `${hours} horas`;
}

// WhatsApp's own marks: *bold* and _italic_, within a line.
function written(text) {
  const parts = document.createDocumentFragment();
  for (const part of text.split(/(\*[^*\s](?:[^*\n]*[^*\s])?\*|\b_[^_\s](?:[^_\n]*[^_\s])?_\b)/)) {
    const tag = part.length > 2 && part.startsWith("*") && part.endsWith("*") ? "strong"
      : part.length > 2 && part.startsWith("_") && part.endsWith("_") ? "em" : null;
    parts.append(tag ? make(tag, "", part.slice(1, -1)) : part);
  }
  return parts;
}

// What was typed as a number of Peru or of the world; null while it is none.
function phoneOf(typed) {
  const plain = typed.replace(/[\s().-]/g, "");
  if (/^9\d{8}$/.test(plain)) return `+51${plain}`;
  return /^\+[1-9]\d{7,14}$/.test(plain) ? plain : null;
}

async function ask(path, options) {
  const answer = await fetch(path, options);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.status === 204 ? null : answer.json();
}
const post = (path, body) => ask(path, { method: "POST", body: JSON.stringify(body ?? {}) });

let hiding;
function tell(text) {
  const toast = el("toast");
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { toast.hidden = true; }, 5000);
}

async function look() {
  try {
    const filter = state.typed.replace(/[^\d]/g, "");
    const query = new URLSearchParams({ version: state.version, ...(filter ? { phone: filter } : {}) });
    const found = await ask(`/chats?${query}`);
    if (found !== null) {
      state.version = found.version;
      state.chats = found.chats;
      drawList(found);
      if (state.phone) await drawChat();
    }
  } catch {
    el("about").textContent = "El simulador no responde. Se vuelve a intentar.";
    state.version = "";
  }
  setTimeout(look, document.hidden ? 4000 : 1000);
}

function drawList(found) {
  const counted = (number, one, many) => `${number.toLocaleString("es-PE")} ${number === 1 ? one : many}`;
  el("about").textContent = found.messages
    ? `${counted(found.people, "persona", "personas")}, ${counted(found.messages, "mensaje", "mensajes")}. El local escribe desde ${shown(found.number)}.`
    : "Nada de esto llega a un teléfono de verdad.";
  el("nobody").hidden = found.chats.length > 0 || state.typed !== "";
  const focused = document.activeElement?.dataset?.phone;
  el("chats").replaceChildren(...found.chats.map((chat) => {
    const item = make("li"), button = make("button");
    button.type = "button";
    button.dataset.phone = chat.phone;
    button.setAttribute("aria-current", String(chat.phone === state.phone));
    button.append(
      Object.assign(make("span", "face", chat.phone.slice(-2)), { ariaHidden: "true" }),
      make("span", "name", shown(chat.phone)),
      make("span", "when", when(chat.at)),
      make("span", "last", (chat.mine ? "Tú: " : "") + chat.text.replace(/\s+/g, " ")),
    );
    if (chat.unread) {
      const count = make("span", "count", String(chat.unread));
      count.setAttribute("aria-label", `${chat.unread} sin leer`);
      button.append(count);
    }
    button.addEventListener("click", () => open(chat.phone));
    item.append(button);
    return item;
  }));
  if (focused) el("chats").querySelector(`[data-phone="${CSS.escape(focused)}"]`)?.focus();
}

async function open(phone) {
  state.phone = phone;
  state.drawn = "";
  frame.dataset.view = "chat";
  history.replaceState(null, "", `#${phone}`);
  el("who").textContent = shown(phone);
  el("face").textContent = phone.slice(-2);
  el("write").hidden = el("quick").hidden = false;
  for (const button of el("chats").querySelectorAll("button")) {
    button.setAttribute("aria-current", String(button.dataset.phone === phone));
  }
  await drawChat();
  if (matchMedia("(min-width: 721px)").matches) el("words").focus();
}

async function drawChat() {
  const chat = await ask(`/chats/${encodeURI(state.phone)}`);
  if (chat.phone !== state.phone) return;
  el("window").textContent = chat.window_until
    ? `El local puede contestar libremente por ${hoursUntil(chat.window_until)}.`
    : "No ha escrito hoy: el local solo puede mandarle plantillas aprobadas.";
  const drawn = JSON.stringify(chat.messages);
  if (drawn !== state.drawn) {
    const list = el("messages");
    const atEnd = state.drawn === "" || list.scrollHeight - list.scrollTop - list.clientHeight < 80;
    state.drawn = drawn;
    let day = "";
    const nodes = [];
    for (const message of chat.messages) {
      const today = days.format(new Date(message.at * 1000));
      if (today !== day) {
        day = today;
        const line = make("li", "day");
        line.append(make("span", "", day));
        nodes.push(line);
      }
      nodes.push(drawMessage(message));
    }
    list.replaceChildren(...nodes);
    if (atEnd) list.scrollTop = list.scrollHeight;
  }
  if (!document.hidden && chat.messages.some((one) => !one.mine && one.status === "delivered")) {
    await post(`/chats/${encodeURI(state.phone)}/opened`);
  }
}

function drawMessage(message) {
  const item = make("li", message.mine ? "mine" : "");
  const bubble = make("div", "bubble");
  for (const address of message.media) {
    if (!/^https?:\/\//.test(address)) continue;
    bubble.append(Object.assign(make("img"), { src: address, alt: "Imagen del mensaje", loading: "lazy" }));
  }
  bubble.append(written(message.text));
  const meta = make("div", "meta");
  meta.append(make("span", "", clock.format(new Date(message.at * 1000))));
  if (!message.mine) {
    const failed = message.status === "failed" || message.status === "undelivered";
    const text = (STATUS[message.status] ?? message.status) + (failed && message.error ? ` (${message.error})` : "");
    meta.append(make("span", failed ? "failed" : message.status, text));
  }
  bubble.append(meta);
  item.append(bubble);
  if (message.buttons.length) {
    const buttons = make("div", "buttons");
    for (const one of message.buttons) {
      if (one.kind === "link") {
        if (!/^https?:\/\//.test(one.url)) continue;
        buttons.append(Object.assign(make("a", "", one.title), { href: one.url, target: "_blank", rel: "noopener noreferrer" }));
      } else {
        const button = Object.assign(make("button", "", one.title), { type: "button" });
        button.addEventListener("click", () => say({ button: one.payload, sid: message.sid }));
        buttons.append(button);
      }
    }
    item.append(buttons);
  }
  return item;
}

async function say(what) {
  const send = el("write").querySelector("button");
  send.disabled = true;
  try {
    const answer = await post("/inbound", { from: state.phone, ...what });
    if (answer.http === 0) tell("El mensaje quedó aquí, pero sello no contestó: ¿está corriendo?");
    else if (answer.http >= 400) tell(`sello no recibió el mensaje (${answer.http}).`);
    return true;
  } catch {
    tell("No se pudo enviar. Inténtalo otra vez.");
    return false;
  } finally {
    send.disabled = false;
    await drawChat().catch(() => {});
  }
}

const words = el("words");
const grow = () => {
  words.style.height = "auto";
  words.style.height = `${Math.min(words.scrollHeight + 2, 140)}px`;
};
words.addEventListener("input", grow);
words.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    el("write").requestSubmit();
  }
});
el("write").addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = words.value.trim();
  if (!body || !state.phone) return;
  if (await say({ body })) {
    words.value = "";
    grow();
  }
  words.focus();
});
el("quick").addEventListener("click", (event) => {
  const body = event.target.dataset?.say;
  if (body) say({ body });
});
el("back").addEventListener("click", () => {
  frame.dataset.view = "list";
  state.phone = null;
  history.replaceState(null, "", "/");
  state.version = "";
});
el("phone").addEventListener("input", () => {
  state.typed = el("phone").value;
  state.version = "";
  el("start").hidden = phoneOf(state.typed) === null;
});
el("find").addEventListener("submit", (event) => {
  event.preventDefault();
  const phone = phoneOf(state.typed);
  if (phone) open(phone).catch(() => tell("El simulador no responde."));
});
const linked = decodeURIComponent(location.hash.slice(1));
if (/^\+[1-9]\d{7,14}$/.test(linked)) open(linked).catch(() => {});
look();
