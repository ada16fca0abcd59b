package dev.weft.cli.command;

/** The output formats of {@code weft check}: those of every listing, and a line for each check that is not well. */
enum CheckFormat {
    TABLE,
    JSON,
    YAML,
    SHORT
}
