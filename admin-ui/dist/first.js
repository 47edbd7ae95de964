// What must be known before anything is painted: light or dark, where she has chosen, else the page would flash. A file of its own, because the
// page runs no script that stands in it.
{
  const chosen = localStorage.getItem("mantine-color-scheme-value");
  if (chosen === "light" || chosen === "dark") {
    document.documentElement.setAttribute("data-mantine-color-scheme", chosen);
    for (const meta of document.querySelectorAll('meta[name="theme-color"]')) {
      if (!meta.getAttribute("media")?.includes(chosen)) meta.remove();
      else meta.removeAttribute("media");
    }
  }
}
