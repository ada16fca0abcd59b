package dev.weft.local.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.local.state.MeshName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which options are refused before anything starts. */
final class UpOptionsTest {

    private static UpOptions withLifetime(Duration leafLifetime) {
        return new UpOptions(
                Path.of("/f.yaml"),
                MeshName.DEFAULT,
                "cluster.local",
                OptionalInt.empty(),
                leafLifetime,
                false,
                Duration.ofSeconds(60),
                Optional.empty(),
                false);
    }

    @Test
    void takesTheLifetimesThatTheControlPlaneTakes() {
        Duration shortest = Duration.ofMinutes(1);
        Duration longest = Duration.ofDays(7);
        assertThat(withLifetime(shortest).leafLifetime()).isEqualTo(shortest);
        assertThat(withLifetime(longest).leafLifetime()).isEqualTo(longest);
    }

    @ParameterizedTest
    @CsvSource({"PT59S, 59s", "PT168H1S, 604801s", "P30D, 2592000s"})
    void refusesOtherLifetimes(Duration leafLifetime, String shown) {
        assertThatThrownBy(() -> withLifetime(leafLifetime))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("leaf-lifetime: " + shown + " (expected: 1m to 7d)");
    }
}
