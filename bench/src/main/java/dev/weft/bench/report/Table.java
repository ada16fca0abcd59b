package dev.weft.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A text table. The first column is aligned left, the others right. */
final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    Table(String title, List<String> columns) {
        row(title, columns);
    }

    void row(String title, List<String> cells) {
        List<String> row = new ArrayList<>(List.of(title));
        row.addAll(cells);
        rows.add(row);
    }

    /** Appends an empty line, the title on its own line, then the rows. */
    void renderTo(StringBuilder out) {
        List<String> header = new ArrayList<>(rows.getFirst());
        out.append('\n').append(header.getFirst()).append('\n');
        header.set(0, "");
        rows.set(0, header);
        int columns = header.size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int column = 0; column < columns; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(pad(row.getFirst(), widths[0], false));
            for (int column = 1; column < columns; column++) {
                line.append(GAP).append(pad(row.get(column), widths[column], true));
            }
            out.append(line.toString().stripTrailing()).append('\n');
        }
    }

    /** Formats a number with about three digits; "-" for NaN. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }

    private static String pad(String text, int width, boolean right) {
        String blanks = " ".repeat(width - text.length());
        return right ? blanks + text : text + blanks;
    }
}
