type Given = { nonce?: string; parts?: boolean };

/** What the server wrote into the document. */
export const given: Given = JSON.parse(document.getElementById("data")?.textContent ?? "{}") as Given;
