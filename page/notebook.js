// Starts the page of a figure within a notebook. The notebook holds Plotly.js once, as the text `twPlotly` (FigurePage.swift); the cell that
// brings it may come a little later than this one, or not at all: then it is loaded from the network.
{
  const run = (text) => {
    const script = document.createElement("script");
    script.textContent = text;
    document.head.append(script);
  };
  const program = document.getElementById("program");
  const start = () => run(program.textContent);
  const copy = () => {
    try { return window.parent.twPlotly; } catch { return undefined; }
  };
  const last = Date.now() + 3000;
  const look = () => {
    const text = copy();
    if (text) {
      run(text);
      start();
    } else if (Date.now() < last) {
      setTimeout(look, 50);
    } else {
      const script = document.createElement("script");
      script.src = program.dataset.library;
      script.onload = start;
      script.onerror = start;
      document.head.append(script);
    }
  };
  look();
}
