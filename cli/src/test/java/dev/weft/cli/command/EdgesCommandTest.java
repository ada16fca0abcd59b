package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.EdgeWindow;
import dev.weft.api.v1.ObservedEdge;
import dev.weft.api.v1.RequestSums;
import dev.weft.cli.observe.EdgeDocument;
import dev.weft.cli.observe.SampleEdges;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EdgesCommandTest {

    private final Printed printed = new Printed();

    private static List<EdgeDocument> documents() {
        return SampleEdges.all().stream().map(EdgeDocument::of).toList();
    }

    @Test
    void showsWhoCallsWhomHowMuchAndHowWell() {
        EdgesCommand.print(printed.screen(), documents(), false, SampleEdges.NOW);
        assertThat(printed.out()).isEqualTo("""
            FROM            TO                        PORT  OVER   CONN/S   REQ/S  SUCCESS    P50   P95   P99  CONNECTIONS  REFUSED    BYTES  LAST    WHY REFUSED
            ns/shop/sa/web  shop/api                  8080  mTLS     0.20     2.2   99.00%  1.6ms  37ms  59ms           12       13  1.0 KiB  5s ago  WEFT-P001 shop/web-only
            shop/api        b.example/ns/pay/sa/bank   443  mTLS        0  unread        -      -     -     -            1        0      0 B  5s ago  -
            shop/api        10.244.0.9                  25  plain       -  unread        -      -     -     -            2        0      0 B  5s ago  -
            shop/api        shop/db                   5432  -           0  unread        -      -     -     -            0        7      0 B  5s ago  WEFT-D006
            """);
    }

    @Test
    void whereNoRequestIsReadTheColumnsOfRequestsAreOneThatSaysSo() {
        EdgesCommand.print(printed.screen(), documents().subList(1, 2), true, SampleEdges.NOW);
        assertThat(printed.out()).isEqualTo("""
            FROM      TO                        PORT  OVER  CONN/S   REQ/S  CONNECTIONS  OPEN  PROTOCOL  REFUSED  BYTES  LAST    WHY REFUSED
            shop/api  b.example/ns/pay/sa/bank   443  mTLS       0  unread            1     0  -               0    0 B  5s ago  -
            """);
    }

    private static String inColumns(int columns, boolean wide) {
        Printed printed = new Printed(columns);
        EdgesCommand.print(printed.screen(), documents(), wide, SampleEdges.NOW);
        assertThat(printed.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(columns));
        return printed.out();
    }

    @Test
    void fitsATerminalOf80Columns() {
        assertThat(inColumns(80, false)).isEqualTo("""
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
        assertThat(inColumns(140, false)).isEqualTo("""
            FROM            TO                        PORT  OVER   CONN/S   REQ/S  SUCCESS    P50   P95   P99  REFUSED  LAST    WHY REFUSED
            ns/shop/sa/web  shop/api                  8080  mTLS     0.20     2.2   99.00%  1.6ms  37ms  59ms       13  5s ago  WEFT-P001 shop/web-only
            shop/api        b.example/ns/pay/sa/bank   443  mTLS        0  unread        -      -     -     -        0  5s ago  -
            shop/api        10.244.0.9                  25  plain       -  unread        -      -     -     -        0  5s ago  -
            shop/api        shop/db                   5432  -           0  unread        -      -     -     -        7  5s ago  WEFT-D006
            not shown (terminal too narrow): CONNECTIONS, BYTES
            """);
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 100, 140})
    void theWideTableFitsTheTerminalToo(int columns) {
        assertThat(inColumns(columns, true).lines().findFirst().orElseThrow())
                .contains("REQ/S", "SUCCESS", "P99", "REFUSED");
    }

    /** Its connections are counted with the identity of another endpoint, and its requests here. */
    @Test
    void whereTheCallersSidecarReadRequestsThePairIsPlainAndRead() {
        ObservedEdge unread = SampleEdges.all().get(2);
        RequestSums sums = RequestSums.newBuilder()
                .setProtocol("http/1.1")
                .addAllByClass(List.of(0L, 0L, 120L))
                .addAllLatency(List.of(0L, 0L, 120L))
                .build();
        ObservedEdge read = unread.toBuilder()
                .setEdge(unread.getEdge().toBuilder().setAdmitted(0).addRequests(sums))
                .setWindow(EdgeWindow.newBuilder().setMillis(60_000).addRequests(sums))
                .build();
        EdgesCommand.print(printed.screen(), List.of(EdgeDocument.of(read)), true, SampleEdges.NOW);
        assertThat(printed.out()).isEqualTo("""
            FROM      TO          PORT  OVER   CONN/S  REQ/S  SUCCESS    P50    P95    P99  CONNECTIONS  OPEN  PROTOCOL  REFUSED  BYTES  LAST    WHY REFUSED
            shop/api  10.244.0.9    25  plain       0    2.0     100%  750µs  975µs  995µs            0     0  http/1.1        0    0 B  5s ago  -
            """);
    }

    @Test
    void saysThatNothingWasSeen() {
        EdgesCommand.print(printed.screen(), List.of(), false, SampleEdges.NOW);
        assertThat(printed.out()).isEqualTo("no connection was seen; sidecars report every 3 seconds\n");
    }
}
