"""Runs the fenced blocks of Markdown files; see run.sh."""
import re
import subprocess
import sys
import textwrap


def blocks(path):
    """(line number, info string, text) of each fenced block."""
    info, start, lines = None, 0, []
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        fence = re.match(r"^ *```(.*)$", line)
        if fence and info is None:
            info, start, lines = fence.group(1).strip(), number, []
        elif fence:
            yield start, info, textwrap.dedent("".join(lines))
            info = None
        elif info is not None:
            lines.append(line)


def shell(command):
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=2400,
                            stdin=subprocess.DEVNULL)
    return result.returncode, result.stdout + result.stderr


def commands(text):
    """(command, expected output) of a console block; lines with "> " go on with a command."""
    command, expected, last = None, [], ""
    for line in text.splitlines():
        if line.startswith("$ "):
            if command is not None:
                yield command, "\n".join(expected)
            command, expected = line[2:], []
        elif command is not None and not expected and line.startswith("> "):
            command = command + "\n" + line[2:]
        else:
            expected.append(line)
    if command is not None:
        yield command, "\n".join(expected)


def matches(expected, got):
    """Line by line; "..." on a line of its own stands for any lines, inside a line for any text."""
    def pattern(line):
        return ".*".join(re.escape(part) for part in line.rstrip().split("..."))
    parts = [r"(?:.*\n)*?" if line.strip() == "..." else pattern(line) + r" *\n"
             for line in expected.splitlines()]
    return re.fullmatch("".join(parts), got.rstrip("\n") + "\n" if got.strip() else "") is not None


def main(paths, real):
    ran, failed, elsewhere = 0, 0, []
    for path in paths:
        for line, info, text in blocks(path):
            words = info.split()
            if not words or words[0] not in ("sh", "console"):
                continue
            if "elsewhere" in words or ("real" in words) != real:
                elsewhere.append(f"{path}:{line}")
                continue
            todo = [(text, None)] if words[0] == "sh" else list(commands(text))
            for command, expected in todo:
                if real:
                    print(f"{path}:{line}: $ {command.strip()}", flush=True)
                code, got = shell(command)
                ran += 1
                if (expected is None and code != 0) or (
                        expected is not None and not matches(expected, got)):
                    failed += 1
                    print(f"{path}:{line}: {command.strip()}\n--- exit {code}, got:\n{got}"
                          f"--- wanted:\n{expected if expected is not None else 'exit 0'}")
    print(f"  documents: {ran} commands ran, {failed} failed; "
          f"not run here: {', '.join(elsewhere) or 'none'}")
    return 1 if failed or not ran else 0


sys.exit(main([path for path in sys.argv[1:] if path != "--real"], "--real" in sys.argv))
