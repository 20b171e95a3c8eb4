// Every saved card. It asks once a second whether something changed and draws what did.
import { draw, make } from "/card.js";

const place = document.getElementById("cards");
const nobody = document.getElementById("nobody");
let version = "";

function withButton(one) {
  const drawn = draw(one);
  const button = make("button", "plain", "Quitar de este teléfono");
  button.type = "button";
  button.addEventListener("click", () => fetch(`/saved/${encodeURIComponent(one.id)}`, { method: "DELETE" }));
  drawn.append(button);
  return drawn;
}

async function look() {
  try {
    const answer = await fetch(`/saved?version=${encodeURIComponent(version)}`);
    if (answer.status === 200) {
      const found = await answer.json();
      const open = [...place.querySelectorAll("details")].map((box) => box.open);
      version = found.version;
      place.replaceChildren(...found.cards.map(withButton));
      place.querySelectorAll("details").forEach((box, at) => { box.open = open[at] ?? false; });
      nobody.hidden = found.cards.length > 0;
    }
  } catch { /* it is being started again */ }
  setTimeout(look, 1000);
}
look();
