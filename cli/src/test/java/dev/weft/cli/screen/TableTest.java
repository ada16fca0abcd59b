package dev.weft.cli.screen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.cli.screen.Table.Cell;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class TableTest {

    private static Table workloads() {
        return new Table()
                .column("WORKLOAD")
                .givingWay("IDENTITY")
                .numbers("SESSIONS")
                .row(new Cell("shop/web", Style.NAME), "spiffe://cluster.local/ns/shop/sa/web", 12)
                .row(new Cell("shop/api-worker", Style.NAME), "-", 3);
    }

    @Test
    void alignsColumnsUnderTheirHeadings() {
        assertThat(String.join("\n", workloads().render(false, OptionalInt.empty())))
                .isEqualTo("""
                        WORKLOAD         IDENTITY                               SESSIONS
                        shop/web         spiffe://cluster.local/ns/shop/sa/web        12
                        shop/api-worker  -                                             3""");
    }

    @Test
    void shortensWhatGivesWayOnANarrowTerminal() {
        assertThat(String.join("\n", workloads().render(false, OptionalInt.of(50))))
                .isEqualTo("""
                        WORKLOAD         IDENTITY                 SESSIONS
                        shop/web         spiffe://cl…shop/sa/web        12
                        shop/api-worker  -                               3""");
    }

    @Test
    void keepsWhatDoesNotGiveWayHoweverNarrow() {
        assertThat(workloads().render(false, OptionalInt.of(20)).getLast()).startsWith("shop/api-worker  -");
    }

    @Test
    void paintsWithoutMovingColumns() {
        var plain = workloads().render(false, OptionalInt.empty());
        var painted = workloads().render(true, OptionalInt.empty());
        assertThat(painted.get(1)).contains("\u001b[36mshop/web\u001b[0m");
        assertThat(painted.stream().map(line -> line.replaceAll("\u001b\\[[0-9]*m", "")))
                .isEqualTo(plain);
    }

    @Test
    void refusesARowOfAnotherLength() {
        assertThatThrownBy(() -> workloads().row("only one"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cells: 1 (expected: one for each of 3 columns)");
    }
}
