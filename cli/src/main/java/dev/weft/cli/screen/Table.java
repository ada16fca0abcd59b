package dev.weft.cli.screen;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Rows under headings, aligned, two blanks between columns. On a terminal too narrow for it the columns marked as giving way are
 * shortened in their middle; where the output is no terminal nothing is ever shortened, so that it can be searched.
 */
public final class Table {

    private static final String GAP = "  ";
    /** A column that gives way keeps this much. */
    private static final int SHORTEST = 12;

    private final List<Column> columns = new ArrayList<>();
    private final List<List<Cell>> rows = new ArrayList<>();

    private enum Side {
        LEFT,
        RIGHT
    }

    private record Column(String heading, Side side, boolean givesWay) {}

    /** A styled text in a table. */
    public record Cell(String text, Style style) {

        public static Cell of(String text) {
            return new Cell(text, Style.PLAIN);
        }

        private int width() {
            return text.codePointCount(0, text.length());
        }
    }

    public Table column(String heading) {
        columns.add(new Column(heading, Side.LEFT, false));
        return this;
    }

    /** A column of numbers. */
    public Table numbers(String heading) {
        columns.add(new Column(heading, Side.RIGHT, false));
        return this;
    }

    /** A column that is shortened when the terminal is narrow. */
    public Table givingWay(String heading) {
        columns.add(new Column(heading, Side.LEFT, true));
        return this;
    }

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

    List<String> render(boolean colour, OptionalInt terminalWidth) {
        int[] widths = widths();
        terminalWidth.ifPresent(width -> squeeze(widths, width));
        List<String> lines = new ArrayList<>();
        List<Cell> headings =
                columns.stream().map(c -> new Cell(c.heading(), Style.FAINT)).toList();
        lines.add(line(headings, widths, colour));
        rows.forEach(row -> lines.add(line(row, widths, colour)));
        return lines;
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

    private void squeeze(int[] widths, int available) {
        int total = GAP.length() * (widths.length - 1);
        for (int width : widths) {
            total += width;
        }
        while (total > available) {
            int widest = widestGivingWay(widths);
            if (widest < 0) {
                return;
            }
            widths[widest]--;
            total--;
        }
    }

    private int widestGivingWay(int[] widths) {
        int widest = -1;
        for (int i = 0; i < widths.length; i++) {
            if (columns.get(i).givesWay() && widths[i] > SHORTEST && (widest < 0 || widths[i] > widths[widest])) {
                widest = i;
            }
        }
        return widest;
    }

    private String line(List<Cell> row, int[] widths, boolean colour) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            Cell cell = row.get(i);
            String text = shorten(cell.text(), widths[i]);
            String blanks = " ".repeat(widths[i] - Cell.of(text).width());
            String painted = cell.style().paint(text, colour);
            line.append(i == 0 ? "" : GAP);
            line.append(columns.get(i).side() == Side.LEFT ? painted + blanks : blanks + painted);
        }
        return line.toString().stripTrailing();
    }

    private static String shorten(String text, int width) {
        if (text.codePointCount(0, text.length()) <= width) {
            return text;
        }
        int head = (width - 1) / 2;
        int tail = width - 1 - head;
        int end = text.offsetByCodePoints(text.length(), -tail);
        return text.substring(0, text.offsetByCodePoints(0, head)) + "…" + text.substring(end);
    }
}
