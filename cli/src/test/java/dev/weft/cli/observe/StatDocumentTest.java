package dev.weft.cli.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.ListEdgesResponse;
import dev.weft.cli.command.Printed;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StatDocumentTest {

    private static List<StatDocument> stats() {
        ListEdgesResponse response =
                ListEdgesResponse.newBuilder().addAllEdges(SampleEdges.all()).build();
        return StatDocument.of(response, List.of("shop/web", "shop/api"));
    }

    @Test
    void sumsUpWhatComesIn() {
        StatDocument api = stats().getFirst();
        assertThat(api.workload()).isEqualTo("shop/api");
        assertThat(api.callers()).as("whom it calls is no caller").isOne();
        assertThat(api.rates().requestsPerSecond()).isEqualTo(2.2);
        assertThat(api.rates().refusedPerSecond()).isEqualTo(0.2);
        assertThat(api.rates().success()).isEqualTo(0.99);
        assertThat(api.rates().connectionsPerSecond()).isEqualTo(0.2);
        assertThat(api.rates().bytesPerSecond()).isEqualTo(2000);
        StatDocument web = stats().getLast();
        assertThat(web.callers()).isZero();
        assertThat(web.rates().windowSeconds()).isNull();
    }

    @Test
    void isATable() {
        Printed printed = new Printed();
        printed.screen().table(StatDocument.table(stats()));
        assertThat(printed.out()).isEqualTo("""
            WORKLOAD  REQ/S  SUCCESS    P50   P95   P99  REFUSED/S  CONN/S  OPEN  BYTES/S  CALLERS
            shop/api    2.2   99.00%  1.6ms  37ms  59ms       0.20    0.20     1  1.9 KiB        1
            shop/web      -        -      -     -     -          -       -     0        -        0
            """);
    }

    @Test
    void fitsATerminalOf80Columns() {
        Printed printed = new Printed(80);
        printed.screen().table(StatDocument.table(stats()));
        assertThat(printed.out()).isEqualTo("""
            WORKLOAD  REQ/S  SUCCESS    P50   P95   P99  REFUSED/S  CONN/S  OPEN  BYTES/S
            shop/api    2.2   99.00%  1.6ms  37ms  59ms       0.20    0.20     1  1.9 KiB
            shop/web      -        -      -     -     -          -       -     0        -
            not shown (terminal too narrow): CALLERS
            """);
    }
}
