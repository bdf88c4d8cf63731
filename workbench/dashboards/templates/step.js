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
