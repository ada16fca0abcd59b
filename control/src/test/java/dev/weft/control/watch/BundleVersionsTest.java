package dev.weft.control.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BundleVersionsTest {

    private final BundleVersions versions = new BundleVersions();

    @Test
    void saysTheSequencesOfTheBundlesThatAreHeld() {
        versions.remember("bundle/one", "v7", 7);
        assertThat(versions.sequences(
                        Map.of("bundle/one", "v7", "bundle/other", "v1", "inbound", "v3"),
                        Set.of("bundle/one", "bundle/other")))
                .isEqualTo(Map.of("one", 7L, "other", 0L));
    }

    @Test
    void aProxyThatClaimsToHoldManyBundlesIsNotBelieved() {
        versions.remember("bundle/one", "v7", 7);
        Map<String, String> held = IntStream.range(0, 10_000)
                .mapToObj(i -> "bundle/" + i)
                .collect(Collectors.toMap(Function.identity(), _ -> "v"));
        held.put("bundle/one", "v7");
        held.put("bundle/" + "x".repeat(256), "v");

        assertThat(versions.sequences(held, Set.of("bundle/one")))
                .containsEntry("one", 7L)
                .hasSize(1 + BundleVersions.MAX_UNKNOWN)
                .allSatisfy((domain, _) -> assertThat(domain).hasSizeLessThan(256));
    }
}
