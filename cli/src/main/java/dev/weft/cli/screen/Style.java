package dev.weft.cli.screen;

/** The meaning of a piece of text; the terminal's palette sets the colour. */
public enum Style {
    PLAIN(""),
    /** Headings and important words. */
    STRONG("1"),
    /** Text that a reader may skip. */
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

    /** Returns the text in this style, or unchanged where {@code colour} is off. */
    public String paint(String text, boolean colour) {
        return !colour || this == PLAIN || text.isEmpty() ? text : ESCAPE + code + "m" + text + ESCAPE + "0m";
    }
}
