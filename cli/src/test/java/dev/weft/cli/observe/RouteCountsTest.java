package dev.weft.cli.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.TappedRequest;
import dev.weft.cli.command.Printed;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RouteCountsTest {

    private final Printed printed = new Printed();

    private static TappedRequest.Builder request(String path) {
        return TappedRequest.newBuilder()
                .setMethod("GET")
                .setPath(path)
                .setStatus(200)
                .setAllowed(true)
                .setLatencyMicros(1500);
    }

    @ParameterizedTest
    @CsvSource({
        "/orders/17/items, /orders/{id}/items",
        "/users/3f2504e0-4f89-11d3-9a0c-0305e82c3301, /users/{id}",
        "/blobs/0123456789abcdef, /blobs/{id}",
        "/facade, /facade",
        "/v1/orders, /v1/orders",
        "/a/b/c/d/e/f/g/h, /a/b/c/d/e/f/...",
    })
    void whatTellsObjectsApartIsLeftOpen(String path, String template) {
        assertThat(RouteTemplate.of("GET", path).path()).isEqualTo(template);
    }

    @Test
    void countsByRouteTheBusiestFirst() {
        RouteCounts routes = new RouteCounts();
        routes.add(request("/health").build());
        routes.add(request("/orders/1").build());
        routes.add(request("/orders/2").setStatus(503).build());
        routes.add(request("/orders/3").setAllowed(false).setStatus(403).build());
        printed.screen().table(routes.table(Duration.ofSeconds(2), 10));
        assertThat(printed.out()).isEqualTo("""
            METHOD  PATH          REQUESTS  REQ/S  SUCCESS    P50    P95    P99  REFUSED
            GET     /orders/{id}         3    1.5   50.00%  1.5ms  2.0ms  2.0ms        1
            GET     /health              1   0.50     100%  1.5ms  2.0ms  2.0ms        0
            """);
    }

    @Test
    void whoeverAsksForEverythingDoesNotFillTheTable() {
        RouteCounts routes = new RouteCounts();
        for (int i = 0; i < RouteCounts.MAX_ROUTES + 50; i++) {
            routes.add(request("/x" + i).build());
        }
        printed.screen().table(routes.table(Duration.ofSeconds(1), Integer.MAX_VALUE));
        assertThat(printed.out().lines()).hasSize(RouteCounts.MAX_ROUTES + 2);
        assertThat(printed.out()).containsPattern("\\(others\\) +50 ");
    }

    @Test
    void aPathDoesNotSteerTheTerminal() {
        RouteCounts routes = new RouteCounts();
        routes.add(request("/\u001b[2J").build());
        printed.screen().table(routes.table(Duration.ofSeconds(1), 10));
        assertThat(printed.out()).contains("/?[2J").doesNotContain("\u001b");
    }
}
