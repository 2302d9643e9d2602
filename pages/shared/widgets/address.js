export default function ({ data }) {
  const url = new URL(window.location.href), query = new URLSearchParams(data.query);
  // Streamlit's own parameters stay: a lab embedded in a course page must remain embedded.
  for (const [name, value] of url.searchParams) if (name.startsWith("embed")) query.append(name, value);
  url.search = query;
  if (url.href !== window.location.href) window.history.replaceState(window.history.state, "", url);
}
