package dev.weft.cli.screen;

/** What a piece of text means; the terminal's own palette gives the colour. */
public enum Style {
    PLAIN(""),
    /** Headings and the words that matter. */
    STRONG("1"),
    /** What may be skipped. */
    FAINT("2"),
    GOOD("32"),
    BAD("31"),
    WARNING("33"),
    /** Names of workloads, and commands to type. */
    NAME("36");

    private static final String ESCAPE = "\u001b[";
    private final String code;

    Style(String code) {
        this.code = code;
    }

    /** The text in this style, or untouched where {@code colour} is off. */
    public String paint(String text, boolean colour) {
        return !colour || this == PLAIN || text.isEmpty() ? text : ESCAPE + code + "m" + text + ESCAPE + "0m";
    }
}
