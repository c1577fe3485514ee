"""`python -m suite.reference` (make docs): writes the reference anew."""

import warnings


def main() -> None:
    warnings.filterwarnings("ignore", message=r"[\s\S]*Eventlet is deprecated")  # known: docs/why.md
    from suite.reference.pages import pages

    for file, content in pages().items():
        if not file.exists() or file.read_text(encoding="utf-8") != content:
            file.write_text(content, encoding="utf-8")
            print(f"{file.name} is new")


if __name__ == "__main__":
    main()
