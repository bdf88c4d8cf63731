// A key presses the button of the class `key-` and its name, or takes one to the field of that
// class; Escape leaves a field. Keys typed into a field are the field's.
(() => {
  const find = (node, name) => {
    if (node.classList && node.classList.contains(name)) return node;
    const inside = [...(node.shadowRoot ? node.shadowRoot.children : []), ...node.children];
    return inside.reduce((found, child) => found || find(child, name), null);
  };
  addEventListener("keydown", (event) => {
    const from = event.composedPath()[0];
    if (from.matches && from.matches("input, textarea, select")) {
      if (event.key === "Escape") from.blur();
      return;
    }
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (!/^[a-z0-9]$/.test(key)) return;
    const host = find(document.documentElement, `key-${key}`);
    const part = host && host.shadowRoot && host.shadowRoot.querySelector("button, textarea");
    if (!part || part.disabled) return;
    event.preventDefault();
    if (part.matches("button")) part.click();
    else part.focus();
  });
})();
