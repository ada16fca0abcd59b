package dev.weft.cli.screen;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Where a command prints. Results go to {@code out} and nothing else does, so that they can be piped; what happens on the way and
 * what failed goes to {@code err}.
 *
 * @param terminal whether {@code out} is a terminal
 * @param errTerminal whether {@code err} is a terminal
 * @param colour whether text is styled: only on a terminal, and never when {@code NO_COLOR} is set (<a
 *     href="https://no-color.org">no-color.org</a>)
 * @param columns the terminal's width, unknown where there is none
 */
public record Screen(
        PrintWriter out, PrintWriter err, boolean terminal, boolean errTerminal, boolean colour, OptionalInt columns) {

    /** Below this width tables are not squeezed further: they wrap. */
    private static final int NARROWEST = 40;

    private static final int USUAL_ROWS = 24;

    /** The process's own output; {@code ./weft} says in system properties which of it is a terminal, and how wide. */
    public static Screen ofProcess(Map<String, String> environment) {
        boolean out = Boolean.getBoolean("weft.out.terminal");
        boolean colour =
                out && environment.getOrDefault("NO_COLOR", "").isEmpty() && !"dumb".equals(environment.get("TERM"));
        int columns = Integer.getInteger("weft.columns", 0);
        return new Screen(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                out,
                Boolean.getBoolean("weft.err.terminal"),
                colour,
                out && columns >= NARROWEST ? OptionalInt.of(columns) : OptionalInt.empty());
    }

    /** A screen that is no terminal, for tests and for output that is kept. */
    public static Screen plain(PrintWriter out, PrintWriter err) {
        return new Screen(out, err, false, false, false, OptionalInt.empty());
    }

    /** How many lines the terminal has. */
    int rows() {
        int rows = Integer.getInteger("weft.rows", 0);
        return rows > 0 ? rows : USUAL_ROWS;
    }

    /** A line that is cut where the terminal is too narrow for it. */
    public void cutLine(String text) {
        line(columns.isPresent() ? Board.fit(text, columns.getAsInt()) : text);
    }

    /** A sentence: on a terminal that is too narrow for it, it goes on below, indented, and no word is broken. */
    public void text(String sentence) {
        text(sentence, Wrapped.usualIndent(sentence));
    }

    /** As above, where the lines below begin in this column. */
    public void text(String sentence, int indent) {
        columns.ifPresentOrElse(
                width -> Wrapped.lines(sentence, width, indent).forEach(this::line), () -> line(sentence));
    }

    public void line(String text) {
        out.println(text);
        out.flush();
    }

    /** A line of what happens on the way. */
    public void note(String text) {
        if (errTerminal && columns.isPresent()) {
            Wrapped.lines(text, columns.getAsInt(), Wrapped.usualIndent(text)).forEach(err::println);
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
