// The page behind a save link: what it saves, and the yes.
import { draw } from "/card.js";

const place = document.getElementById("cards");
const button = document.getElementById("save");
const said = document.getElementById("said");

const shown = async (answer) => place.replaceChildren(...(await answer.json()).cards.map(draw));

fetch("?card").then(async (answer) => {
  if (answer.ok) await shown(answer);
  else said.textContent = "Algo salió mal.";
});
button.addEventListener("click", async () => {
  button.disabled = true;
  const answer = await fetch(location.pathname, { method: "POST" });
  if (answer.ok) await shown(answer);
  said.textContent = answer.ok ? "Guardada. Ya está en la billetera." : "Algo salió mal.";
  button.hidden = answer.ok;
  button.disabled = false;
});
