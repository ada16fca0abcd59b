package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.observe.EdgeDocument;
import dev.weft.cli.observe.SampleEdges;
import dev.weft.cli.screen.LiveScreen;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class TopCommandTest {
    private static final Pattern CONTROL = Pattern.compile("\u001b\\[[?0-9]*[A-Za-z]");

    /** Returns what a terminal of this width shows. */
    private static String inColumns(int columns) {
        Printed printed = new Printed(columns);
        List<EdgeDocument> pairs =
                SampleEdges.all().stream().map(EdgeDocument::of).toList();
        try (LiveScreen live = new LiveScreen(printed.screen())) {
            TopCommand.draw(live, printed.screen(), pairs, Duration.ofSeconds(10), SampleEdges.NOW);
        }
        String shown = CONTROL.matcher(printed.out()).replaceAll("").replace("\r", "");
        assertThat(shown.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(columns));
        return shown;
    }

    @Test
    void fitsATerminalOf80Columns() {
        assertThat(inColumns(80)).isEqualTo("""
            weft top: 4 pairs over 10s  Ctrl-C ends

            FROM            TO                   PORT  OVER    REQ/S  SUCCESS   P99  REFUSED
            ns/shop/sa/web  shop/api             8080  mTLS      2.2   99.00%  59ms       13
            shop/api        b.exam…/pay/sa/bank   443  mTLS   unread        -     -        0
            shop/api        10.244.0.9             25  plain  unread        -     -        0
            shop/api        shop/db              5432  -      unread        -     -        7
            not shown (terminal too narrow): CONN/S, P50, P95, CONNECTIONS, BYTES, LAST,
              WHY REFUSED
            """);
    }

    @Test
    void fitsATerminalOf140Columns() {
        assertThat(inColumns(140)).isEqualTo("""
            weft top: 4 pairs over 10s  Ctrl-C ends

            FROM            TO                        PORT  OVER   CONN/S   REQ/S  SUCCESS    P50   P95   P99  REFUSED  LAST    WHY REFUSED
            ns/shop/sa/web  shop/api                  8080  mTLS     0.20     2.2   99.00%  1.6ms  37ms  59ms       13  5s ago  WEFT-P001 shop/web-only
            shop/api        b.example/ns/pay/sa/bank   443  mTLS        0  unread        -      -     -     -        0  5s ago  -
            shop/api        10.244.0.9                  25  plain       -  unread        -      -     -     -        0  5s ago  -
            shop/api        shop/db                   5432  -           0  unread        -      -     -     -        7  5s ago  WEFT-D006
            not shown (terminal too narrow): CONNECTIONS, BYTES
            """);
    }
}
