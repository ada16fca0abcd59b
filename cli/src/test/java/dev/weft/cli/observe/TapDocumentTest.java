package dev.weft.cli.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.TapFilter;
import dev.weft.api.v1.TappedRequest;
import dev.weft.cli.command.Printed;
import dev.weft.cli.failure.CommandFailure;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class TapDocumentTest {

    private static final String API = "spiffe://cluster.local/ns/shop/sa/api";

    private static String line(TappedRequest.Builder request) {
        return TapDocument.of(request.setEnded(
                                Instant.parse("2026-03-01T12:00:00.123Z").toEpochMilli())
                        .build())
                .line(new Printed().screen(), API, ZoneOffset.UTC);
    }

    private static TapFilter filter(String... options) {
        TapSelection selection = new TapSelection();
        CommandLine.populateCommand(selection, options);
        return selection.filter();
    }

    @Test
    void anAllowedRequestIsALine() {
        assertThat(line(TappedRequest.newBuilder()
                        .setFrom("spiffe://cluster.local/ns/shop/sa/web")
                        .setMethod("GET")
                        .setPath("/orders/1")
                        .setHost("api.shop")
                        .setStatus(200)
                        .setLatencyMicros(1500)
                        .setAllowed(true)))
                .isEqualTo("12:00:00.123 200   1.5ms ns/shop/sa/web GET /orders/1 api.shop");
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 140})
    void aLineIsCutToTheTerminal(int columns) {
        Printed printed = new Printed(columns);
        printed.screen()
                .cutLine(line(TappedRequest.newBuilder()
                        .setFrom("spiffe://cluster.local/ns/shop/sa/web")
                        .setMethod("GET")
                        .setPath("/" + "orders/".repeat(20))
                        .setStatus(200)
                        .setLatencyMicros(1500)
                        .setAllowed(true)));
        assertThat(printed.out())
                .hasSize(columns + 1)
                .startsWith("12:00:00.123 200   1.5ms ns/shop/sa/web GET /orders/orders/")
                .endsWith("…\n");
    }

    @Test
    void aRefusedRequestSaysWhy() {
        assertThat(line(TappedRequest.newBuilder()
                        .setAddress(ByteString.copyFrom(new byte[] {10, 0, 0, 7}))
                        .setMethod("GET")
                        .setPath("/admin\u001b[2J")
                        .setStatus(403)
                        .setPolicy("shop/orders")
                        .setCode("WEFT-P002")))
                .isEqualTo("12:00:00.123 403 refused 10.0.0.7 GET /admin?[2J WEFT-P002 shop/orders");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u001b", "\u007f", "\u0085", "\u009b", "\u200f", "\u2028", "\u202e", "\u2066"})
    void noTextOfARequestSteersTheTerminal(String character) {
        assertThat(line(TappedRequest.newBuilder()
                        .setFrom(API + character)
                        .setMethod("GET" + character)
                        .setPath("/" + character)
                        .setHost("h" + character)
                        .setPolicy("shop/p" + character)
                        .setCode("WEFT-P002" + character)
                        .setStatus(403)))
                .doesNotContain(character)
                .contains("GET? /? h?", "WEFT-P002? shop/p?");
    }

    @Test
    void aRequestThatCouldNotBeReadSaysSo() {
        assertThat(line(TappedRequest.newBuilder().setStatus(400).setCode("WEFT-H001")))
                .isEqualTo("12:00:00.123 400 refused unknown (malformed) WEFT-H001");
    }

    @Test
    void optionsSayWhichRequests() {
        assertThat(filter("--method", "post", "--path-prefix", "/orders", "--status", "4xx", "--from", API))
                .isEqualTo(TapFilter.newBuilder()
                        .setMethod("POST")
                        .setPathPrefix("/orders")
                        .setStatusFrom(400)
                        .setStatusTo(499)
                        .setFrom(API)
                        .build());
        assertThat(filter("--status", "500-503").getStatusTo()).isEqualTo(503);
        assertThat(filter("--status", "404").getStatusTo()).isEqualTo(404);
        assertThat(filter()).isEqualTo(TapSelection.EVERY);
    }

    @ParameterizedTest
    @CsvSource({"--method,G T", "--path-prefix,orders", "--status,6xx", "--status,4x", "--from,shop/web"})
    void whatCannotBeMeantIsRefused(String option, String value) {
        assertThatThrownBy(() -> filter(option, value))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(option);
    }
}
