package dev.weft.cli.observe;

import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Style;
import dev.weft.cli.screen.Table;
import dev.weft.cli.screen.Table.Cell;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Edges as a table: how busy they are now, and their totals since the sidecars started; a wide table has more columns.
 */
public final class EdgeTable {

    private EdgeTable() {}

    /**
     * Makes the table.
     *
     * @param wide whether to add the columns that are needed less often
     */
    public static Table of(List<EdgeDocument> edges, boolean wide, Instant now) {
        boolean judged = edges.stream().anyMatch(edge -> edge.rates().judged());
        Table table = headings(judged, wide);
        edges.forEach(edge -> row(table, edge, judged, wide, now));
        return table;
    }

    private static Table headings(boolean judged, boolean wide) {
        Table table = new Table()
                .shrinkable("FROM", "TO")
                .numbers("PORT")
                .column("OVER")
                .numbers("CONN/S", 7)
                .numbers("REQ/S");
        if (judged) {
            table.numbers("SUCCESS");
            table.numbers("P50", 8);
            table.numbers("P95", 5);
            table.numbers("P99");
        }
        table.numbers("CONNECTIONS", 4);
        if (wide) {
            table.numbers("OPEN", 2);
            table.column("PROTOCOL", 1);
        }
        table.numbers("REFUSED").numbers("BYTES", 1).column("LAST", 3);
        return table.shrinkable("WHY REFUSED", 6);
    }

    private static void row(Table table, EdgeDocument edge, boolean judged, boolean wide, Instant now) {
        Rates rates = edge.rates();
        List<Object> row = new ArrayList<>(List.of(
                new Cell(edge.caller(), Style.NAME),
                new Cell(edge.called(), Style.NAME),
                Integer.toString(edge.port()),
                switch (edge.over()) {
                    case "mTLS" -> new Cell("mTLS", Style.GOOD);
                    case "plain" -> new Cell("plain", Style.WARNING);
                    default -> Cell.of(Figures.NONE);
                },
                Figures.rate(rates.connectionsPerSecond()),
                Figures.requests(rates)));
        if (judged) {
            row.add(Figures.success(rates.success()));
            row.add(Figures.time(rates.p50Millis()));
            row.add(Figures.time(rates.p95Millis()));
            row.add(Figures.time(rates.p99Millis()));
        }
        row.add(Long.toString(edge.connections()));
        if (wide) {
            row.add(Long.toString(edge.open()));
            row.add(rates.protocols().isEmpty() ? Figures.NONE : String.join(",", rates.protocols()));
        }
        row.add(edge.refusals() == 0 ? Cell.of("0") : new Cell(Long.toString(edge.refusals()), Style.BAD));
        row.add(Human.bytes(edge.bytes()));
        row.add(Human.relative(edge.last(), now));
        row.add(
                edge.refusals() == 0
                        ? Figures.NONE
                        : edge.code() + (edge.policy().isEmpty() ? "" : " " + edge.policy()));
        table.row(row.toArray());
    }
}
