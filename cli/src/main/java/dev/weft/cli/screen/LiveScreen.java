package dev.weft.cli.screen;

import java.util.ArrayList;
import java.util.List;

/**
 * Draws on a terminal's whole screen again and again until the process is interrupted, and then restores what was there
 * before. Only for a screen that is a terminal.
 */
public final class LiveScreen implements AutoCloseable {

    private static final String OTHER_SCREEN = "\u001b[?1049h\u001b[?25l";
    private static final String FORMER_SCREEN = "\u001b[?25h\u001b[?1049l";
    private static final String FROM_THE_TOP = "\u001b[H";
    private static final String TO_END_OF_LINE = "\u001b[K";
    private static final String TO_END_OF_SCREEN = "\u001b[J";
    private static final int USUAL_COLUMNS = 80;

    private final Screen screen;
    private final Thread hook;
    private boolean closed;

    /** Switches the terminal to an empty screen. */
    public LiveScreen(Screen screen) {
        this.screen = screen;
        this.hook = Thread.ofPlatform().unstarted(this::leave);
        Runtime.getRuntime().addShutdownHook(hook);
        screen.out().print(OTHER_SCREEN);
    }

    /**
     * Returns how many rows of a table fit below this many lines, together with its headings and its note about columns
     * that do not fit.
     */
    public int rows(int above) {
        return Math.max(1, screen.rows() - above - 3);
    }

    /** Shows these lines, and the table below them; what does not fit is cut. */
    public void draw(List<String> above, Table table) {
        List<String> lines = new ArrayList<>(above);
        lines.addAll(table.render(screen.colour(), screen.columns()));
        draw(lines);
    }

    /** Shows these lines; what does not fit is cut. */
    public synchronized void draw(List<String> lines) {
        if (closed) {
            return;
        }
        StringBuilder text = new StringBuilder(FROM_THE_TOP);
        int columns = screen.columns().orElse(USUAL_COLUMNS);
        int shown = Math.min(lines.size(), Math.max(1, screen.rows() - 1));
        for (String line : lines.subList(0, shown)) {
            text.append(Board.fit(line, columns)).append(TO_END_OF_LINE).append("\r\n");
        }
        screen.out().print(text.append(TO_END_OF_SCREEN));
        screen.out().flush();
    }

    private synchronized void leave() {
        if (!closed) {
            closed = true;
            screen.out().print(FORMER_SCREEN);
            screen.out().flush();
        }
    }

    @Override
    public void close() {
        leave();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The process is ending, and has left already.
        }
    }
}
