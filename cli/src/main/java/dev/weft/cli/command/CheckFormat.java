package dev.weft.cli.command;

/** How {@code weft check} prints: as every listing, or only what is not well, a line each. */
enum CheckFormat {
    TABLE,
    JSON,
    YAML,
    SHORT
}
