package dev.weft.cli.command;

import dev.weft.cli.explain.OutsideAnswer;
import dev.weft.cli.screen.Listing;
import dev.weft.cli.screen.Screen;
import dev.weft.cli.screen.Style;
import dev.weft.cli.screen.Table;
import dev.weft.cli.screen.Table.Cell;

/** Prints an answer of {@code weft policy explain --egress} for people. */
final class OutsideText {

    private OutsideText() {}

    static void print(Screen screen, OutsideAnswer answer) {
        String where = answer.host() == null ? String.valueOf(answer.address()) : answer.host();
        String at = answer.host() == null || answer.address() == null ? "" : " at " + answer.address();
        String code = answer.code() == null ? "" : " (" + answer.code() + ")";
        screen.text(screen.paint(Style.NAME, answer.from()) + " → "
                + screen.paint(Style.NAME, (where.indexOf(':') < 0 ? where : "[" + where + "]") + ":" + answer.port())
                + at
                + ", outside: " + verdict(screen, answer) + code);
        screen.text("  " + answer.reason());
        String further = further(answer.outcome());
        if (!further.isEmpty()) {
            screen.text("  " + further);
        }
        if (!answer.entries().isEmpty()) {
            screen.line("");
            screen.table(table(answer));
        }
    }

    private static String further(String outcome) {
        return switch (outcome) {
            case "by-host" -> "give the host that the application names: --host";
            case "by-address" -> "give the address of the host: --address";
            default -> "";
        };
    }

    private static String verdict(Screen screen, OutsideAnswer answer) {
        return switch (answer.outcome()) {
            case "allow" -> screen.paint(Style.GOOD, "allowed");
            case "by-host" -> screen.paint(Style.STRONG, "by host");
            case "by-address" -> screen.paint(Style.STRONG, "by address");
            case "inside" -> screen.paint(Style.STRONG, "not outside");
            default -> screen.paint(Style.BAD, "refused");
        };
    }

    private static Table table(OutsideAnswer answer) {
        return Listing.of(answer.entries())
                .column(
                        "POLICY",
                        entry -> new Cell(
                                entry.policy(),
                                entry.verdict() == OutsideAnswer.Verdict.ALLOWS ? Style.STRONG : Style.PLAIN))
                .shrinkable("ENTRY", OutsideAnswer.Entry::entry)
                .shrinkable("BECAUSE", OutsideAnswer.Entry::because)
                .table();
    }
}
