package dev.weft.cli.screen;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Where a command prints. Only results go to {@code out}, so that they can be piped; progress and failures go to
 * {@code err}.
 *
 * @param terminal whether {@code out} is a terminal
 * @param errTerminal whether {@code err} is a terminal
 * @param colour whether text is styled: only on a terminal, and never when {@code NO_COLOR} is set (<a
 *     href="https://no-color.org">no-color.org</a>)
 * @param columns the width of the terminal; empty where it is not known or there is no terminal
 */
public record Screen(
        PrintWriter out, PrintWriter err, boolean terminal, boolean errTerminal, boolean colour, OptionalInt columns) {

    /** Fewest columns to which tables are fitted: on a narrower terminal, lines wrap. */
    private static final int NARROWEST = 40;

    private static final int USUAL_ROWS = 24;

    /**
     * Returns the screen of this process. {@code ./weft} sets system properties that say which output is a terminal,
     * and how wide.
     */
    public static Screen ofProcess(ProcessOutput output, Map<String, String> environment) {
        boolean out = Boolean.getBoolean("weft.out.terminal");
        boolean colour =
                out && environment.getOrDefault("NO_COLOR", "").isEmpty() && !"dumb".equals(environment.get("TERM"));
        int columns = Integer.getInteger("weft.columns", 0);
        return new Screen(
                new PrintWriter(output, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                out,
                Boolean.getBoolean("weft.err.terminal"),
                colour,
                out && columns >= NARROWEST ? OptionalInt.of(columns) : OptionalInt.empty());
    }

    /** Returns a screen that is not a terminal, for tests and for output that is stored. */
    public static Screen plain(PrintWriter out, PrintWriter err) {
        return new Screen(out, err, false, false, false, OptionalInt.empty());
    }

    int rows() {
        int rows = Integer.getInteger("weft.rows", 0);
        return rows > 0 ? rows : USUAL_ROWS;
    }

    /** Prints a line, cut where the terminal is too narrow for it. */
    public void cutLine(String text) {
        line(columns.isPresent() ? Board.fit(text, columns.getAsInt()) : text);
    }

    /** Prints a sentence. On a narrow terminal it is wrapped between words, with the lines after the first indented. */
    public void text(String sentence) {
        text(sentence, Wrapping.usualIndent(sentence));
    }

    /** Prints a sentence, like {@link #text(String)}; the lines after the first begin in this column. */
    public void text(String sentence, int indent) {
        columns.ifPresentOrElse(
                width -> Wrapping.lines(sentence, width, indent).forEach(this::line), () -> line(sentence));
    }

    /** Prints a text as it is, without a line end. */
    public void print(String text) {
        out.print(text);
        out.flush();
    }

    public void line(String text) {
        out.println(text);
        out.flush();
    }

    /** Prints a line to {@code err}: progress or a failure. */
    public void note(String text) {
        if (errTerminal && columns.isPresent()) {
            Wrapping.lines(text, columns.getAsInt(), Wrapping.usualIndent(text)).forEach(err::println);
        } else {
            err.println(text);
        }
        err.flush();
    }

    public String paint(Style style, String text) {
        return style.paint(text, colour);
    }

    public void table(Table table) {
        table.render(colour, columns).forEach(out::println);
        out.flush();
    }
}
