package dev.weft.cli.demo;

import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;

/** Prints the story, and counts the claims that did not hold. */
final class Teller {

    private static final String LINE_START = "\r\u001b[K";

    private static final int DETAIL_WIDTH = 90;

    private final Screen screen;
    private int failures;
    private boolean waiting;

    Teller(Screen screen) {
        this.screen = screen;
    }

    void chapter(String title) {
        say("");
        say(screen.paint(Style.STRONG, title));
    }

    /** Prints a claim that was measured, and whether it held; returns {@code held}. */
    boolean check(boolean held, String claim) {
        if (!held) {
            failures++;
        }
        say("  " + (held ? screen.paint(Style.GOOD, "✓") : screen.paint(Style.BAD, "✗")) + " " + claim);
        return held;
    }

    /** Prints details of the last claim, over as many lines as they need. */
    void detail(String text) {
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > DETAIL_WIDTH) {
                say("      " + screen.paint(Style.FAINT, line.toString()));
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        say("      " + screen.paint(Style.FAINT, line.toString()));
    }

    void say(String text) {
        clear();
        screen.line(text);
    }

    /** Shows on a terminal what the demo is waiting for; the next line replaces it. */
    void waiting(String text) {
        if (screen.terminal()) {
            waiting = true;
            screen.out().print(LINE_START + "    " + screen.paint(Style.FAINT, text));
            screen.out().flush();
        }
    }

    int failures() {
        return failures;
    }

    String name(String workload) {
        return screen.paint(Style.NAME, workload);
    }

    private void clear() {
        if (waiting) {
            waiting = false;
            screen.out().print(LINE_START);
        }
    }
}
