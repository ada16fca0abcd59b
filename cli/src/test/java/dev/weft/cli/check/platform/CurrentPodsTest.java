package dev.weft.cli.check.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

final class CurrentPodsTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'creationTimestamp': '2026-03-01T11:59:00Z' | | 'phase': 'Pending' | true",
                "'creationTimestamp': '2026-03-01T11:50:00Z' | | 'phase': 'Pending' | false",
                "'creationTimestamp': 'soon'                 | | 'phase': 'Pending' | false",
                "'creationTimestamp': '2026-03-01T11:59:00Z' | | 'phase': 'Running' | false",
                "'deletionTimestamp': '2026-03-01T12:00:05Z' | | 'phase': 'Running' | true",
                "'uid': 'x' | 'restartPolicy': 'Never' | 'phase': 'Succeeded' | true",
                "'uid': 'x' | 'restartPolicy': 'Never' | 'phase': 'Failed' | true",
                "'uid': 'x' | 'restartPolicy': 'Never' | 'phase': 'Running', 'containerStatuses': [{'state': {'terminated': {}}}] | true",
                "'uid': 'x' | 'restartPolicy': 'Never' | 'phase': 'Running', 'containerStatuses': [{'state': {'terminated': {}}}, {'state': {'running': {}}}] | false",
                "'uid': 'x' | 'restartPolicy': 'Never' | 'phase': 'Running' | false",
                "'uid': 'x' | 'restartPolicy': 'Always' | 'phase': 'Running', 'containerStatuses': [{'state': {'terminated': {}}}] | false"
            })
    void someStartOrEnd(String metadata, @Nullable String spec, String status, boolean passing) {
        String pods =
                "{'items': [{'metadata': {'namespace': 'shop', 'name': 'job', %s}, 'spec': {%s}, 'status': {%s}}]}"
                        .formatted(metadata, spec == null ? "" : spec, status)
                        .replace('\'', '"');
        assertThat(CurrentPods.of(JsonMapper.builder().build().readTree(pods), NOW))
                .isEqualTo(new CurrentPods(Set.of("shop/job"), passing ? Set.of("shop/job") : Set.of()));
    }
}
