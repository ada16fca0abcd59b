package dev.weft.cli.observe;

import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Listing;
import dev.weft.cli.screen.Style;
import dev.weft.cli.screen.Table;
import dev.weft.cli.screen.Table.Cell;
import java.time.Instant;
import java.util.List;

/**
 * Edges as a table: how busy they are now, and their totals since the sidecars started; a wide table has more columns.
 */
public final class EdgeTable {

    private EdgeTable() {}

    /** Makes the table. */
    public static Table of(List<EdgeDocument> edges, boolean wide, Instant now) {
        boolean judged = edges.stream().anyMatch(edge -> edge.rates().judged());
        Listing<EdgeDocument> listing = Listing.of(edges)
                .shrinkable("FROM", edge -> Cell.name(edge.caller()))
                .shrinkable("TO", edge -> Cell.name(edge.called()))
                .numbers("PORT", EdgeDocument::port)
                .column("OVER", edge -> over(edge.over()))
                .numbers("CONN/S", 7, edge -> Figures.rate(edge.rates().connectionsPerSecond()))
                .numbers("REQ/S", edge -> Figures.requests(edge.rates()));
        if (judged) {
            listing.numbers("SUCCESS", edge -> Figures.success(edge.rates().success()))
                    .numbers("P50", 8, edge -> Figures.time(edge.rates().p50Millis()))
                    .numbers("P95", 5, edge -> Figures.time(edge.rates().p95Millis()))
                    .numbers("P99", edge -> Figures.time(edge.rates().p99Millis()));
        }
        listing.numbers("CONNECTIONS", 4, EdgeDocument::connections);
        if (wide) {
            listing.numbers("OPEN", 2, EdgeDocument::open).column("PROTOCOL", 1, EdgeTable::protocols);
        }
        return listing.numbers("REFUSED", edge -> refused(edge.refusals()))
                .numbers("BYTES", 1, edge -> Human.bytes(edge.bytes()))
                .column("LAST", 3, edge -> Human.relative(edge.last(), now))
                .shrinkable("WHY REFUSED", 6, EdgeTable::why)
                .table();
    }

    private static Cell over(String over) {
        return switch (over) {
            case "mTLS" -> new Cell("mTLS", Style.GOOD);
            case "plain" -> new Cell("plain", Style.WARNING);
            default -> Cell.of(Figures.NONE);
        };
    }

    private static String protocols(EdgeDocument edge) {
        List<String> protocols = edge.rates().protocols();
        return protocols.isEmpty() ? Figures.NONE : String.join(",", protocols);
    }

    private static Cell refused(long refusals) {
        return new Cell(Long.toString(refusals), refusals == 0 ? Style.PLAIN : Style.BAD);
    }

    private static String why(EdgeDocument edge) {
        if (edge.refusals() == 0) {
            return Figures.NONE;
        }
        return edge.code() + (edge.policy().isEmpty() ? "" : " " + edge.policy());
    }
}
