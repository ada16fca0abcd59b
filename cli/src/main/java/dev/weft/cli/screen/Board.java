package dev.weft.cli.screen;

import java.util.List;
import java.util.function.IntFunction;

/**
 * Lines of a terminal that are drawn again and again in the same place while something is in progress. When the board
 * is closed, the last lines stay. Only for a screen whose {@link Screen#errTerminal()} is a terminal.
 */
public final class Board implements AutoCloseable {

    private static final String[] FRAMES = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
    private static final long FRAME_MILLIS = 100;
    private static final int USUAL_COLUMNS = 80;
    private static final String TO_END_OF_SCREEN = "\u001b[J";
    private static final char ESCAPE = '\u001b';
    private static final String PLAIN = "\u001b[0m";

    private final Screen screen;
    private final IntFunction<List<String>> lines;
    private final int columns;
    private int drawn;
    private int frame;
    private boolean closed;

    /**
     * Draws the lines at once, and then ten times a second.
     *
     * @param lines returns the lines to show, given the number of the frame (see {@link #mark}); a line that is too
     *     long for the terminal is cut
     */
    public Board(Screen screen, IntFunction<List<String>> lines) {
        this.screen = screen;
        this.lines = lines;
        this.columns = screen.columns().orElse(USUAL_COLUMNS);
        draw();
        var _ = Thread.ofVirtual().start(this::turn);
    }

    /** Returns the character of the spinner in this frame. */
    public static String mark(int frame) {
        return FRAMES[frame % FRAMES.length];
    }

    private void turn() {
        try {
            while (drawNext()) {
                Thread.sleep(FRAME_MILLIS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean drawNext() {
        frame++;
        draw();
        return !closed;
    }

    private synchronized void draw() {
        if (closed) {
            return;
        }
        StringBuilder text = new StringBuilder();
        if (drawn > 0) {
            text.append("\u001b[").append(drawn).append('A');
        }
        text.append('\r').append(TO_END_OF_SCREEN);
        List<String> shown = lines.apply(frame);
        shown.forEach(line -> text.append(fit(line, columns)).append('\n'));
        drawn = shown.size();
        screen.err().print(text);
        screen.err().flush();
    }

    /** Cuts the line to this many columns; styles take no column. */
    static String fit(String line, int columns) {
        if (Wrapping.width(line) <= columns) {
            return line;
        }
        StringBuilder fitting = new StringBuilder();
        int width = 0;
        for (int i = 0; width < columns - 1; i++) {
            int end = line.charAt(i) == ESCAPE ? line.indexOf('m', i) : i;
            fitting.append(line, i, end + 1);
            width += end == i ? 1 : 0;
            i = end;
        }
        return fitting + "…" + (line.indexOf(ESCAPE) < 0 ? "" : PLAIN);
    }

    @Override
    public synchronized void close() {
        draw();
        closed = true;
    }
}
