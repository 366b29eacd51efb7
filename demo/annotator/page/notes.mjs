// The notes as a list below the text, for those who do not hover with a mouse, and a way to write one without selecting.

/** The words of a paragraph by which it is found again. */
const beginning = (paragraph) => `${paragraph.textContent.slice(0, 42).replace(/\s+\S*$/, "")} …`;

function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** Where annotator.js shall put its editor: at the element, inside the text. */
function place(annotator, element) {
  const box = element.getBoundingClientRect();
  const text = annotator.wrapper[0].getBoundingClientRect();
  return { top: box.top - text.top + 14, left: Math.max(20, box.left - text.left + 20) };
}

function entry(annotator, note) {
  const permissions = annotator.plugins.AnnotateItPermissions;
  const controls = make("p", { className: "controls" });
  const quote = make("button", { type: "button", className: "quote", textContent: note.quote || "The whole text" });
  quote.addEventListener("click", () => note.highlights?.[0]?.scrollIntoView({ block: "center" }));
  const by = note.consumer && note.consumer !== permissions?.consumer ? `${note.user}, of another site` : note.user;
  if (permissions?.authorize("update", note)) {
    const edit = make("button", { type: "button", textContent: "Edit" });
    edit.addEventListener("click", () => {
      const anchor = note.highlights?.[0] ?? annotator.wrapper[0];
      anchor.scrollIntoView({ block: "center" });
      annotator.showEditor(note, place(annotator, anchor));
    });
    controls.append(edit);
  }
  if (permissions?.authorize("delete", note)) {
    const remove = make("button", { type: "button", textContent: "Delete" });
    remove.addEventListener("click", () => annotator.deleteAnnotation(note));
    controls.append(remove);
  }
  // What the store has refused stays on the page, as annotator.js has it, until that is loaded anew.
  if (!note.id) controls.append(make("span", { className: "unsaved", textContent: "Not saved" }));
  return make("li", {}, quote, make("p", { className: "words", textContent: note.text || "No comment" }),
    make("p", { className: "by", textContent: by ?? "" }), controls);
}

/** Opens the editor for the paragraph, or for what is selected. */
function write(annotator, paragraph) {
  const selection = window.getSelection();
  if (paragraph) {
    selection.selectAllChildren(paragraph);
    paragraph.scrollIntoView({ block: "center" });
  }
  annotator.checkForEndSelection();
  if (!annotator.selectedRanges.length) return;
  const anchor = paragraph ?? selection.getRangeAt(0).startContainer.parentElement;
  // As its own pen does, or a press on "Save" with the mouse would ask anew what is selected: nothing.
  annotator.ignoreMouseup = true;
  annotator.showEditor(annotator.createAnnotation(), place(annotator, anchor));
}

/** Keeps the list in step with annotator.js. */
export function listNotes(annotator) {
  const list = document.getElementById("notes");
  const form = document.getElementById("write");
  const about = document.getElementById("about");
  const paragraphs = [...annotator.wrapper[0].querySelectorAll("p")];
  about.append(...paragraphs.map((paragraph, index) => make("option", { value: String(index), textContent: beginning(paragraph) })));

  const refresh = () => {
    const notes = annotator.plugins.Store.annotations;
    list.replaceChildren(...notes.map((note) => entry(annotator, note)));
    document.getElementById("no-notes").hidden = notes.length > 0;
  };
  // The store's answers arrive here: the id of a new note, the end of an old one.
  const { Store } = annotator.plugins;
  for (const method of ["updateAnnotation", "unregisterAnnotation"]) {
    const original = Store[method];
    Store[method] = function followed(...note) {
      original.apply(this, note);
      refresh();
    };
  }
  annotator.subscribe("annotationsLoaded", refresh);
  annotator.subscribe("annotationCreated", () => setTimeout(refresh));

  const isSomebody = Boolean(document.getElementById("person"));
  form.hidden = !isSomebody;
  if (!isSomebody) document.getElementById("no-notes").textContent = "Sign in to read the notes.";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    wrote = true;
    write(annotator, paragraphs[about.value]);
  });
  // Whoever came by keyboard goes on where they were; a moment later, or the Enter that saved the note presses the button.
  let wrote = false;
  annotator.subscribe("annotationEditorHidden", () => {
    if (wrote) setTimeout(() => form.querySelector("button").focus());
    wrote = false;
  });
}
