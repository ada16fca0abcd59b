package dev.weft.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.mesh.registry.Source;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ClosedWorkloadsTest {

    private final ClosedWorkloads closed = new ClosedWorkloads();

    @Test
    void manyAreOneLineOfTheLogAndSoManyErrorsOnly() {
        Map<String, String> many = new TreeMap<>();
        for (int i = 0; i < 2 * ClosedWorkloads.MAX_REPORTED; i++) {
            many.put("shop/w-%04d".formatted(i), "WEFT-C138: too large");
        }
        assertThat(closed.become(many))
                .contains("2000 workloads admit nobody; the first is shop/w-0000: WEFT-C138: too large");
        assertThat(closed.errors(Source::of)).hasSize(ClosedWorkloads.MAX_REPORTED);
        assertThat(closed.become(many)).as("nothing new").isEmpty();
    }

    @Test
    void oneIsNamed() {
        assertThat(closed.become(Map.of("shop/api", "WEFT-C138: too large")))
                .contains("Workload shop/api: WEFT-C138: too large");
        assertThat(closed.errors(Source::of))
                .singleElement()
                .satisfies(error -> assertThat(error.reason()).isEqualTo("WEFT-C138: too large"));
        assertThat(closed.become(Map.of())).isEmpty();
        assertThat(closed.errors(Source::of)).isEmpty();
    }
}
