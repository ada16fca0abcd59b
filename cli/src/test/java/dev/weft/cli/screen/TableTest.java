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
                .shrinkable("IDENTITY")
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
                    shop/api-worker  -                                             3\
                    """);
    }

    @Test
    void shortensWhatGivesWayOnANarrowTerminal() {
        assertThat(String.join("\n", workloads().render(false, OptionalInt.of(50))))
                .isEqualTo("""
                    WORKLOAD         IDENTITY                 SESSIONS
                    shop/web         spiffe:…/ns/shop/sa/web        12
                    shop/api-worker  -                               3\
                    """);
    }

    @Test
    void leavesColumnsOutBeforeItShortensAny() {
        Table table = new Table()
                .column("WORKLOAD")
                .shrinkable("IDENTITY")
                .dropOrder(2)
                .column("POLICY")
                .dropOrder(1)
                .column("CONTROL")
                .row("shop/web", "spiffe://cluster.local/ns/shop/sa/web", "3f2a91c07d5e", "connected");
        assertThat(String.join("\n", table.render(false, OptionalInt.of(60)))).isEqualTo("""
            WORKLOAD  IDENTITY                               CONTROL
            shop/web  spiffe://cluster.local/ns/shop/sa/web  connected
            not shown (terminal too narrow): POLICY\
            """);
        // What was left out first comes back where that what was left out later makes room.
        assertThat(String.join("\n", table.render(false, OptionalInt.of(40)))).isEqualTo("""
            WORKLOAD  POLICY        CONTROL
            shop/web  3f2a91c07d5e  connected
            not shown (terminal too narrow):
              IDENTITY\
            """);
        assertThat(table.render(false, OptionalInt.empty())).hasSize(2).noneMatch(line -> line.contains("not shown"));
    }

    @Test
    void wrapsASentenceBetweenWordsAndBreaksNone() {
        assertThat(Wrapping.lines("  shop/web: its certificate is revoked by identity-1", 30, 4))
                .containsExactly("  shop/web: its certificate is", "    revoked by identity-1");
        assertThat(Wrapping.lines("see spiffe://cluster.local/ns/shop/sa/web now", 20, 2))
                .containsExactly("see", "spiffe://cluster.local/ns/shop/sa/web", "now");
        String painted = "\u001b[36mshop/web\u001b[0m is ready";
        assertThat(Wrapping.lines(painted, 17, 2)).containsExactly(painted);
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
