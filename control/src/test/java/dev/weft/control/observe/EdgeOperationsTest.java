package dev.weft.control.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weft.api.v1.Edge;
import dev.weft.api.v1.EdgeDirection;
import dev.weft.api.v1.Operation;
import dev.weft.api.v1.RequestSums;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** What sidecars report of the requests' methods and paths, which callers choose. */
class EdgeOperationsTest {

    private static Edge edge(Iterable<Operation> operations) {
        return Edge.newBuilder()
                .setDirection(EdgeDirection.EDGE_DIRECTION_INBOUND)
                .setSpiffeId("spiffe://cluster.local/ns/shop/sa/web")
                .setPort(8080)
                .addRequests(RequestSums.newBuilder().setProtocol("http/1.1").addAllOperations(operations))
                .build();
    }

    private static Edge edge(String method, String path) {
        return edge(Collections.singleton(operation(method, path)));
    }

    private static Operation operation(String method, String path) {
        return Operation.newBuilder().setMethod(method).setPath(path).build();
    }

    @Test
    void takesAsManyAsItAllows() {
        EdgeCheck.check(edge(Collections.nCopies(EdgeCheck.MAX_OPERATIONS, operation("GET", "/orders"))));
        EdgeCheck.check(edge("M".repeat(EdgeCheck.MAX_TEXT), "/" + "p".repeat(EdgeCheck.MAX_TEXT - 1)));
    }

    @Test
    void refusesMoreThanItAllows() {
        Edge many = edge(Collections.nCopies(EdgeCheck.MAX_OPERATIONS + 1, operation("GET", "/orders")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EdgeCheck.check(many))
                .withMessageContaining("operations");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EdgeCheck.check(edge("M".repeat(EdgeCheck.MAX_TEXT + 1), "/")))
                .withMessageContaining("method");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EdgeCheck.check(edge("GET", "/" + "p".repeat(EdgeCheck.MAX_TEXT))))
                .withMessageContaining("path");
    }

    @Test
    void refusesTextThatSteersATerminal() {
        assertThatIllegalArgumentException().isThrownBy(() -> EdgeCheck.check(edge("GET", "/\u001b[2J")));
        assertThatIllegalArgumentException().isThrownBy(() -> EdgeCheck.check(edge("G\u0007T", "/")));
    }

    @Test
    void countTheirCharactersAsMemoryAndAreNotKeptInTheHistory() {
        Edge edge = edge("GET", "/orders");
        Edge longer = edge("GET", "/orders".repeat(10));
        assertThat(EdgeWeight.of(longer)).isGreaterThanOrEqualTo(EdgeWeight.of(edge) + 2 * 63);
        assertThat(EdgeWeight.of(edge)).isGreaterThan(EdgeWeight.of(edge(Collections.emptySet())));
        assertThat(EdgeWeight.numbers(edge).getRequests(0).getOperationsList()).isEmpty();
    }
}
