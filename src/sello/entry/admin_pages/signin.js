const form = document.getElementById("login");
const problem = document.getElementById("problem");
const button = form.querySelector("button");

async function post(path, headers, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang, ...headers },
    body: body && JSON.stringify(body),
  });
  const said = answer.status === 204 ? {} : await answer.json();
  if (!answer.ok) throw new Error(said.message);
  return said;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  problem.textContent = "";
  button.disabled = true;
  const given = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));
  try {
    const { access_token } = await post("/api/v1/auth/login", {}, given);
    await post("/api/v1/admin/jobs-session", { Authorization: `Bearer ${access_token}` });
    location.assign("/admin/jobs/");
  } catch (error) {
    problem.textContent = error.message;
    button.disabled = false;
  }
});
