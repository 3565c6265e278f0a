"""Links of Markdown files to other files and headings of the repository; see run.sh."""
import os
import re
import sys


def without_code(text):
    text = re.sub(r"(?ms)^ *```.*?^ *```$", "", text)
    return re.sub(r"`[^`\n]*`", "", text)


def anchors(path):
    """Of each heading, as GitHub makes them."""
    text = re.sub(r"(?ms)^ *```.*?^ *```$", "", open(path, encoding="utf-8").read())
    found, seen = set(), {}
    for title in re.findall(r"(?m)^#+ +(.*?) *$", text):
        title = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", title)
        slug = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        found.add(slug if count == 0 else f"{slug}-{count}")
    return found


def problem(path, link):
    target, _, anchor = link.partition("#")
    whole = os.path.normpath(os.path.join(os.path.dirname(path), target)) if target else path
    if not os.path.exists(whole):
        return f"there is no {whole}"
    if anchor and anchor not in anchors(whole):
        return f"{whole} has no heading #{anchor}"
    return None


def main(paths):
    count = failed = 0
    for path in paths:
        for link in re.findall(r"\]\(([^)\s]+)\)", without_code(open(path, encoding="utf-8").read())):
            if re.match(r"[a-z]+:", link):
                continue
            count += 1
            why = problem(path, link)
            if why:
                failed += 1
                print(f"{path}: {link}: {why}")
    print(f"  links: {count} within the repository, {failed} lead nowhere")
    return 1 if failed or not count else 0


sys.exit(main(sys.argv[1:]))
