package dev.weft.cli.screen;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Rows under headings, aligned, with two blanks between columns. On a terminal that is too narrow, columns are left
 * out, the least important first, and named below the table. If that does not suffice, shrinkable columns are
 * shortened in the middle of their texts. Where the output is not a terminal, everything is printed in full, so that it
 * can be searched.
 */
public final class Table {

    private static final String GAP = "  ";
    /** Stands for a blank at which a line is not wrapped. */
    private static final String KEPT_BLANK = "\u00a0";
    /** Fewest characters that a shrinkable column keeps. */
    private static final int SHORTEST = 12;

    private final List<Column> columns = new ArrayList<>();
    private final List<List<Cell>> rows = new ArrayList<>();

    private enum Side {
        LEFT,
        RIGHT
    }

    /** @param dropOrder the turn in which a narrow terminal leaves this column out, from 1; 0 for never */
    private record Column(String heading, Side side, boolean shrinkable, int dropOrder) {}

    /** One styled text of a table. */
    public record Cell(String text, Style style) {

        public static Cell of(String text) {
            return new Cell(text, Style.PLAIN);
        }

        /** Returns the name of a workload or the like. */
        public static Cell name(String text) {
            return new Cell(text, Style.NAME);
        }

        private int width() {
            return text.codePointCount(0, text.length());
        }
    }

    /** Adds columns of text. */
    public Table column(String... headings) {
        return add(Side.LEFT, false, headings);
    }

    /** Adds columns of numbers. */
    public Table numbers(String... headings) {
        return add(Side.RIGHT, false, headings);
    }

    /** Adds columns that are shortened when the terminal is narrow. */
    public Table shrinkable(String... headings) {
        return add(Side.LEFT, true, headings);
    }

    private Table add(Side side, boolean shrinkable, String... headings) {
        for (String heading : headings) {
            columns.add(new Column(heading, side, shrinkable, 0));
        }
        return this;
    }

    /**
     * Marks the column added last: a narrow terminal leaves it out in this turn, from 1; lower turns come first; 0 for
     * never.
     */
    public Table dropOrder(int turn) {
        Column last = columns.removeLast();
        columns.add(new Column(last.heading(), last.side(), last.shrinkable(), turn));
        return this;
    }

    /**
     * Adds a row.
     *
     * @param cells one for each column: a {@link Cell}, or a value whose text is shown
     * @throws IllegalArgumentException if there are more or fewer cells than columns
     */
    public Table row(Object... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(
                    "cells: " + cells.length + " (expected: one for each of " + columns.size() + " columns)");
        }
        List<Cell> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(cell instanceof Cell styled ? styled : Cell.of(cell.toString()));
        }
        rows.add(row);
        return this;
    }

    /** Returns the lines; without a width, in characters, for what is not a terminal. */
    List<String> render(boolean colour, OptionalInt terminalWidth) {
        int[] widths = widths();
        boolean[] shown = new boolean[widths.length];
        Arrays.fill(shown, true);
        List<String> missing = List.of();
        if (terminalWidth.isPresent()) {
            missing = drop(widths, shown, terminalWidth.getAsInt());
            shrink(widths, shown, terminalWidth.getAsInt());
        }
        List<String> lines = new ArrayList<>();
        List<Cell> headings = columns.stream()
                .map(column -> new Cell(column.heading(), Style.FAINT))
                .toList();
        lines.add(line(headings, widths, shown, colour));
        rows.forEach(row -> lines.add(line(row, widths, shown, colour)));
        if (!missing.isEmpty()) {
            String note = "not shown (terminal too narrow): "
                    + missing.stream()
                            .map(heading -> heading.replace(" ", KEPT_BLANK))
                            .collect(Collectors.joining(", "));
            Wrapping.lines(note, terminalWidth.orElse(note.length()), Wrapping.usualIndent(note))
                    .forEach(line -> lines.add(Style.FAINT.paint(line.replace(KEPT_BLANK, " "), colour)));
        }
        return lines;
    }

    /**
     * Leaves out as few columns as necessary: a column left out early comes back if later ones made enough room.
     * Returns the headings of the missing columns.
     */
    private List<String> drop(int[] widths, boolean[] shown, int available) {
        List<Integer> inTurn = IntStream.range(0, widths.length)
                .filter(i -> columns.get(i).dropOrder() > 0)
                .boxed()
                .sorted(Comparator.comparingInt(i -> columns.get(i).dropOrder()))
                .toList();
        for (int i : inTurn) {
            if (total(widths, shown) <= available) {
                break;
            }
            shown[i] = false;
        }
        for (int i : inTurn.reversed()) {
            shown[i] = true;
            shown[i] = total(widths, shown) <= available;
        }
        return IntStream.range(0, widths.length)
                .filter(i -> !shown[i])
                .mapToObj(i -> columns.get(i).heading())
                .toList();
    }

    private static int total(int[] widths, boolean[] shown) {
        int total = -GAP.length();
        for (int i = 0; i < widths.length; i++) {
            total += shown[i] ? widths[i] + GAP.length() : 0;
        }
        return total;
    }

    private int[] widths() {
        int[] widths = new int[columns.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Cell.of(columns.get(i).heading()).width();
            for (List<Cell> row : rows) {
                widths[i] = Math.max(widths[i], row.get(i).width());
            }
        }
        return widths;
    }

    private void shrink(int[] widths, boolean[] shown, int available) {
        for (int total = total(widths, shown); total > available; total--) {
            int widest = widestShrinkable(widths, shown);
            if (widest < 0) {
                return;
            }
            widths[widest]--;
        }
    }

    private int widestShrinkable(int[] widths, boolean[] shown) {
        int widest = -1;
        for (int i = 0; i < widths.length; i++) {
            boolean canShrink = shown[i] && columns.get(i).shrinkable() && widths[i] > SHORTEST;
            if (canShrink && (widest < 0 || widths[i] > widths[widest])) {
                widest = i;
            }
        }
        return widest;
    }

    private String line(List<Cell> row, int[] widths, boolean[] shown, boolean colour) {
        List<String> cells = new ArrayList<>();
        for (int i = 0; i < widths.length; i++) {
            if (!shown[i]) {
                continue;
            }
            Cell cell = row.get(i);
            String text = shorten(cell.text(), widths[i]);
            String blanks = " ".repeat(widths[i] - Cell.of(text).width());
            String painted = cell.style().paint(text, colour);
            cells.add(columns.get(i).side() == Side.LEFT ? painted + blanks : blanks + painted);
        }
        return String.join(GAP, cells).stripTrailing();
    }

    private static String shorten(String text, int width) {
        if (text.codePointCount(0, text.length()) <= width) {
            return text;
        }
        // Identities and paths often begin alike, so the end of a text distinguishes it better.
        int head = (width - 1) / 3;
        int tail = width - 1 - head;
        int end = text.offsetByCodePoints(text.length(), -tail);
        return text.substring(0, text.offsetByCodePoints(0, head)) + "…" + text.substring(end);
    }
}
