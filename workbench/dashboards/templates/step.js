// Go to the step that the address names: components draw in shadow roots, where a browser itself
// does not look, and they are drawn after the page is there.
(() => {
  const find = (node, id) => {
    if (node.id === id) return node;
    const inside = [...(node.shadowRoot ? node.shadowRoot.children : []), ...node.children];
    return inside.reduce((found, child) => found || find(child, id), null);
  };
  let here = null;
  const go = (tries) => {
    const id = location.hash.slice(1);
    const step = id.startsWith("step-") && find(document.documentElement, id);
    if (step) {
      if (here) here.classList.remove("here");
      here = step;
      step.scrollIntoView({ block: "center" });
      step.classList.add("here");
    } else if (id && tries) setTimeout(go, 200, tries - 1);
  };
  addEventListener("hashchange", () => go(1));
  go(100);
})();
// Arrow keys, Home and End move through an episode's steps, unless somebody types.
(() => {
  const keys = { ArrowLeft: "previous", ArrowRight: "next", Home: "first", End: "last" };
  const find = (node) => {
    if (node.classList && node.classList.contains("stepper")) return node;
    const inside = [...(node.shadowRoot ? node.shadowRoot.children : []), ...node.children];
    return inside.reduce((found, child) => found || find(child), null);
  };
  const typed = (node) => node && (node.shadowRoot && node.shadowRoot.activeElement
    ? typed(node.shadowRoot.activeElement)
    : /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName));
  addEventListener("keydown", (event) => {
    const name = keys[event.key];
    if (!name || event.ctrlKey || event.metaKey || event.altKey || typed(document.activeElement)) return;
    const stepper = find(document.documentElement);
    const button = stepper && stepper.shadowRoot && stepper.shadowRoot.querySelector(`button.${name}`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
})();
